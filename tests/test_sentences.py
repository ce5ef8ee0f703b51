"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.features import read
from model.sentences import SentenceSpan, split, without_block_marks
from tests.texts import NASTY

CASES = [
    ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
    ("Dr. Okafor met Mr. Lee at 5 p.m. on Jan. 5. He left.", ["Dr. Okafor met Mr. Lee at 5 p.m. on Jan. 5.", "He left."]),
    ("J. K. Adeyemi wrote it. See No. 7.", ["J. K. Adeyemi wrote it.", "See No. 7."]),
    ("The U.S. Army left. It came back to the U.S. The end.", ["The U.S. Army left.", "It came back to the U.S.", "The end."]),
    ("Acme Inc. shares rose 3.5 percent. They fell.", ["Acme Inc. shares rose 3.5 percent.", "They fell."]),
    ("He doesn't. She does.", ["He doesn't.", "She does."]),
    ('"They knew." He paused. "And lied," she said.', ['"They knew."', "He paused.", '"And lied," she said.']),
    ("“Why?” she asked. (Nobody spoke.) Silence.", ["“Why?” she asked.", "(Nobody spoke.)", "Silence."]),
    ("A headline without a stop\n\nThe text. More.", ["A headline without a stop", "The text.", "More."]),
    ("Line one\nLine two\n- an item\n- another", ["Line one", "Line two", "- an item", "- another"]),
    ("Man charged after the fire in the canal\nRain today", ["Man charged after the fire in the canal", "Rain today"]),
    ("Milk and eggs from the corner shop\nBread", ["Milk and eggs from the corner shop", "Bread"]),
    ("1. First point\n2. Second point", ["1. First point", "2. Second point"]),
    ("One.\r\n\r\nTwo.\rThree.\u2028Four.", ["One.", "Two.", "Three.", "Four."]),
    ("Wait... What? No... way.", ["Wait...", "What?", "No... way."]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_ends(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in split(text)] == expected


def test_hard_wrapped_lines_are_one_sentence() -> None:
    lines = [
        "The board met on Monday, and after a long debate it",
        "approved the budget that the director had in mind",
        "in May.",
    ]
    text = "\n".join(lines) + " Then it rose."
    assert [text[s.start : s.end] for s in split(text)] == [text[:-14], "Then it rose."]


QUOTED = """\
The office wrote in May:
> The board met on Monday, and after a long debate it
> approved the budget that the director had in mind
> in May. Then it rose.
>
>> Nobody had read the budget that the director gave
>> to the board.
> We had.
Who had?"""


def test_block_quotations_are_read_without_their_marks() -> None:
    assert [(text_of(s).replace("\n> ", " ").replace("\n>> ", " "), s.paragraph) for s in split(QUOTED)] == [
        ("The office wrote in May:", 0),
        (
            "The board met on Monday, and after a long debate it approved the budget that the director had in mind in May.",
            1,
        ),
        ("Then it rose.", 1),
        ("Nobody had read the budget that the director gave to the board.", 2),
        ("We had.", 3),
        ("Who had?", 4),
    ]
    words = [word.text for reading in read(QUOTED, frozenset()) for word in reading.words]
    assert ">" not in words
    assert [reading.voice(0, len(reading.words)) for reading in read(QUOTED, frozenset())] == [
        "author",
        *["quoted"] * 4,
        "author",
    ]


def text_of(sentence: SentenceSpan) -> str:
    return QUOTED[sentence.start : sentence.end]


def test_blank_lines_and_line_breaks_begin_paragraphs() -> None:
    assert [s.paragraph for s in split("It was. It is.\n\n\nIt will be.\nIt may.")] == [0, 0, 1, 2]


@given(st.text() | st.text(alphabet=NASTY + "> "))
def test_covers_all_but_white_space_and_block_marks_in_order(text: str) -> None:
    plain, end = without_block_marks(text), 0
    assert len(plain) == len(text)
    for sentence in split(text):
        assert plain[end : sentence.start].strip() == ""
        assert plain[sentence.start : sentence.end].strip() == plain[sentence.start : sentence.end] != ""
        end = sentence.end
    assert plain[end:].strip() == ""
