"""Who speaks: the stretches inside quotation marks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.quotes import quoted_shares, regions
from model.sentences import split
from tests.texts import NASTY

CASES = [
    ('He said "yes" and "no way" to me.', ['"yes"', '"no way"']),
    ("“A b.\n\nC d.\n\nE f.” he said", ["“A b.\n\nC d.\n\nE f.”"]),
    ("“One.\n\n“Two,” he said. “Three.”", ["“One.\n\n“Two,”", "“Three.”"]),
    ("“He told me ‘go away’ twice,” she said", ["“He told me ‘go away’ twice,”"]),
    ("‘It’s over,’ he said. It’s the dogs’ food.", ["‘It’s over,’"]),
    ("«Basta», disse. „Genug“, sagte sie.", ["«Basta»", "„Genug“"]),
    ('A 5" pipe and a 6" pipe.', []),
    ("It's theirs, isn't it?", []),
    ("> They all lied.\nI do not think so.", ["> They all lied."]),
    ("“never closed", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_regions(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in regions(text)] == expected


def test_share_of_each_sentence() -> None:
    text = 'She left. "They lied to all of us," he said. "All of them."'
    assert [round(share, 1) for share in quoted_shares(split(text), regions(text))] == [0.0, 0.7, 1.0]


@given(st.text(alphabet=NASTY + '""“”> \n'))
def test_regions_lie_in_the_text_in_order_and_shares_in_0_1(text: str) -> None:
    found = regions(text)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(0 <= share <= 1 for share in quoted_shares(split(text), found))
