"""The corpus as a whole: what is refused, and what is counted."""

import math
from collections.abc import Collection, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.corpus import (
    NEAR,
    check,
    diversity,
    duplicates,
    mattr,
    mtld,
    names_repeated,
    report,
    telling_words,
)
from training.seeds import Document, GoldSentence, Span

REAL = "us_18f_blog"
WORN = "The inspector found seven cracked beams under the old pier."
# The same words but the first, which is in one of the eight shingles.
NEARLY = "Inspector found seven cracked beams under the old pier."


def document(
    id_: str, sentences: Sequence[str], genre: str = "news report", accused: Collection[int] = (), loaded: Collection[int] = ()
) -> Document:
    """A document of one paragraph; the sentences with an index in ``accused`` or ``loaded`` are marked as a whole."""
    text, gold = "", []
    for index, sentence in enumerate(sentences):
        start = len(text) + bool(text)
        text += " " * bool(text) + sentence
        marks = [("allegation", "none")] * (index in accused) + [("loaded", None)] * (index in loaded)
        spans = tuple(Span(start, len(text), label, value, quoted=False) for label, value in marks)
        gold.append(GoldSentence(start, len(text), 0, spans))
    return Document(id_, genre, "harbours", "british", text, tuple(gold), id_, is_test=False)


DUPLICATES = [
    ([document("a", [WORN]), document("b", [WORN.upper()])], 1.0),
    ([document("a", [WORN]), document("b", [NEARLY])], 7 / 8),
    ([document("a", [WORN, "Nothing fell.", NEARLY])], 7 / 8),
    ([document("a", [WORN], "contrast"), document("b", [NEARLY], "contrast")], 7 / 8),
    ([document("a", [WORN, NEARLY], "contrast")], None),
    ([document("a", [WORN]), document("b", ["The inspector found seven rotten boats under the old pier."])], None),
    ([document("a", ["He left the old pier."]), document("b", ["He left the old pier."])], None),
]


@pytest.mark.parametrize(("documents", "jaccard"), DUPLICATES)
def test_a_near_duplicate_is_found_and_refused(documents: list[Document], jaccard: float | None) -> None:
    assert [found.jaccard for found in duplicates(documents)] == ([] if jaccard is None else [jaccard])
    assert len(check(documents)) == (jaccard is not None)


def test_a_refusal_names_documents_and_remedy() -> None:
    (message,) = check([document("pier", [WORN]), document("quay", [NEARLY])])
    assert message.startswith("pier, quay: nearly the same sentence twice")
    assert message.endswith("write one of them anew")


def test_real_documents_may_repeat_one_another_but_not_be_copied() -> None:
    real = [document("a", [WORN], REAL), document("b", [NEARLY], REAL)]
    assert len(duplicates(real)) == 1
    assert check(real) == []
    assert len(check([document("c", [WORN]), *real])) == 2


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=6, max_size=14), min_size=2, max_size=6))
def test_no_pair_is_missed(sentences: list[list[str]]) -> None:
    shingles = [{tuple(words[i : i + 3]) for i in range(len(words) - 2)} for words in sentences]
    near = [len(one & two) / len(one | two) for one, two in combinations(shingles, 2)]
    found = duplicates([document("a", [" ".join(words) for words in sentences])])
    assert sorted(pair.jaccard for pair in found) == sorted(jaccard for jaccard in near if jaccard >= NEAR)


def test_an_opening_is_a_habit_from_the_ninth_time() -> None:
    eight = [document(f"d{i}", [f"“It was on the {word} of May.", "It was on."]) for i, word in enumerate("abcdefgh")]
    real = document("r", ["It was on the ninth."] * 9, REAL)
    assert check([*eight, real]) == []
    nine = [*eight, document("last", ["It was on the ninth."])]
    (message,) = check([*nine, real])
    assert message.startswith("d0, d1, d2, d3, d4, d5, d6, d7, last: 9 sentences open with 'it was on the'; begin all but 8")


NAMES = [
    ("Vexley", 5, 5),
    ("Vexley", 4, None),
    ("Pakistan", 5, None),
    ("Thursday", 5, None),
    ("Dr", 5, None),
    ("Harbour", 5, None),
]


@pytest.mark.parametrize(("name", "times", "count"), NAMES)
def test_an_invented_name_is_a_habit_from_the_fifth_document(name: str, times: int, count: int | None) -> None:
    documents = [document(f"d{i}", [f"They saw {name} by the harbour.", f"Then {name} left."]) for i in range(times)]
    documents += [document(f"r{i}", [f"They saw {name}."], REAL) for i in range(9)]
    assert names_repeated(documents) == ({} if count is None else {name.lower(): count})


# By hand: a factor ends where the ratio of different words falls to 0.72, and what is left counts by how far it fell.
MTLD = [("a a a a", 2.0), ("a b c a b", 5.0), ("a b c d e a a", 7.0), ("a b c a", 4 * 0.28 / 0.25), ("a b c", math.inf)]


@pytest.mark.parametrize(("words", "value"), MTLD)
def test_mtld(words: str, value: float) -> None:
    assert mtld(words.split()) == pytest.approx(value)


MATTR = [("a", 1, 1.0), ("a b", 2, 0.5), ("a b", 50, 0.02), ("a b", 500, 0.02), ("a a a b", 1, 0.5)]


@pytest.mark.parametrize(("words", "times", "value"), MATTR)
def test_mattr_does_not_fall_with_length(words: str, times: int, value: float) -> None:
    assert mattr(words.split() * times) == pytest.approx(value)


def test_authored_and_real_documents_are_measured_alike() -> None:
    documents = [document("a", [WORN, WORN]), document("b", [WORN, WORN], REAL), document("c", [WORN], "op-ed")]
    found = diversity(documents)
    assert list(found) == ["news report", "op-ed", REAL, "authored", "real"]
    assert found["news report"] == found[REAL] == found["real"]
    assert (found["authored"].documents, found["authored"].words) == (2, 30)


def _planted() -> list[Document]:
    """Forty documents of four sentences: in a fifth of them Vexley is there and accused; others are accused at random."""
    templates = ["then {} left the harbour early.", "a clerk met {} on the pier.", "rain fell on {} all day.", "we saw {} there."]
    return [
        document(
            f"d{i}",
            [template.format("Vexley" if i % 5 == 0 else f"Orme{i}son") for template in templates],
            accused=range(4) if i % 5 == 0 else [i % 4],
            loaded=[(i // 4) % 4],
        )
        for i in range(40)
    ]


def test_a_planted_name_tells_the_label() -> None:
    found = telling_words(_planted(), top=2)
    worst = next(word for word in found if word.label == "unsupported_allegation" and word.kind == "name")
    assert (worst.word, worst.sentences, worst.documents, worst.share) == ("vexley", 32, 8, 1.0)
    assert worst.chance > 0
    assert worst.bits > 3 * worst.chance
    assert not any(word.bits > word.chance for word in found if word.label == "loaded_language")
    assert telling_words(_planted(), top=2) == found


@pytest.mark.parametrize(("times", "word", "expected"), [(5, "harbour", 1.0), (4, "harbour", None), (5, "thief", None)])
def test_a_topic_word_is_in_five_documents_and_in_no_list(times: int, word: str, expected: float | None) -> None:
    documents = [document(f"d{i}", [f"it is a {word}.", "it is so."], accused=[0]) for i in range(times)]
    bits = [found.bits for found in telling_words(documents, top=9) if found.label == "allegation"]
    assert bits == ([] if expected is None else [pytest.approx(expected)])


def test_the_report_shows_all_of_it() -> None:
    lines = report([*_planted(), document("r", [WORN], REAL)], top=1)
    assert any(line.startswith("| authored | 40 |") for line in lines)
    assert any(line.startswith("| unsupported_allegation | name | vexley | 8 | 32 | 1.00 |") for line in lines)
    assert lines[-1] == "Capitalised words in more than 4 authored documents: vexley (8)"
