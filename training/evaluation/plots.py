"""The pictures of the report, as PNG."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import precision_recall_curve

from model.analyzer import Analyzer
from model.types import LABELS
from training.calibration import ASSUMED_RATES, PRECISION, restoring
from training.evaluation.judged import Judged
from training.evaluation.markdown import words
from training.evaluation.metrics import Metrics, reliability

_DPI = 110
_COLOURS = {"test": "tab:blue", "real": "tab:cyan", "authored": "tab:orange"}


def draw(folder: Path, analyzer: Analyzer, halves: Mapping[str, Judged], genres: Mapping[str, Mapping[str, Metrics]]) -> None:
    """Writes the curves of authored, real and test sentences, and the counts of ``genres`` as
    :func:`training.evaluation.held_out.confusion` has them.
    """
    shown = {name: judged for name, judged in halves.items() if name in _COLOURS}
    folder.mkdir(parents=True, exist_ok=True)
    _precision_recall(folder / "precision-recall.png", analyzer, shown)
    _reliability(folder / "reliability.png", shown)
    _histograms(folder / "histograms.png", shown)
    _genres(folder / "genres.png", genres)


def _figure(width: float, height: float) -> Any:
    # Only pictures need it, and who serves or trains does not have it.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _precision_recall(path: Path, analyzer: Analyzer, halves: Mapping[str, Judged]) -> None:
    figure = _figure(10, 4.5)
    for panel, label in zip(figure.subplots(1, len(LABELS), sharey=True), LABELS, strict=True):
        rate = ASSUMED_RATES[label]
        for name, judged in halves.items():
            truth, scores = judged.truth(label), judged.scores(label)
            for weights, style, what in (
                (None, "-", "as sampled"),
                (restoring(truth.astype(np.int64), rate), "--", f"at {rate:.0%}"),
            ):
                precision, recall, thresholds = precision_recall_curve(truth, scores, sample_weight=weights)
                panel.plot(recall, precision, style, color=_COLOURS[name], label=f"{name}, {what}")
                at = np.searchsorted(thresholds, analyzer.thresholds[label].flag)
                panel.plot(recall[at], precision[at], "o", color=_COLOURS[name])
        panel.axhline(PRECISION, color="grey", linewidth=0.8)
        panel.set(title=words(label), xlabel="recall", xlim=(0, 1), ylim=(0, 1.02))
        panel.grid(alpha=0.3)
        panel.legend(loc="upper right", fontsize="small")
    figure.supylabel("precision; dots: the flag threshold")
    figure.savefig(path, dpi=_DPI)


def _reliability(path: Path, halves: Mapping[str, Judged]) -> None:
    figure = _figure(10, 4.5)
    for panel, label in zip(figure.subplots(1, len(LABELS), sharey=True), LABELS, strict=True):
        panel.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
        for name, judged in halves.items():
            bins = reliability(judged.truth(label), judged.scores(label))
            shares, scores, rates = zip(*bins, strict=True)
            panel.plot(scores, rates, color=_COLOURS[name], label=name)
            panel.scatter(scores, rates, s=[20 + 400 * share for share in shares], color=_COLOURS[name], alpha=0.4)
        panel.set(title=words(label), xlabel="mean score of a bin", xlim=(0, 1), ylim=(0, 1))
        panel.grid(alpha=0.3)
        panel.legend(loc="upper left", fontsize="small")
    figure.supylabel("share with the label")
    figure.savefig(path, dpi=_DPI)


def _histograms(path: Path, halves: Mapping[str, Judged]) -> None:
    figure = _figure(10, 6)
    panels = figure.subplots(len(halves), len(LABELS), sharex=True, squeeze=False)
    for row, (name, judged) in zip(panels, halves.items(), strict=True):
        for panel, label in zip(row, LABELS, strict=True):
            truth, scores = judged.truth(label), judged.scores(label)
            parts = [scores[~truth], scores[truth]]
            panel.hist(parts, bins=np.linspace(0, 1, 21), label=["without", "with the label"], color=["silver", "tab:red"])
            panel.set(title=f"{words(label)}, {name}", yscale="log", xlim=(0, 1))
    panels[0][0].legend(fontsize="small")
    figure.supxlabel("score")
    figure.supylabel("sentences")
    figure.savefig(path, dpi=_DPI)


def _genres(path: Path, genres: Mapping[str, Mapping[str, Metrics]]) -> None:
    figure = _figure(11, 2 + 0.2 * len(genres))
    names = sorted(genres, reverse=True)
    for panel, label in zip(figure.subplots(1, len(LABELS), sharey=True), LABELS, strict=True):
        left = np.zeros(len(names))
        for count, colour in (("right", "tab:green"), ("missed", "tab:orange"), ("false", "tab:red")):
            widths = np.array([genres[name][label][count] for name in names])
            panel.barh(names, widths, left=left, color=colour, label=count)
            left += widths
        panel.set(title=f"{words(label)}, from the review threshold", xlabel="held-out sentences", ylim=(-1, len(names)))
        panel.legend(fontsize="small")
    figure.savefig(path, dpi=_DPI)
