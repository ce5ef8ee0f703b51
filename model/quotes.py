"""Where somebody else speaks: quotation marks and block quotations."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import category

from model.sentences import BLOCK_MARKS, LINE_BREAK, SentenceSpan

Range = tuple[int, int]

# Marks of one kind quote together. Those that do not face their words may be apostrophes, inches or both sides of a quotation.
_KINDS = {"“": "“”", "”": "“”", "„": "“”", "«": "«»", "»": "«»", "‘": "‘’", "’": "‘’", '"': '"', "'": "'"}
_SINGLE = frozenset({"‘’", "'"})
_FACING = frozenset({"“”", "«»"})
_OPENING, _CLOSING = frozenset("“„«‘"), frozenset("”»’")
_MARK = re.compile(r"[“”„«»‘\"]|(?<!\w)['’]|(?<!['’]n)['’](?!\w)")
# An apostrophe before these stands for what is left out ("the '90s", "get 'em").
_ELISION = re.compile(r"n\b|(?:\d\ds?|bout|cause|cos|em|til|[Tt]is|[Tt]was)\b(?!['’])")
_POSSESSIVE = re.compile(r"(?<=[sS])['’](?=\s[a-z])")
_STOPS = frozenset(".,!?;:…")
_BRACKETS = frozenset("([{")
_BEFORE_OPENING = _BRACKETS | _KINDS.keys() | frozenset("—–-*_")
# An opening mark that is not closed or repeated within so many characters says nothing.
_LONGEST = 4_000
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class _Open:
    """A quotation that has begun at ``start``. ``mark`` is its latest opening mark, and stands in ``paragraph``.

    ``is_closed``: by a mark that may as well be the apostrophe of a plural ("the dogs' food").
    """

    kind: str
    start: int
    mark: int
    paragraph: int
    is_closed: bool = False

    def is_alive(self, position: int, paragraph: int) -> bool:
        """Whether it can reach ``position``: only marks that face their words are trusted over the end of a paragraph."""
        return position - self.mark <= _LONGEST and (paragraph == self.paragraph or self.kind in _FACING)


def regions(text: str, sentences: Sequence[SentenceSpan]) -> list[Range]:
    """Quoted stretches of ``text``, marks included, in order and without overlap; ``sentences`` are those of ``text``.

    A quotation ends with a closing mark of its kind, and holds the quotations of other kinds within it. It goes on in the
    next paragraph if that begins with its opening mark again, which shows that the paragraph before was all quoted; one
    in curly or angle marks goes on without, too. A mark that is neither closed nor repeated before the next one of its
    kind, or within 4,000 characters, is dropped.
    """
    found = _blocks(text)
    starts = _paragraph_starts(sentences)
    opened: list[_Open] = []
    paragraph, repeats_at = 0, 0
    for match in _MARK.finditer(text):
        position = match.start()
        while paragraph < len(starts) and starts[paragraph] <= position:
            repeats_at = starts[paragraph]
            paragraph += 1
        is_first = position == repeats_at
        opened = [o for o in opened if o.is_alive(position, paragraph) or (is_first and o.paragraph == paragraph - 1)]
        kind = _KINDS[match.group()]
        if _opens(text, position, any(o.kind == kind for o in opened)):
            repeats_at += is_first
            opened = _with(opened, text, _Open(kind, position, position, paragraph), found if is_first else None)
        elif _can_close(text, position):
            opened = _without(opened, text, position, found)
    return _merge(found)


def _blocks(text: str) -> list[Range]:
    """Block quotations: each a run of lines that begin with ``>``."""
    blocks: list[Range] = []
    for match in BLOCK_MARKS.finditer(text):
        line_break = LINE_BREAK.search(text, match.end())
        end = line_break.start() if line_break else len(text)
        if blocks and LINE_BREAK.fullmatch(text, blocks[-1][1], match.start()):
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((match.start(), end))
    return blocks


def _paragraph_starts(sentences: Sequence[SentenceSpan]) -> list[int]:
    starts: dict[int, int] = {}
    for sentence in sentences:
        starts.setdefault(sentence.paragraph, sentence.start)
    return list(starts.values())


def _opens(text: str, position: int, is_open: bool) -> bool:
    """Whether a mark opens a quotation: as its neighbours allow, then as its shape says, then as none of its kind is open."""
    mark = text[position]
    if mark == "’" or not _can_open(text, position):
        return False
    if _KINDS[mark] in _SINGLE and _ELISION.match(text, position + 1):
        return False
    if mark in _OPENING or not _can_close(text, position):
        return True
    return mark not in _CLOSING and not is_open


def _can_open(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not after or after.isspace() or _is_wordy(before):
        return False
    return _is_wordy(after) or not before or before.isspace() or before in _BEFORE_OPENING or category(before) == "Cf"


def _can_close(text: str, position: int) -> bool:
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    if not before or before.isspace() or before in _BRACKETS:
        return False
    return not _is_wordy(after) or before in _STOPS


def _is_wordy(character: str) -> bool:
    return bool(character) and category(character)[0] in "LNM"


def _with(opened: Sequence[_Open], text: str, new: _Open, found: list[Range] | None) -> list[_Open]:
    """The open quotations, and another within them, unless it is one of them that goes on in a new paragraph: then what
    it holds already is added to ``found``, which is given only for a mark at a paragraph's beginning.
    """
    if found is not None:
        for index, old in enumerate(opened):
            if old.kind == new.kind and old.paragraph == new.paragraph - 1 and not old.is_closed:
                found.append((old.mark, old.mark + len(text[old.mark : new.mark].rstrip())))
                return [*opened[:index], replace(old, mark=new.mark, paragraph=new.paragraph), *opened[index + 1 :]]
    around = opened[:-1] if opened and opened[-1].kind == new.kind else opened
    return [*around[-_DEEPEST + 1 :], new]


def _without(opened: list[_Open], text: str, position: int, found: list[Range]) -> list[_Open]:
    """The open quotations after a closing mark; what it closes is added to ``found``."""
    kind = _KINDS[text[position]]
    for index in range(len(opened) - 1, -1, -1):
        old = opened[index]
        if old.kind == kind:
            if old.is_closed and text[position - 1] not in _STOPS:
                return opened
            found.append((old.start, position + 1))
            is_unsure = kind in _SINGLE and _POSSESSIVE.match(text, position) is not None
            return [*opened[:index], *([replace(old, is_closed=True)] if is_unsure else [])]
        if kind in _SINGLE and old.kind not in _SINGLE:
            break
    return opened


def _merge(found: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def inside(places: Sequence[int], quotations: Sequence[Range]) -> list[bool]:
    """For each place in a text whether it lies in one of ``quotations``, which are in order without overlap."""
    ends = [end for _, end in quotations]
    found = (bisect_right(ends, place) for place in places)
    return [index < len(quotations) and quotations[index][0] <= place for index, place in zip(found, places, strict=True)]
