"""Figures of an analyzer as it stands on corpora of others, which it has learned nothing from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, precision_recall_fscore_support, roc_auc_score

from model.analyzer import Analyzer, Threshold
from model.cues import CueKind
from model.features import read
from model.types import LABELS, Analysis, Label
from training.evaluation.corpora import Log, Row, Span, there
from training.evaluation.metrics import Metrics, calibration_error
from training.evaluation.spans import span_figures

NEUTRAL_GENRES = frozenset({"news", "bio", "academic"})


def zero_shot(analyzer: Analyzer, folder: Path, log: Log) -> dict[str, Metrics]:
    """Figures of an analyzer that learned from none of the corpora in ``folder``; logs which are not there.

    Each row is analysed by itself, and its score is the highest among its sentences.

    - ``babe``, ``ptc_semeval2020``: the score for loaded language, how it ranks (ROC AUC, average precision), whether it is a
      probability (Brier score, expected calibration error), and F1 of the positive class and macro-F1 at three thresholds,
      none of them chosen on the corpus.
    - ``polnear``, ``anonsource``: the cues of support that the rules see. See :func:`_attribution` and :func:`_unnamed_sources`.
    - neutral ones: the share of rows with a flag of each label, and that of rows whose score reaches the review threshold.
    """
    return {name: ZERO_SHOT[name](analyzer, rows) for name, rows in there(folder, ZERO_SHOT, log)}


def _loaded_language(analyzer: Analyzer, rows: Sequence[Row]) -> Metrics:
    loaded = np.array([row.positive for row in rows])
    scores = np.array([analysis.scores.loaded_language for analysis in _analyses(analyzer, rows)])
    own = analyzer.thresholds["loaded_language"]
    figures: Metrics = {
        "rows": len(rows),
        "auc": float(roc_auc_score(loaded, scores)),
        "average_precision": float(average_precision_score(loaded, scores)),
        "brier": float(brier_score_loss(loaded, scores)),
        "calibration_error": calibration_error(loaded, scores),
    }
    figures |= {f"spans_{name}": value for name, value in _spans(analyzer, rows).items()}
    for name, threshold in {"flag_threshold": own.flag, "review_threshold": own.review, "0.5": 0.5}.items():
        figures[f"f1_at_{name}"] = float(f1_score(loaded, scores >= threshold, zero_division=0.0))
        figures[f"macro_f1_at_{name}"] = float(f1_score(loaded, scores >= threshold, average="macro", zero_division=0.0))
    return figures


def _spans(analyzer: Analyzer, rows: Sequence[Row]) -> Metrics:
    """The words that flags of loaded language mark, or would mark at any score, beside those that are marked in the corpus."""
    marked = [row for row in rows if row.spans]
    everything: dict[Label, Threshold] = {"unsupported_allegation": Threshold(1.1, 1.1), "loaded_language": Threshold(0.0, 0.0)}
    analyses = _analyses(replace(analyzer, thresholds=everything), marked)
    flagged = [[(flag.start, flag.end) for flag in analysis.flags] for analysis in analyses]
    return span_figures([(found, row.spans) for found, row in zip(flagged, marked, strict=True)])


def _false_alarms(analyzer: Analyzer, rows: Sequence[Row]) -> Metrics:
    return {"rows": len(rows)} | _raised(analyzer, _analyses(analyzer, rows))


def _false_alarms_by_genre(analyzer: Analyzer, rows: Sequence[Row]) -> Metrics:
    """Of :data:`NEUTRAL_GENRES` together, then the flags of each genre there is."""
    analyses = _analyses(analyzer, rows)
    neutral = [analysis for analysis, row in zip(analyses, rows, strict=True) if row.group in NEUTRAL_GENRES]
    figures: Metrics = {"rows": len(neutral)} | _raised(analyzer, neutral)
    for genre in sorted({row.group for row in rows}):
        members = [analysis for analysis, row in zip(analyses, rows, strict=True) if row.group == genre]
        raised = _raised(analyzer, members)
        figures |= {f"{genre}_rows": len(members)} | {f"{genre}_{label}_flagged": raised[f"{label}_flagged"] for label in LABELS}
    return figures


def _raised(analyzer: Analyzer, analyses: Sequence[Analysis]) -> Metrics:
    """The shares of analyses with a flag, and with a score from the review threshold on, which includes the former."""
    figures: Metrics = {}
    for label in LABELS:
        flagged = [any(flag.label == label for flag in analysis.flags) for analysis in analyses]
        figures[f"{label}_flagged"] = _share(flagged)
    for label in LABELS:
        review = analyzer.thresholds[label].review
        figures[f"{label}_reviewed"] = _share([getattr(analysis.scores, label) >= review for analysis in analyses])
    return figures


def _analyses(analyzer: Analyzer, rows: Sequence[Row]) -> list[Analysis]:
    return analyzer.analyze_many([row.text for row in rows])


def _share(given: Sequence[bool]) -> float:
    return sum(given) / max(len(given), 1)


@dataclass(frozen=True)
class FoundCue:
    """A cue of support (see :mod:`model.cues`) at ``[start, end)`` of a text, in code points."""

    kind: CueKind
    start: int
    end: int

    def overlaps(self, span: Span) -> bool:
        """Whether a character is in both."""
        return self.start < span[1] and span[0] < self.end


def found_cues(text: str, known: frozenset[str]) -> list[FoundCue]:
    """The cues of all sentences of a text, read as the service reads them."""
    return [
        FoundCue(cue.kind, reading.words[cue.first].start, reading.words[cue.last - 1].end)
        for reading in read(text, known)
        for cue in reading.cues
    ]


def _attribution(analyzer: Analyzer, rows: Sequence[Row]) -> Metrics:
    """Whether the cues see attributions: of all rows, and with ``dev_`` of those of the development split.

    A row is taken for attributed where it holds a cue of any kind, and is attributed where an attribution's source, cue or
    content runs into it; ``attributed`` is the share of such rows, which is the precision of always saying so. An attribution
    can run over several lines, and a line that holds only content of it shows nothing that a cue could be, hence
    ``recall_where_cue``, of the attributed rows in which a cue is marked. ``cues_found`` is the share of marked cues that
    share a character with a cue of ours, which is generous: where ours is a verb of speech it runs from the source to the
    verb. ``vague_without_source`` is the share of rows with a vague cue among those where an attribution has no source,
    which is where one is due (a passive, "reportedly"), and ``vague_with_source`` that among the other attributed rows.
    """
    found = [found_cues(row.text, analyzer.known) for row in rows]
    figures: Metrics = {"rows": len(rows)} | _attribution_figures(rows, found)
    dev = [index for index, row in enumerate(rows) if row.group == "dev"]
    part = _attribution_figures([rows[index] for index in dev], [found[index] for index in dev])
    return figures | {"dev_rows": len(dev)} | {f"dev_{name}": value for name, value in part.items()}


def _attribution_figures(rows: Sequence[Row], found: Sequence[Sequence[FoundCue]]) -> Metrics:
    gold = [row.positive for row in rows]
    given = [bool(cues) for cues in found]
    precision, recall, f1, _ = precision_recall_fscore_support(gold, given, average="binary", zero_division=0.0)
    pairs = list(zip(rows, found, strict=True))
    vague = [(row, any(cue.kind == "vague" for cue in cues)) for row, cues in pairs if row.positive]
    return {
        "attributed": _share(gold),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "recall_where_cue": _share([bool(cues) for row, cues in pairs if row.spans]),
        "cues_found": _share([any(cue.overlaps(span) for cue in cues) for row, cues in pairs for span in row.spans]),
        "vague_without_source": _share([is_vague for row, is_vague in vague if row.sourceless]),
        "vague_with_source": _share([is_vague for row, is_vague in vague if not row.sourceless]),
    }


def _unnamed_sources(analyzer: Analyzer, rows: Sequence[Row]) -> Metrics:
    """The shares of rows in which a vague cue, and a cue of any kind, shares a character with a marked phrase of a source
    without a name. All rows have one, so there is no precision.
    """
    touching = [
        {cue.kind for cue in found_cues(row.text, analyzer.known) if any(cue.overlaps(span) for span in row.spans)}
        for row in rows
    ]
    return {
        "rows": len(rows),
        "vague_overlaps": _share(["vague" in kinds for kinds in touching]),
        "any_overlaps": _share([bool(kinds) for kinds in touching]),
    }


ZERO_SHOT: dict[str, Callable[[Analyzer, Sequence[Row]], Metrics]] = {
    "babe": _loaded_language,
    "ptc_semeval2020": _loaded_language,
    "polnear": _attribution,
    "anonsource": _unnamed_sources,
    "neutral_gum": _false_alarms_by_genre,
    "neutral_agnews": _false_alarms,
}
