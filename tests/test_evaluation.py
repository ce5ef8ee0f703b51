"""The evaluation: figures of known cases, and one report of all of them."""

import json
from pathlib import Path

import numpy as np
import pytest

from model import Analyzer
from model.store import ARTIFACT, read_manifest
from model.types import LABELS, Profile, Sentence, SentenceScores
from tests.conftest import ROOT
from training import seeds
from training.align import Gold
from training.calibration import ASSUMED_RATES, restoring
from training.evaluation import behaviour, fairness, held_out, metrics, report
from training.evaluation.judged import Case, Judged, judge
from training.evaluation.run import EvaluationError, check, run, write_section
from training.seeds import Document, GoldSentence, Span
from training.standoff import read_rows, read_sources


def case(score: float, *, document: str = "a", text: str = "x", label: str = "", value: str | None = None) -> Case:
    """A sentence of a contrast group, with one mark, and the same score for every label."""
    spans = (Span(0, len(text), label, value, quoted=False),) if label else ()
    support = seeds.SUPPORT_VALUES.index(str(value)) if label == "allegation" else None
    home = Document(document, "contrast", "t", "british", text, (), document, is_test=False)
    sentence = Sentence(0, len(text), "author", SentenceScores(score, score, score), None)
    return Case(home, sentence, Gold(support, label == "loaded", spans), ())


def test_calibration_error_of_known_cases() -> None:
    assert metrics.calibration_error(np.array([True, False]), np.array([1.0, 0.0])) == 0
    assert metrics.calibration_error(np.array([True, True]), np.array([0.5, 0.5])) == pytest.approx(0.5)


def test_few_true_scores_show_more_error_by_chance_than_many() -> None:
    few, many = (metrics.calibration_by_chance(np.linspace(0.05, 0.95, n)) for n in (50, 5_000))
    assert few > 0.05 > 0.02 > many > 0


def test_weights_restore_a_rate_and_have_mean_1() -> None:
    labels = np.array([1, 1, 1, 0])
    weights = restoring(labels, 0.1)
    assert weights.mean() == pytest.approx(1)
    assert np.average(labels, weights=weights) == pytest.approx(0.1)


def test_an_interval_draws_whole_groups() -> None:
    values, groups = np.repeat([0.0, 1.0], 30), np.repeat(np.arange(6), 10)
    low, high = metrics.interval(lambda rows: float(values[rows].mean()), groups)
    assert 0 <= low < 0.5 < high <= 1
    assert all(np.isnan(metrics.interval(lambda _: float("nan"), groups)))
    assert all(np.isnan(metrics.interval(lambda _: 1.0, groups)))
    assert all(np.isnan(metrics.interval(lambda rows: float(values[rows].mean()), groups % 2)))


def test_judged_sentences_are_those_of_the_service_with_flags_at_any_score(analyzer: Analyzer) -> None:
    documents = seeds.read_folder(ROOT / "seeds" / "authored")[:10]
    judged = judge(analyzer, documents)
    served = [sentence for document in documents for sentence in analyzer.analyze(document.text).sentences]
    assert [c.sentence for c in judged.cases] == served
    for c in judged.cases:
        assert {flag.label for flag in c.flags} == set(LABELS)
        assert all(flag.text in c.text for flag in c.flags)
    assert sum(len(part.cases) for part in judged.by("genre").values()) == len(judged.cases)


def test_pairs_of_a_contrast_group_are_in_order_or_not() -> None:
    charge, denial = case(0.9, label="allegation", value="none"), case(0.2, label="contrast", value="denial")
    judged = Judged((charge, denial, case(0.9, label="allegation", value="documented"), case(0.1, document="b", label="loaded")))
    figures = behaviour.measure(judged)
    assert (figures["denial"]["pairs"], figures["denial"]["in_order"]) == (2, 1)
    assert (figures["support"]["pairs"], figures["support"]["in_order"]) == (1, 0)
    assert set(figures) == {"denial", "support"}


def test_the_three_aucs_of_a_group() -> None:
    about = [case(0.9, text="Iran", label="loaded")] * 10 + [case(0.5, text="Iran")] * 10
    others = [case(0.4, text="it", label="loaded")] * 5 + [case(0.1, text="it")] * 5
    figures = fairness.subgroups(Judged((*about, *others)))["country"]["loaded_language"]
    assert (figures["sentences"], figures["positives"]) == (20, 10)
    assert [figures[name] for name in ("subgroup", "bpsn", "bnsp")] == [1, 0, 1]
    assert fairness.subgroups(Judged(tuple(about[1:]))) == {}


def test_there_are_names_enough_to_swap() -> None:
    names = {kind: len(set(table["names"])) for kind, table in fairness.swaps().items()}
    least = {"country": 30, "faith": 10, "party": 12, "company": 20, "person": 24}
    assert {kind: names[kind] for kind in least if names[kind] < least[kind]} == {}
    assert all("{}" in frame for table in fairness.swaps().values() for frame in table["frames"])


def test_the_assumed_rates_are_those_of_the_stretches_drawn_at_random() -> None:
    folder = ROOT / "seeds" / "real"
    rows = [row for source in read_sources(folder) for row in read_rows(folder, source) if row["stratum"] == "random"]
    sentences = sum(len(row["sentences"]) for row in rows)
    marks = [(row, mark) for row in rows for mark in row["marks"]]
    unsupported = sum(mark[2] == "allegation" and mark[3] in ("none", "vague") for _, mark in marks)
    loaded = sum(
        any(m[2] == "loaded" and start <= m[0] < end for m in row["marks"]) for row in rows for start, end in row["sentences"]
    )
    assert unsupported / sentences == pytest.approx(ASSUMED_RATES["unsupported_allegation"], abs=0.005)
    assert loaded / sentences == pytest.approx(ASSUMED_RATES["loaded_language"], abs=0.01)


def test_an_artefact_of_other_seeds_is_not_evaluated(analyzers: dict[Profile, Analyzer], tmp_path: Path) -> None:
    documents = seeds.read_folder(ROOT / "seeds" / "authored")
    check(read_manifest(ARTIFACT), documents)
    with pytest.raises(EvaluationError, match="train first"):
        run(ARTIFACT, analyzers, documents[1:], None, tmp_path / "fits.jsonl", tmp_path, lambda _: None)


def test_one_run_writes_the_whole_report(analyzers: dict[Profile, Analyzer], tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n")
    documents = seeds.read_folder(ROOT / "seeds" / "authored")
    run(ARTIFACT, analyzers, documents, None, tmp_path / "fits.jsonl", tmp_path, lambda _: None)
    figures = json.loads((tmp_path / "docs" / "evaluation.json").read_text(encoding="utf-8"))
    page = (tmp_path / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert page == report.page(figures)
    assert "| nan |" not in page
    assert set(figures["held_out"]) == {"authored", "contrast", "all but contrast"}
    for picture in ("precision-recall", "reliability", "histograms", "genres"):
        assert (tmp_path / "docs" / "evaluation" / f"{picture}.png").read_bytes().startswith(b"\x89PNG")
        assert f"(evaluation/{picture}.png)" in page
    assert (tmp_path / "README.md").read_text().startswith("before\n<!-- figures -->\n| held out |")
    shipped = json.loads((ROOT / "docs" / "evaluation.json").read_text(encoding="utf-8"))
    assert all(figures["held_out"][half] == shipped["held_out"][half] for half in ("authored", "contrast"))
    assert figures["behaviour"] == shipped["behaviour"]


def test_a_readme_without_marks_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    write_section(tmp_path / "README.md", "new")
    write_section(tmp_path / "none.md", "new")
    assert (tmp_path / "README.md").read_text() == "mine\n"
    assert not (tmp_path / "none.md").exists()


def test_rates_are_those_of_stretches_drawn_at_random() -> None:
    sentences = (GoldSentence(0, 4, 0, (Span(0, 2, "loaded", None, quoted=False),)), GoldSentence(5, 9, 0, ()))
    drawn = [Document(t, "press", t, "british", "Bad. Fine", sentences, t, is_test=False) for t in ("random", "rich")]
    counts = {"sentences": 2, "allegation": 0, "unsupported_allegation": 0, "loaded_language": 1}
    assert held_out.rates(drawn) == {"press": counts, "all": counts}
    assert held_out.rates(drawn[1:]) == {}
