"""Masking: every name becomes the same word before anything is judged, so that no score can depend on whose it is."""

from collections.abc import Collection, Sequence

from model.lexicon import Lexicon, read_terms
from model.tokens import Token, normalise

NAME = "<name>"
NUMBER = "<number>"

_NAMES = Lexicon(read_terms("names.tsv"))
# Names of these classes are names in lower case, too; a person's or company's often is a common word.
_ALWAYS = frozenset({"country", "people", "faith", "party"})
_JOINERS = frozenset({"of", "the", "de", "del", "da", "di", "al", "bin", "van", "von", "der", "&"})
_ABBREVIATED = frozenset(term[0] for term, kind in read_terms("abbreviations.tsv").items() if kind in ("title", "inner"))
_COMPANY = frozenset({"plc", "llc", "ltd", "inc", "gmbh"})
_BEFORE_INITIAL = frozenset("\"“‘'([:—–->*.!?…#")
_PRONOUNS = {"she": "he", "him": "his", "her": "his", "hers": "his", "herself": "himself"}


def mask(tokens: Sequence[Token], known: Collection[str]) -> list[Token]:
    """The tokens of a sentence in the form in which they are judged.

    Words are normalised, each name (with an article before it, and all its words together) is one :data:`NAME`, each
    number one :data:`NUMBER`, and the pronouns of both sexes are the same. ``known`` are words seen in lower case:
    where a capital says nothing, as at a sentence's beginning or in a headline, a word among them is not a name.
    """
    words = [normalise(token.text) for token in tokens]
    named = _named(tokens, words, known)
    masked: list[Token] = []
    position = 0
    while position < len(tokens):
        last = _run_end(tokens, words, named, position)
        start = tokens[position].start
        if last > position:
            if masked and masked[-1].text == "the":
                start = masked.pop().start
            masked.append(Token(start, tokens[last - 1].end, NAME))
            position = last
        else:
            masked.append(Token(start, tokens[position].end, _plain(words[position])))
            position += 1
    return masked


def _plain(word: str) -> str:
    return NUMBER if word[0].isdigit() else _PRONOUNS.get(word, word)


def _named(tokens: Sequence[Token], words: Sequence[str], known: Collection[str]) -> list[bool]:
    named = [False] * len(tokens)
    for match in _NAMES.find(words):
        if match.kind in _ALWAYS or all(tokens[i].text[0].isupper() for i in range(match.first, match.last)):
            named[match.first : match.last] = [True] * (match.last - match.first)
    headline = _is_headline(tokens)
    for index, token in enumerate(tokens):
        if index and named[index - 1] and (words[index] in _COMPANY or _is_abbreviating_stop(words, index)):
            named[index] = True
        elif token.text != token.text.lower() and token.text != "I" and not words[index].startswith("i'"):
            says_nothing = headline or index == 0 or tokens[index - 1].text in _BEFORE_INITIAL or _is_shouted(token.text)
            is_word = says_nothing and words[index] in known and not _is_initial(tokens, index)
            named[index] = named[index] or not is_word
    return named


def _is_abbreviating_stop(words: Sequence[str], index: int) -> bool:
    return words[index] == "." and index + 1 < len(words) and (len(words[index - 1]) == 1 or words[index - 1] in _ABBREVIATED)


def _is_initial(tokens: Sequence[Token], index: int) -> bool:
    return len(tokens[index].text) == 1 and index + 1 < len(tokens) and tokens[index + 1].text == "."


def _is_headline(tokens: Sequence[Token]) -> bool:
    """Whether most words are capitalised and no stop ends them, so that capitals mark no names."""
    if not tokens or tokens[-1].text == ".":
        return False
    long_words = [token.text for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    return len(long_words) > 2 and sum(word[0].isupper() for word in long_words) > 0.6 * len(long_words)


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
