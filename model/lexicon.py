"""The reviewed word lists in ``model/data``: reading them, and finding their terms among tokens."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.tokens import tokenize

DATA = Path(__file__).parent / "data"

Term = tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """A term found at ``tokens[first:last]``, and its class in the list."""

    first: int
    last: int
    kind: str


class Lexicon:
    """A word list as a matcher: the longest term wins, and matches do not overlap."""

    def __init__(self, terms: Mapping[Term, str]) -> None:
        self.terms = terms
        self._lengths: dict[str, tuple[int, ...]] = {}
        for first, *rest in terms:
            lengths = {*self._lengths.get(first, ()), 1 + len(rest)}
            self._lengths[first] = tuple(sorted(lengths, reverse=True))

    def find(self, words: Sequence[str]) -> list[Match]:
        """Matches in ``words`` (lower case, as the lists are), left to right."""
        matches: list[Match] = []
        position = 0
        while position < len(words):
            match = self._match_at(words, position)
            if match:
                matches.append(match)
            position = match.last if match else position + 1
        return matches

    def _match_at(self, words: Sequence[str], first: int) -> Match | None:
        for length in self._lengths.get(words[first], ()):
            found = tuple(words[first : first + length])
            kind = self.terms.get(found)
            if kind is not None:
                return Match(first, first + len(found), kind)
        return None


def read_terms(name: str) -> dict[Term, str]:
    """The rows of ``model/data/<name>``: each term as its tokens, and its class."""
    return {term(words): kind for words, kind in read_rows(name)}


def read_rows(name: str) -> list[list[str]]:
    """The columns of each row of ``model/data/<name>``. Lines with ``#`` are comments."""
    rows = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [row.split("\t") for row in rows if row and not row.startswith("#")]


def term(words: str) -> Term:
    """The tokens of a term, as the masking leaves them."""
    pieces = ([piece] if piece[0] == "<" else [t.text for t in tokenize(piece, 0, len(piece))] for piece in words.split(" "))
    return tuple(word for piece in pieces for word in piece)


def digest() -> str:
    """SHA-256 over all lists: scores depend on them as much as on the trained weights."""
    state = hashlib.sha256()
    for path in sorted(DATA.glob("*.tsv")):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    return "sha256:" + state.hexdigest()
