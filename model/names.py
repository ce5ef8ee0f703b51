"""Masking: every name becomes the same word before anything is judged, so that no score can depend on whose it is."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from model.lexicon import Lexicon, Match, read_terms
from model.tokens import Token, normalise

NAME = "<name>"
NUMBER = "<number>"
DATE = "<date>"

_NAMES = Lexicon(read_terms("names.tsv"))
# Names of these classes are names in lower case, too; a person's or company's often is a common word.
ALWAYS = frozenset({"country", "people", "faith", "party"})
# Small words that a name begins with, too ("von der Leyen").
_PARTICLES = frozenset(
    {"de", "del", "della", "di", "da", "das", "dos", "du", "la", "le", "el", "al", "bin", "ibn", "bint", "ben"}
    | {"van", "von", "der", "den", "ter", "ten", "zu", "af"}
)
_JOINERS = _PARTICLES | {"of", "the", "&", "y", "do"}
_FUNCTION_WORDS = frozenset(word for (word, *_), _ in read_terms("function_words.tsv").items())
_ABBREVIATED = frozenset(term[0] for term, kind in read_terms("abbreviations.tsv").items() if kind in ("title", "inner"))
_COMPANY = frozenset({"plc", "llc", "ltd", "inc", "gmbh"})
_BEFORE_INITIAL = frozenset("\"“‘'([:—–->*.!?…#")
# Pairs that no score may tell apart: pronouns, and the two camps that are also common adjectives in lower case.
_SAME = {"she": "he", "him": "his", "her": "his", "hers": "his", "herself": "himself", "liberal": "conservative"}
_DATES = frozenset({"date", "month", "month-short"})
_BEFORE_DATE = frozenset({"a", "early", "in", "last", "late", "mid-", "next", "of", "on", "since", "the", "this", "until"})
# In "pro-Russian" the place is a name and what is before it a word; so in "mid-June" is the date.
_PREFIXES = ("pro-", "anti-", "mid-")


def mask(tokens: Sequence[Token], known: Collection[str]) -> list[Token]:
    """The tokens of a sentence in the form in which they are judged.

    Words are normalised, each name (with an article before it, and all its words together) is one :data:`NAME`, each
    number one :data:`NUMBER`, each month and weekday one :data:`DATE`, and the pronouns of both sexes are the same.
    ``known`` are words seen in lower case: where a capital says nothing, as at a sentence's beginning or in a headline,
    a word among them is not a name.
    """
    tokens = _without_prefixes(tokens)
    words = [normalise(token.text) for token in tokens]
    matches = _NAMES.find(words)
    dated = {match.first for match in matches if match.kind in _DATES and _is_date(tokens, words, match)}
    named = _named(tokens, words, [match for match in matches if match.kind not in _DATES], dated, known)
    apostrophe = words.index("'") if "'" in words else len(words)
    masked: list[Token] = []
    position = 0
    while position < len(tokens):
        last = _run_end(tokens, words, named, position)
        start = tokens[position].start
        if last > position:
            while masked and masked[-1].text in _PARTICLES:
                start = masked.pop().start
            if masked and masked[-1].text == "the":
                start = masked.pop().start
            elif masked and masked[-1].text == "an":  # which tells how the name begins
                masked[-1] = replace(masked[-1], text="a")
            masked.append(Token(start, tokens[last - 1].end, NAME))
            position = last
            if position <= apostrophe and _is_possessive(tokens, words, position):
                masked.append(replace(tokens[position], text="'s"))
                position += 1
        else:
            masked.append(Token(start, tokens[position].end, DATE if position in dated else _plain(words[position])))
            position += 1
    return masked


def _is_possessive(tokens: Sequence[Token], words: Sequence[str], position: int) -> bool:
    """Whether an apostrophe alone, the first of its sentence, stands behind a name in -s ("James' house")."""
    if words[position : position + 1] != ["'"] or words[position - 1][-1] not in "sxz":
        return False
    touches = tokens[position - 1].end == tokens[position].start
    return touches and position + 1 < len(tokens) and tokens[position + 1].text[0].isalpha()


def _without_prefixes(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, those such as "pro-Russian" cut in two."""
    pieces: list[Token] = []
    for token in tokens:
        prefix = next((p for p in _PREFIXES if token.text.startswith(p) and token.text[len(p) : len(p) + 1].isupper()), "")
        if prefix:
            pieces.append(Token(token.start, token.start + len(prefix), prefix))
        pieces.append(Token(token.start + len(prefix), token.end, token.text[len(prefix) :]))
    return pieces


def _is_date(tokens: Sequence[Token], words: Sequence[str], match: Match) -> bool:
    """Whether a month or a weekday is meant, and not a person or a word of that name.

    A capital is needed. A number beside makes a date; else the name of a month needs a word such as "in" before it and no
    capital behind it, and that of a weekday either of the two.
    """
    first, last = match.first, match.last
    if not tokens[first].text[0].isupper():
        return False
    before = words[first - 1] if first else ""
    next_ = last + (words[last : last + 1] == ["."])
    if before[:1].isdigit() or (next_ < len(words) and words[next_][0].isdigit()):
        return True
    tells = before in _BEFORE_DATE
    ends = last == len(tokens) or not tokens[last].text[0].isupper()
    return (tells and ends) if match.kind == "month" else (tells or ends) and match.kind == "date"


def _plain(word: str) -> str:
    return NUMBER if word[0].isdigit() else _SAME.get(word, word)


def _named(
    tokens: Sequence[Token], words: Sequence[str], matches: Sequence[Match], dated: Collection[int], known: Collection[str]
) -> list[bool]:
    named = [False] * len(tokens)
    for match in matches:
        if match.kind in ALWAYS or all(_fits(tokens[i], words[i]) for i in range(match.first, match.last)):
            named[match.first : match.last] = [True] * (match.last - match.first)
    headline = _is_headline(tokens, words, named, known)
    for index, token in enumerate(tokens):
        if index in dated:
            continue
        if index and named[index - 1] and (words[index] in _COMPANY or _is_abbreviating_stop(words, index)):
            named[index] = True
        elif token.text != token.text.lower() and token.text != "I" and not words[index].startswith("i'"):
            says_nothing = headline or index == 0 or tokens[index - 1].text in _BEFORE_INITIAL or _is_shouted(token.text)
            is_word = says_nothing and words[index] in known and not _is_initial(tokens, index)
            named[index] = named[index] or not is_word
    return named


def _fits(token: Token, word: str) -> bool:
    """Whether a word of a listed name is written as one."""
    return token.text[0].isupper() or word in _JOINERS or word in ("and", "'s")


def _is_abbreviating_stop(words: Sequence[str], index: int) -> bool:
    before = words[index - 1]
    is_initials = all(len(letter) == 1 for letter in before.split("."))
    return words[index] == "." and index + 1 < len(words) and (is_initials or before in _ABBREVIATED)


def _is_initial(tokens: Sequence[Token], index: int) -> bool:
    return len(tokens[index].text) == 1 and index + 1 < len(tokens) and tokens[index + 1].text == "."


def _is_headline(tokens: Sequence[Token], words: Sequence[str], named: Sequence[bool], known: Collection[str]) -> bool:
    """Whether most words are capitalised and no stop ends them, so that capitals mark no names.

    Only words that are no names are counted, so that whose name there is, and how long it is, decides nothing.
    """
    if not tokens or tokens[-1].text == ".":
        return False
    no_words = _FUNCTION_WORDS | _JOINERS
    plain = [i for i in range(1, len(tokens)) if not named[i] and words[i] in known and words[i] not in no_words]
    capitals = sum(tokens[i].text[0].isupper() for i in plain)
    return capitals > 1 and capitals > 0.6 * len(plain)


def _is_shouted(word: str) -> bool:
    return len(word) > 3 and word.isupper()


def _run_end(tokens: Sequence[Token], words: Sequence[str], named: Sequence[bool], first: int) -> int:
    """The end of the name that begins at ``first``; ``first`` itself where none does."""
    last = first
    position = first
    while position < len(tokens):
        if named[position]:
            last = position + 1
        elif last == first or words[position] not in _JOINERS or position - last > 1:
            break
        position += 1
    return last
