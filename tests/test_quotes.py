"""Who speaks: the stretches inside quotation marks."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.features import read
from model.quotes import inside, regions
from model.sentences import split
from tests.texts import NASTY

PARAGRAPH = "The board kept the books from us, and it kept them for a whole year. " * 20
CASES = [
    # one after the other, and marks that stand in no pair
    ('He said "yes" and "no way" to me.', ['"yes"', '"no way"']),
    ("«Basta», disse. „Genug“, sagte sie.", ["«Basta»", "„Genug“"]),
    ("(“yes”) and—“no”—and *“so”* and \u202a“go”", ["“yes”", "“no”", "“so”", "“go”"]),
    ('She said:"no." He said "too."', ['"no."', '"too."']),
    ('He said "yes and "no" to me.', ['"no"']),
    ("“never closed", []),
    ("never opened”", []),
    ('A 5" pipe and a 6" pipe.', []),
    # one within the other
    ("“He told me ‘go away’ twice,” she said", ["“He told me ‘go away’ twice,”"]),
    ("He read “a ‘b “c” d’ e” twice.", ["“a ‘b “c” d’ e”"]),
    ("\"She said 'it is “fine”' and left,\" he said.", ["\"She said 'it is “fine”' and left,\""]),
    ("then “‘Go,’ he said,” she said", ["“‘Go,’ he said,”"]),
    # apostrophes
    ("It's theirs, isn't it?", []),
    ("In the '90s the supporters' club grew.", []),
    ("In the ’90s and the ‘80s the supporters’ club grew.", []),
    ("Go get 'em, said the boys' coach, and 'tis the boys' day.", []),
    ("The rock 'n' roll of the Sixties", []),
    ("The supporters' club met.\n\nThe 'rest' stayed away.", ["'rest'"]),
    ("Back to the 'rest.\n\nThe supporters' club met.", []),
    ("‘It’s over,’ he said. It’s the dogs’ food.", ["‘It’s over,’"]),
    ("‘The dogs’ food is bad,’ she said. The cats’ food is not.", ["‘The dogs’ food is bad,’"]),
    ("He called them 'best of friends' and left.", ["'best of friends'"]),
    ("Leave out ‘10’ and insert '90'.", ["‘10’", "'90'"]),
    # marks that face the wrong way
    ("”This is why we won,” she said.", ["”This is why we won,”"]),
    ("“They won“, she said. “We lost.”", ["“They won“", "“We lost.”"]),
    # over paragraphs
    ("“A b.\n\nC d.\n\nE f.” he said", ["“A b.\n\nC d.\n\nE f.”"]),
    ("“One.\n\n“Two,” he said. “Three.”", ["“One.\n\n“Two,”", "“Three.”"]),
    ('"One.\n\n"Two.\n\n"Three," he said. "Four."', ['"One.\n\n"Two.\n\n"Three,"', '"Four."']),
    ('"One.\n\n"Two.\n\n"Three, and so on', ['"One.', '"Two.']),
    ("“‘One.\n\n“‘Two,’ he said,” she said.", ["“‘One.\n\n“‘Two,’ he said,”"]),
    ("“One.”\n\n“Two,” he said.", ["“One.”", "“Two,”"]),
    ('He said "yes and left.\n\nThe "no" stood.\n\n"So?"', ['"no"', '"So?"']),
    # block quotations
    ("> They all lied.\nI do not think so.", ["> They all lied."]),
    ("> One.\n> Two.\n>\n> > Three.\n\nFour.\n> Five.", ["> One.\n> Two.\n>\n> > Three.", "> Five."]),
    ("Is 3 > 2? Yes.", []),
]


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in regions(text, split(text))]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_regions(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize("mark", ["“”", '""', "‘’", "''"])
def test_a_long_quotation_goes_on_while_each_paragraph_opens_it_again(mark: str) -> None:
    words = "\n\n".join(mark[0] + PARAGRAPH.strip() for _ in range(8)) + mark[1]
    assert quoted(words + " he said.") == [words]


def test_a_mark_that_is_not_closed_for_long_says_nothing() -> None:
    assert quoted("“" + PARAGRAPH * 4 + "” he said.") == []


def test_share_of_quoted_words_in_each_sentence() -> None:
    text = 'She left. "They lied to all of us," he said. "All of them."'
    shares = [sum(reading.quoted) / len(reading.quoted) for reading in read(text, frozenset())]
    assert [round(share, 1) for share in shares] == [0.0, 0.8, 1.0]


def test_the_length_of_a_name_does_not_decide_whose_words_a_sentence_is() -> None:
    frame = "“{} is run by thieves,” said Lena Brandt, who chairs the council."
    readings = [read(frame.format(name), frozenset())[0] for name in ("Chad", "Bosnia and Herzegovina")]
    assert readings[0].quoted == readings[1].quoted


@given(st.text(alphabet=NASTY + '""“”‘’> \n'))
def test_regions_lie_in_the_text_in_order_and_hold_what_is_inside(text: str) -> None:
    sentences = split(text)
    found = regions(text, sentences)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    places = [position for position, is_in in enumerate(inside(range(len(text)), found)) if is_in]
    assert places == [position for start, end in found for position in range(start, end)]


@pytest.mark.parametrize("unit", ['"', "“", "”", "'", "’", "“‘", "“”", "s' a ", "“a\n\n", '"a\n\n', "> a\n", "> > "])
def test_time_grows_with_the_marks_not_faster(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    sentences = split(text)
    start = time.process_time()
    inside(range(len(text)), regions(text, sentences))
    assert time.process_time() - start < 2
