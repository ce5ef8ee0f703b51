"""Text -> sentences, with offsets into the text as submitted.

Every pattern here is linear in the length of the text.
"""

import re
from dataclasses import dataclass
from typing import Literal

from model.lexicon import read_terms

Boundary = Literal["sentence", "paragraph"]

_ABBREVIATIONS = read_terms("abbreviations.tsv")
_OPENING = "\"'“‘«([*_"
# A run of stops is tried only at its beginning and never given back, which keeps the search linear.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?=\s)")
_NEWLINE = re.compile(r"(?:\r\n|[\n\r\x85\u2028\u2029])\s*+")
LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
# What a line of a Markdown block quotation begins with; more marks for a quotation within one.
BLOCK_MARKS = re.compile(r"(?<![^\n\r\x85\u2028\u2029])(?:[ \t]{0,3}>)++")
_LAST_WORD = re.compile(r"[\w.'’-]{1,20}$")
_DOTTED = re.compile(r"(?:\w\.)+\w")
_LIST_ITEM = re.compile(r"[-*•–>#]\s|\(?\w{1,3}[.)]\s")
# Lines longer than this are not hard-wrapped prose.
_WIDEST_WRAP = 100
_NEAR = 0.7


@dataclass(frozen=True)
class SentenceSpan:
    """A sentence as ``text[start:end]``; ``paragraph`` counts from 0."""

    start: int
    end: int
    paragraph: int


def split(text: str) -> list[SentenceSpan]:
    """Sentences of ``text`` in order; together they cover all of it but white space and the marks of block quotations.

    A sentence ends at a stop before something that can begin one, at a blank line, at a line break that is not the
    wrapping of a paragraph, and where a block quotation begins or ends.
    """
    plain = without_block_marks(text)
    boundaries = _line_boundaries(text, plain)
    boundaries.update((end, "sentence") for end in _stops(plain) if end not in boundaries)
    spans: list[SentenceSpan] = []
    paragraph, start = 0, 0
    for end in [*sorted(boundaries), len(text)]:
        piece = plain[start:end]
        words = piece.strip()
        if words:
            first = start + len(piece) - len(piece.lstrip())
            spans.append(SentenceSpan(first, first + len(words), paragraph))
        paragraph += boundaries.get(end) == "paragraph" and bool(spans)
        start = end
    return spans


def without_block_marks(text: str) -> str:
    """``text`` with a space for each mark of a block quotation, so that offsets stay and the marks are no words."""
    return BLOCK_MARKS.sub(lambda marks: " " * len(marks.group()), text)


def _line_boundaries(text: str, plain: str) -> dict[int, Boundary]:
    """Ends of lines that are not soft wraps, in a text and the same without the marks of block quotations."""
    first = len(plain) - len(plain.lstrip())
    breaks = [match.span() for match in _NEWLINE.finditer(plain) if match.end() > first]
    starts = [first, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    depths = [_depth(text[start:end]) for start, end in [(0, first), *breaks]]
    parted = [_is_blank_line(plain[slice(*breaks[i])]) or depths[i] != depths[i + 1] for i in range(len(breaks))]
    blocks = _blocks(starts, ends, parted)
    boundaries: dict[int, Boundary] = {}
    for index, (end, start) in enumerate(breaks):
        follower = plain[start : start + _WIDEST_WRAP]
        if parted[index] or not _is_wrap(ends[index] - starts[index], follower, blocks[index]):
            boundaries[end] = "paragraph"
    return boundaries


def _is_blank_line(separator: str) -> bool:
    return len(LINE_BREAK.findall(separator)) > 1


def _depth(separator: str) -> int:
    """How many block quotations hold the line that follows ``separator``, which is what stands between two lines."""
    return LINE_BREAK.split(separator)[-1].count(">")


def _blocks(starts: list[int], ends: list[int], parted: list[bool]) -> list[tuple[int, bool]]:
    """For each line of the block it is in, the lines between parting breaks: the width of the widest line, and whether
    another comes near it, as in wrapped prose.
    """
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    blocks: list[tuple[int, bool]] = []
    for index in range(len(lengths)):
        if index == len(parted) or parted[index]:
            block = lengths[len(blocks) : index + 1]
            widest = max(block)
            blocks.extend([(widest, sum(length >= _NEAR * widest for length in block) > 1)] * len(block))
    return blocks


def _is_wrap(length: int, follower: str, block: tuple[int, bool]) -> bool:
    """Whether a line was broken only because the next word did not fit into the block's width."""
    width, is_even = block
    next_word = re.match(r"\S*", follower)
    fits = length + 1 + len(next_word.group() if next_word else "") <= width
    goes_on = is_even or follower[:1].islower()
    return 30 <= width <= _WIDEST_WRAP and goes_on and not fits and not _LIST_ITEM.match(follower)


def _stops(text: str) -> list[int]:
    return [match.end() for match in _STOP.finditer(text) if _ends_sentence(text, match)]


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = text[match.end() : match.end() + 40].lstrip().lstrip(_OPENING)
    if not following or following[0].islower() or following[0] in ",;:.…)":
        return False
    if match.group()[0] != "." or match.group().startswith(".."):
        return True
    return match.group() != "." or not _is_abbreviation(text, match.start(), following)


def _is_abbreviation(text: str, stop: int, following: str) -> bool:
    before = _LAST_WORD.search(text, max(stop - 20, 0), stop)
    if before is None:
        return False
    word = before.group().lower()
    kind = _ABBREVIATIONS.get((word,))
    if kind == "inner" or _DOTTED.fullmatch(word):
        next_word = re.match(r"\w*", following)
        return next_word is not None and _ABBREVIATIONS.get((next_word.group().lower(),)) != "starter"
    if word.isdigit():
        return len(word) < 4 and (before.start() == 0 or text[before.start() - 1] in "\r\n")
    is_initial = len(word) == 1 and word != "i"
    return kind == "title" or is_initial or (kind == "before-number" and following[0].isdigit())
