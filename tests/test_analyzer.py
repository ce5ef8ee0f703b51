"""The engine's promises, whatever the text."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import Analysis, Analyzer, load
from model.types import LABELS, SUPPORT_VALUES, Profile
from tests.texts import NASTY, TEXTS

ACCUSING = "The minister has pocketed the money and lied about it. This shameful gang of thieves is bleeding us dry!"
anything = st.text() | st.text(alphabet=NASTY) | st.lists(st.sampled_from([ACCUSING, *TEXTS])).map(" ".join)


def check(text: str, analysis: Analysis, analyzer: Analyzer) -> None:
    """Everything that holds for each analysis."""
    for flag in analysis.flags:
        sentence = analysis.sentences[flag.sentence]
        assert text[flag.start : flag.end] == flag.text != ""
        assert sentence.start <= flag.start < flag.end <= sentence.end
        assert flag.score == getattr(sentence.scores, flag.label) >= analyzer.thresholds[flag.label].flag
        assert flag.evidence
        for plainer in flag.alternatives:
            assert sentence.start <= plainer.start < plainer.end <= sentence.end
            assert flag.label == "loaded_language"
        for item in flag.evidence:
            assert text[item.start : item.end] == item.text != ""
            assert item.kind not in ("accusing_words", "loaded_words") or sentence.start <= item.start < item.end <= sentence.end
        if flag.label == "unsupported_allegation":
            searched = next(item for item in flag.evidence if item.kind == "searched_for_support")
            assert searched.start <= sentence.start < sentence.end <= searched.end
            assert all(searched.start <= item.start < item.end <= searched.end for item in flag.evidence)
            assert sentence.support is not None
            assert set(sentence.support.evidence) <= set(flag.evidence)
    for sentence in analysis.sentences:
        scores = sentence.scores
        assert 0 <= scores.unsupported_allegation <= scores.allegation <= 1
        assert 0 <= scores.loaded_language <= 1
        if sentence.support is not None:
            assert tuple(sentence.support.probabilities) == SUPPORT_VALUES
            assert sum(sentence.support.probabilities.values()) == pytest.approx(1, abs=2e-4)
            assert all(text[item.start : item.end] == item.text != "" for item in sentence.support.evidence)
    for label in LABELS:
        highest = max((getattr(s.scores, label) for s in analysis.sentences), default=0.0)
        assert getattr(analysis.scores, label) == highest
        flagged = {flag.sentence for flag in analysis.flags if flag.label == label}
        assert flagged == {
            i for i, s in enumerate(analysis.sentences) if getattr(s.scores, label) >= analyzer.thresholds[label].flag
        }
    assert (analysis.verdict == "flag") == bool(analysis.flags)


@settings(deadline=None)  # an encoder takes its time, and more of it where much else runs
@given(anything)
def test_any_text(analyzer: Analyzer, text: str) -> None:
    check(text, analyzer.analyze(text), analyzer)


@pytest.mark.parametrize("text", TEXTS)
def test_nasty_text(analyzer: Analyzer, text: str) -> None:
    check(text, analyzer.analyze(text), analyzer)


@pytest.mark.parametrize("before", ["", "😀 ", "e\u0301\r\n\r\n", "\t\u00a0", "\u202e", "中。\n"])
@pytest.mark.parametrize("after", ["", " 👩\u200d👩", "\r\n", "\u0301"])
def test_offsets_hold_wherever_the_flagged_sentence_stands(analyzer: Analyzer, before: str, after: str) -> None:
    text = before + ACCUSING + after
    analysis = analyzer.analyze(text)
    assert {flag.label for flag in analysis.flags} == set(LABELS)
    check(text, analysis, analyzer)


@settings(max_examples=25, deadline=None)
@given(st.lists(anything, min_size=1, max_size=6))
def test_a_text_alone_is_the_same_as_in_a_batch(analyzer: Analyzer, texts: list[str]) -> None:
    assert analyzer.analyze_many(texts) == [analyzer.analyze(text) for text in texts]


@settings(max_examples=25, deadline=None)
@given(st.lists(anything, min_size=2, max_size=5))
def test_the_order_of_a_batch_does_not_matter(analyzer: Analyzer, texts: list[str]) -> None:
    assert analyzer.analyze_many(texts[::-1]) == analyzer.analyze_many(texts)[::-1]


def test_a_neutral_sentence_far_away_changes_nothing(analyzer: Analyzer) -> None:
    near = ACCUSING + " The board met on Monday. The minutes are public."
    before, after = analyzer.analyze(near), analyzer.analyze(near + " The hall was painted in spring.")
    assert before.sentences[:2] == after.sentences[:2]
    assert before.flags == after.flags


def test_an_empty_text_is_ok(analyzer: Analyzer) -> None:
    analysis = analyzer.analyze("")
    assert (analysis.verdict, analysis.sentences, analysis.flags) == ("ok", (), ())
    assert analysis.scores.unsupported_allegation == analysis.scores.loaded_language == 0.0
    assert analyzer.analyze_many([]) == []


def test_to_dict_is_the_json_of_the_api(analyzer: Analyzer) -> None:
    body = analyzer.analyze(ACCUSING).to_dict()
    assert list(body) == ["model", "verdict", "scores", "sentences", "flags"]
    assert list(body["sentences"][0]) == ["start", "end", "voice", "scores", "support"]
    flag = ["label", "sentence", "start", "end", "text", "voice", "score", "reason", "evidence", "alternatives"]
    assert list(body["flags"][0]) == flag
    assert list(body["sentences"][0]["support"]) == ["value", "probabilities", "evidence"]
    assert list(body["flags"][0]["evidence"][0]) == ["kind", "start", "end", "text"]
    assert json.loads(json.dumps(body)) == body


UNITS = ["a", "!", '"', "' ", "a. ", "a\n", ". ", "lied, ", "“a ", "said he, ", "\u0301", " ", "A. "]
# Long sentences of words that are looked up, joined, weighed and marked.
UNITS += ["inept ", "inept claim, ", "lied if but ; ", "citing report's ", "shameful the ", "said the minister of "]


# The lexical stage on all of them, and the encoder on what it reads in many pieces, or in many runs.
LINEAR: list[tuple[Profile, str, int]] = [("lexical", unit, 20_000) for unit in UNITS]
LINEAR.append(("lexical", "! ", 20_000))
LINEAR += [("contextual", unit, 2_000) for unit in ("lied, ", "They lied. ", "a")]


@pytest.mark.parametrize(("profile", "unit", "size"), LINEAR)
def test_time_grows_with_length_not_faster(analyzers: dict[Profile, Analyzer], profile: Profile, unit: str, size: int) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        analyzers[profile].analyze(text)
        return time.process_time() - start

    seconds(size // 2)
    small, large = min(seconds(size) for _ in range(3)), seconds(10 * size)
    assert large < 40 * small + 0.5


def test_a_word_of_a_megabyte(analyzer: Analyzer) -> None:
    text = "x" * 1_000_000
    assert [(s.start, s.end) for s in analyzer.analyze(text).sentences] == [(0, 1_000_000)]


def test_loaded_words_of_the_authors_have_plainer_ones(analyzer: Analyzer) -> None:
    text = "It was an abysmal, disgraceful failure, and a draconian scandal!"
    found = [(text[item.start : item.end], item.text) for flag in analyzer.analyze(text).flags for item in flag.alternatives]
    assert ("draconian", "severe") in found
    quoted = analyzer.analyze(f"“{text}”, said the minister in the debate on Monday.").flags
    assert [flag.alternatives for flag in quoted if flag.voice == "quoted"] == [() for flag in quoted if flag.voice == "quoted"]


def test_loading_again_gives_the_same_scores(analyzer: Analyzer) -> None:
    assert load().analyze_many(TEXTS) == analyzer.analyze_many(TEXTS)
