"""The reviewed word lists: their form, and how their terms are found."""

from collections import Counter

import pytest

from model.lexicon import DATA, Lexicon, Match, read_terms

FILES = sorted(path.name for path in DATA.glob("*.tsv"))


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
    assert read_terms("cues.tsv")[("according", "to", "<name>")] == "attributed"
