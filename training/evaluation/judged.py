"""Sentences beside what people and the analyzer say of them: what every part of the report is made from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from model.analyzer import Analyzer, Threshold
from model.types import LABELS, SUPPORT_VALUES, Flag, Label, Sentence
from training.align import Gold, align
from training.evaluation.metrics import Bools, Floats, Ints
from training.seeds import Document

Ranked = Literal["allegation", "unsupported_allegation", "loaded_language"]
RANKED: tuple[Ranked, ...] = get_args(Ranked)


@dataclass(frozen=True)
class Case:
    """A sentence of ``document``, as the model reads it; ``flags`` are those that it has, or would have at a lower threshold."""

    document: Document
    sentence: Sentence
    gold: Gold
    flags: tuple[Flag, ...]

    @property
    def text(self) -> str:
        """Its words."""
        return self.document.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True)
class Judged:
    """Sentences of documents, in order. Arrays have one entry a sentence."""

    cases: tuple[Case, ...]

    def truth(self, label: Ranked) -> Bools:
        """What people say."""
        return np.array([_truth(case.gold, label) for case in self.cases], dtype=np.bool_)

    def scores(self, label: Ranked) -> Floats:
        """What the analyzer says."""
        return np.array([getattr(case.sentence.scores, label) for case in self.cases], dtype=np.float64)

    def support(self) -> tuple[list[int], list[int]]:
        """For sentences that do make an allegation the true and the given support, as indices into
        :data:`model.types.SUPPORT_VALUES`; -1 where the model gives none.
        """
        pairs = [(case.gold.support, case.sentence.support) for case in self.cases if case.gold.support is not None]
        return [true for true, _ in pairs], [-1 if own is None else SUPPORT_VALUES.index(own.value) for _, own in pairs]

    def origins(self) -> Ints:
        """Numbers of the documents that the sentences were taken from."""
        names = [case.document.origin for case in self.cases]
        numbers = {name: number for number, name in enumerate(sorted(set(names)))}
        return np.array([numbers[name] for name in names], dtype=np.int64)

    def by(self, key: Literal["id", "half", "genre", "english", "topic"]) -> "dict[str, Judged]":
        """The sentences of documents that are alike in ``key``, apart."""
        groups: dict[str, list[Case]] = {}
        for case in self.cases:
            groups.setdefault(getattr(case.document, key), []).append(case)
        return {name: Judged(tuple(groups[name])) for name in sorted(groups)}


def _truth(gold: Gold, label: Ranked) -> bool:
    match label:
        case "allegation":
            return gold.support is not None
        case "unsupported_allegation":
            return gold.unsupported
        case "loaded_language":
            return gold.loaded


def judge(analyzer: Analyzer, documents: Sequence[Document]) -> Judged:
    """Analyses documents as the service does, and puts the labels of people beside what comes out. Every sentence is flagged, so
    that its words and reasons can be seen at any score.
    """
    everything: dict[Label, Threshold] = dict.fromkeys(LABELS, Threshold(0.0, 0.0))
    analyses = replace(analyzer, thresholds=everything).analyze_many([document.text for document in documents])
    cases: list[Case] = []
    for document, analysis in zip(documents, analyses, strict=True):
        flags: list[list[Flag]] = [[] for _ in analysis.sentences]
        for flag in analysis.flags:
            flags[flag.sentence].append(flag)
        rows = zip(analysis.sentences, align(document, analysis.sentences), flags, strict=True)
        cases.extend(Case(document, sentence, gold, tuple(own)) for sentence, gold, own in rows)
    return Judged(tuple(cases))
