"""Real documents: annotations in the repository, texts that live outside it.

``seeds/real/<source>.jsonl`` holds one paragraph a line: where its text is (``doc``, ``n``), the SHA-256 of that text, the
stratum of the draw, the sentences and the marks, as offsets in code points. ``seeds/real/sources.toml`` names each source,
its licence and the digest of its file. The texts are gzipped JSON lines with ``doc``, ``n`` and ``text``. Files of the same
form in ``seeds/real/test`` hold documents that only the evaluation may see, and those in ``seeds/real/readings/first`` and
``second`` two blind readings of some stretches, as they were before a third reader decided where they differ.

Errors: :class:`TextError` for a text that is not the one that was annotated, :class:`training.seeds.SeedError` for a broken
annotation.
"""

import gzip
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from training.seeds import Document, GoldSentence, SeedError, Span, TrainingError, check_cues, check_sentence


class TextError(TrainingError):
    """A text is not the one that was annotated."""


TEST = "test"
# The texts of paragraphs, by doc and n.
Texts = Mapping[tuple[str, int], str]
ROW = frozenset({"doc", "n", "stretch", "stratum", "sha256", "sentences", "marks"})


@dataclass(frozen=True)
class Source:
    """Where real texts come from: a row of ``sources.toml``. ``sha256`` is that of the file ``<name>.jsonl.gz``."""

    name: str
    title: str
    licence: str
    origin: str
    english: str
    sha256: str


def read_sources(folder: Path) -> dict[str, Source]:
    """The sources named in ``folder/sources.toml``."""
    table = tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8"))
    return {name: Source(name=name, **row) for name, row in table.items()}


def read_rows(folder: Path, source: str) -> list[dict[str, Any]]:
    """The annotated paragraphs of a source, in order; none where the folder holds none of that source."""
    path = folder / f"{source}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_row(path, number, line) for number, line in enumerate(lines, start=1)]


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise SeedError(path, number, "not JSON; mend the line") from error
    if not isinstance(row, dict) or set(row) != ROW:
        raise SeedError(path, number, f"not a paragraph; it needs {', '.join(sorted(ROW))}")
    return row


def annotated(folder: Path) -> frozenset[tuple[str, str, int]]:
    """The paragraphs that have annotations, by source, doc and n."""
    folders = (folder, folder / TEST)
    return frozenset((n, row["doc"], row["n"]) for n in read_sources(folder) for place in folders for row in read_rows(place, n))


def read_documents(annotations: Path, texts: Path, reading: str = "") -> tuple[list[Document], list[str]]:
    """The annotated stretches whose texts are in ``texts``, and the names of the sources whose file is missing there.

    ``reading`` names one of the blind readings in place of the final labels. Raises :class:`TextError` for a text whose
    digest is not the annotated one.
    """
    documents: list[Document] = []
    missing: list[str] = []
    folders = [annotations / "readings" / reading] if reading else [annotations, annotations / TEST]
    for name, source in sorted(read_sources(annotations).items()):
        path = texts / f"{name}.jsonl.gz"
        if path.exists():
            texts_of = _read_texts(path)
            for folder in folders:
                found = _documents(source, read_rows(folder, name), texts_of, is_test=folder == annotations / TEST)
                if not reading:
                    _check(folder / f"{name}.jsonl", found)
                documents.extend(found)
        else:
            missing.append(name)
    return documents, missing


def _check(path: Path, documents: Sequence[Document]) -> None:
    """Holds the marks of real documents to the rules of authored ones. Raises :class:`training.seeds.SeedError`."""
    line = 0
    for document in documents:
        numbers = [line + sentence.paragraph + 1 for sentence in document.sentences]
        for number, sentence in zip(numbers, document.sentences, strict=True):
            check_sentence(path, number, document.text, sentence.spans)
        check_cues(path, numbers, document.sentences)
        line = numbers[-1]


def _read_texts(path: Path) -> Texts:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {(row["doc"], row["n"]): row["text"] for row in rows}


def _documents(source: Source, rows: Sequence[dict[str, Any]], texts: Texts, *, is_test: bool) -> list[Document]:
    return [
        _document(source, list(stretch), texts, is_test=is_test) for _, stretch in groupby(rows, key=lambda row: row["stretch"])
    ]


def _document(source: Source, rows: Sequence[dict[str, Any]], texts: Texts, *, is_test: bool) -> Document:
    text = ""
    sentences: list[GoldSentence] = []
    for paragraph, row in enumerate(rows):
        text += "\n\n" if text else ""
        sentences.extend(_sentences(row, paragraph, len(text)))
        text += _checked(source.name, row, texts)
    first = rows[0]
    return Document(
        id=f"{source.name}/{first['doc']}/{first['n']}",
        genre=source.name,
        topic=first["stratum"],
        english=source.english,
        text=text,
        sentences=tuple(sentences),
        origin=f"{source.name}/{first['doc']}",
        is_test=is_test,
    )


def _sentences(row: dict[str, Any], paragraph: int, offset: int) -> list[GoldSentence]:
    spans = [_span(mark, offset) for mark in row["marks"]]
    places = [(start + offset, end + offset) for start, end in row["sentences"]]
    inside = [tuple(span for span in spans if start <= span.start and span.end <= end) for start, end in places]
    if sum(map(len, inside)) != len(spans):
        raise TextError(f"{row['doc']}, paragraph {row['n']}: a mark lies in no sentence; mend its offsets")
    return [GoldSentence(start, end, paragraph, marks) for (start, end), marks in zip(places, inside, strict=True)]


def _span(mark: Sequence[Any], offset: int) -> Span:
    start, end, label, value, quoted = mark
    return Span(start + offset, end + offset, label, value, quoted)


def _checked(source: str, row: dict[str, Any], texts: Texts) -> str:
    text = texts.get((row["doc"], row["n"]))
    if text is None or hashlib.sha256(text.encode("utf-8")).hexdigest() != row["sha256"]:
        raise TextError(f"{source}, {row['doc']}, paragraph {row['n']} is not the text that was annotated; fetch the texts again")
    return text
