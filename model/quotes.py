"""Where somebody else speaks: quotation marks and block quotations."""

import re
from collections.abc import Sequence

from model.sentences import SentenceSpan

# An opening mark that is never closed says nothing: a quotation longer than this is taken for one.
_LONGEST = 4_000
_PAIRS = {"“": "”", "«": "»", "„": "“", "‘": "’", '"': '"', "'": "'"}
_MARK = re.compile(r"(?<!\w)[“«„‘\"'](?=\S)|(?<=\S)[”»“’\"'](?!\w)")
_BLOCK = re.compile(r"^[ \t]{0,3}>[^\n]*", re.MULTILINE)


def regions(text: str) -> list[tuple[int, int]]:
    """Quoted stretches of ``text``, marks included, in order and without overlap.

    A mark of one kind inside a quotation of another kind is part of it. A straight mark that is not closed before the
    next opening one is dropped; a curly one may run over paragraphs, whose own opening marks repeat it.
    """
    found = [(match.start(), match.end()) for match in _BLOCK.finditer(text)]
    opened: tuple[int, str] | None = None
    for match in _MARK.finditer(text):
        position, mark = match.start(), match.group()
        if opened and position - opened[0] > _LONGEST:
            opened = None
        opens = _opens(text, position)
        if opened and mark == opened[1] and not (opens and mark in "\"'"):
            found.append((opened[0], match.end()))
            opened = None
        elif opens and mark in _PAIRS and not (opened and _goes_on(text, opened, position, mark)):
            opened = (position, _PAIRS[mark])
    return _merge(found)


def _opens(text: str, position: int) -> bool:
    return position == 0 or text[position - 1].isspace() or text[position - 1] in "([{—–-“‘\"'"


def _goes_on(text: str, opened: tuple[int, str], position: int, mark: str) -> bool:
    """Whether an opening mark lies inside the open quotation instead of beginning another."""
    if mark != text[opened[0]]:
        return True
    begins_line = position == 0 or text[position - 1] in "\r\n\x85\u2028\u2029"
    return begins_line and mark in '“‘"'


def _merge(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def quoted_shares(sentences: Sequence[SentenceSpan], quotations: Sequence[tuple[int, int]]) -> list[float]:
    """For each sentence the share of its characters inside quotations, in [0, 1]. Both in order, without overlap."""
    shares: list[float] = []
    first = 0
    for sentence in sentences:
        while first < len(quotations) and quotations[first][1] <= sentence.start:
            first += 1
        inside, index = 0, first
        while index < len(quotations) and quotations[index][0] < sentence.end:
            start, end = quotations[index]
            inside += min(end, sentence.end) - max(start, sentence.start)
            index += 1
        shares.append(inside / (sentence.end - sentence.start))
    return shares
