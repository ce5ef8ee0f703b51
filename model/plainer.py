"""Loaded words -> plainer words for the same facts, where the reviewed list has some that fit in their place.

``data/plainer.tsv`` has a part of speech for every term, which says where it fits: a word can be a noun and a verb, and words
that are to be struck leave a gap that others must close over. What does not fit is not offered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.features import Reading
from model.lexicon import Lexicon, Term, read_rows, read_terms, term
from model.tokens import Token
from model.types import REGISTERS, Alternative, Register

STRUCK = "-"
_FUNCTION = {word: kind for (word, *_), kind in read_terms("function_words.tsv").items()}
_BEHIND = {word: kind for (word, *_), kind in read_terms("neighbours.tsv").items()}
# A plainer word that begins so says how much itself.
_HOW_MUCH = ("very ", "extremely ", "highly ", "too ")
# They begin with another sound than their letter says.
_WITH_AN, _WITH_A = ("hour", "honest", "honour", "honor", "heir"), ("uni", "use", "usu", "euro", "one", "once", "ut")


@dataclass(frozen=True, slots=True)
class _Row:
    part_of_speech: str
    register: Register
    plainer: str


def _read() -> Mapping[Term, tuple[_Row, ...]]:
    registers: dict[str, Register] = {register: register for register in REGISTERS}
    rows: dict[Term, tuple[_Row, ...]] = {}
    for words, part_of_speech, register, plainer in read_rows("plainer.tsv"):
        rows[term(words)] = (*rows.get(term(words), ()), _Row(part_of_speech, registers[register], plainer))
    return rows


_ROWS = _read()
_LEXICON = Lexicon(dict.fromkeys(_ROWS, ""))


def alternatives(text: str, reading: Reading, first: int, last: int) -> tuple[Alternative, ...]:
    """What could stand in place of terms in ``words[first:last]`` of a sentence: each one a stretch of the text, which may take
    in the article or the space beside the term, and what to put there.
    """
    found = _LEXICON.find([word.text for word in reading.words[first:last]])
    places = ((first + match.first, first + match.last) for match in found)
    return tuple(
        alternative
        for place in places
        for row in _ROWS[tuple(word.text for word in reading.words[slice(*place)])]
        if _fits(row, [word.text for word in reading.words], *place)
        for alternative in [_put(row, text, reading.words, *place)]
    )


def _fits(row: _Row, words: Sequence[str], first: int, last: int) -> bool:
    before = words[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    if row.plainer == STRUCK and not _can_be_struck(before):
        return False
    behind = _BEHIND.get(before, "")
    if behind == "degree" and row.plainer.startswith(_HOW_MUCH):
        return False
    match row.part_of_speech:
        case "noun" | "plural":
            return behind not in ("bare", "subject")
        case "base":
            return behind == "bare"
        case "third" | "past" | "participle":
            return behind != "determiner"
        case "ing":
            return behind != "determiner" and not _has_meaning(before)
        case "adjective":
            return _has_meaning(after)
    return True


def _can_be_struck(before: str) -> bool:
    """Whether the words around close over the gap: it is not at the beginning, behind a stop or behind a degree."""
    return _is_word(before) and _BEHIND.get(before) != "degree"


def _is_word(word: str) -> bool:
    return bool(word) and (word[-1].isalnum() or word[-1] == ">")


def _has_meaning(word: str) -> bool:
    return _is_word(word) and word not in _FUNCTION


def _put(row: _Row, text: str, words: Sequence[Token], first: int, last: int) -> Alternative:
    start, end, plainer = words[first].start, words[last - 1].end, row.plainer
    if plainer == STRUCK:
        plainer = ""
        if last < len(words) and _is_word(words[last].text):
            end = words[last].start
        else:
            start = words[first - 1].end
    elif text[start].isupper():
        plainer = plainer.upper() if text[start:end].isupper() and end - start > 1 else plainer[0].upper() + plainer[1:]
    following = plainer or (words[last].text if last < len(words) else "")
    article = words[first - 1] if first and start == words[first].start else None
    if article and article.text in ("a", "an") and article.text != _article(following):
        plainer = _article(following) + text[article.end : start] + plainer
        plainer = plainer[0].upper() + plainer[1:] if text[article.start].isupper() else plainer
        start = article.start
    return Alternative(start, end, plainer, row.register)


def _article(word: str) -> str:
    """The indefinite article before a word, by how it is written."""
    lower = word.lower()
    has_vowel = lower.startswith(_WITH_AN) or (lower.startswith(tuple("aeiou")) and not lower.startswith(_WITH_A))
    return "an" if has_vowel else "a"
