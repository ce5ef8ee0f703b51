"""Corpora of others by their protocols: our features beside the plain n-gram baseline, and the published scores.

Classifiers are trained on each corpus by cross-validation, in the same folds for both. Nothing that is learned here is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import logit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from model.analyzer import Analyzer
from model.contextual import COLUMNS, stacked
from model.features import Reading, read, values, vectorise
from model.tagger import sentence_features
from model.types import LABELS, Analysis
from training.calibration import STRENGTHS, fit_rows, out_of_fold
from training.evaluation.corpora import Log, Row, there
from training.evaluation.metrics import Average, Metrics, highest_f1
from training.examples import FOLDS, SEED, Floats, Ints, vocabulary

# Rows of the baseline have length 1 where ours have a length of 1 for each block, so it may want larger weights.
BASELINE_STRENGTHS = (*STRENGTHS, *(10 * strength for strength in STRENGTHS[1:]))


@dataclass(frozen=True)
class Published:
    """A score of others: of which system, which figure, where it is printed, and what sets it apart from ours."""

    system: str
    figure: str
    score: float
    source: str
    apart: str = ""


_BABE = "Spinde et al. 2021, Findings of EMNLP, pages 1166-1177"
# What the authors' code computes: classification.ipynb in Media-Bias-Group/Neural-Media-Bias-Detection-... on GitHub.
_WEIGHTED = "their code averages the F1 of both classes by size (51% and 49%), over folds of another draw"
_FARKAS = "Farkas et al. 2010, CoNLL Shared Task, pages 1-12, task 1 on Wikipedia"
PUBLISHED: dict[str, tuple[Published, ...]] = {
    "babe": (
        Published("BERT + distant supervision", "macro-F1", 0.804, _BABE, _WEIGHTED),
        Published("RoBERTa", "macro-F1", 0.799, _BABE, _WEIGHTED),
        Published("BERT", "macro-F1", 0.789, _BABE, _WEIGHTED),
        Published("features + XGBoost", "macro-F1", 0.569, _BABE),
    ),
    "ptc_semeval2020": (
        Published(
            "best of the span identification task",
            "F1",
            0.5155,
            "Da San Martino et al. 2020, SemEval-2020 Task 11, pages 1377-1414",
            "by characters of the spans of all techniques, on the test articles: not comparable, for orientation only",
        ),
    ),
    "conll2010_wiki_train": (
        Published(
            "best of the shared task", "F1", 0.602, _FARKAS, "on the test half, which is not here; ours is on the training half"
        ),
    ),
    "polnear": (
        Published(
            "annotators among themselves",
            "agreement",
            0.923,
            "README of github.com/networkdynamics/PolNeAR, attribution-wise agreement (Newell et al. 2018, LREC)",
            "of attributions, not of lines: not comparable, for orientation only",
        ),
    ),
}


@dataclass(frozen=True)
class Protocol:
    """How a corpus is cross-validated: the F1 that counts, macro or of the positive class, and whether articles stay whole."""

    average: Average
    grouped: bool

    @property
    def figure(self) -> str:
        """The name of that F1."""
        return "macro_f1" if self.average == "macro" else "f1"


PROTOCOLS = {
    "babe": Protocol("macro", grouped=False),
    "ptc_semeval2020": Protocol("binary", grouped=True),
    "conll2010_wiki_train": Protocol("binary", grouped=False),
}


def by_protocol(analyzer: Analyzer, folder: Path, log: Log) -> dict[str, Metrics]:
    """Figures of classifiers trained on each corpus of :data:`PROTOCOLS` by cross-validation; logs which are not there.

    ``ours_*`` are of the features that the analyzer's own classifiers read, with its tagger and its encoder as they are, and of
    their scores;
    ``baseline_*`` of the words and pairs of words, TF-IDF weighted. Both are logistic regressions in the same five folds,
    stratified and, for ``ptc_semeval2020``, of whole articles. Regularisation and decision threshold are those with the
    highest F1 in an inner cross-validation of the training part, so nothing is chosen on what is tested. The F1 (its kind as
    in :class:`Protocol`), ROC AUC and average precision are means over the folds, ``*_sd`` the sample standard deviation of
    the F1 over them.
    """
    return {name: _protocol(analyzer, name, rows, log) for name, rows in there(folder, PROTOCOLS, log)}


# Rows of a training and of a test part, as indices of shape (rows,) -> their features, of shape (rows, columns).
Matrices = Callable[[Ints, Ints], tuple[csr_array, csr_array]]


def _protocol(analyzer: Analyzer, name: str, rows: Sequence[Row], log: Log) -> Metrics:
    protocol = PROTOCOLS[name]
    labels = np.array([row.positive for row in rows], dtype=np.int64)
    groups = np.unique([row.group for row in rows], return_inverse=True)[1] if protocol.grouped else None
    texts = [row.text for row in rows]
    features = feature_rows(analyzer, texts)
    log(f"{name}: read {len(rows)} rows")
    systems: dict[str, tuple[Matrices, Sequence[float]]] = {
        "ours": (lambda train, test: _ours(features, train, test), STRENGTHS),
        "baseline": (lambda train, test: _baseline(texts, train, test), BASELINE_STRENGTHS),
    }
    folds = _folds(labels, groups)
    figures: Metrics = {}
    for system, (matrices, strengths) in systems.items():
        parts = []
        for fold in range(FOLDS):
            parts.append(_fold(protocol, labels, groups, folds == fold, matrices, strengths))
            log(f"{name}: {system}, fold {fold + 1} of {FOLDS}: {protocol.figure} {parts[-1][protocol.figure]:.3f}")
        figures |= {f"{system}_{figure}": float(np.mean([part[figure] for part in parts])) for figure in parts[0]}
        figures[f"{system}_{protocol.figure}_sd"] = float(np.std([part[protocol.figure] for part in parts], ddof=1))
    return figures


def _folds(labels: Ints, groups: Ints | None) -> Ints:
    """The fold of each row, 0 to 4: stratified, and whole groups where there are groups. Drawn by :data:`SEED`."""
    splitter = StratifiedKFold if groups is None else StratifiedGroupKFold
    folds = np.zeros(len(labels), dtype=np.int64)
    for fold, (_, test) in enumerate(splitter(FOLDS, shuffle=True, random_state=SEED).split(labels, labels, groups)):
        folds[test] = fold
    return folds


def _fold(
    protocol: Protocol,
    labels: Ints,
    groups: Ints | None,
    held_out: NDArray[np.bool_],
    matrices: Matrices,
    strengths: Sequence[float],
) -> Metrics:
    """Figures on the rows that are ``held_out``, of shape (rows,); everything is learned and chosen on the others."""
    train, test = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    seen, unseen = matrices(train, test)
    inner = _folds(labels[train], None if groups is None else groups[train])
    # One process: the folds are small, and who calls this may have other work on the other cores.
    choices = [
        (*highest_f1(labels[train], out_of_fold(seen, labels[train], inner, strength, jobs=1), protocol.average), strength)
        for strength in strengths
    ]
    _, threshold, strength = max(choices, key=lambda choice: choice[0])
    scores: Floats = fit_rows(seen, labels[train], strength).decision_function(unseen)
    return {
        protocol.figure: float(f1_score(labels[test], scores >= threshold, average=protocol.average, zero_division=0.0)),
        "auc": float(roc_auc_score(labels[test], scores)),
        "average_precision": float(average_precision_score(labels[test], scores)),
    }


def feature_rows(analyzer: Analyzer, texts: Sequence[str]) -> list[dict[str, float]]:
    """The features of each text: those of its sentences and what the encoder says of them, the highest value of each, and the
    analyzer's scores of the text.
    """
    readings = [read(text, analyzer.known) for text in texts]
    tags = iter(analyzer.lexical.tagger.probabilities([reading for document in readings for reading in document]))
    rows: list[dict[str, float]] = []
    for document, analysis in zip(readings, analyzer.analyze_many(texts), strict=True):
        row = _shipped(analysis)
        for reading, encoded in zip(document, _encoded(analyzer, document), strict=True):
            for feature, value in (values(reading.occurrences) | sentence_features(next(tags)) | encoded).items():
                row[feature] = max(row.get(feature, value), value)
        rows.append(row)
    return rows


def _encoded(analyzer: Analyzer, document: Sequence[Reading]) -> list[dict[str, float]]:
    """For each sentence what the encoder says, as features: scaled as in :func:`model.tagger.sentence_features`."""
    if analyzer.contextual is None or not document:
        return [{} for _ in document]
    said = list(analyzer.contextual.encoder.encode(document, range(len(document))))
    matrix = stacked(document, analyzer.lexical.score(document), said) / 4
    names = [name for name in COLUMNS if name.startswith("encoder:")]
    places = [COLUMNS.index(name) for name in names]
    return [dict(zip(names, row, strict=True)) for row in matrix[:, places].tolist()]


def _shipped(analysis: Analysis) -> dict[str, float]:
    """The scores of an analysis as features: log-odds, limited and scaled as in :func:`model.tagger.sentence_features`."""
    scores: dict[str, float] = {label: getattr(analysis.scores, label) for label in LABELS}
    scores["allegation"] = max((sentence.scores.allegation for sentence in analysis.sentences), default=0.0)
    return {f"shipped:{label}": float(logit(min(max(score, 0.0025), 0.98))) / 4 for label, score in scores.items()}


def _ours(rows: Sequence[Mapping[str, float]], train: Ints, test: Ints) -> tuple[csr_array, csr_array]:
    seen, unseen = ([rows[index] for index in part.tolist()] for part in (train, test))
    columns = {feature: column for column, feature in enumerate(vocabulary(seen, train.tolist()))}
    return vectorise(seen, columns), vectorise(unseen, columns)


def _baseline(texts: Sequence[str], train: Ints, test: Ints) -> tuple[csr_array, csr_array]:
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    seen = vectoriser.fit_transform([texts[index] for index in train.tolist()])
    return csr_array(seen), csr_array(vectoriser.transform([texts[index] for index in test.tolist()]))
