"""Corpora of others, and the comparison of what is learned from authored and from real documents."""

import gzip
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from model import Analyzer
from model.analyzer import Threshold
from model.types import LABELS, ModelInfo
from training import learning
from training.corpora import Row, measure, present, read_corpus
from training.fit import fit
from training.learning import MIXES, Mix, fitted, learn, training_set
from training.seeds import Document, digest, read_folder
from training.standoff import TextError

LOADED = "The day was fine. What a shameful, disgusting gang of thugs!"
PLAIN = "The office opens at nine."
BODY = """The council of {place} met on Monday.
{{allegation none: The firm stole the money}}.
{{allegation vague: The mayor {{cue vague: is widely believed}} to have lied}}.
{{cue attributed: Moira Teague, a lawyer, said}} {{allegation attributed: the firm hid its losses}}.
{{cue documented: A court found on 3 May}} {{allegation documented: that the mayor forged the log}}.
What a {{loaded: shameful}} day for {place}.
"""


def write_corpus(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def babe(text: str, biased: int | None) -> dict[str, Any]:
    return {"text": text, "label": {"biased": biased, "opinion": "No agreement"}, "meta": {}}


def ptc(text: str, loaded: int) -> dict[str, Any]:
    return {"text": text, "label": {"loaded_language": loaded, "doubt": 1 - loaded}, "meta": {}}


def neutral(text: str, genre: str) -> dict[str, Any]:
    return {"text": text, "label": {"neutral": 1}, "meta": {"genre": genre}}


def with_thresholds(analyzer: Analyzer, review: float, flag: float) -> Analyzer:
    thresholds = {label: Threshold(review, flag) for label in LABELS}
    return Analyzer(analyzer.info, analyzer.known, analyzer.tagger, analyzer.vocabulary, analyzer.classifiers, thresholds)


def test_rows_have_the_labels_of_their_corpus(tmp_path: Path) -> None:
    write_corpus(tmp_path, "babe", babe("a", 1), babe("b", 0), babe("c", None))
    write_corpus(tmp_path, "ptc_semeval2020", ptc("a", 0), ptc("b", 1), ptc("b", 1))
    write_corpus(tmp_path, "neutral_gum", *(neutral(genre, genre) for genre in ("news", "court", "bio", "speech", "academic")))
    write_corpus(tmp_path, "neutral_agnews", {"text": "a", "label": {"neutral": 1}, "meta": {"topic": "World"}})
    assert read_corpus(tmp_path, "babe") == [Row("a", loaded=True), Row("b", loaded=False)]
    assert read_corpus(tmp_path, "ptc_semeval2020") == [Row("a", loaded=False), Row("b", loaded=True), Row("b", loaded=True)]
    assert [row.text for row in read_corpus(tmp_path, "neutral_gum")] == ["news", "bio", "academic"]
    assert read_corpus(tmp_path, "neutral_agnews") == [Row("a", loaded=False)]


def test_what_is_not_there_is_skipped_and_named(analyzer: Analyzer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_corpus(tmp_path, "neutral_agnews", neutral(PLAIN, "news"))
    with caplog.at_level(logging.INFO, "training"):
        assert list(measure(analyzer, tmp_path)) == present(tmp_path) == ["neutral_agnews"]
    assert "babe, ptc_semeval2020, neutral_gum" in caplog.text


def test_figures_of_loaded_language(analyzer: Analyzer, tmp_path: Path) -> None:
    """All three rows are above the review threshold of 0, and none reaches the flag threshold of 1.1."""
    rows = [(LOADED, 1), (PLAIN, 0), (LOADED + " " + PLAIN, 1)]
    write_corpus(tmp_path, "babe", *(babe(*row) for row in rows))
    write_corpus(tmp_path, "ptc_semeval2020", *(ptc(*row) for row in rows))
    figures = measure(with_thresholds(analyzer, 0.0, 1.1), tmp_path)
    assert figures["babe"] == {
        "rows": 3,
        "auc": 1.0,
        "macro_f1_at_flag_threshold": 0.25,  # none: F1 0 and 2 / (2 + 2)
        "macro_f1_at_review_threshold": 0.4,  # all: F1 4 / (4 + 1) and 0
        "macro_f1_at_0.5": 1.0,
    }
    assert figures["ptc_semeval2020"] == {"rows": 3, "auc": 1.0}


@pytest.mark.parametrize(("flag", "share"), [(0.0, 1.0), (1.1, 0.0)])
def test_false_alarms_are_the_share_of_rows_with_a_flag(analyzer: Analyzer, tmp_path: Path, flag: float, share: float) -> None:
    write_corpus(tmp_path, "neutral_gum", neutral(LOADED, "news"), neutral(PLAIN, "bio"), neutral(LOADED, "court"))
    expected = {"rows": 2, "unsupported_allegation_flagged": share, "loaded_language_flagged": share}
    assert measure(with_thresholds(analyzer, flag, flag), tmp_path) == {"neutral_gum": expected}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """Ten authored documents, five contrast groups, and ten real documents: of each a stretch drawn at random and a rich one."""
    folder = tmp_path_factory.mktemp("seeds")
    for genre, count in (("news report", 10), ("contrast", 5)):
        home = folder / genre.replace(" ", "-")
        home.mkdir()
        for number in range(count):
            header = f"id: {home.name}-{number}\ngenre: {genre}\ntopic: council\nenglish: british\n---\n"
            body = BODY.format(place=("Ashford", "Kirkby")[number % 2])
            (home / f"{home.name}-{number}.txt").write_text(header + body, encoding="utf-8")
    authored = read_folder(folder)
    return authored + [
        as_real(d, n, topic) for d in authored if d.genre != "contrast" for n, topic in enumerate(("random", "rich"))
    ]


def as_real(document: Document, n: int, topic: str) -> Document:
    return replace(document, id=f"press/{document.id}/{n}", genre="press", origin=f"press/{document.id}", topic=topic)


def origins(documents: Sequence[Document]) -> set[str]:
    return {document.origin for document in documents}


def test_shares_are_nested_and_of_whole_documents(documents: list[Document]) -> None:
    shares = [training_set(documents[::-1], Mix(share, share)) for share in (0.2, 0.4, 1.0)]
    for smaller, greater in pairwise(shares):
        assert origins(smaller) < origins(greater)
    assert [len(origins(members)) for members in shares] == [3 + 2, 6 + 4, 15 + 10]
    assert len([d for d in shares[0] if d.genre == "press"]) == 2 * 2
    assert sorted(d.id for d in shares[-1]) == sorted(d.id for d in documents)
    assert training_set(documents, Mix(0.0, 0.0)) == []


def test_real_documents_alone_have_thresholds_of_their_own(documents: list[Document]) -> None:
    alone = training_set(documents, Mix(0.0, 1.0))
    assert {document.half for document in alone} == {"real"}
    thresholds = fit(alone, ModelInfo("", "", ""), log=lambda _: None, jobs=1).thresholds
    assert all(0 < thresholds[label].flag <= 1 for label in LABELS)


@dataclass
class Fitter:
    """Stands in for :func:`training.fit.fit`: gives one analyzer for everything, counts, and breaks off after ``last`` fits."""

    analyzer: Analyzer
    last: int
    count: int = 0

    def __call__(self, *_: object, **__: object) -> Analyzer:
        if self.count == self.last:
            raise KeyboardInterrupt
        self.count += 1
        return self.analyzer


@dataclass(frozen=True)
class Written:
    """A folder with a corpus and with what :func:`learn` wrote in three runs, the fits of each run, and all that was logged."""

    folder: Path
    fits: list[int]
    log: list[str]

    @property
    def store(self) -> Path:
        return self.folder / "build" / "learning.jsonl"


@pytest.fixture(scope="module")
def written(analyzer: Analyzer, documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The first run is interrupted at its fourth fit."""
    folder = tmp_path_factory.mktemp("learning")
    write_corpus(folder, "babe", babe(LOADED, 1), babe(PLAIN, 0))
    result = Written(folder, [], [])
    with pytest.MonkeyPatch.context() as patch:
        for last in (3, len(MIXES), len(MIXES)):
            fitter = Fitter(analyzer, last)
            patch.setattr(learning, "fit", fitter)
            with suppress(KeyboardInterrupt):
                learn(documents, folder, result.store, folder / "docs", result.log.append)
            result.fits.append(fitter.count)
    return result


def test_an_interrupted_run_goes_on(written: Written) -> None:
    assert written.fits == [3, len(MIXES) - 3, 0]
    assert len(written.store.read_text().splitlines()) == len(MIXES) == 9
    assert f"3 of 9 fits are in {written.store}" in written.log
    progress = [line for line in written.log if line.startswith("fit ")]
    assert [line.partition(":")[0] for line in progress] == [
        *(f"fit {n} of 9" for n in range(1, 5)),
        *(f"fit {n} of 6" for n in range(1, 7)),
    ]
    assert ["min left" in line for line in progress] == [False, True, True, True, False, True, True, True, True, True]


def test_results_of_other_documents_do_not_count(
    analyzer: Analyzer, written: Written, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "fit", Fitter(analyzer, 0))
    with pytest.raises(KeyboardInterrupt):
        fitted(documents[1:], written.folder, written.store, lambda _: None)


def test_the_report_has_every_result(written: Written, documents: list[Document]) -> None:
    text = (written.folder / "docs" / "learning.md").read_text(encoding="utf-8")
    assert digest(documents) in text
    assert "nan" not in text
    assert "|---|---|---|---|\n| authored only | 12 | 0 | 72 |\n| real only | 0 | 8 | 96 |\n| both | 12 | 8 | 168 |\n" in text
    assert "| babe | macro f1 at 0.5 | " in text
    assert "Not there when this was written: ptc_semeval2020, neutral_gum, neutral_agnews." in text
    for result in fitted(documents, written.folder, written.store, lambda _: None).values():
        real = result.held_out["real documents"]["loaded_language"]
        assert f" | {real['average_precision']:.3f} | {real['auc']:.3f} |\n" in text
    assert (written.folder / "docs" / "learning.png").read_bytes().startswith(b"\x89PNG")


def test_without_real_documents_it_says_what_to_do(documents: list[Document], tmp_path: Path) -> None:
    with pytest.raises(TextError, match="fetch their texts"):
        learn(documents[:15], tmp_path, tmp_path / "learning.jsonl", tmp_path, lambda _: None)
