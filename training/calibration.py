"""Linear classifiers whose probabilities are true, fitted and calibrated out of fold, and the thresholds on them.

Every fold is made of whole documents, so that no sentence is scored by a classifier that saw its neighbours.
"""

from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_array
from scipy.special import expit, log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, precision_recall_curve
from threadpoolctl import threadpool_limits

from model.analyzer import Threshold
from model.types import Label
from training.examples import Floats, Ints

STRENGTHS = (0.3, 1.0, 3.0)
PRECISION, REVIEW_PRECISION = 0.9, 0.5
# How many sentences in text of all kinds have the label: rounded shares of the real stretches that were drawn at random.
# Seeds have more, because most of them were drawn, or written, for their accusing words.
ASSUMED_RATES: dict[Label, float] = {"unsupported_allegation": 0.05, "loaded_language": 0.09}
# Shipped weights are rounded, so that the last digits of a solver do not decide the digest.
DECIMALS = 4


@dataclass(frozen=True)
class Fitted:
    """A calibrated classifier, its regularisation, and its out-of-fold probabilities: shape (rows, classes)."""

    classifier: LogisticRegression
    strength: float
    out_of_fold: Floats


def fit_calibrated(
    matrix: csr_array, emphasis: Floats, labels: Ints, folds: Ints, telling: NDArray[np.bool_], jobs: int = -1
) -> Fitted:
    """The regularisation with the least log loss out of fold, refitted on all rows and calibrated.

    ``emphasis``, of shape (columns,), is what each column is multiplied by while it is learned from; a greater one is the
    less regularised. The weights that come out are for the columns as they are. ``telling`` rows decide on regularisation and
    calibration, so probabilities are true for the likes of them.
    Rows with a label below 0 are scored but not learned from. Calibration is Platt's sigmoid (Platt 1999, "Probabilistic
    outputs for support vector machines", section 2) for two classes and a temperature (Guo et al. 2017, "On calibration
    of modern neural networks", section 4.2) for more; both only rescale a linear model, so its own weights carry them.
    """
    weighed = csr_array(matrix.multiply(emphasis[np.newaxis]))
    candidates = [out_of_fold(weighed, labels, folds, strength, jobs) for strength in STRENGTHS]
    told = np.where(telling, labels, -1)
    scales = [_calibration(scores, told) for scores in candidates]
    losses = [_loss(_probabilities(scores, scale), told) for scores, scale in zip(candidates, scales, strict=True)]
    best = int(np.argmin(losses))
    slope, shift = scales[best]
    classifier = fit_rows(weighed, labels, STRENGTHS[best])
    classifier.coef_ = classifier.coef_ * emphasis
    classifier = rounded(classifier, slope, shift)
    return Fitted(classifier, STRENGTHS[best], _probabilities(candidates[best], scales[best]))


def fit_rows(matrix: csr_array, labels: Ints, strength: float) -> LogisticRegression:
    """A logistic regression on the rows whose label is not below 0, the same on any number of cores."""
    rows = np.flatnonzero(labels >= 0)
    with threadpool_limits(limits=1):  # the order of a sum decides its last digits
        return LogisticRegression(C=strength, tol=1e-6, max_iter=10_000).fit(matrix[rows], labels[rows])


def rounded(classifier: LogisticRegression, slope: float = 1.0, shift: float = 0.0) -> LogisticRegression:
    """The classifier with log-odds ``slope * x + shift`` in place of x, its weights rounded."""
    classifier.coef_ = np.round(classifier.coef_ * slope, DECIMALS)
    classifier.intercept_ = np.round(classifier.intercept_ * slope + shift, DECIMALS)
    return classifier


def out_of_fold(matrix: csr_array, labels: Ints, folds: Ints, strength: float, jobs: int = -1) -> Floats:
    """Decision values of shape (rows,) or (rows, classes), each row's by a classifier that saw nothing of its fold."""

    def score(fold: int) -> Floats:
        train = np.where(folds == fold, -1, labels)
        values: Floats = fit_rows(matrix, train, strength).decision_function(matrix[folds == fold])
        return values

    names = np.unique(folds).tolist()
    parts = Parallel(n_jobs=jobs)(delayed(score)(fold) for fold in names)
    scores = np.zeros((len(folds), *parts[0].shape[1:]))
    for fold, part in zip(names, parts, strict=True):
        scores[folds == fold] = part
    return scores


def _calibration(scores: Floats, labels: Ints) -> tuple[float, float]:
    """Slope and shift that make the decision values ``scores`` log-odds."""
    rows = labels >= 0
    if scores.ndim == 1:
        with threadpool_limits(limits=1):  # see fit_rows
            platt = LogisticRegression(C=1e6, tol=1e-10, max_iter=1_000).fit(scores[rows, None], labels[rows])
        return float(platt.coef_[0, 0]), float(platt.intercept_[0])

    def loss(slope: float) -> float:
        return float(-log_softmax(scores[rows] * slope, axis=1)[np.arange(rows.sum()), labels[rows]].mean())

    return float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x), 0.0


def _probabilities(scores: Floats, scale: tuple[float, float]) -> Floats:
    slope, shift = scale
    if scores.ndim == 1:
        positive = expit(scores * slope + shift)
        return np.column_stack([1 - positive, positive])
    probabilities: Floats = softmax(scores * slope + shift, axis=1)
    return probabilities


def _loss(probabilities: Floats, labels: Ints) -> float:
    rows = labels >= 0
    return float(log_loss(labels[rows], probabilities[rows], labels=list(range(probabilities.shape[1]))))


def choose_threshold(labels: Ints, scores: Floats, rate: float) -> Threshold:
    """Maximum recall at precision >= :data:`PRECISION` for a flag, and >= :data:`REVIEW_PRECISION` for a review, where the
    share of sentences with the label is ``rate``.
    """
    precision, _, thresholds = precision_recall_curve(labels, scores, sample_weight=restoring(labels, rate))
    flag = _lowest_score(precision[:-1], thresholds, PRECISION)
    return Threshold(min(_lowest_score(precision[:-1], thresholds, REVIEW_PRECISION), flag), flag)


def _lowest_score(precision: Floats, thresholds: Floats, least: float) -> float:
    """The lowest score from which on precision is at least ``least``; where none is, the one of the best precision."""
    reached = np.flatnonzero(precision >= least)
    index = reached[0] if len(reached) else int(np.argmax(precision))
    return float(round(thresholds[index], DECIMALS))


def restoring(labels: Ints, rate: float) -> Floats:
    """Weights of mean 1 under which the share of positives is ``rate``: figures with them are those at that rate, if the
    positives, and the negatives, are like those elsewhere (Elkan 2001, "The foundations of cost-sensitive learning",
    section 3).
    """
    positives = labels.mean()
    weights: Floats = np.where(labels > 0, rate / max(positives, 1e-12), (1 - rate) / max(1 - positives, 1e-12))
    return weights
