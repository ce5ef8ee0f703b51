"""Reads the annotated seed documents: strict parsing, clear errors.

The format is described in ``seeds/README.md``. In short: a header of ``key: value`` lines, a line ``---``, then the
document, one sentence a line, a blank line between paragraphs, labels as nested ``{label value: words}`` marks.

Errors: :class:`SeedError` is the only one raised here, and it names file, line and remedy.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SUPPORT_VALUES = ("none", "vague", "attributed", "documented")
# What the sentences of a contrast group that make no allegation are there to be told apart by.
CONTRASTS = (
    *("denial", "clearance", "hypothetical", "rule", "fiction"),
    *("technical", "roles", "accident", "opinion", "everyday"),
)
# The labels of marks, and the values that each may have.
ALLOWED: dict[str, tuple[str | None, ...]] = {
    "allegation": SUPPORT_VALUES,
    "cue": SUPPORT_VALUES[1:],
    "loaded": (None,),
    "contrast": CONTRASTS,
}
# The labels whose words can be a speaker's.
QUOTABLE = ("allegation", "loaded")
ENGLISH = ("american", "british", "indian", "african")
GENRES = frozenset(
    """audit summary|biography|contrast|council minutes|court report|earnings call|editorial|encyclopaedia|fact check|fiction
    |forum thread|interview|letter to the editor|live blog|market note|match report|news report|newsletter|ngo report
    |obituary|op-ed|parliamentary speech|party leaflet|press release|product review|restaurant review|school notice
    |science news|social post|wire report""".replace("\n    ", "").split("|")
)
CONTRAST = "contrast"
Half = Literal["authored", "contrast", "real", "test"]
HALVES: tuple[Half, ...] = ("authored", "contrast", "real", "test")
HEADER = ("id", "genre", "topic", "english")

_MARK = re.compile(r"\\[\\{}]|\{(?P<name>[^{}:\n]{0,60}):[ ]?|\{|\}")
# How many paragraphs away support may stand.
_REACH = 2
_QUOTE_MARKS = "\"“”„«»'‘’"


class TrainingError(Exception):
    """What the commands say and end with: :class:`SeedError` here, and the errors of the other modules."""


class SeedError(TrainingError):
    """A seed file breaks the format. The message reads ``file:line: what is wrong; what to do``."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True)
class Span:
    """Marked words of a document: ``text[start:end]``, half-open, in code points.

    ``label`` is a key of :data:`ALLOWED`; ``value`` is the support value, for ``contrast`` one of :data:`CONTRASTS`, and
    None for ``loaded``; ``quoted`` is True where the words are a speaker's and not the author's.
    """

    start: int
    end: int
    label: str
    value: str | None
    quoted: bool

    @property
    def place(self) -> tuple[int, int, str]:
        """The order of marks in a document: by their beginning, and what holds another before it."""
        return self.start, -self.end, self.label


@dataclass(frozen=True)
class GoldSentence:
    """One line of a seed document, with the marks that lie in it. ``paragraph`` counts from 0."""

    start: int
    end: int
    paragraph: int
    spans: tuple[Span, ...]

    @property
    def allegation(self) -> Span | None:
        """The accusing clause, or None: a sentence has at most one."""
        return next((span for span in self.spans if span.label == "allegation"), None)

    @property
    def loaded(self) -> tuple[Span, ...]:
        """The loaded words, in order."""
        return tuple(span for span in self.spans if span.label == "loaded")

    @property
    def unsupported(self) -> bool:
        """True for an allegation whose support is ``none`` or ``vague``."""
        return self.allegation is not None and self.allegation.value in ("none", "vague")


@dataclass(frozen=True)
class Document:
    """A whole annotated document. ``text`` is free of marks: sentences of a paragraph are joined by a space.

    ``origin`` tells the document that a stretch was taken from, and is the id of a document that is whole: what shares an
    origin is never parted between training and evaluation. ``is_test`` tells a stretch that only the evaluation may see.
    """

    id: str
    genre: str
    topic: str
    english: str
    text: str
    sentences: tuple[GoldSentence, ...]
    origin: str
    is_test: bool

    @property
    def is_authored(self) -> bool:
        """Whether it was written for this project."""
        return self.genre in GENRES

    @property
    def half(self) -> Half:
        """``authored`` for a document as its readers would have it, ``contrast`` for a group, ``real`` for a stretch of a real
        one, ``test`` for such a stretch if nothing may be learned from it.
        """
        if self.is_authored:
            return "contrast" if self.genre == CONTRAST else "authored"
        return "test" if self.is_test else "real"


def read_folder(folder: Path) -> list[Document]:
    """All documents below ``folder``, sorted by id. Raises :class:`SeedError` at the first fault."""
    documents: dict[str, Document] = {}
    for path in sorted(folder.rglob("*.txt")):
        document = read_file(path)
        if document.id in documents:
            raise SeedError(path, 1, f"the id {document.id!r} is used twice; give this document another")
        documents[document.id] = document
    if not documents:
        raise SeedError(folder, 0, "no seed documents (*.txt) here; name the folder that holds them")
    return [documents[key] for key in sorted(documents)]


def read_file(path: Path) -> Document:
    """Parses one seed file. Raises :class:`SeedError`."""
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise SeedError(path, 1, "not UTF-8; save the file as UTF-8") from error
    header, body_start = _header(path, lines)
    _check_header(path, header)
    text, sentences = _body(path, lines, body_start, header["genre"])
    id_, genre, topic, english = (header[key] for key in HEADER)
    return Document(id_, genre, topic, english, text, sentences, origin=id_, is_test=False)


def digest(documents: Sequence[Document]) -> str:
    """SHA-256 over everything that training sees of the documents, independent of file layout."""
    state = hashlib.sha256()
    for document in sorted(repr(document) for document in documents):
        state.update(document.encode("utf-8", "surrogatepass"))
    return "sha256:" + state.hexdigest()


def make_up(documents: Sequence[Document]) -> list[str]:
    """How many documents, sentences and labels there are, by genre and in all, as the lines of a Markdown table."""
    lines = [
        "| genre | documents | sentences | unsupported allegation | supported allegation | loaded language |",
        "|---|---|---|---|---|---|",
    ]
    genres = sorted({document.genre for document in documents})
    groups = [*((genre, [d for d in documents if d.genre == genre]) for genre in genres), ("**all**", documents)]
    for name, members in groups:
        sentences = [sentence for document in members for sentence in document.sentences]
        unsupported = sum(sentence.unsupported for sentence in sentences)
        supported = sum(sentence.allegation is not None for sentence in sentences) - unsupported
        loaded = sum(bool(sentence.loaded) for sentence in sentences)
        lines.append(f"| {name} | {len(members)} | {len(sentences)} | {unsupported} | {supported} | {loaded} |")
    return lines


def _header(path: Path, lines: list[str]) -> tuple[dict[str, str], int]:
    header: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if line == "---":
            return header, number
        key, colon, value = line.partition(": ")
        if not colon or key not in HEADER or key in header:
            raise SeedError(path, number, f"the header needs one line each of {', '.join(HEADER)}, as 'key: value'")
        header[key] = value.strip()
    raise SeedError(path, len(lines), "no '---' line; put one between header and text")


def _check_header(path: Path, header: dict[str, str]) -> None:
    missing = [key for key in HEADER if not header.get(key)]
    if missing:
        raise SeedError(path, 1, f"the header lacks {', '.join(missing)}; add it")
    if header["genre"] not in GENRES:
        raise SeedError(path, 1, f"unknown genre {header['genre']!r}; use one of {', '.join(sorted(GENRES))}")
    if header["english"] not in ENGLISH:
        raise SeedError(path, 1, f"unknown variety {header['english']!r}; use one of {', '.join(ENGLISH)}")
    if header["id"] != path.stem:
        raise SeedError(path, 1, f"the id is {header['id']!r}; make it the file's name, {path.stem!r}")
    if path.parent.name != header["genre"].replace(" ", "-"):
        raise SeedError(path, 1, f"move the file to a folder {header['genre'].replace(' ', '-')!r}, its genre")


def _body(path: Path, lines: list[str], body_start: int, genre: str) -> tuple[str, tuple[GoldSentence, ...]]:
    text = ""
    paragraph = -1
    sentences: list[GoldSentence] = []
    numbers: list[int] = []
    after_blank = True
    for number, line in enumerate(lines[body_start:], start=body_start + 1):
        if not line.strip():
            after_blank = True
            continue
        if line != line.strip():
            raise SeedError(path, number, "white space around the sentence; remove it")
        words, spans = _parse_line(path, number, line)
        if after_blank:
            paragraph += 1
        if text:
            text += "\n\n" if after_blank else " "
        after_blank = False
        moved = tuple(Span(s.start + len(text), s.end + len(text), s.label, s.value, s.quoted) for s in spans)
        sentence = GoldSentence(len(text), len(text) + len(words), paragraph, moved)
        text += words
        sentences.append(sentence)
        numbers.append(number)
        _check_quoted(path, number, text, sentences)
        _check_contrast(path, number, sentence, genre)
    if not sentences:
        raise SeedError(path, body_start, "no text after the header; write some")
    check_cues(path, numbers, sentences)
    return text, tuple(sentences)


def _parse_line(path: Path, number: int, line: str) -> tuple[str, list[Span]]:
    words = ""
    open_marks: list[tuple[str, str | None, bool, int]] = []
    spans: list[Span] = []
    position = 0
    for match in _MARK.finditer(line):
        words += line[position : match.start()]
        position = match.end()
        found = match.group()
        if found[0] == "\\":
            words += found[1]
        elif match["name"] is not None:
            label, value, quoted = _mark_name(path, number, match["name"])
            open_marks.append((label, value, quoted, len(words)))
        elif found == "{":
            raise SeedError(path, number, "a '{' that opens no mark; write '\\{' for a brace")
        elif not open_marks:
            raise SeedError(path, number, "a '}' too many; remove it, or write '\\}' for a brace")
        else:
            label, value, quoted, start = open_marks.pop()
            spans.append(Span(start, len(words), label, value, quoted))
    if open_marks:
        raise SeedError(path, number, f"a mark {open_marks[-1][0]!r} is not closed in its line; add '}}'")
    words += line[position:]
    spans.sort(key=lambda span: span.place)
    check_sentence(path, number, words, spans)
    return words, spans


def check_sentence(path: Path, number: int, words: str, spans: Sequence[Span]) -> None:
    """Checks the marks of a sentence, sorted, with offsets into ``words``. Raises :class:`SeedError`."""
    for index, span in enumerate(spans):
        if span.value not in ALLOWED.get(span.label, ()):
            raise SeedError(path, number, f"no mark {span.label!r} with the value {span.value!r}; see seeds/README.md")
        _check_edges(path, number, words, span)
        outer = [other for other in spans[:index] if other.end > span.start]
        if any(other.end < span.end for other in outer):
            raise SeedError(path, number, f"the mark {span.label!r} crosses another; let it end inside or begin outside")
        _check_nesting(path, number, span.label, [other.label for other in outer])
    if sum(span.label == "allegation" for span in spans) > 1:
        raise SeedError(path, number, "two allegations in a sentence; keep the most prominent one")


def _mark_name(path: Path, number: int, name: str) -> tuple[str, str | None, bool]:
    label, *rest = name.split(" ")
    quoted = rest[-1:] == ["quoted"]
    values = rest[:-1] if quoted else rest
    if label not in ALLOWED:
        raise SeedError(path, number, f"unknown label {label!r}; use one of {', '.join(ALLOWED)}")
    if label == "loaded" and not values:
        return label, None, quoted
    if len(values) == 1 and values[0] in ALLOWED[label] and not (quoted and label not in QUOTABLE):
        return label, values[0], quoted
    form = (
        "{loaded: …} or {loaded quoted: …}"
        if label == "loaded"
        else f"{{{label} {'|'.join(str(value) for value in ALLOWED[label])}: …}}"
    )
    raise SeedError(path, number, f"{{{name}: …}} is no mark; write {form}")


def _check_nesting(path: Path, number: int, label: str, outer: list[str]) -> None:
    if label in outer or (label == "allegation" and outer):
        raise SeedError(path, number, f"{label!r} inside {outer[-1]!r}; an allegation stands outside, and no mark in its like")


def _check_edges(path: Path, number: int, words: str, span: Span) -> None:
    marked = words[span.start : span.end]
    if not any(character.isalnum() for character in marked):
        raise SeedError(path, number, f"the mark {span.label!r} holds no word; put words into it")
    if marked != marked.strip():
        raise SeedError(path, number, f"white space at the edge of {span.label!r}; move it out of the mark")
    for edge in (span.start, span.end):
        if words[max(edge - 1, 0) : edge].isalnum() and words[edge : edge + 1].isalnum():
            raise SeedError(path, number, f"the mark {span.label!r} cuts a word; take in the whole word")


def _check_quoted(path: Path, number: int, text: str, sentences: list[GoldSentence]) -> None:
    sentence = sentences[-1]
    near = [s for s in sentences if s.paragraph >= sentence.paragraph - 1]
    for span in sentence.spans:
        before = text[near[0].start : span.start + 1]
        if span.quoted and not any(mark in before for mark in _QUOTE_MARKS) and "> " not in before:
            raise SeedError(path, number, "'quoted' outside a quotation; drop it, or open the quotation before the words")


def _check_contrast(path: Path, number: int, sentence: GoldSentence, genre: str) -> None:
    marks = sum(span.label == "contrast" for span in sentence.spans)
    if marks != (genre == CONTRAST and sentence.allegation is None):
        raise SeedError(path, number, "each sentence of a contrast group without an allegation has one 'contrast', no other has")


def check_cues(path: Path, numbers: Sequence[int], sentences: Sequence[GoldSentence]) -> None:
    """Checks that every support value but ``none`` has its cue in reach, and every cue its allegation. ``numbers`` are the
    lines of the sentences. Raises :class:`SeedError`.
    """
    for number, sentence in zip(numbers, sentences, strict=True):
        for span in sentence.spans:
            wanted = {"allegation": "cue", "cue": "allegation"}.get(span.label)
            if wanted is None or span.value == "none":
                continue
            if not any(s.label == wanted and s.value == span.value for s in _around(sentence, sentences)):
                raise SeedError(path, number, f"{span.label} {span.value!r} has no {wanted} {span.value!r} near; mark it too")


def _around(sentence: GoldSentence, sentences: Sequence[GoldSentence]) -> Iterator[Span]:
    for other in sentences:
        if abs(other.paragraph - sentence.paragraph) <= _REACH:
            yield from other.spans
