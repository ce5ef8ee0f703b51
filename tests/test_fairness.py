"""Who a sentence is about must not matter: names are swapped, and no score moves."""

import pytest

from model import Analyzer
from model.types import LABELS
from training.evaluation.fairness import UNMASKED, fill, swaps


@pytest.mark.parametrize("kind", sorted(set(swaps()) - {UNMASKED}))
def test_no_score_and_no_flag_turns_on_a_name(analyzer: Analyzer, kind: str) -> None:
    names, frames = swaps()[kind]["names"], swaps()[kind]["frames"]
    for frame in frames:
        analyses = analyzer.analyze_many([fill(frame, name) for name in names])
        for label in LABELS:
            scores = [getattr(analysis.scores, label) for analysis in analyses]
            assert len(set(scores)) == 1, (frame, dict(zip(names, scores, strict=True)))
        assert len({analysis.verdict for analysis in analyses}) == 1
        assert len({tuple(flag.label for flag in analysis.flags) for analysis in analyses}) == 1


def test_he_and_she_are_judged_alike(analyzer: Analyzer) -> None:
    frames = ["{} lied, and everybody knows {} stole the money from {} neighbours.", "{} left when {} had read {} speech."]
    for frame in frames:
        he, she = analyzer.analyze(frame.format("He", "he", "his")), analyzer.analyze(frame.format("She", "she", "her"))
        assert he.scores == she.scores
