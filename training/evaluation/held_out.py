"""What an analyzer gets right on documents that it was not trained on: by half of the seeds, label and genre.

Rates among the seeds are not natural ones, so figures stand beside those at :data:`training.calibration.ASSUMED_RATES`.
"""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score, precision_score

from model.analyzer import Analyzer
from model.types import LABELS, SUPPORT_VALUES, Label
from training.calibration import ASSUMED_RATES, restoring
from training.evaluation.judged import RANKED, Case, Judged, Ranked, judge
from training.evaluation.metrics import (
    Bools,
    Floats,
    Ints,
    Metrics,
    auc,
    average_precision,
    calibration_by_chance,
    decisions,
    highest_f1,
    interval,
    ranking,
)
from training.evaluation.spans import Range, span_figures
from training.seeds import Document

_MOST_SAMPLES = 6


def evaluate(analyzer: Analyzer, documents: Sequence[Document]) -> dict[str, Metrics]:
    """For each label ranking, calibration and the flags at the shipped threshold, per sentence; for ``support`` the
    macro-F1 over sentences that do make an allegation; for ``spans`` how well the words that a flag marks, or would mark,
    agree with those that people marked, as :func:`training.evaluation.spans.span_figures` has it.
    """
    judged = judge(analyzer, documents)
    metrics: dict[str, Metrics] = {label: ranking(judged.truth(label), judged.scores(label)) for label in RANKED}
    for label in LABELS:
        metrics[label] |= decisions(judged.truth(label), judged.scores(label) >= analyzer.thresholds[label].flag)
    metrics["support"] = _support(judged)
    metrics["spans"] = _spans(judged)
    return {name: {key: round(value, 4) for key, value in values.items()} for name, values in metrics.items()}


def _support(judged: Judged) -> Metrics:
    """Macro-F1 over all sentences that do make an allegation; one that the model gives no support counts as wrong."""
    truth, given = judged.support()
    if not truth:
        return {"sentences": 0, "without_support": 0, "macro_f1": float("nan")}
    macro = f1_score(truth, given, average="macro", labels=list(range(len(SUPPORT_VALUES))), zero_division=0.0)
    return {"sentences": len(truth), "without_support": given.count(-1), "macro_f1": float(macro)}


def _spans(judged: Judged) -> Metrics:
    pairs: dict[Label, list[tuple[list[Range], list[Range]]]] = {
        label: [(_flagged(case, label), marked) for case in judged.cases if (marked := _marked(case, label))] for label in LABELS
    }
    return {f"{label}_{name}": value for label in LABELS for name, value in span_figures(pairs[label]).items()}


def _flagged(case: Case, label: Label) -> list[Range]:
    return [(flag.start, flag.end) for flag in case.flags if flag.label == label]


def _marked(case: Case, label: Label) -> list[Range]:
    return [(span.start, span.end) for span in case.gold.spans if _is_marked(span.label, case, label)]


def _is_marked(mark: str, case: Case, label: Label) -> bool:
    return mark == "loaded" if label == "loaded_language" else mark == "allegation" and case.gold.unsupported


def parts(judged: Judged) -> dict[str, Judged]:
    """What figures are given for apart: the halves of the seeds; all but the contrast groups; and the real stretches that
    were drawn at random, whose rates are natural ones.
    """
    whole = Judged(tuple(c for c in judged.cases if c.document.half != "contrast"))
    drawn = Judged(tuple(c for c in judged.cases if not c.document.is_authored and c.document.topic == "random"))
    others = {"all but contrast": whole, "drawn at random": drawn}
    return judged.by("half") | {name: part for name, part in others.items() if part.cases}


def measure(analyzer: Analyzer, judged: Judged) -> dict[str, Metrics]:
    """For each of :data:`model.types.LABELS` and ``allegation`` the figures of :func:`figures`; ``support`` and ``spans`` as
    :func:`evaluate` has them.
    """
    own: dict[str, Metrics] = {label: figures(analyzer, judged, label) for label in RANKED}
    return own | {"support": _support(judged), "spans": _spans(judged)}


def figures(analyzer: Analyzer, judged: Judged, label: Ranked) -> Metrics:
    """Ranking and calibration, each with its 95% interval over documents; ``calibration_by_chance``, the calibration error that
    true probabilities would show on as few sentences; ``highest_f1``, which a threshold reaches on them; for a label that is
    flagged also what is flagged and reviewed, as it is and (``restored_…``) at the assumed rate.
    """
    truth, scores = judged.truth(label), judged.scores(label)
    found = ranking(truth, scores) | {"calibration_by_chance": calibration_by_chance(scores)}
    found["highest_f1"] = highest_f1(truth.astype(np.int64), scores)[0]
    measures: dict[str, Callable[[Bools, Floats], float]] = {"auc": auc, "average_precision": average_precision}
    if label != "allegation":
        rate = ASSUMED_RATES[label]
        threshold = analyzer.thresholds[label]
        found |= _decided(truth, scores, threshold.flag, rate, "flag") | _decided(truth, scores, threshold.review, rate, "review")
        measures |= {
            "restored_average_precision": lambda y, s: average_precision(y, s, restoring(y.astype(np.int64), rate)),
            "restored_precision_at_flag": lambda y, s: _precision(y, s >= threshold.flag, rate),
            "restored_precision_at_review": lambda y, s: _precision(y, s >= threshold.review, rate),
        }
    origins = judged.origins()
    for name, measured in measures.items():
        low, high = interval(_over(measured, truth, scores), origins)
        found |= {name: measured(truth, scores), f"{name}_low": low, f"{name}_high": high}
    return found


def _over(measured: Callable[[Bools, Floats], float], truth: Bools, scores: Floats) -> Callable[[Ints], float]:
    return lambda rows: measured(truth[rows], scores[rows])


def _precision(truth: Bools, given: Bools, rate: float) -> float:
    if not given.any() or not truth.any():
        return float("nan")
    return float(precision_score(truth, given, sample_weight=restoring(truth.astype(np.int64), rate)))


def _decided(truth: Bools, scores: Floats, threshold: float, rate: float, name: str) -> Metrics:
    given = scores >= threshold
    plain, weights = decisions(truth, given), restoring(truth.astype(np.int64), rate)
    return {f"{key}_at_{name}": plain[key] for key in ("flagged", "precision", "recall", "f1")} | {
        f"restored_share_at_{name}": float(weights[given].sum() / weights.sum())
    }


def confusion(analyzer: Analyzer, judged: Judged) -> dict[str, dict[str, Metrics]]:
    """For each genre and each label the sentences that are rightly and wrongly flagged, and missed, at the review threshold,
    and the ROC AUC with its 95% interval over documents.
    """
    return {genre: {label: _confusion(analyzer, part, label) for label in LABELS} for genre, part in judged.by("genre").items()}


def _confusion(analyzer: Analyzer, judged: Judged, label: Label) -> Metrics:
    truth, scores = judged.truth(label), judged.scores(label)
    matrix = confusion_matrix(truth, scores >= analyzer.thresholds[label].review, labels=[False, True])
    (unmarked, false), (missed, found) = matrix.tolist()
    low, high = interval(_over(auc, truth, scores), judged.origins())
    counts = {"right": found, "false": false, "missed": missed, "unmarked": unmarked}
    return counts | {"auc": auc(truth, scores), "low": low, "high": high}


def samples(judged: Judged, label: Label) -> dict[str, list[dict[str, str | float]]]:
    """The worst errors: ``false`` sentences with the highest scores, and ``missed`` ones with the lowest; each with its
    document, its score, and the words that were seen in it. For authored sentences, whose texts are ours to print.
    """
    truth, scores = judged.truth(label), judged.scores(label)
    rising = np.argsort(scores, kind="stable")
    falling = rising[::-1]
    return {
        "false": [_sample(judged.cases[i], label) for i in falling[~truth[falling]][:_MOST_SAMPLES].tolist()],
        "missed": [_sample(judged.cases[i], label) for i in rising[truth[rising]][:_MOST_SAMPLES].tolist()],
    }


def _sample(case: Case, label: Label) -> dict[str, str | float]:
    seen = dict.fromkeys(f"{e.kind} “{e.text}”" for flag in case.flags if flag.label == label for e in flag.evidence)
    score: float = getattr(case.sentence.scores, label)
    return {"document": case.document.id, "text": case.text, "score": score, "seen": "; ".join(seen)}


def rates(documents: Sequence[Document]) -> dict[str, Metrics]:
    """How many sentences there are, and how many have each label, in the real stretches that were drawn at random: by source
    and in ``all``. This is read off the annotations; nothing is scored.
    """
    drawn = [document for document in documents if not document.is_authored and document.topic == "random"]
    groups = {source: [d for d in drawn if d.genre == source] for source in sorted({d.genre for d in drawn})}
    return {name: _counted(members) for name, members in {**groups, "all": drawn}.items() if members}


def _counted(documents: Sequence[Document]) -> Metrics:
    sentences = [sentence for document in documents for sentence in document.sentences]
    return {
        "sentences": len(sentences),
        "allegation": sum(sentence.allegation is not None for sentence in sentences),
        "unsupported_allegation": sum(sentence.unsupported for sentence in sentences),
        "loaded_language": sum(bool(sentence.loaded) for sentence in sentences),
    }
