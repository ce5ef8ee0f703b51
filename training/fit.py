"""Documents -> features -> classifiers: fitting, calibration out of fold, thresholds.

Every fold is made of whole documents, so that no classifier is ever calibrated on a sentence whose neighbours it saw.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_array
from scipy.special import expit, log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, precision_recall_curve
from sklearn.model_selection import GroupKFold

from model.analyzer import Analyzer, Classifiers, Threshold
from model.features import Reading, read, values, vectorise
from model.tokens import normalise, tokenize
from model.types import Label, ModelInfo
from training.align import Gold, align
from training.seeds import Document

SEED = 20_261_124
FOLDS = 5
STRENGTHS = (0.3, 1.0, 3.0)
MIN_DOCUMENTS = 3
PRECISION, REVIEW_PRECISION = 0.9, 0.6
# Shipped weights are rounded, so that the last digits of a solver do not decide the digest.
_DECIMALS = 4

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """Sentences as the classifiers see them, with their labels; one row of ``groups`` per sentence names its document."""

    readings: tuple[Reading, ...]
    gold: tuple[Gold, ...]
    groups: Ints

    @property
    def allegation(self) -> Ints:
        """1 where the sentence makes an allegation."""
        return np.array([gold.support is not None for gold in self.gold], dtype=np.int64)

    @property
    def support(self) -> Ints:
        """Index of the support value, -1 where there is no allegation."""
        return np.array([-1 if gold.support is None else gold.support for gold in self.gold], dtype=np.int64)

    @property
    def loaded_language(self) -> Ints:
        """1 where the sentence holds loaded words."""
        return np.array([gold.loaded for gold in self.gold], dtype=np.int64)

    @property
    def unsupported_allegation(self) -> Ints:
        """1 where the support of an allegation is none or vague."""
        return np.isin(self.support, (0, 1)).astype(np.int64)


def split_documents(documents: Sequence[Document], held_out: float = 0.2) -> tuple[list[Document], list[Document]]:
    """Training and held-out documents: a seeded draw within each genre, the same whatever the order of ``documents``."""
    generator = np.random.default_rng(SEED)
    train: list[Document] = []
    test: list[Document] = []
    for genre in sorted({document.genre for document in documents}):
        members = sorted((d for d in documents if d.genre == genre), key=lambda d: d.id)
        drawn = set(generator.permutation(len(members))[: round(held_out * len(members))].tolist())
        for index, document in enumerate(members):
            (test if index in drawn else train).append(document)
    return train, test


def known_words(documents: Sequence[Document]) -> frozenset[str]:
    """The words that stand in lower case somewhere in the documents."""
    tokens = (token.text for d in documents for token in tokenize(d.text, 0, len(d.text)))
    return frozenset(normalise(token) for token in tokens if token[0].islower())


def examples(documents: Sequence[Document], known: frozenset[str]) -> Examples:
    """Reads documents as the service will, and puts the gold labels beside what it reads."""
    readings: list[Reading] = []
    gold: list[Gold] = []
    groups: list[int] = []
    for index, document in enumerate(documents):
        found = read(document.text, known)
        readings.extend(found)
        gold.extend(align(document, [reading.span for reading in found]))
        groups.extend([index] * len(found))
    return Examples(tuple(readings), tuple(gold), np.array(groups, dtype=np.int64))


def vocabulary(data: Examples) -> list[str]:
    """The features that occur in at least :data:`MIN_DOCUMENTS` documents, sorted."""
    seen = {
        (feature, group)
        for reading, group in zip(data.readings, data.groups, strict=True)
        for feature in values(reading.occurrences)
    }
    counts = Counter(feature for feature, _ in seen)
    return sorted(feature for feature, count in counts.items() if count >= MIN_DOCUMENTS)


@dataclass(frozen=True)
class Fitted:
    """A calibrated classifier with its out-of-fold probabilities on the training sentences: shape (rows, classes)."""

    classifier: LogisticRegression
    out_of_fold: Floats
    strength: float


def fit(documents: Sequence[Document], info: ModelInfo, log: Callable[[str], None], jobs: int = -1) -> Analyzer:
    """An analyzer trained on ``documents``, its probabilities calibrated and its thresholds chosen out of fold.

    ``log`` is told of the progress; ``jobs`` are processes for the folds, as in joblib.
    """
    known = known_words(documents)
    data = examples(documents, known)
    features = vocabulary(data)
    log(f"read {len(data.readings)} sentences, {len(features)} features")
    matrix = vectorise(data.readings, {feature: column for column, feature in enumerate(features)})
    allegation = _fit_calibrated(matrix, data.allegation, data.groups, jobs)
    log(f"fitted allegation, C = {allegation.strength:g}")
    support = _fit_calibrated(matrix, data.support, data.groups, jobs)
    log(f"fitted support, C = {support.strength:g}")
    loaded = _fit_calibrated(matrix, data.loaded_language, data.groups, jobs)
    log(f"fitted loaded_language, C = {loaded.strength:g}")
    unsupported = allegation.out_of_fold[:, 1] * support.out_of_fold[:, :2].sum(axis=1)
    thresholds: dict[Label, Threshold] = {
        "unsupported_allegation": choose_threshold(data.unsupported_allegation, unsupported),
        "loaded_language": choose_threshold(data.loaded_language, loaded.out_of_fold[:, 1]),
    }
    classifiers = Classifiers(allegation.classifier, support.classifier, loaded.classifier)
    return Analyzer(info, known, features, classifiers, thresholds)


def _fit_calibrated(matrix: csr_array, labels: Ints, groups: Ints, jobs: int) -> Fitted:
    """The regularisation with the least log loss out of fold, refitted on all rows and calibrated.

    Rows with a label below 0 are scored but not learned from. Calibration is Platt's sigmoid (Platt 1999, "Probabilistic
    outputs for support vector machines", section 2) for two classes and a temperature (Guo et al. 2017, "On calibration
    of modern neural networks", section 4.2) for more; both only rescale a linear model, so its own weights carry them.
    """
    candidates = [_out_of_fold(matrix, labels, groups, strength, jobs) for strength in STRENGTHS]
    scales = [_calibration(scores, labels) for scores in candidates]
    losses = [_loss(_probabilities(scores, scale), labels) for scores, scale in zip(candidates, scales, strict=True)]
    best = int(np.argmin(losses))
    classifier = _fit_rows(matrix, labels, STRENGTHS[best])
    slope, shift = scales[best]
    classifier.coef_ = np.round(classifier.coef_ * slope, _DECIMALS)
    classifier.intercept_ = np.round(classifier.intercept_ * slope + shift, _DECIMALS)
    return Fitted(classifier, _probabilities(candidates[best], scales[best]), STRENGTHS[best])


def _fit_rows(matrix: csr_array, labels: Ints, strength: float) -> LogisticRegression:
    rows = np.flatnonzero(labels >= 0)
    return LogisticRegression(C=strength, tol=1e-8, max_iter=10_000).fit(matrix[rows], labels[rows])


def _out_of_fold(matrix: csr_array, labels: Ints, groups: Ints, strength: float, jobs: int) -> Floats:
    """Decision values of shape (rows,) or (rows, classes), each row's by a classifier that saw nothing of its document."""
    folds = list(GroupKFold(FOLDS).split(matrix, groups=groups))

    def score(train: Ints, test: Ints) -> Floats:
        values: Floats = _fit_rows(matrix[train], labels[train], strength).decision_function(matrix[test])
        return values

    parts = Parallel(n_jobs=jobs)(delayed(score)(train, test) for train, test in folds)
    order = np.argsort(np.concatenate([test for _, test in folds]))
    scores: Floats = np.concatenate(parts)[order]
    return scores


def _calibration(scores: Floats, labels: Ints) -> tuple[float, float]:
    """Slope and shift that make the decision values ``scores`` log-odds."""
    rows = labels >= 0
    if scores.ndim == 1:
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


def choose_threshold(labels: Ints, scores: Floats) -> Threshold:
    """Maximum recall at precision >= :data:`PRECISION` for a flag, and >= :data:`REVIEW_PRECISION` for a review."""
    flag = _lowest_score(labels, scores, PRECISION)
    return Threshold(min(_lowest_score(labels, scores, REVIEW_PRECISION), flag), flag)


def _lowest_score(labels: Ints, scores: Floats, least: float) -> float:
    """The lowest score from which on precision is at least ``least``; where none is, the one of the best precision."""
    precision, _, thresholds = precision_recall_curve(labels, scores)
    reached = np.flatnonzero(precision[:-1] >= least)
    index = reached[0] if len(reached) else int(np.argmax(precision[:-1]))
    return float(round(thresholds[index], _DECIMALS))
