"""The comparison of what is learned from authored and from real documents."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from model import Analyzer
from model.types import LABELS, ModelInfo
from tests.test_corpora import LOADED, PLAIN, babe, write_corpus
from training.evaluation import learning
from training.evaluation.learning import MIXES, Mix, comparison, curves, draw, fitted, training_set
from training.fit import fit
from training.seeds import Document, read_folder

BODY = """{opening}The council of {place} met on Monday{end}.
{{allegation none: The firm stole the money}}.
{{allegation vague: The mayor {{cue vague: is widely believed}} to have lied}}.
{{cue attributed: Moira Teague, a lawyer, said}} {{allegation attributed: the firm hid its losses}}.
{{cue documented: A court found on 3 May}} {{allegation documented: that the mayor forged the log}}.
{opening}What a {{loaded: shameful}} day for {place}{end}.
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """Ten authored documents, five contrast groups, and ten real documents: of each a stretch drawn at random and a rich one."""
    folder = tmp_path_factory.mktemp("seeds")
    for genre, count in (("news report", 10), ("contrast", 5)):
        home = folder / genre.replace(" ", "-")
        home.mkdir()
        for number in range(count):
            header = f"id: {home.name}-{number}\ngenre: {genre}\ntopic: council\nenglish: british\n---\n"
            opening, end = ("{contrast everyday: ", "}") if genre == "contrast" else ("", "")
            body = BODY.format(opening=opening, end=end, place=("Ashford", "Kirkby")[number % 2])
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
    thresholds = fit(alone, ModelInfo("", "", "lexical", ""), log=lambda _: None, jobs=1).thresholds
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
    """A folder with a corpus and the store of three runs, the fits of each run, and all that was logged."""

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
                fitted(documents, folder, result.store, result.log.append)
            result.fits.append(fitter.count)
    return result


def test_an_interrupted_run_goes_on(written: Written) -> None:
    assert written.fits == [3, len(MIXES) - 3, 0]
    assert len(written.store.read_text().splitlines()) == len(MIXES) == 7
    assert f"3 of 7 fits are in {written.store}" in written.log
    progress = [line for line in written.log if line.startswith("fit ")]
    assert [line.partition(":")[0] for line in progress] == [
        *(f"fit {n} of 7" for n in range(1, 5)),
        *(f"fit {n} of 4" for n in range(1, 5)),
    ]
    assert ["min left" in line for line in progress] == [False, True, True, True, False, True, True, True]


def test_results_of_other_documents_do_not_count(
    analyzer: Analyzer, written: Written, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "fit", Fitter(analyzer, 0))
    with pytest.raises(KeyboardInterrupt):
        fitted(documents[1:], written.folder, written.store, lambda _: None)


def test_the_report_has_every_result(written: Written, documents: list[Document]) -> None:
    results = fitted(documents, written.folder, written.store, lambda _: None)
    rows = [asdict(result) for result in results.values()]
    compared, shares = comparison(rows), curves(rows)
    assert "| authored only | 14 | 0 | 84 |\n| real only | 0 | 9 | 108 |\n| both | 14 | 9 | 192 |" in compared
    assert "| babe | macro f1 at review threshold | " in compared
    for result in results.values():
        real = result.held_out["real documents"]["loaded_language"]
        assert f" | {real['average_precision']:.3f} | {real['auc']:.3f} |\n" in shares + "\n"
    draw(rows, written.folder / "learning.png")
    assert (written.folder / "learning.png").read_bytes().startswith(b"\x89PNG")


def test_without_real_documents_there_is_nothing_to_compare(documents: list[Document], tmp_path: Path) -> None:
    assert fitted(documents[:15], None, tmp_path / "learning.jsonl", lambda _: None) == {}
    assert comparison([]) == curves([]) == "(not measured: the real texts were not there)"
