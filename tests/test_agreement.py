"""Agreement of two readings, against values known from textbooks or counted by hand."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from training.agreement import ReadingError, agreement, table
from training.seeds import SUPPORT_VALUES, Document, GoldSentence, Span

SENTENCE = "They lied."


def reading(labels: Sequence[str], per_stretch: int = 10) -> list[Document]:
    """Stretches of equal sentences; a label is a support value, ``loaded``, or anything else for a sentence without marks."""
    starts = range(0, len(labels), per_stretch)
    return [_stretch(f"s{start:04}", labels[start : start + per_stretch]) for start in starts]


def _stretch(id_: str, labels: Sequence[str]) -> Document:
    sentences = []
    for index, label in enumerate(labels):
        start = index * (len(SENTENCE) + 1)
        end = start + len(SENTENCE)
        sentences.append(GoldSentence(start, end, 0, _marks(start, end, label)))
    text = " ".join([SENTENCE] * len(labels))
    return Document(id_, "news report", "lies", "british", text, tuple(sentences), id_, is_test=False)


def _marks(start: int, end: int, label: str) -> tuple[Span, ...]:
    if label in SUPPORT_VALUES:
        return (Span(start, end, "allegation", label, quoted=False),)
    return (Span(start, end, "loaded", None, quoted=False),) if label == "loaded" else ()


def crossed(counts: dict[tuple[str, str], int]) -> tuple[list[Document], list[Document]]:
    """Two readings with so many sentences for each pair of labels."""
    one, two = zip(*(pair for pair, count in counts.items() for _ in range(count)), strict=True)
    return reading(one), reading(two)


KAPPAS = [
    # Two classes, 35 of 50 agree where 25 would by chance: (0.7 - 0.5) / (1 - 0.5).
    ({("none", "none"): 20, ("none", ""): 5, ("", "none"): 10, ("", ""): 15}, "allegation", 0.4),
    # The hundred diagnoses of Fleiss, Levin & Paik 2003, "Statistical methods for rates and proportions", table 18.1.
    (
        {
            ("vague", "vague"): 75,
            ("vague", "attributed"): 1,
            ("vague", "documented"): 4,
            ("attributed", "vague"): 5,
            ("attributed", "attributed"): 4,
            ("attributed", "documented"): 1,
            ("documented", "documented"): 10,
        },
        "support of allegations",
        (0.89 - 0.66) / (1 - 0.66),
    ),
    # The sentences that only one reading accuses are left out of the one, and count in the other.
    ({("none", "none"): 5, ("vague", "vague"): 5, ("", "none"): 5, ("", ""): 5}, "support of allegations", 1.0),
    ({("none", "none"): 5, ("vague", "vague"): 5, ("", "none"): 5, ("", ""): 5}, "support", (0.75 - 0.3125) / (1 - 0.3125)),
    # None and vague are both unsupported.
    ({("none", "vague"): 7, ("attributed", ""): 9}, "unsupported_allegation", 1.0),
    ({("loaded", ""): 5, ("", "loaded"): 5}, "loaded_language", -1.0),
    ({("", ""): 9}, "allegation", math.nan),
    ({("none", "none"): 9}, "support of allegations", math.nan),
    ({("none", ""): 9}, "support of allegations", math.nan),
]


@pytest.mark.parametrize(("counts", "label", "kappa"), KAPPAS)
def test_kappa(counts: dict[tuple[str, str], int], label: str, kappa: float) -> None:
    first, second = crossed(counts)
    found = agreement(first, second, draws=20)[label]
    assert found.measure == "kappa"
    assert found.value == pytest.approx(kappa, nan_ok=True)


def test_identical_readings_agree_on_everything() -> None:
    first = reading(["none", "loaded", "vague", "", "attributed", "documented"] * 5)
    result = agreement(first, first[::-1], draws=20)
    assert [(a.value, a.low, a.high) for a in result.values()] == [(1.0, 1.0, 1.0)] * 7
    assert {label: a.count for label, a in result.items() if label.startswith("support")} == {
        "support": 30,
        "support of allegations": 20,
    }


def test_independent_readings_agree_no_more_than_by_chance() -> None:
    generator = np.random.default_rng(1)
    labels = ["none", "vague", "attributed", "documented", "loaded", ""]
    first, second = (reading(generator.choice(labels, size=600).tolist()) for _ in range(2))
    result = agreement(first, second, draws=200)
    for found in result.values():
        if found.measure == "kappa":
            assert found.low < 0 < found.high
            assert abs(found.value) < 0.1


def test_the_interval_is_seeded_and_narrows_with_more_stretches() -> None:
    counts = {("none", "none"): 20, ("none", ""): 5, ("", "none"): 10, ("", ""): 15}
    few = agreement(*crossed(counts), draws=200)["allegation"]
    many = agreement(*crossed({pair: 16 * n for pair, n in counts.items()}), draws=200)["allegation"]
    assert few == agreement(*crossed(counts), draws=200)["allegation"]
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_spans_overlap_by_characters() -> None:
    """One marks "They lied", the other "lied.": four characters in common, 9 and 5 marked."""
    first, second = reading(["none"]), reading(["none"])
    for document, start, end in ((first, 0, 9), (second, 5, 10)):
        sentence = replace(document[0].sentences[0], spans=(Span(start, end, "allegation", "none", quoted=False),))
        document[0] = replace(document[0], sentences=(sentence,))
    result = agreement(first, second, draws=20)
    assert result["allegation clause"].value == pytest.approx(2 * 4 / (9 + 5))
    assert result["allegation clause"].count == 10
    assert math.isnan(result["loaded words"].value)


def test_sentences_cut_differently_are_compared_as_the_first_reading_cuts_them() -> None:
    first = reading(["none", ""])
    whole = GoldSentence(0, len(first[0].text), 0, first[0].sentences[0].spans)
    second = [replace(first[0], sentences=(whole,))]
    assert agreement(first, second, draws=20)["allegation"].value == 1.0


def test_readings_of_other_texts_are_refused() -> None:
    first = reading(["none"] * 20)
    for second in ([], first[:1], [*first, first[0]]):
        with pytest.raises(ReadingError, match="not of the same documents"):
            agreement(first, second)
    with pytest.raises(ReadingError, match="not of the same documents"):
        agreement([], [])
    with pytest.raises(ReadingError, match="s0000: the readings are of different texts"):
        agreement(first, [replace(first[0], text="They lied!"), first[1]])


def test_the_table_is_markdown_with_a_dash_for_what_is_undefined() -> None:
    lines = table(agreement(*crossed({("none", "none"): 20, ("none", ""): 5, ("", "none"): 10, ("", ""): 15}), draws=20))
    assert len(lines) == 2 + 7
    assert lines[2].startswith("| allegation | kappa | 0.40 | ")
    assert lines[2].endswith(" | 50 |")
    assert lines[-1] == "| loaded words | F1 | – | – | 0 |"
