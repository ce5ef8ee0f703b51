"""Plainer words: the reviewed list, and what of it is offered where."""

from collections import Counter

import pytest

from model.features import read
from model.lexicon import DATA, Lexicon, read_rows, read_terms, term
from model.plainer import STRUCK, alternatives
from model.types import REGISTERS

ROWS = read_rows("plainer.tsv")
PARTS = {"noun", "plural", "base", "third", "past", "participle", "ing", "adjective", "adverb", "phrase"}
KNOWN = frozenset(
    [
        "cronies",
        "utterly",
        "blatant",
        "draconian",
        "the",
        "a",
        "an",
        "it",
        "was",
        "is",
        "in",
        "he",
        "they",
        "board",
        "mayor",
        "this",
        "of",
        "and",
        "an",
    ]
)


def test_the_list_has_terms_of_the_loaded_list_with_part_of_speech_and_register() -> None:
    loaded = read_terms("loaded.tsv")
    assert len(ROWS) >= 1_500
    assert [row for row in ROWS if len(row) != 4 or row[1] not in PARTS or row[2] not in REGISTERS] == []
    assert [row[0] for row in ROWS if loaded.get(term(row[0]), "plain") == "plain"] == []
    assert [row for row, count in Counter(map(tuple, ROWS)).items() if count > 1] == []
    lines = (DATA / "plainer.tsv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == sorted(line for line in lines if not line.startswith("#"))


def test_no_plainer_word_is_loaded_and_none_accuses_where_the_first_does_not() -> None:
    loaded = Lexicon({term: kind for term, kind in read_terms("loaded.tsv").items() if kind != "plain"})
    accusing = {term for term, kind in read_terms("accusing.tsv").items() if kind != "plain"}
    for words, part_of_speech, _, plainer in ROWS:
        if plainer == STRUCK:
            assert part_of_speech in ("adjective", "adverb", "phrase"), words
        else:
            assert loaded.find(list(term(plainer))) == [], words
            assert not (term(plainer) in accusing and term(words) not in accusing), words


def reworded(text: str, loaded: str) -> list[str]:
    """The text with each alternative for its word ``loaded`` in place."""
    reading = read(text, KNOWN)[0]
    places = [i for i, word in enumerate(reading.words) if loaded.startswith(text[word.start : word.end])]
    found = alternatives(text, reading, places[0], places[0] + len(loaded.split()))
    return [text[: one.start] + one.text + text[one.end :] for one in found]


FITTING = [
    ("It was an abysmal failure.", "abysmal", ["It was a very poor failure."]),
    ("The plan was so abysmal that it failed.", "abysmal", []),
    ("It was an utterly false claim.", "utterly", ["It was a false claim."]),
    ("An utterly awful day.", "utterly", ["An awful day."]),
    ("He failed utterly.", "utterly", ["He failed."]),
    ("It was AN UTTERLY DAFT error.", "UTTERLY", ["It was A DAFT error."]),
    ("He played the board dazzlingly.", "dazzlingly", []),
    ("He met an autocrat in the board.", "autocrat", ["He met an authoritarian leader in the board."]),
    ("The autocrat generals won.", "autocrat", []),
    ("He damned the board.", "damned", []),
    ("It wasn't utterly false.", "utterly", []),
    ("It was hardly utterly wrong.", "utterly", []),
    ("It was an utterly American failure.", "utterly", ["It was an American failure."]),
    ("It was an utterly one-sided failure.", "utterly", ["It was a one-sided failure."]),
    ("It was an utterly 8-day failure.", "utterly", ["It was an 8-day failure."]),
    ("It was a lacklustre report.", "lacklustre", ["It was an unimpressive report."]),
    ("Utterly false, it was.", "Utterly", []),
    ("The board, to say the least, was slow.", "to say the least", []),
    ("A BLATANT error.", "BLATANT", ["A CLEAR error."]),
    ("The error was blatant.", "blatant", []),
    ("The party began to lurch to the left.", "lurch to the left", ["The party began to move sharply to the left."]),
    ("The board's lurch to the left is new.", "lurch to the left", ["The board's sharp move to the left is new."]),
    ("Cronies of the mayor won.", "Cronies", ["Close associates of the mayor won."]),
    ("Draconian measures came.", "Draconian", ["Severe measures came."]),
    ("They met the minister.", "minister", []),
]


@pytest.mark.parametrize(("text", "loaded", "expected"), FITTING)
def test_what_fits_is_offered_and_reads_well(text: str, loaded: str, expected: list[str]) -> None:
    assert reworded(text, loaded) == expected
