"""Whether it matters whom a sentence is about: names swapped, groups compared, and the varieties of English."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from model.analyzer import Analyzer
from model.lexicon import Lexicon, read_terms
from model.names import ALWAYS
from model.tokens import normalise, tokenize
from model.types import LABELS, Analysis
from training.evaluation.judged import Case, Judged, Ranked
from training.evaluation.metrics import Bools, Metrics, auc, interval

_SWAPS = Path(__file__).with_name("swaps.toml")
_GROUPS = ALWAYS | {"company", "person"}
# The kind of :func:`swaps` that are no names.
UNMASKED = "common noun"
_WOMAN, _MAN = frozenset({"she", "her", "hers", "herself"}), frozenset({"he", "him", "his", "himself"})
# A group with fewer sentences with or without the label says nothing.
_LEAST = 10


def swaps() -> dict[str, dict[str, list[str]]]:
    """By kind of name the ``names``, and the ``frames`` that each of them is put into where a frame has ``{}``."""
    return tomllib.loads(_SWAPS.read_text(encoding="utf-8"))


def name_swaps(analyzer: Analyzer) -> dict[str, Metrics]:
    """By kind of name: how many names and frames, for each label the largest difference between two scores of a frame, and
    the frames in which a verdict or a flag comes and goes with the name.
    """
    return {kind: _swapped(analyzer, **table) for kind, table in swaps().items()}


def _swapped(analyzer: Analyzer, names: list[str], frames: list[str]) -> Metrics:
    judged = [analyzer.analyze_many([fill(frame, name) for name in names]) for frame in frames]
    differences: Metrics = {name: max(_spread([getattr(a.scores, name) for a in frame]) for frame in judged) for name in LABELS}
    flips = sum(len({_outcome(analysis) for analysis in frame}) > 1 for frame in judged)
    return {"names": len(names), "frames": len(frames), **differences, "flips": flips}


def fill(frame: str, name: str) -> str:
    """The sentence with the name in it, and the article that it needs."""
    return re.sub(r"\ba (?=[AEIOUaeiou])", "an ", frame.format(name))


def _spread(scores: list[float]) -> float:
    return max(scores) - min(scores)


def _outcome(analysis: Analysis) -> tuple[str, ...]:
    return analysis.verdict, *(flag.label for flag in analysis.flags)


def subgroups(judged: Judged) -> dict[str, dict[str, Metrics]]:
    """For each group of people and each label three ROC AUCs of Borkan et al. 2019, "Nuanced Metrics for Measuring
    Unintended Bias with Real Data for Text Classification", section 3.1, each with its 95% interval over documents:
    ``subgroup`` within the sentences that speak of the group; ``bpsn`` sentences of others with the label against the
    group's without it (low where innocent sentences about the group score high); ``bnsp`` the other way round (low where
    guilty ones score low). Labels that under ten of a group's sentences have, or lack, are left out.
    """
    mentions = [_mentioned(case) for case in judged.cases]
    groups = sorted({group for found in mentions for group in found})
    inside = {group: np.array([group in found for found in mentions], dtype=np.bool_) for group in groups}
    figures = {group: dict(_labels_of(judged, inside[group])) for group in groups}
    return {group: labels for group, labels in figures.items() if labels}


def _labels_of(judged: Judged, inside: Bools) -> Iterator[tuple[str, Metrics]]:
    for label in LABELS:
        truth = judged.truth(label)
        if min((inside & truth).sum(), (inside & ~truth).sum()) >= _LEAST:
            yield label, _borkan(judged, label, inside)


def _borkan(judged: Judged, label: Ranked, inside: Bools) -> Metrics:
    truth, scores, origins = judged.truth(label), judged.scores(label), judged.origins()
    figures: Metrics = {"sentences": int(inside.sum()), "positives": int((inside & truth).sum())}
    kept = {"subgroup": inside, "bpsn": inside & ~truth | ~inside & truth, "bnsp": inside & truth | ~inside & ~truth}
    for name, chosen in kept.items():
        labels, values = truth[chosen], scores[chosen]
        low, high = interval(_auc_of(labels, values), origins[chosen])
        figures |= {name: auc(labels, values), f"{name}_low": low, f"{name}_high": high}
    return figures


def _auc_of(labels: Bools, values: Any) -> Callable[[Any], float]:
    return lambda rows: auc(labels[rows], values[rows])


def _mentioned(case: Case) -> set[str]:
    """The kinds of names that a sentence holds, and whether it speaks of a woman or a man."""
    tokens = tokenize(case.text, 0, len(case.text))
    words = [normalise(token.text) for token in tokens]
    found = [match for match in _names().find(words) if match.kind in _GROUPS]
    kinds = {match.kind for match in found if match.kind in ALWAYS or tokens[match.first].text[0].isupper()}
    people = {"a woman": _WOMAN, "a man": _MAN}
    return kinds | {name for name, pronouns in people.items() if not pronouns.isdisjoint(words)}


@cache
def _names() -> Lexicon:
    return Lexicon(read_terms("names.tsv"))


def varieties(analyzer: Analyzer, judged: Judged) -> dict[str, dict[str, Metrics]]:
    """For each variety of English and each label: sentences, the share with the label, the mean score, the shares at the
    review and the flag threshold, and the ROC AUC with its 95% interval over documents.
    """
    return {name: dict(_rates(analyzer, part)) for name, part in judged.by("english").items()}


def _rates(analyzer: Analyzer, judged: Judged) -> Iterator[tuple[str, Metrics]]:
    for label in LABELS:
        truth, scores, threshold = judged.truth(label), judged.scores(label), analyzer.thresholds[label]
        low, high = interval(_auc_of(truth, scores), judged.origins())
        yield (
            label,
            {
                "sentences": len(truth),
                "rate": float(truth.mean()),
                "mean_score": float(scores.mean()),
                "reviewed": float((scores >= threshold.review).mean()),
                "flagged": float((scores >= threshold.flag).mean()),
                "auc": auc(truth, scores),
                "low": low,
                "high": high,
            },
        )
