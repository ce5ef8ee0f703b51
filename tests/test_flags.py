"""What a flag points at and says, with weights made up for the purpose, so that no training can move it."""

import numpy as np
import pytest

from model.features import Reading, read
from model.flags import accusation, loaded_words, support_evidence
from model.types import Flag, Sentence, SentenceScores, Support, SupportValue

KNOWN = frozenset(["the", "a", "he", "they", "critics", "nobody", "council", "ministry"])
WEIGHTS = {"list:accusing": 2.0, "word:the": -0.1}
LOADED = {"shameful": 0.9, "thugs": 0.8, "they've": 0.9, "regime": 0.8, "of": 0.3}


def sentence(reading: Reading, support: SupportValue = "none") -> Sentence:
    start, end = reading.span.start, reading.span.end
    return Sentence(start, end, reading.voice(start, end), SentenceScores(0.9, 0.9, 0.9), Support(support, {}, ()))


def accused(text: str, index: int = 0, support: SupportValue = "none") -> Flag:
    readings = read(text, KNOWN)
    untold = np.zeros(len(readings[index].words))
    return accusation(text, index, sentence(readings[index], support), readings, WEIGHTS, untold)


def loaded(text: str) -> list[Flag]:
    reading = read(text, KNOWN)[0]
    return loaded_words(text, 0, sentence(reading), reading, [LOADED.get(word.text, 0.0) for word in reading.words])


CLAUSES = [
    ("The council stole the money.", "The council stole the money"),
    ("The weather was fine, but the council stole the money, and we went home.", "the council stole the money"),
    ("The council stole the money while we slept in our beds.", "The council stole the money"),
    ("The council stole the money, said Ada Brandt.", "The council stole the money"),
    ("Critics say that the council stole the money.", "the council stole the money"),
    ("As we all know, is that the money which the council stole?", "the money which the council stole"),
    ("In May, to stole money they went", "stole money they went"),
]


@pytest.mark.parametrize(("text", "clause"), CLAUSES)
def test_the_clause_that_accuses(text: str, clause: str) -> None:
    flag = accused(text)
    assert flag.text == clause == text[flag.start : flag.end]


NONE = "This reads as a charge of wrongdoing stated as fact, and {}: say who says so, or what shows it."
VAGUE = "This reads as a charge on a source that no reader can check (“{}”): name the source, or drop the claim."
REASONS: list[tuple[str, int, SupportValue, str]] = [
    ("The council stole the money.", 0, "none", NONE.format("no source stands in the sentence")),
    ("It rained.\n\nThe council stole it.\n\nAll left.", 1, "none", NONE.format("no source stands in the sentence")),
    (
        "It rained. The council stole it. All left.",
        1,
        "none",
        NONE.format("no source stands in the sentence or in those beside it"),
    ),
    ("The council stole it. Critics say so.", 0, "none", NONE.format("“Critics say” does not read as its source")),
    ("The council stole it. Ada Brandt said so.", 0, "none", NONE.format("“Ada Brandt said” does not read as its source")),
    ("Critics say that the council stole the money.", 0, "vague", VAGUE.format("Critics say")),
    ("The council stole the money, critics say.", 0, "none", VAGUE.format("critics say")),
    ("The council stole it. Critics say so.", 0, "vague", VAGUE.format("Critics say")),
]


@pytest.mark.parametrize(("text", "index", "support", "reason"), REASONS)
def test_the_reason_says_what_is_missing(text: str, index: int, support: SupportValue, reason: str) -> None:
    assert accused(text, index, support).reason == reason


def test_evidence_says_where_support_was_looked_for_and_what_was_found() -> None:
    text = "It rained. Ada Brandt said so.\n\nAda Brandt said this. The council stole it. Critics say more. The court found it."
    assert [(item.kind, item.text) for item in accused(text, 3).evidence] == [
        ("searched_for_support", "Ada Brandt said this. The council stole it. Critics say more."),
        ("attribution", "Ada Brandt said"),
        ("accusing_words", "stole"),
        ("vague_attribution", "Critics say"),
    ]
    assert [item.text for item in support_evidence(text, read(text, KNOWN), 3)] == ["Ada Brandt said", "Critics say"]


MARKS = [
    ("A shameful day for a regime.", [("shameful", "author"), ("regime", "author")]),
    ("He called them “shameful thugs” and left for the long train home.", [("shameful thugs", "quoted")]),
    ("“We saw it all, and we saw it well,” said the shameful man.", [("shameful", "author")]),
    ("They've seen a shameful crowd of thugs.", [("shameful", "author"), ("thugs", "author")]),
    ("> The shameful council\n> left.", [("shameful", "quoted")]),
]


@pytest.mark.parametrize(("text", "expected"), MARKS)
def test_the_words_that_are_loaded_and_whose_they_are(text: str, expected: list[tuple[str, str]]) -> None:
    flags = loaded(text)
    assert [(flag.text, flag.voice) for flag in flags] == expected
    assert all(("a speaker's" in flag.reason) == (flag.voice == "quoted") for flag in flags)


def test_a_word_between_joins_two_only_if_it_has_a_meaning_of_its_own() -> None:
    assert [flag.text for flag in loaded("A regime of thugs, a regime old thugs love.")] == [
        "regime",
        "thugs",
        "regime old thugs",
    ]
