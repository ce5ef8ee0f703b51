"""Figures of flagged words of known cases."""

import pytest

from training.evaluation.spans import Range, span_figures

CASES: list[tuple[list[Range], list[Range], dict[str, float]]] = [
    ([(0, 4)], [(0, 4)], {"precision": 1, "recall": 1, "exact_f1": 1, "overlap_f1": 1}),
    ([(0, 4)], [(2, 6)], {"precision": 0.5, "recall": 0.5, "f1": 0.5, "exact_f1": 0, "overlap_f1": 1}),
    ([(0, 2), (4, 6)], [(0, 6)], {"precision": 1, "recall": 4 / 6, "overlap_precision": 1, "overlap_recall": 1}),
    ([(0, 2), (8, 9)], [(0, 2)], {"exact_precision": 0.5, "exact_recall": 1, "overlap_precision": 0.5}),
    ([], [(0, 2)], {"precision": 0, "recall": 0, "f1": 0}),
]


@pytest.mark.parametrize(("flagged", "marked", "expected"), CASES)
def test_spans_of_known_cases(flagged: list[Range], marked: list[Range], expected: dict[str, float]) -> None:
    figures = span_figures([(flagged, marked)])
    assert {name: figures[name] for name in expected} == pytest.approx(expected)


def test_figures_are_of_all_sentences_together() -> None:
    assert span_figures([([(0, 1)], [(0, 1)]), ([(0, 3)], [(5, 8)])])["precision"] == pytest.approx(1 / 4)
