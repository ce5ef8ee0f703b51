"""Drawing stretches to annotate: seeded, by strata, and none twice."""

import gzip
import json
from pathlib import Path

import pytest

from training import sample

PLAIN = "The board met on Monday. It rose at noon. Nobody spoke. The hall was cold."
ACCUSING = "The firm lied. It hid the leak. It bribed the mayor. Ada Obi said that it forged the log."


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sources of ten documents of six paragraphs; every third document accuses."""
    for source in ("one", "two"):
        with gzip.open(tmp_path / f"{source}.jsonl.gz", "wt", encoding="utf-8") as lines:
            for doc in range(10):
                for n in range(6):
                    text = PLAIN if doc % 3 else ACCUSING
                    lines.write(json.dumps({"doc": f"d{doc}", "n": n, "text": text}) + "\n")
    monkeypatch.setattr(sample, "SHARES", {"one": 1, "two": 1})
    monkeypatch.setattr(sample, "CITED_SHARES", {"two": 1})
    return tmp_path


def test_a_draw_is_seeded_by_strata_and_has_whole_paragraphs(texts: Path) -> None:
    drawn = sample.draw(texts, 144, frozenset())
    assert drawn == sample.draw(texts, 144, frozenset())
    sizes = {stratum: sum(s.sentences for name, s in drawn if name == stratum) for stratum in ("random", "rich")}
    assert sizes == {"random": 48, "rich": 96}
    assert {s.paragraphs[0].source for _, s in drawn} == {"one", "two"}
    assert all(sample.LEAST <= s.sentences <= sample.MOST for _, s in drawn)
    assert len({(p.source, p.doc, p.n) for _, s in drawn for p in s.paragraphs}) == sum(len(s.paragraphs) for _, s in drawn)


def test_what_accuses_and_names_its_source_comes_first(texts: Path) -> None:
    drawn = sample.draw_cited(texts, 48, frozenset())
    assert {stratum for stratum, _ in drawn} == {"cited"}
    assert all(s.paragraphs[0].text == ACCUSING for _, s in drawn)


def test_what_is_taken_is_not_drawn_again(texts: Path) -> None:
    first = sample.draw(texts, 96, frozenset())
    taken = frozenset((p.source, p.doc, p.n) for _, s in first for p in s.paragraphs)
    second = sample.draw(texts, 96, taken)
    assert taken.isdisjoint((p.source, p.doc, p.n) for _, s in second for p in s.paragraphs)
