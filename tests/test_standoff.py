"""Annotations of real documents: read with their texts, and held to the rules of authored ones."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from training.examples import split_documents
from training.seeds import SeedError, TrainingError
from training.standoff import TextError, annotated, read_documents, read_sources

TEXT = "Ada Obi said that the firm lied. It rained."
SOURCE = '[press]\ntitle = "Press"\nlicence = "CC0"\norigin = "here"\nenglish = "british"\nsha256 = "0"\n'
MARKS = [[0, 12, "cue", "attributed", False], [18, 31, "allegation", "attributed", False], [27, 31, "loaded", None, True]]


def write(folder: Path, text: str = TEXT, **changes: Any) -> tuple[Path, Path]:
    """One annotated paragraph and its text."""
    annotations, texts = folder / "real", folder / "texts"
    annotations.mkdir()
    texts.mkdir()
    row = {
        "doc": "d",
        "n": 3,
        "stretch": "d/3",
        "stratum": "random",
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "sentences": [[0, 32], [33, 43]],
        "marks": MARKS,
    }
    (annotations / "sources.toml").write_text(SOURCE)
    (annotations / "press.jsonl").write_text(json.dumps(row | changes) + "\n")
    with gzip.open(texts / "press.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"doc": "d", "n": 3, "text": text}) + "\n")
    return annotations, texts


def test_a_stretch_is_read_as_a_document(tmp_path: Path) -> None:
    annotations, texts = write(tmp_path)
    (document,), missing = read_documents(annotations, texts)
    assert missing == []
    assert (document.id, document.origin, document.genre, document.half) == ("press/d/3", "press/d", "press", "real")
    assert document.text == TEXT
    allegation = document.sentences[0].allegation
    assert allegation is not None
    assert TEXT[allegation.start : allegation.end] == "the firm lied"
    assert document.sentences[1].spans == ()
    assert annotated(annotations) == {("press", "d", 3)}
    assert read_sources(annotations)["press"].licence == "CC0"


def test_a_stretch_of_the_test_set_is_one_that_nothing_learns_from(tmp_path: Path) -> None:
    annotations, texts = write(tmp_path)
    (annotations / "test").mkdir()
    (annotations / "press.jsonl").rename(annotations / "test" / "press.jsonl")
    (document,), _ = read_documents(annotations, texts)
    assert (document.half, document.is_test) == ("test", True)
    assert annotated(annotations) == {("press", "d", 3)}
    assert split_documents([document]) == ([], [document])


def test_a_source_without_its_text_is_named(tmp_path: Path) -> None:
    annotations, texts = write(tmp_path)
    (texts / "press.jsonl.gz").unlink()
    assert read_documents(annotations, texts) == ([], ["press"])


def test_another_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="press, d, paragraph 3 is not the text that was annotated"):
        read_documents(*write(tmp_path, text=TEXT + " "))


@pytest.mark.parametrize(
    ("marks", "problem"),
    [
        ([[18, 31, "alegation", "none", False]], "no mark 'alegation'"),
        ([[18, 31, "allegation", "maybe", False]], "with the value 'maybe'"),
        ([[18, 31, "allegation", "vague", False]], "has no cue 'vague' near"),
        ([[18, 30, "allegation", "none", False]], "cuts a word"),
        ([[18, 27, "loaded", None, False]], "white space at the edge"),
        ([[18, 26, "loaded", None, False], [22, 31, "loaded", None, False]], "crosses another"),
        ([[18, 31, "loaded", None, False], [27, 31, "loaded", None, False]], "'loaded' inside 'loaded'"),
        ([[27, 40, "loaded", None, False]], "lies in no sentence"),
    ],
)
def test_a_broken_mark_is_refused(tmp_path: Path, marks: list[list[object]], problem: str) -> None:
    with pytest.raises(TrainingError, match=problem):
        read_documents(*write(tmp_path, marks=marks))


@pytest.mark.parametrize("line", ["{", "[]", '{"doc": "d"}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    annotations, texts = write(tmp_path)
    path = annotations / "press.jsonl"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(SeedError, match=r"press\.jsonl:2: not"):
        read_documents(annotations, texts)
