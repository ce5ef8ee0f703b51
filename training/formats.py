"""Annotated documents in and out of the formats of annotation tools, and into our own seed files.

================  ==================================  =============================================================
format            file or folder                      marks
================  ==================================  =============================================================
``label-studio``  a file, JSON, one task a document   regions: ``allegation:none``, and ``quoted`` as a region's note
``doccano``       a file, JSON lines, one a document  ``[start, end, "allegation:none:quoted"]``
``brat``          a folder, ``.txt`` and ``.ann``     ``T`` lines of type ``allegation-none-quoted``
================  ==================================  =============================================================

Sentences are marks too, of the label ``sentence``; where a document has none, it is split as the service splits. A blank line
between two sentences begins a paragraph. ``id``, ``genre``, ``topic``, ``english`` and ``origin`` stand in a task's ``data``, in
the fields of a doccano line, or in a note on the first mark of an ``.ann`` file, as JSON.

Offsets are code points, as brat and Label Studio count them; doccano counts UTF-16 code units and is translated.
(brat: ``server/src/annotation.py``; Label Studio: ``charsToCodePoints`` in its ``selection-tools.js``; doccano: its issues 2290,
2484.) What else an annotator leaves in a file, relations, ratings, comments, is passed over.

Errors: :class:`FormatError`, which names file, line or item, and remedy, and never echoes the text. :func:`import_to` also
raises :class:`training.seeds.SeedError`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

from model.sentences import split
from training.seeds import ALLOWED, GENRES, HEADER, QUOTABLE, Document, GoldSentence, Span, TrainingError, read_file

_SENTENCE = "sentence"
_LABELS = tuple(f"{label}:{value}" if value else label for label, values in ALLOWED.items() for value in values)
_NAMES = (_SENTENCE, *_LABELS, *(f"{label}:quoted" for label in _LABELS if label.startswith(QUOTABLE)))
_BRAT_NAMES = {name.replace(":", "-"): name for name in _NAMES}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BLANK_LINE = re.compile(r"\n\s*\n")
_BRAT_MARK = re.compile(r"T[0-9]+\t(\S+) ([0-9]{1,9} [0-9]{1,9}(?:;[0-9]{1,9} [0-9]{1,9})*)\t(.*)", re.DOTALL)
_BRAT_HEADER = re.compile(r"#[0-9]+\tAnnotatorNotes T[0-9]+\t(\{.*\})")
# brat reads its files line by line and takes all of these for the end of one.
_BRAT_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

T = TypeVar("T")


class FormatError(TrainingError):
    """A file breaks its format, or a document does not fit into one. The message reads ``where: what is wrong; what to do``."""

    def __init__(self, where: object, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


@dataclass(frozen=True)
class _Mark:
    """``text[start:end]`` under one of ``_NAMES``."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class _Format:
    write: Callable[[Sequence[Document], Path], None]
    read: Callable[[Path], Iterator[Document]]


def read(source: Path, form: str) -> list[Document]:
    """The documents in ``source``, sorted by id. ``form`` is one of ``FORMATS``. Raises :class:`FormatError`."""
    documents: dict[str, Document] = {}
    for document in FORMATS[form].read(source):
        if document.id in documents:
            raise FormatError(source, f"the id {document.id[:60]!r} is used twice; give one of the documents another")
        documents[document.id] = document
    if not documents:
        raise FormatError(source, "no documents here; name the file or folder that holds them")
    return [documents[key] for key in sorted(documents)]


def export_to(documents: Sequence[Document], target: Path, form: str) -> None:
    """Writes ``target``, a file or, for brat, a new folder, and reads it again: what the format cannot hold is refused.

    Raises :class:`FormatError`.
    """
    try:
        FORMATS[form].write(documents, target)
    except OSError as error:
        raise FormatError(target, f"{error.strerror}; name a place that can be written to") from error
    back = {document.id: document for document in read(target, form)}
    for document in documents:
        if back.get(document.id) != document:
            raise FormatError(target, f"the document {document.id[:60]!r} does not come back whole from {form}; leave it out")


def import_to(source: Path, form: str, folder: Path) -> list[Path]:
    """Writes the documents of ``source`` as seed files into ``folder/<genre>``; returns their paths.

    Raises :class:`FormatError` before anything is written, and :class:`training.seeds.SeedError` for the first file that breaks a
    rule of the seeds: all files stay, to be mended where they are.
    """
    files = {_seed_path(source, document, folder): to_seed(document) for document in read(source, form)}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise FormatError(folder, f"{error.strerror}; name a folder that can be written to") from error
    for path in files:
        read_file(path)
    return list(files)


def to_seed(document: Document) -> str:
    """The document as the content of a seed file, the inverse of :func:`training.seeds.read_file`.

    White space between sentences, and a line break inside one, is written as the seeds have it. Raises :class:`FormatError` for
    a header of several lines, sentences with white space around them, and marks that cross.
    """
    lines = [f"{key}: {_header_value(document, key)}" for key in HEADER] + ["---"]
    paragraph = None
    for sentence in document.sentences:
        if paragraph not in (None, sentence.paragraph):
            lines.append("")
        paragraph = sentence.paragraph
        lines.append(_seed_line(document, sentence))
    return "\n".join(lines) + "\n"


def _header_value(document: Document, key: str) -> str:
    value: str = getattr(document, key)
    if value != value.strip() or len(value.splitlines()) != 1:
        raise FormatError(document.id[:60], f"{key!r} is not one line of words; make it so")
    return value


def _seed_line(document: Document, sentence: GoldSentence) -> str:
    words = document.text[sentence.start : sentence.end]
    if not words or words != words.strip():
        raise FormatError(_place(document, sentence), "white space around the sentence; move it out of the mark")
    if any(not sentence.start <= span.start <= span.end <= sentence.end for span in sentence.spans):
        raise FormatError(_place(document, sentence), "a mark goes beyond its sentence; shorten it")
    outer_first = sorted(sentence.spans, key=lambda span: span.place)
    return _seed_marks(document, sentence, outer_first)


def _seed_marks(document: Document, within: GoldSentence | Span, spans: Sequence[Span]) -> str:
    """The words of ``within``, with the marks ``spans`` that lie in it, outer ones first."""
    written, position = "", within.start
    while spans:
        span, *rest = spans
        inside = [other for other in rest if other.start < span.end]
        if any(other.end > span.end for other in inside):
            raise FormatError(_place(document, span), "two marks cross; let one end before the other begins, or lie inside it")
        name = " ".join(_name(span).split(":"))
        written += _escaped(document.text[position : span.start]) + f"{{{name}: {_seed_marks(document, span, inside)}}}"
        position, spans = span.end, rest[len(inside) :]
    return written + _escaped(document.text[position : within.end])


def _escaped(words: str) -> str:
    return re.sub(r"[\\{}]", r"\\\g<0>", words).replace("\n", " ")


def _seed_path(source: Path, document: Document, folder: Path) -> Path:
    # Both become parts of a path, and come from a stranger's file.
    if not _ID.fullmatch(document.id):
        raise FormatError(source, f"the id {document.id[:60]!r} is no file name; use letters, digits, '.', '_' and '-'")
    if document.genre not in GENRES:
        raise FormatError(source, f"unknown genre {document.genre[:60]!r}; use one of {', '.join(sorted(GENRES))}")
    path = folder / document.genre.replace(" ", "-") / f"{document.id}.txt"
    if path.exists():
        raise FormatError(path, "there already; move it away, or give the document another id")
    return path


def _place(document: Document, part: GoldSentence | Span) -> str:
    return f"{document.id[:60]}, characters {part.start} to {part.end}"


def _name(span: Span) -> str:
    return ":".join([span.label, *([span.value] if span.value else []), *(["quoted"] if span.quoted else [])])


def _header(document: Document) -> dict[str, str]:
    return {key: getattr(document, key) for key in (*HEADER, "origin")}


def _marks(document: Document) -> Iterator[_Mark]:
    """Each sentence, followed by the marks in it."""
    for sentence in document.sentences:
        yield _Mark(sentence.start, sentence.end, _SENTENCE)
        for span in sentence.spans:
            yield _Mark(span.start, span.end, _name(span))


def _document(where: str, header: Any, text: str, marks: Sequence[_Mark]) -> Document:
    id_, genre, topic, english = (_field(where, header, key, str, "add it") for key in HEADER)
    origin = header.get("origin", id_)
    if not isinstance(origin, str):
        raise FormatError(where, "'origin' is not text; name the document that this one was taken from, or drop it")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FormatError(where, "the text holds half a character (a lone surrogate); export it again as UTF-8") from error
    places = _sentence_places(where, text, [mark for mark in marks if mark.name == _SENTENCE])
    spans = [_span(mark) for mark in marks if mark.name != _SENTENCE]
    _check_inside(where, places, spans)
    sentences = tuple(
        GoldSentence(start, end, paragraph, _in_order(span for span in spans if start <= span.start < end))
        for start, end, paragraph in places
    )
    return Document(id_, genre, topic, english, text, sentences, origin, is_test=False)


def _sentence_places(where: str, text: str, marks: Sequence[_Mark]) -> list[tuple[int, int, int]]:
    """Start, end and paragraph of each sentence."""
    if not marks:
        return [(span.start, span.end, span.paragraph) for span in split(text)]
    marks = sorted(marks, key=lambda mark: (mark.start, mark.end))
    for one, other in pairwise(marks):
        if other.start < one.end:
            raise FormatError(where, f"the sentences at {one.start} and {other.start} overlap; mark each once")
    breaks = [bool(_BLANK_LINE.search(text, one.end, other.start)) for one, other in pairwise(marks)]
    return [(mark.start, mark.end, number) for mark, number in zip(marks, accumulate(breaks, initial=0), strict=True)]


def _check_inside(where: str, places: Sequence[tuple[int, int, int]], spans: Sequence[Span]) -> None:
    for span in spans:
        if not any(start <= span.start and span.end <= end for start, end, _ in places):
            place = f"the mark {_name(span)!r} at {span.start} to {span.end}"
            raise FormatError(where, f"{place} lies in no one sentence; shorten it, or mark every sentence as {_SENTENCE!r}")


def _in_order(spans: Iterator[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: span.place))


def _span(mark: _Mark) -> Span:
    label, *rest = mark.name.split(":")
    quoted = rest[-1:] == ["quoted"]
    value = next((part for part in rest if part != "quoted"), None)
    return Span(mark.start, mark.end, label, value, quoted)


def _mark(where: str, text: str, start: Any, end: Any, name: object) -> _Mark:
    if name not in _NAMES:
        raise FormatError(where, f"unknown label {str(name)[:60]!r}; use one of {', '.join(_NAMES)}")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise FormatError(
            where, f"a mark {name!r} from {str(start)[:20]} to {str(end)[:20]} is not in the text; mend its offsets"
        )
    return _Mark(start, end, str(name))


def _field(where: str, item: Any, key: str, kind: type[T], remedy: str) -> T:
    value = item.get(key) if isinstance(item, dict) else None
    if not isinstance(value, kind) or value == "":
        raise FormatError(where, f"no {key!r} here, or not what it should be; {remedy}")
    return value


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(path, "not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise FormatError(path, f"{error.strerror}; name a file that can be read") from error


def _json(where: object, content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FormatError(where, f"not JSON, at line {getattr(error, 'lineno', 1)}; export it again") from error


# Label Studio: https://labelstud.io/guide/task_format.html

_TASK_REMEDY = "export the project as JSON, not as JSON-MIN"


def _write_label_studio(documents: Sequence[Document], target: Path) -> None:
    # ASCII alone, here and for doccano, so that no tool can guess the encoding wrong.
    target.write_text(json.dumps([_task(document) for document in documents], indent=1), encoding="ascii")


def _task(document: Document) -> dict[str, Any]:
    regions = [_region(document, f"m{number}", mark) for number, mark in enumerate(_marks(document))]
    return {"data": {"text": document.text, **_header(document)}, "annotations": [{"result": regions}]}


def _region(document: Document, key: str, mark: _Mark) -> dict[str, Any]:
    label = mark.name.removesuffix(":quoted")
    value = {"start": mark.start, "end": mark.end, "text": document.text[mark.start : mark.end], "labels": [label]}
    region = {"id": key, "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    return region if label == mark.name else {**region, "meta": {"text": ["quoted"]}}


def _read_label_studio(source: Path) -> Iterator[Document]:
    tasks = _json(source, _read_text(source))
    if not isinstance(tasks, list):
        raise FormatError(source, f"no list of tasks; {_TASK_REMEDY}")
    for number, task in enumerate(tasks, start=1):
        yield _from_task(f"{source}, task {number}", task)


def _from_task(where: str, task: Any) -> Document:
    data = _field(where, task, "data", dict, _TASK_REMEDY)
    text = _field(where, data, "text", str, "let the project keep its texts in 'text'")
    finished = [one for one in _field(where, task, "annotations", list, _TASK_REMEDY) if not _is_cancelled(one)]
    if len(finished) != 1:
        # A text that nobody has read is not one that holds nothing.
        raise FormatError(where, f"{len(finished)} finished annotations; keep one, or leave the task out")
    regions = _field(where, finished[0], "result", list, _TASK_REMEDY)
    return _document(where, data, text, [_from_region(where, text, region) for region in regions if _is_labelled(region)])


def _is_cancelled(annotation: Any) -> bool:
    return isinstance(annotation, dict) and bool(annotation.get("was_cancelled"))


def _is_labelled(region: Any) -> bool:
    return isinstance(region, dict) and region.get("type") == "labels"


def _from_region(where: str, text: str, region: dict[str, Any]) -> _Mark:
    value = _field(where, region, "value", dict, _TASK_REMEDY)
    labels = _field(where, value, "labels", list, _TASK_REMEDY)
    if len(labels) != 1:
        raise FormatError(where, f"{len(labels)} labels on one region; give each its own region")
    meta = region.get("meta")
    notes = meta.get("text") if isinstance(meta, dict) else None
    name = f"{labels[0]}:quoted" if notes in ("quoted", ["quoted"]) else labels[0]
    mark = _mark(where, text, value.get("start"), value.get("end"), name)
    words = text[mark.start : mark.end]
    # Old versions count UTF-16 code units, and any version writes a line break in these words as "\n".
    if value.get("text", words) not in (words, words.replace("\n", "\\n")):
        raise FormatError(where, f"the words at {mark.start} to {mark.end} are others; export again from a newer Label Studio")
    return mark


# doccano: https://doccano.github.io/doccano/tutorial/, a project for sequence labelling that allows overlapping spans

_LINE_REMEDY = "export the project as JSONL, without relations"


def _write_doccano(documents: Sequence[Document], target: Path) -> None:
    target.write_text("".join(json.dumps(_line(document)) + "\n" for document in documents), encoding="ascii")


def _line(document: Document) -> dict[str, Any]:
    units = _utf16(document.text)
    labels = [[units[mark.start], units[mark.end], mark.name] for mark in _marks(document)]
    return {"text": document.text, "label": labels, **_header(document)}


def _utf16(text: str) -> list[int]:
    """For each code point of ``text``, and its end, how many UTF-16 code units lie before it."""
    return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))


def _read_doccano(source: Path) -> Iterator[Document]:
    for number, line in enumerate(_read_text(source).split("\n"), start=1):
        if line.strip():
            yield _from_line(f"{source}:{number}", line)


def _from_line(where: str, line: str) -> Document:
    item = _json(where, line)
    text = _field(where, item, "text", str, _LINE_REMEDY)
    points = {unit: point for point, unit in enumerate(_utf16(text))}
    marks = [_from_label(where, text, points, label) for label in _field(where, item, "label", list, _LINE_REMEDY)]
    return _document(where, item, text, marks)


def _from_label(where: str, text: str, points: Mapping[int, int], label: Any) -> _Mark:
    if not isinstance(label, list) or len(label) != 3:
        raise FormatError(where, f"a label that is not [start, end, name]; {_LINE_REMEDY}")
    start, end, name = label
    if type(start) is not int or type(end) is not int or start not in points or end not in points:
        raise FormatError(where, "a label's offset is not between two characters; mend it, or turn off 'Count grapheme clusters'")
    return _mark(where, text, points[start], points[end], name)


# brat: https://brat.nlplab.org/standoff.html


def _write_brat(documents: Sequence[Document], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FormatError(target, "this folder is not empty; name a new one")
    for document in documents:
        path = target / re.sub(r"[^A-Za-z0-9_-]", "-", document.id)
        if path.with_suffix(".txt").exists():
            raise FormatError(target, f"two documents would have the file {path.name[:60]}.txt; give one another id")
        path.with_suffix(".txt").write_text(document.text, encoding="utf-8", newline="")
        path.with_suffix(".ann").write_text(_annotations(document), encoding="utf-8", newline="")


def _annotations(document: Document) -> str:
    lines = [_brat_line(document.text, number, mark) for number, mark in enumerate(_marks(document), start=1)]
    # brat lets a note hang on a mark alone.
    return "\n".join([*lines, f"#1\tAnnotatorNotes T1\t{json.dumps(_header(document))}", ""])


def _brat_line(text: str, number: int, mark: _Mark) -> str:
    """A mark goes over a line's end in pieces, one a line, as brat writes it."""
    pieces = [match.span() for match in _BRAT_LINE.finditer(text, mark.start, mark.end)]
    places = ";".join(f"{start} {end}" for start, end in pieces)
    return f"T{number}\t{mark.name.replace(':', '-')} {places}\t{_brat_words(text, pieces)}"


def _brat_words(text: str, pieces: Sequence[tuple[int, int]]) -> str:
    return " ".join(text[start:end] for start, end in pieces)


def _read_brat(source: Path) -> Iterator[Document]:
    if not source.is_dir():
        raise FormatError(source, "not a folder; name the one that holds the .txt and .ann files")
    for path in sorted(source.rglob("*.ann")):
        yield _from_annotations(path, _read_text(path.with_suffix(".txt")), _read_text(path).split("\n"))


def _from_annotations(path: Path, text: str, lines: Sequence[str]) -> Document:
    marks = [_from_brat_line(f"{path}:{number}", text, line) for number, line in enumerate(lines, start=1) if line[:1] == "T"]
    header = next((match[1] for line in lines if (match := _BRAT_HEADER.fullmatch(line))), None)
    if header is None:
        example = '#1<tab>AnnotatorNotes T1<tab>{"id": …, "genre": …, "topic": …, "english": …}'
        raise FormatError(path, f"no note with the document's header; add a line {example}")
    return _document(str(path), _json(path, header), text, marks)


def _from_brat_line(where: str, text: str, line: str) -> _Mark:
    match = _BRAT_MARK.fullmatch(line)
    if match is None:
        raise FormatError(where, "not a mark, 'T1<tab>label start end<tab>words'; mend the line")
    name, places, words = match.groups()
    pieces = [(int(start), int(end)) for start, end in (place.split(" ") for place in places.split(";"))]
    mark = _mark(where, text, pieces[0][0], pieces[-1][1], _BRAT_NAMES.get(name, name))
    if _brat_words(text, pieces) != words:
        raise FormatError(where, "the words are not those at the offsets; keep .txt and .ann together, and line ends as they are")
    if any(text[one[1] : other[0]].strip() or one[1] > other[0] for one, other in pairwise(pieces)):
        raise FormatError(where, "a mark with a gap; make it one stretch of words")
    return mark


FORMATS = {
    "label-studio": _Format(_write_label_studio, _read_label_studio),
    "doccano": _Format(_write_doccano, _read_doccano),
    "brat": _Format(_write_brat, _read_brat),
}
