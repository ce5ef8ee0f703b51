"""The profiles side by side, and what the cascade of the contextual one skips and loses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from model.analyzer import Analyzer
from model.contextual import Cascade
from model.features import read
from model.types import LABELS, Label, Profile
from training.align import align
from training.evaluation.held_out import evaluate
from training.evaluation.metrics import Metrics
from training.evaluation.spans import Range, span_figures
from training.seeds import Document


def compared(analyzers: Mapping[Profile, Analyzer], halves: Mapping[str, Sequence[Document]]) -> dict[str, Any]:
    """For each profile and each group of documents the figures of :func:`training.evaluation.held_out.evaluate`."""
    return {
        profile: {name: evaluate(analyzer, documents) for name, documents in halves.items()}
        for profile, analyzer in analyzers.items()
    }


def cues(analyzer: Analyzer, documents: Sequence[Document]) -> Metrics:
    """How well the cues of support that are seen agree with those that people marked, in sentences with a mark, as
    :func:`training.evaluation.spans.span_figures` has it.
    """
    read_documents, _ = analyzer.score([read(document.text, analyzer.known) for document in documents])
    pairs: list[tuple[list[Range], list[Range]]] = []
    for document, readings in zip(documents, read_documents, strict=True):
        for reading, gold in zip(readings, align(document, [reading.span for reading in readings]), strict=True):
            marked = [(span.start, span.end) for span in gold.spans if span.label == "cue"]
            found = [(reading.words[cue.first].start, reading.words[cue.last - 1].end) for cue in reading.cues]
            pairs += [(found, marked)] * bool(marked)
    return span_figures(pairs)


def cascade(analyzer: Analyzer, documents: Sequence[Document]) -> Metrics:
    """How many sentences there are; the share that the cascade skips; and for each label how many sentences reach a threshold if
    all are encoded, and the share of them that no longer reach it with the cascade.
    """
    assert analyzer.contextual
    readings = [read(document.text, analyzer.known) for document in documents]
    lexical = analyzer.lexical.score([reading for document in readings for reading in document])
    unsure = analyzer.contextual.cascade.unsure(lexical)
    full = replace(analyzer, contextual=replace(analyzer.contextual, cascade=Cascade(0.0, 0.0)))
    before, after = (_scores(one, documents) for one in (full, analyzer))
    figures: Metrics = {"sentences": len(lexical.loaded), "skipped": 1 - len(unsure) / max(len(lexical.loaded), 1)}
    for label in LABELS:
        for name in ("flag", "review"):
            marked = before[label] >= getattr(analyzer.thresholds[label], name)
            lost = marked & (after[label] < getattr(analyzer.thresholds[label], name))
            figures |= {f"{label}_{name}": int(marked.sum()), f"{label}_{name}_lost": float(lost.sum() / max(marked.sum(), 1))}
    return figures


def _scores(analyzer: Analyzer, documents: Sequence[Document]) -> dict[Label, Any]:
    sentences = [s for analysis in analyzer.analyze_many([d.text for d in documents]) for s in analysis.sentences]
    return {label: np.array([getattr(sentence.scores, label) for sentence in sentences]) for label in LABELS}
