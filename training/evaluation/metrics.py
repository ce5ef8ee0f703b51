"""Figures from labels and scores: ranking, calibration, decisions, at the sample's rate and at another, with intervals.

Labels are boolean arrays and scores float arrays of shape (sentences,); weights are float arrays of that shape.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_fscore_support, roc_auc_score

Metrics = dict[str, float]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
# A figure of some sentences, given by their numbers; NaN where it cannot be told.
Statistic = Callable[[Ints], float]
Average = Literal["macro", "binary"]

BINS = 10
_DRAWS, _SEED = 200, 20_261_124
_WITHIN = (2.5, 97.5)
_FEWEST = 5


def ranking(labels: Bools, scores: Floats) -> Metrics:
    """How many there are, how well the scores rank them, and how true the scores are as probabilities."""
    return {
        "sentences": len(labels),
        "positives": int(labels.sum()),
        "auc": auc(labels, scores),
        "average_precision": average_precision(labels, scores),
        "brier": float(brier_score_loss(labels, scores)),
        "calibration_error": calibration_error(labels, scores),
    }


def decisions(labels: Bools, given: Bools) -> Metrics:
    """Precision, recall and F1 of what is flagged, and how many that are."""
    precision, recall, f1, _ = precision_recall_fscore_support(labels, given, average="binary", zero_division=0.0)
    return {"flagged": int(given.sum()), "precision": float(precision), "recall": float(recall), "f1": float(f1)}


def highest_f1(labels: Ints, scores: Floats, average: Average = "binary") -> tuple[float, float]:
    """The highest F1 that a threshold on the scores reaches, and the highest such threshold."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.diff(scores[order], append=-np.inf))  # a threshold takes all of equal scores or none
    given, hits = last + 1, np.cumsum(labels[order])[last]
    positives, negatives = labels.sum(), len(labels) - labels.sum()
    f1 = 2 * hits / (given + positives)
    if average == "macro":
        right = negatives - (given - hits)
        f1 = (f1 + 2 * right / (len(labels) - given + negatives)) / 2
    best = int(np.argmax(f1))
    return float(f1[best]), float(scores[order[last[best]]])


def auc(labels: Bools, scores: Floats) -> float:
    """ROC AUC; NaN where only one class is there."""
    return float(roc_auc_score(labels, scores)) if 0 < labels.sum() < len(labels) else float("nan")


def average_precision(labels: Bools, scores: Floats, weights: Floats | None = None) -> float:
    """Average precision; NaN where nothing is positive."""
    return float(average_precision_score(labels, scores, sample_weight=weights)) if labels.any() else float("nan")


def calibration_error(labels: Bools, scores: Floats) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015, section "Calibration metrics")."""
    return float(sum(share * abs(rate - score) for share, score, rate in reliability(labels, scores)))


def reliability(labels: Bools, scores: Floats) -> list[tuple[float, float, float]]:
    """For each bin of scores that is not empty its share of the sentences, their mean score, and their share of positives."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    inside = [bins == b for b in np.unique(bins)]
    return [(float(i.mean()), float(scores[i].mean()), float(labels[i].mean())) for i in inside]


def calibration_by_chance(scores: Floats) -> float:
    """The calibration error that scores show on a sample of this size where they are exactly true: mean over draws of labels."""
    generator = np.random.default_rng(_SEED)
    return float(np.mean([calibration_error(generator.random(len(scores)) < scores, scores) for _ in range(_DRAWS)]))


def interval(statistic: Statistic, groups: Ints) -> tuple[float, float]:
    """95% interval of a figure by the percentile bootstrap over groups (Efron and Tibshirani 1993, chapter 13): documents are
    drawn, not sentences, because sentences of a document are alike. NaN where it cannot be told: for under five groups, and
    where all draws have the same figure or none.
    """
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    if len(members) < _FEWEST:
        return float("nan"), float("nan")
    generator = np.random.default_rng(_SEED)
    draws = [np.concatenate([members[i] for i in generator.integers(len(members), size=len(members))]) for _ in range(_DRAWS)]
    values = np.array([statistic(rows) for rows in draws])
    values = values[~np.isnan(values)]
    if len(np.unique(values)) < 2:
        return float("nan"), float("nan")
    low, high = np.percentile(values, _WITHIN)
    return float(low), float(high)
