"""Names are masked before anything is judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.names import mask
from model.tokens import tokenize
from tests.texts import NASTY
from training.examples import known_words

KNOWN = frozenset(
    {
        "j",
        "may",
        "march",
        "the",
        "she",
        "they",
        "officials",
        "lied",
        "thugs",
        "minister",
        "says",
        "bank",
        "denies",
        "fraud",
        "from",
    }
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
    ("The ministry lied on Sunday, 3 May 2021.", "the ministry lied on <date> , <number> <date> <number> ."),
    (
        "May 3 was late, and so was Dec. 6, in May or since June.",
        "<date> <number> was late , and so was <date> . <number> , in <date> or since <date> .",
    ),
    ("They may march on Fridays in March", "they may march on <date> in <date>"),
    ("May they lie? March on, April Jones and Theresa May.", "may they lie ? march on , <name> and <name> ."),
    ("They met Sunday Adeyemi and Jan, said Omar June.", "they met <name> and <name> , said <name> ."),
    ("They lied in mid-June and the March budget, said April.", "they lied in mid- <date> and the <date> budget , said <name> ."),
    ("the April Jones affair, in the May sun", "<name> affair , in the <date> sun"),
    ("The letter of August the 3rd", "the letter of <date> the <number> rd"),
    ("a democratic vote, a republican, a Democratic vote", "a democratic vote , a republican , a <name> vote"),
    ("the liberal and the conservative press, the Liberal press", "the conservative and the conservative press , <name> press"),
    ("some liberals and conservatives, far-left and far-right", "some <name> and <name> , <name> and <name>"),
    ("the pro-Russian and anti-American press", "the pro- <name> and anti- <name> press"),
    ("an anti-corruption law, the Anti-Corruption Court", "an anti-corruption law , <name>"),
    ("J. K. Lee of Brightwater plc met Omar al-Rashid", "<name> met <name>"),
    ("They met J.K. Rowling and Md. Salim, said von der Leyen.", "they met <name> and <name> , said <name> ."),
    ("They met Maria de la Cruz and Pieter van den Berg at Marks and Spencer.", "they met <name> and <name> at <name> ."),
    ("They lied to McDonald's and an Iranian bank.", "they lied to <name> and a <name> bank ."),
    ("They lied to James' bank.", "they lied to <name> 's bank ."),
    ("‘They lied,’ says James’ bank", "‘ they lied , ' says <name> ' bank"),
    ("Lee and the Thugs Lied from Fraud", "<name> and the thugs lied from fraud"),
    ("They lied to Maria Okafor, Thugs and the Bank", "they lied to <name> , thugs and the bank"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_mask(text: str, expected: str) -> None:
    assert " ".join(token.text for token in mask(tokenize(text, 0, len(text)), KNOWN)) == expected


def test_a_listed_word_at_the_beginning_is_no_name_but_a_name_is() -> None:
    text = "Lied? Cronies!"
    assert [token.text for token in mask(tokenize(text, 0, len(text)), known_words([]))] == ["lied", "?", "cronies", "!"]
    assert not known_words([]) & {"iran", "may", "muslims"}


@given(st.text() | st.text(alphabet=NASTY))
def test_masked_words_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for token in mask(tokenize(text, 0, len(text)), KNOWN):
        assert end <= token.start < token.end <= len(text)
        end = token.end
