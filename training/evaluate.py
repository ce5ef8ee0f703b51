"""What an analyzer gets right on documents that it was not trained on, through the same ``analyze`` that serves."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, precision_recall_fscore_support, roc_auc_score

from model.analyzer import Analyzer
from model.types import LABELS, SUPPORT_VALUES, Analysis, Label
from training.align import Gold, align
from training.seeds import Document

Metrics = dict[str, float]
_BINS = 10


def evaluate(analyzer: Analyzer, documents: Sequence[Document]) -> dict[str, Metrics]:
    """For each label ranking, calibration and the flags at the shipped threshold, per sentence; for ``support`` the
    macro-F1 over sentences that do make an allegation; for ``spans`` how well the flagged words overlap the marked ones.
    """
    analyses = analyzer.analyze_many([document.text for document in documents])
    aligned = [align(document, analysis.sentences) for document, analysis in zip(documents, analyses, strict=True)]
    gold = list(chain.from_iterable(aligned))
    scores = [sentence.scores for analysis in analyses for sentence in analysis.sentences]
    truth = {
        "allegation": np.array([g.support is not None for g in gold]),
        "unsupported_allegation": np.array([g.unsupported for g in gold]),
        "loaded_language": np.array([g.loaded for g in gold]),
    }
    metrics = {name: _ranking(labels, np.array([getattr(s, name) for s in scores])) for name, labels in truth.items()}
    for label in LABELS:
        given = np.array([getattr(s, label) for s in scores]) >= analyzer.thresholds[label].flag
        metrics[label] |= _decisions(truth[label], given)
    metrics["support"] = _support(analyses, gold)
    metrics["spans"] = {
        "unsupported_allegation_f1": _overlap(analyses, aligned, "unsupported_allegation"),
        "loaded_language_f1": _overlap(analyses, aligned, "loaded_language"),
    }
    return {name: {key: round(value, 4) for key, value in values.items()} for name, values in metrics.items()}


def _ranking(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> Metrics:
    return {
        "sentences": len(labels),
        "positives": int(labels.sum()),
        "auc": float(roc_auc_score(labels, scores)),
        "average_precision": float(average_precision_score(labels, scores)),
        "brier": float(brier_score_loss(labels, scores)),
        "calibration_error": calibration_error(labels, scores),
    }


def calibration_error(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015, section "Calibration metrics")."""
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    gaps = [abs(labels[bins == b].mean() - scores[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def _decisions(labels: NDArray[np.bool_], given: NDArray[np.bool_]) -> Metrics:
    precision, recall, f1, _ = precision_recall_fscore_support(labels, given, average="binary", zero_division=0.0)
    return {"flagged": int(given.sum()), "precision": float(precision), "recall": float(recall), "f1": float(f1)}


def _support(analyses: Sequence[Analysis], gold: Sequence[Gold]) -> Metrics:
    """Macro-F1 over all sentences that do make an allegation; one that the model gives no support counts as wrong."""
    sentences = chain.from_iterable(analysis.sentences for analysis in analyses)
    pairs = [(g.support, s.support) for g, s in zip(gold, sentences, strict=True) if g.support is not None]
    truth = [support for support, _ in pairs]
    given = [-1 if support is None else SUPPORT_VALUES.index(support.value) for _, support in pairs]
    macro = f1_score(truth, given, average="macro", labels=list(range(len(SUPPORT_VALUES))), zero_division=0.0)
    return {"sentences": len(pairs), "without_support": given.count(-1), "macro_f1": float(macro)}


def _overlap(analyses: Sequence[Analysis], aligned: Sequence[Sequence[Gold]], label: Label) -> float:
    """F1 over characters between flagged and marked words, in the sentences that are rightly flagged."""
    both = flagged = marked = 0
    for analysis, document in zip(analyses, aligned, strict=True):
        for index, gold in enumerate(document):
            given = _characters([(f.start, f.end) for f in analysis.flags if f.label == label and f.sentence == index])
            true = _characters([(s.start, s.end) for s in gold.spans if _is_marked(s.label, gold, label)])
            if given and true:
                both, flagged, marked = both + len(given & true), flagged + len(given), marked + len(true)
    return 2 * both / max(flagged + marked, 1)


def _is_marked(mark: str, gold: Gold, label: Label) -> bool:
    return mark == "loaded" if label == "loaded_language" else mark == "allegation" and gold.unsupported


def _characters(spans: Sequence[tuple[int, int]]) -> set[int]:
    return {position for start, end in spans for position in range(start, end)}
