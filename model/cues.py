"""Attribution, evidence and hedges: which words tell the reader where a claim comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from model.lexicon import Lexicon, Match, read_terms
from model.names import NAME
from model.tokens import Token

CueKind = Literal["vague", "attributed", "documented"]

_CUES = Lexicon(read_terms("cues.tsv"))
# How far, in words, a verb of speech may stand behind or before its source.
_BACK, _AHEAD = 12, 4
# What a verb of speech makes of a noun of these classes.
_SOURCES: dict[str, CueKind] = {"document": "documented", "named-source": "attributed", "vague-source": "vague"}
_CLOSING = frozenset("\"”’'»")


@dataclass(frozen=True, slots=True)
class Cue:
    """The words ``words[first:last]`` of a sentence, and the support that they give a claim."""

    kind: CueKind
    first: int
    last: int


def find(words: Sequence[Token]) -> list[Cue]:
    """The cues of a sentence, left to right, from its masked words (see :func:`model.names.mask`)."""
    matches = _CUES.find([word.text for word in words])
    sources = _sources(words, matches)
    cues: list[Cue] = []
    for match in matches:
        match match.kind:
            case "vague" | "attributed" | "documented" as kind:
                cues.append(Cue(kind, match.first, match.last))
            case "speech":
                after_quotation = match.first > 0 and words[match.first - 1].text in _CLOSING
                cues.extend(_spoken(match, sources, after_quotation))
    return cues


def _sources(words: Sequence[Token], matches: Sequence[Match]) -> dict[int, CueKind]:
    """Positions of the words that can be a speaker, with the support that a claim of theirs has."""
    sources: dict[int, CueKind] = {position: "attributed" for position, word in enumerate(words) if word.text == NAME}
    for match in matches:
        if match.kind in _SOURCES:
            sources[match.first] = _SOURCES[match.kind]
    return sources


def _spoken(verb: Match, sources: Mapping[int, CueKind], after_quotation: bool) -> list[Cue]:
    """The attribution that a verb of speech makes with the nearest source before it, or else right behind it.

    After a quotation only what is behind counts: what is before it are the speaker's words.
    """
    for position in range(verb.first - 1, verb.first - 1 - _BACK * (not after_quotation), -1):
        if position in sources:
            return [Cue(sources[position], position, verb.last)]
    for position in range(verb.last, verb.last + _AHEAD):
        if position in sources:
            return [Cue(sources[position], verb.first, position + 1)]
    return []
