"""Names are masked before anything is judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.names import mask
from model.tokens import tokenize
from tests.texts import NASTY

KNOWN = frozenset(
    {"j", "the", "she", "they", "officials", "lied", "thugs", "minister", "says", "bank", "denies", "fraud", "from"}
)

CASES = [
    ("Maria Okafor lied.", "<name> lied ."),
    ("The United States lied.", "<name> lied ."),
    ("Iran lied.", "<name> lied ."),
    ("Thugs lied.", "thugs lied ."),
    ("She said that Dr. J. K. Lee of the Bank of Ghana lied.", "he said that <name> lied ."),
    ("the muslims lied and the Christians lied", "<name> lied and <name> lied"),
    ("a rose lied to Rose", "a rose lied to <name>"),
    ("Minister Denies Fraud", "minister denies fraud"),
    ("“They lied,” he says.", "“ they lied , ” he says ."),
    ("Israel's officials paid 3,000.50 dollars", "<name> 's officials paid <number> dollars"),
    ("I lied and I'm sorry, NATO LIED", "i lied and i'm sorry , <name> lied"),
    ("the Iranian-backed militia", "<name> militia"),
    ("J. K. Lee of Brightwater plc met Omar al-Rashid", "<name> met <name>"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_mask(text: str, expected: str) -> None:
    assert " ".join(token.text for token in mask(tokenize(text, 0, len(text)), KNOWN)) == expected


@given(st.text() | st.text(alphabet=NASTY))
def test_masked_words_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for token in mask(tokenize(text, 0, len(text)), KNOWN):
        assert end <= token.start < token.end <= len(text)
        end = token.end
