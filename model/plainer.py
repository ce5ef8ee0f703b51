"""Loaded words -> plainer words for the same facts, where the reviewed list has some that fit in their place.

``data/plainer.tsv`` has a part of speech for every term, which says where it fits: a word can be a noun and a verb, and words
that are to be struck leave a gap that others must close over. What does not fit is not offered.
"""

import re
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
# How words are written that begin with the sound of a vowel, and which of them do not after all ("a uniform", "a one-sided").
_WITH_AN = re.compile(r"[aeiou]|8|1[18]\b|hon(?!ey)|hour|heir", re.IGNORECASE)
_WITH_A = re.compile(r"uni(?!n|m)|us[aeu]|ut[ei]|eu|one|once", re.IGNORECASE)


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
    fitting = (
        _put(row, text, reading.words, *place)
        for place in places
        for row in _ROWS[tuple(word.text for word in reading.words[slice(*place)])]
        if _fits(row, *_beside(reading.words, *place))
    )
    return tuple(dict.fromkeys(fitting))


def _beside(words: Sequence[Token], first: int, last: int) -> tuple[str, str]:
    """The words before and behind ``words[first:last]``, empty where there is none."""
    return words[first - 1].text if first else "", words[last].text if last < len(words) else ""


def _fits(row: _Row, before: str, after: str) -> bool:
    behind = _BEHIND.get(before, "")
    if row.plainer == STRUCK and not _can_be_struck(before):
        return False
    if behind == "degree" and row.plainer.startswith(_HOW_MUCH):
        return False
    match row.part_of_speech:
        case "noun":
            return behind not in ("bare", "subject") and not _has_meaning(after)
        case "plural":
            return behind not in ("bare", "subject")
        case "base":
            return behind == "bare"
        case "third" | "past" | "participle":
            return behind != "determiner"
        case "ing":
            return behind != "determiner" and not _has_meaning(before)
        case "adjective":
            return behind != "subject" and _has_meaning(after)
        case "adverb":
            return f"{row.plainer} " not in _HOW_MUCH or _has_meaning(after)
    return True


def _can_be_struck(before: str) -> bool:
    """Whether the words around close over the gap, and mean the same: it is not at the beginning, behind a stop, a degree or a
    negation ("not utterly false").
    """
    return _is_word(before) and _BEHIND.get(before) != "degree" and not before.endswith("n't") and before != "cannot"


def _is_word(word: str) -> bool:
    return bool(word) and (word[-1].isalnum() or word[-1] == ">")


def _has_meaning(word: str) -> bool:
    return _is_word(word) and word not in _FUNCTION


def _put(row: _Row, text: str, words: Sequence[Token], first: int, last: int) -> Alternative:
    start, end, plainer = words[first].start, words[last - 1].end, row.plainer
    following = text[words[last].start : words[last].end] if last < len(words) else ""
    if plainer == STRUCK:
        plainer = ""
        if _is_word(following):
            end = words[last].start
        else:
            start = words[first - 1].end
    elif text[start].isupper():
        plainer = plainer.upper() if text[start:end].isupper() and end - start > 1 else plainer[0].upper() + plainer[1:]
    article = words[first - 1] if first and start == words[first].start else None
    written = text[article.start : article.end].lower() if article else ""
    if article and written in ("a", "an") and written != _article(plainer or following):
        plainer = _article(plainer or following) + text[article.end : start] + plainer
        plainer = plainer[0].upper() + plainer[1:] if text[article.start].isupper() else plainer
        start = article.start
    return Alternative(start, end, plainer, row.register)


def _article(word: str) -> str:
    """The indefinite article before a word, by how it is written."""
    return "an" if _WITH_AN.match(word) and not _WITH_A.match(word) else "a"
