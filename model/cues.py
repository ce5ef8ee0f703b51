"""Attribution, evidence and hedges: which words tell the reader where a claim comes from.

A phrase of the list is a cue by itself. A verb of speech is one together with its source: the head of what stands before it in
its clause, or, in the turned order ("…, said the minister"), what stands behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from model.lexicon import Lexicon, Match, read_terms
from model.names import NAME
from model.tokens import Token

CueKind = Literal["vague", "attributed", "documented"]
CUE_KINDS: tuple[CueKind, ...] = ("vague", "attributed", "documented")

_TERMS = read_terms("cues.tsv")
# Function words, which say of the words beside them what these are; they do not take part in the matching of phrases.
_FUNCTIONS = frozenset({"indefinite", "determiner", "preposition", "clause", "relative", "bar", "passive", "helper"})
_FUNCTION = {term[0]: kind for term, kind in _TERMS.items() if kind in _FUNCTIONS}
_CUES = Lexicon({term: kind for term, kind in _TERMS.items() if kind not in _FUNCTIONS})
# What a verb of speech makes of a noun of these classes.
_SOURCES: dict[str, CueKind] = {
    "body": "attributed",
    "document": "documented",
    "named-source": "attributed",
    "vague-source": "vague",
}
_VERBS = frozenset({"speech", "telling", "showing", "ambiguous", "pointer"})
_NO_SPEECH = frozenset({"indefinite", "determiner", "preposition", "clause", "relative", "bar"})
_DETERMINERS = frozenset({"indefinite", "determiner"})
_CLOSING = frozenset("\"”’'»")
_STOPS = frozenset(",;:.?!()[]“‘«—–…") | _CLOSING
# How far, in words, a source may stand before its verb, and behind it; behind its own article; before its name; and in a
# phrase behind its possessor.
_BACK, _AHEAD, _ARTICLE, _NAME, _POSSESSED = 14, 5, 3, 4, 4


@dataclass(frozen=True, slots=True)
class Cue:
    """The words ``words[first:last]`` of a sentence, and the support that they give a claim."""

    kind: CueKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Clause:
    """A sentence's words, the end of each verb of speech, and by its every word each source with what its word is worth."""

    words: Sequence[str]
    verbs: frozenset[int]
    sources: Mapping[int, Cue]

    def word(self, position: int) -> str:
        """The word at ``position``; a stop before the first and behind the last."""
        return self.words[position] if 0 <= position < len(self.words) else "."

    def function(self, position: int) -> str:
        """The class of a function word, else nothing."""
        return _FUNCTION.get(self.word(position), "")

    def ends_at(self, position: int) -> bool:
        """Whether no source of a verb stands beyond this word."""
        return self.word(position) in _STOPS or self.function(position) in ("clause", "relative") or position in self.verbs


def find(words: Sequence[Token]) -> list[Cue]:
    """The cues of a sentence, left to right, from its masked words (see :func:`model.names.mask`)."""
    texts = [word.text for word in words]
    matches = _CUES.find(texts)
    verbs = frozenset(match.last - 1 for match in matches if match.kind in _VERBS)
    clause = _Clause(texts, verbs, _sources(texts, matches, verbs))
    cues: list[Cue] = []
    for match in matches:
        match match.kind:
            case "vague" | "attributed" | "documented" as kind:
                cues.append(Cue(kind, match.first, match.last))
            case "pointer":
                cues.extend(_joined(match, _behind(clause, match.last)))
            case kind if kind in _VERBS:
                cues.extend(_joined(match, _speaker(clause, match)))
    return cues


def _joined(verb: Match, source: Cue | None) -> list[Cue]:
    return [Cue(source.kind, min(source.first, verb.first), max(source.last, verb.last))] if source else []


def _sources(words: Sequence[str], matches: Sequence[Match], verbs: frozenset[int]) -> dict[int, Cue]:
    sources = {place: Cue("attributed", place, place + 1) for place, word in enumerate(words) if word == NAME}
    for match in matches:
        if match.kind in _SOURCES:
            is_unnamed = match.kind == "named-source" and _is_unnamed(words, match, verbs)
            source = Cue("vague" if is_unnamed else _SOURCES[match.kind], match.first, match.last)
            sources.update(dict.fromkeys(range(match.first, match.last), source))
    return sources


def _is_unnamed(words: Sequence[str], noun: Match, verbs: frozenset[int]) -> bool:
    """Whether "a", "one" and the like stand before a noun, and no name behind it: nobody can tell who is meant."""
    behind = takewhile(lambda place: place not in verbs, range(noun.last, min(noun.last + _NAME, len(words))))
    for place in range(noun.first - 1, max(noun.first - 1 - _ARTICLE, -1), -1):
        function = _FUNCTION.get(words[place], "")
        if function == "indefinite":
            return not any(words[following] == NAME for following in behind)
        if function or words[place] in _STOPS or words[place] == "'s":
            return False
    return False


def _speaker(clause: _Clause, verb: Match) -> Cue | None:
    """The source of a verb of speech, None where it is nobody's speech."""
    if clause.word(verb.last) == "by":
        return _behind(clause, verb.last + 1)
    going_on = clause.words[verb.first].endswith("ing")
    place = _before_parenthesis(clause, verb.first - 1)
    while _is_helper(clause, place) or (going_on and clause.function(place) == "passive"):
        place = _before_parenthesis(clause, place - 1)
    if clause.word(place) in _STOPS:
        return _across_stop(clause, verb, place, going_on)
    is_beside = place in clause.sources
    if not is_beside and clause.function(place) in (_NO_SPEECH if going_on else _NO_SPEECH | {"passive"}):
        return None
    if verb.kind == "ambiguous" and not is_beside and clause.word(verb.last) != "that":
        return None
    return _fitting(verb, _before(clause, place + 1))


def _before_parenthesis(clause: _Clause, place: int) -> int:
    """The place before a parenthesis that ends at ``place``, such as that of an abbreviation, else ``place`` itself."""
    reach = range(place - 1, max(place - 1 - _AHEAD, -1), -1) if clause.word(place) == ")" else ()
    return next((opening - 1 for opening in reach if clause.word(opening) == "("), place)


def _fitting(verb: Match, source: Cue | None) -> Cue | None:
    """Only documents show."""
    return None if source and verb.kind == "showing" and source.kind != "documented" else source


def _is_helper(clause: _Clause, place: int) -> bool:
    """Whether a word only stands between a verb and its source: "has", "then", "repeatedly"."""
    return clause.function(place) == "helper" or (
        clause.word(place).endswith("ly") and place not in clause.sources and not clause.function(place)
    )


def _across_stop(clause: _Clause, verb: Match, stop: int, going_on: bool) -> Cue | None:
    """The source of a verb with a stop or nothing before it: turned order, a participle, or a source with an aside."""
    turned = _behind(clause, verb.last) if verb.kind in ("speech", "ambiguous") and not going_on else None
    if turned and any(clause.function(place) == "preposition" for place in range(verb.last, turned.last)):
        turned = None
    if turned and (clause.word(stop) in _CLOSING or _ends_phrase(clause, turned.last)):
        return turned
    if clause.word(stop) != "," or stop < 0:
        return None
    if going_on:
        return _subject(clause, stop)
    return _fitting(verb, _before_aside(clause, stop) or turned)


def _before_aside(clause: _Clause, end: int) -> Cue | None:
    """The source before an aside between commas ("Lena Brandt, who chairs the council, said"), or a name at its beginning."""
    for place in range(end - 1, max(end - 1 - _BACK, 0), -1):
        if clause.word(place) == ",":
            sources = [_before(clause, place), clause.sources.get(place + 1)]
            found = [source for source in sources if source and abs(place - source.first) <= _AHEAD]
            if found:
                return next((source for source in found if source.kind != "vague"), found[0])
    return None


def _ends_phrase(clause: _Clause, place: int) -> bool:
    return clause.word(place) in _STOPS or clause.function(place) in ("preposition", "clause", "relative")


def _before(clause: _Clause, end: int) -> Cue | None:
    """The head of the words before ``end``: what stands before a "who", else the nearest source that hangs on no preposition,
    else the first.
    """
    head: Cue | None = None
    first: Cue | None = None
    for place in range(end - 1, max(end - 1 - _BACK, -1), -1):
        if clause.ends_at(place):
            beyond = clause.sources.get(place - 1) if clause.function(place) == "relative" else None
            return beyond or head or first
        source = clause.sources.get(place)
        first = source or first
        if source and not _hangs(clause, source.first - 1):
            head = head or source
    return head or first


def _hangs(clause: _Clause, place: int) -> bool:
    """Whether a preposition governs what stands behind ``place``, past articles and possessors."""
    for position in range(place, place - 1 - _ARTICLE, -1):
        is_possessor = position in clause.sources and clause.word(position + 1) == "'s"
        if not is_possessor and clause.word(position) != "'s" and clause.function(position) not in _DETERMINERS:
            return clause.function(position) == "preposition"
    return False


def _subject(clause: _Clause, end: int) -> Cue | None:
    """The first source of the clause before ``end``: a participle behind a comma tells of it, not of what is nearest."""
    subject: Cue | None = None
    for place in range(end - 1, max(end - 1 - _BACK, -1), -1):
        if clause.ends_at(place):
            break
        source = clause.sources.get(place)
        subject = source if source and not _hangs(clause, source.first - 1) else subject
    return subject


def _behind(clause: _Clause, first: int) -> Cue | None:
    """The source right behind a verb, and of several in one phrase ("the ministry's report") the last."""
    for place in range(first, min(first + _AHEAD, len(clause.words))):
        source = clause.sources.get(place)
        if source:
            return _last_of_phrase(clause, source)
        if clause.ends_at(place):
            return None
    return None


def _last_of_phrase(clause: _Clause, source: Cue) -> Cue:
    place = source.last
    end = source.last + _BACK
    while place - source.last < _POSSESSED and place < end and place not in clause.verbs:
        following = clause.sources.get(place)
        if following:
            source = Cue(following.kind, source.first, following.last)
            place = source.last
        elif clause.word(source.last) == "'s" and not clause.function(place) and clause.word(place) not in _STOPS:
            place += 1
        else:
            break
    return source
