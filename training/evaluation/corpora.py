"""Corpora of others, which an analyzer is measured on as it stands: nothing here learns from them.

They lie outside the repository as ``<name>.jsonl.gz``, gzipped JSON lines with ``text``, ``label`` and ``meta``, and no text
of theirs may enter it.

===================  =============================================================================================
name                 what is read
===================  =============================================================================================
``babe``             sentences of news, biased or not by expert labels; without the ones that these left open (Spinde
                     et al. 2021, "Neural Media Bias Detection Using Distant Supervision With BABE")
``ptc_semeval2020``  lines of opinionated news articles, with loaded language or not; recurring ones each time (Da San
                     Martino et al. 2020, "SemEval-2020 Task 11", section 3)
``neutral_gum``      sentences of news, biographies and academic papers, neutral by their source (Zeldes 2017, "The GUM
                     corpus")
``neutral_agnews``   news wire, neutral by its source (Zhang et al. 2015, "Character-level convolutional networks for
                     text classification")
===================  =============================================================================================
"""

import gzip
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from model.analyzer import Analyzer
from model.types import LABELS, Analysis
from training.evaluate import Metrics

CORPORA = Path(__file__).resolve().parents[2] / "shared" / "data"
NEUTRAL_GENRES = frozenset({"news", "bio", "academic"})

_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class Row:
    """A sentence or a line of an article. ``loaded`` is True where its corpus calls it biased or loaded."""

    text: str
    loaded: bool


def present(folder: Path) -> list[str]:
    """The names of the corpora whose files are in ``folder``."""
    return [name for name in READERS if _path(folder, name).exists()]


def read_corpus(folder: Path, name: str) -> list[Row]:
    """The rows of a corpus that count, in order."""
    with gzip.open(_path(folder, name), "rt", encoding="utf-8") as lines:
        rows = (READERS[name](json.loads(line)) for line in lines)
        return [row for row in rows if row is not None]


def measure(analyzer: Analyzer, folder: Path = CORPORA) -> dict[str, Metrics]:
    """Figures for each corpus in ``folder``, those in [0, 1] rounded to four digits; logs which corpora are not there.

    Each row is analysed by itself, and its score is the highest among its sentences. ``babe`` and ``ptc_semeval2020`` have
    the ROC AUC of that for loaded language, ``babe`` also the macro-F1 at three thresholds, none of them chosen on it. The
    neutral ones have the share of rows with a flag of each label.
    """
    names = present(folder)
    if len(names) < len(READERS):
        _LOG.info("not in %s, so not measured: %s", folder, ", ".join(name for name in READERS if name not in names))
    return {name: _measure(analyzer, name, read_corpus(folder, name)) for name in names}


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.jsonl.gz"


def _babe(row: dict[str, Any]) -> Row | None:
    biased = row["label"]["biased"]
    return None if biased is None else Row(row["text"], biased == 1)


def _ptc(row: dict[str, Any]) -> Row:
    return Row(row["text"], row["label"]["loaded_language"] == 1)


def _gum(row: dict[str, Any]) -> Row | None:
    return Row(row["text"], loaded=False) if row["meta"]["genre"] in NEUTRAL_GENRES else None


def _agnews(row: dict[str, Any]) -> Row:
    return Row(row["text"], loaded=False)


READERS: dict[str, Callable[[dict[str, Any]], Row | None]] = {
    "babe": _babe,
    "ptc_semeval2020": _ptc,
    "neutral_gum": _gum,
    "neutral_agnews": _agnews,
}


def _measure(analyzer: Analyzer, name: str, rows: Sequence[Row]) -> Metrics:
    analyses = analyzer.analyze_many([row.text for row in rows])
    figures = _false_alarms(analyses) if name.startswith("neutral") else _ranking(analyses, rows)
    if name == "babe":
        figures |= _decisions(analyzer, analyses, rows)
    return {"rows": len(rows)} | {key: round(value, 4) for key, value in figures.items()}


def _ranking(analyses: Sequence[Analysis], rows: Sequence[Row]) -> Metrics:
    return {"auc": float(roc_auc_score([row.loaded for row in rows], [a.scores.loaded_language for a in analyses]))}


def _decisions(analyzer: Analyzer, analyses: Sequence[Analysis], rows: Sequence[Row]) -> Metrics:
    own = analyzer.thresholds["loaded_language"]
    scores = np.array([analysis.scores.loaded_language for analysis in analyses])
    loaded = np.array([row.loaded for row in rows])
    thresholds = {"flag_threshold": own.flag, "review_threshold": own.review, "0.5": 0.5}
    return {
        f"macro_f1_at_{name}": float(f1_score(loaded, scores >= threshold, average="macro", zero_division=0.0))
        for name, threshold in thresholds.items()
    }


def _false_alarms(analyses: Sequence[Analysis]) -> Metrics:
    flagged = [{flag.label for flag in analysis.flags} for analysis in analyses]
    return {f"{label}_flagged": sum(label in labels for labels in flagged) / len(flagged) for label in LABELS}
