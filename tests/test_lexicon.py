"""The reviewed word lists: their form, and how their terms are found."""

from collections import Counter

import pytest

from model.lexicon import DATA, Lexicon, Match, read_terms
from model.names import mask
from model.tokens import tokenize

FILES = sorted(path.name for path in DATA.glob("*.tsv") if path.name != "plainer.tsv")


@pytest.mark.parametrize("name", FILES)
def test_a_list_is_sorted_unique_lower_case_and_explains_its_classes(name: str) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("# ")]
    rows = [line.split("\t") for line in lines if not line.startswith("# ")]
    assert all(len(row) == 2 and row[0] == row[0].strip().lower() != "" for row in rows)
    assert [term for term, count in Counter(term for term, _ in rows).items() if count > 1] == []
    kinds = sorted({kind for _, kind in rows})
    assert [kind for kind in kinds if not any(line.startswith(f"# {kind}: ") for line in comments)] == []
    assert [kind for _, kind in rows] == sorted(kind for _, kind in rows)


def test_the_longest_term_wins_and_matches_do_not_overlap() -> None:
    lexicon = Lexicon({("cover",): "a", ("cover", "up"): "b", ("up", "to"): "c"})
    assert lexicon.find(["a", "cover", "up", "to", "cover"]) == [Match(1, 3, "b"), Match(4, 5, "a")]


def test_terms_are_read_as_their_tokens() -> None:
    assert read_terms("names.tsv")[("jehovah", "'s", "witnesses")] == "faith"
    assert read_terms("loaded.tsv")[("<name>", "regime")] == "smear"


@pytest.mark.parametrize("name", ["accusing.tsv", "loaded.tsv"])
def test_terms_stand_as_masking_leaves_them(name: str) -> None:
    terms = [" ".join(term) for term in read_terms(name) if "<name>" not in term]
    # After another word, since a sentence's first word is masked by rules of its own.
    masked = {term: mask(tokenize(f"then {term}", 0, 5 + len(term)), frozenset())[1:] for term in terms}
    assert [term for term, words in masked.items() if " ".join(word.text for word in words) != term] == []


@pytest.mark.parametrize(
    ("name", "words", "kinds"),
    [
        ("accusing.tsv", "the board failed to act on warnings", ["neglect"]),
        ("accusing.tsv", "the board did not bother to look", ["neglect"]),
        ("accusing.tsv", "the firm retaliated against whistleblowers", ["abuse"]),
        ("accusing.tsv", "the unit retaliated against enemy guns", []),
        ("accusing.tsv", "the illegal evictions went on with impunity", ["crime", "crime"]),
        ("accusing.tsv", "a law on illegal immigration and theft", []),
        ("accusing.tsv", "the skin graft and the proxy server", []),
        ("loaded.tsv", "a serial liar full of hot air", ["smear", "scorn"]),
        ("loaded.tsv", "the so-called experts", ["booster"]),
        ("loaded.tsv", "the so-called dark web", []),
        ("loaded.tsv", "doom and gloom", ["fear"]),
        ("loaded.tsv", "libel and obscene publications", []),
    ],
)
def test_a_list_holds_what_carries_the_charge_in_itself(name: str, words: str, kinds: list[str]) -> None:
    assert [match.kind for match in Lexicon(read_terms(name)).find(words.split())] == kinds
