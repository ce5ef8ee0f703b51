"""Training: deterministic, through the same analyze that serves, and an artefact that says what it is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model import Analyzer, load
from model.store import ARTIFACT, FILES
from model.types import PROFILES, Profile
from tests.conftest import ROOT
from tests.texts import TEXTS
from training import seeds
from training.__main__ import halves, main
from training.align import align
from training.calibration import choose_threshold
from training.evaluation.held_out import evaluate
from training.evaluation.judged import RANKED
from training.examples import examples, known_words, split_documents
from training.seeds import read_file, read_folder
from training.standoff import annotated, read_documents, read_rows, read_sources

CURVES = ("auc", "average_precision", "brier", "calibration_error")


@pytest.fixture(scope="session")
def small_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds enough to train on in seconds: some genres of the project's, and no real documents."""
    folder = tmp_path_factory.mktemp("seeds")
    for genre in ("op-ed", "news-report", "court-report", "newsletter"):
        shutil.copytree(ROOT / "seeds" / "authored" / genre, folder / "authored" / genre)
    shutil.copytree(ROOT / "seeds" / "real", folder / "real")
    shutil.copy(ROOT / "seeds" / "probes.txt", folder)
    return folder


@pytest.fixture(scope="session")
def trained(small_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artefact trained on them."""
    folder = tmp_path_factory.mktemp("trained") / "artifact"
    assert main(["--seeds", str(small_seeds), "--artifact", str(folder)]) == 0
    return folder


def test_the_same_seeds_give_the_same_parameters_on_any_number_of_cores(small_seeds: Path, trained: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training", "--seeds", str(small_seeds), "--artifact", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=True)
    first, second = (json.loads((folder / "manifest.json").read_text()) for folder in (trained, tmp_path))
    assert first["profiles"] == second["profiles"]
    assert load(trained).analyze_many(TEXTS) == load(tmp_path).analyze_many(TEXTS)


def test_a_bare_clone_trains_without_the_real_texts_and_says_so(trained: Path) -> None:
    manifest = json.loads((trained / "manifest.json").read_text())
    assert manifest["texts"] == []
    assert all(set(profile["metrics"]) == {"authored"} for profile in manifest["profiles"].values())


def test_the_manifest_is_complete(trained: Path) -> None:
    manifest = json.loads((trained / "manifest.json").read_text())
    assert set(manifest["digests"]["files"]) == set(FILES["contextual"])
    assert manifest["digests"]["seeds"].startswith("sha256:")
    assert manifest["training_set"]["documents"] > manifest["held_out_set"]["documents"] > 0
    assert (trained / "CARD.md").read_text().startswith("# hearsay ")
    assert set(manifest["profiles"]) == set(PROFILES)
    for threshold in (value for profile in manifest["profiles"].values() for value in profile["thresholds"].values()):
        assert 0 <= threshold["review"] <= threshold["flag"] <= 1


def test_export_gives_the_fitted_estimators(tmp_path: Path) -> None:
    assert main(["export", str(tmp_path / "model.joblib")]) == 0
    parts = joblib.load(tmp_path / "model.joblib")
    assert isinstance(parts["classifiers"]["allegation"], LogisticRegression)
    assert parts["classifiers"]["allegation"].coef_.shape == (1, len(parts["vocabulary"]))


def test_a_broken_seed_ends_training_with_its_place(small_seeds: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = Path(shutil.copytree(small_seeds, tmp_path / "seeds"))
    broken = folder / "authored" / "op-ed" / "broken.txt"
    broken.write_text("id: broken\ngenre: op-ed\ntopic: x\nenglish: british\n---\nA {silly: b}.\n")
    assert main(["--seeds", str(folder), "--artifact", str(tmp_path / "artifact")]) == 1
    assert f"{broken}:6: unknown label 'silly'" in caplog.text
    assert not (tmp_path / "artifact").exists()


def test_the_split_parts_no_origin_and_does_not_depend_on_order() -> None:
    documents = read_folder(ROOT / "seeds" / "authored")
    train, held_out = split_documents(documents)
    assert split_documents(documents[::-1]) == (train, held_out)
    assert {d.origin for d in train} & {d.origin for d in held_out} == set()
    assert 0.15 < len(held_out) / len(documents) < 0.25


def test_training_reads_what_the_service_reads(analyzer: Analyzer) -> None:
    documents = read_folder(ROOT / "seeds" / "authored")[:20]
    data = examples(documents, analyzer.known)
    served = [sentence for document in documents for sentence in analyzer.analyze(document.text).sentences]
    assert [(r.span.start, r.span.end) for r in data.readings] == [(s.start, s.end) for s in served]
    assert len(data.gold) == len(data.folds) == len(data.origins) == len(served)
    assert len(data.loaded_words) == len(data.sentence_of_word)
    assert data.loaded_words.sum() >= data.loaded_language.sum() > 0
    assert known_words(documents) < known_words(read_folder(ROOT / "seeds" / "authored"))


def test_a_mark_belongs_to_the_sentence_that_holds_most_of_it(tmp_path: Path) -> None:
    path = tmp_path / "op-ed" / "cut.txt"
    path.parent.mkdir()
    header = "id: cut\ngenre: op-ed\ntopic: x\nenglish: british\n---\n"
    path.write_text(header + "{allegation none: Oh! The firm pays its own inspectors}.\nFine.\n")
    document = read_file(path)
    halves = [seeds.GoldSentence(0, 3, 0, ()), seeds.GoldSentence(4, 39, 0, ()), seeds.GoldSentence(40, 45, 0, ())]
    assert [gold.support for gold in align(document, halves)] == [None, 0, None]


def test_thresholds_are_the_lowest_at_their_precision() -> None:
    labels, scores = np.array([0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]), np.linspace(0.1, 0.9, 13)
    threshold = choose_threshold(labels, scores, rate=10 / 13)
    assert threshold.flag == pytest.approx(scores[2], abs=1e-4)
    assert threshold.review == pytest.approx(scores[0], abs=1e-4)
    assert choose_threshold(labels, scores, rate=0.3).flag == pytest.approx(scores[4], abs=1e-4)
    none_right = choose_threshold(np.array([1, 0]), np.array([0.2, 0.8]), rate=0.5)
    assert none_right.review <= none_right.flag == pytest.approx(0.2, abs=1e-4)


def test_the_shipped_artefact_is_that_of_the_seeds_at_hand() -> None:
    manifest = json.loads((ARTIFACT / "manifest.json").read_text())
    documents = read_folder(ROOT / "seeds" / "authored")
    assert manifest["digests"]["authored"] == seeds.digest(documents)
    assert manifest["texts"] == sorted(read_sources(ROOT / "seeds" / "real"))


def shipped_documents() -> list[seeds.Document]:
    """All seeds that the shipped artefact was made from, or the authored ones where the texts of the others are not here."""
    folder = ROOT / "seeds"
    real, missing = read_documents(folder / "real", folder / "texts")
    return read_folder(folder / "authored") + ([] if missing else real)


def test_the_shipped_metrics_are_those_of_the_held_out_documents(analyzers: dict[Profile, Analyzer]) -> None:
    documents = shipped_documents()
    manifest = json.loads((ARTIFACT / "manifest.json").read_text())
    for half, members in halves(split_documents(documents)[1]).items():
        figures = evaluate(analyzers["lexical"], members)
        for name, values in manifest["profiles"]["lexical"]["metrics"][half].items():
            assert figures[name] == pytest.approx(values, abs=1e-4), (half, name)
    authored = [document for document in split_documents(documents)[1] if document.half == "authored"]
    figures = evaluate(analyzers["contextual"], authored)
    for label in RANKED:
        told = manifest["profiles"]["contextual"]["metrics"]["authored"][label]
        # Processors may differ in what they add up in eight bits.
        assert [figures[label][key] for key in CURVES] == pytest.approx([told[key] for key in CURVES], abs=0.01), label
    if any(document.half == "real" for document in documents):
        assert manifest["digests"]["seeds"] == seeds.digest(documents)


def test_the_real_annotations_are_as_many_as_asked_for() -> None:
    folder = ROOT / "seeds" / "real"
    rows = [row for source in read_sources(folder) for row in read_rows(folder, source)]
    marks = [(mark[2], mark[3]) for row in rows for mark in row["marks"]]
    assert sum(len(row["sentences"]) for row in rows) >= 6_000
    assert sum(mark in (("allegation", "none"), ("allegation", "vague")) for mark in marks) >= 600
    assert sum(mark in (("allegation", "attributed"), ("allegation", "documented")) for mark in marks) >= 400
    tested = [row for source in read_sources(folder) for row in read_rows(folder / "test", source)]
    assert sum(len(row["sentences"]) for row in tested) >= 1_500
    assert len(annotated(folder)) == len(rows) + len(tested)
