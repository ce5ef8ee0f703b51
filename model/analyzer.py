"""The one path from text to analysis, used by training, evaluation, a single request and a batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model import flags
from model.contextual import Contextual
from model.features import Reading, read
from model.lexical import Lexical, Probabilities
from model.types import (
    LABELS,
    SUPPORT_VALUES,
    Analysis,
    Flag,
    Label,
    ModelInfo,
    Scores,
    Sentence,
    SentenceScores,
    Support,
    Verdict,
)

# Below this probability of an allegation its support is not worth telling.
_IMPROBABLE = 0.2
# Scores say no more than this, so that they read well and thresholds mean what they show.
_DECIMALS = 4


@dataclass(frozen=True)
class Threshold:
    """The scores from which a label is worth a ``review`` and a ``flag``; ``review`` <= ``flag``."""

    review: float
    flag: float


@dataclass(frozen=True)
class Analyzer:
    """Judges texts: one analyzer serves any number of threads. Without ``contextual`` the lexical stage judges alone.

    ``known`` are words seen in lower case (see :func:`model.names.mask`).
    """

    info: ModelInfo
    known: frozenset[str]
    lexical: Lexical
    contextual: Contextual | None
    thresholds: dict[Label, Threshold]

    def analyze(self, text: str) -> Analysis:
        """Judges one text. Works for every str."""
        return self.analyze_many([text])[0]

    def analyze_many(self, texts: Sequence[str]) -> list[Analysis]:
        """Judges many texts, each by itself: the result for a text does not depend on the others."""
        documents, scored = self.score([read(text, self.known) for text in texts])
        analyses: list[Analysis] = []
        first = 0
        for text, document in zip(texts, documents, strict=True):
            last = first + len(document)
            analyses.append(self._analysis(text, document, scored.part(np.arange(first, last))))
            first = last
        return analyses

    def score(self, documents: Sequence[Sequence[Reading]]) -> tuple[Sequence[Sequence[Reading]], Probabilities]:
        """The documents, with the cues that are seen in them, and the probabilities of all their sentences, in order."""
        lexical = self.lexical.score([reading for document in documents for reading in document])
        return self.contextual.score(documents, lexical) if self.contextual else (documents, lexical)

    def _analysis(self, text: str, readings: Sequence[Reading], scored: Probabilities) -> Analysis:
        sentences = tuple(_sentence(text, readings, index, scored) for index in range(len(readings)))
        scores = document_scores(sentences)
        found: list[Flag] = []
        for index, (reading, sentence) in enumerate(zip(readings, sentences, strict=True)):
            if sentence.scores.unsupported_allegation >= self.thresholds["unsupported_allegation"].flag:
                found.append(flags.accusation(text, index, sentence, readings, self.lexical.weights, scored.clauses[index]))
            if sentence.scores.loaded_language >= self.thresholds["loaded_language"].flag:
                found.extend(flags.loaded_words(text, index, sentence, reading, scored.tags[index].tolist()))
        return Analysis(self.info, self._verdict(scores), scores, sentences, tuple(found))

    def _verdict(self, scores: Scores) -> Verdict:
        """``flag`` where a label reaches its flag threshold, else ``review`` where one reaches its review threshold."""
        reached = [(getattr(scores, label), self.thresholds[label]) for label in LABELS]
        if any(score >= threshold.flag for score, threshold in reached):
            return "flag"
        return "review" if any(score >= threshold.review for score, threshold in reached) else "ok"


def document_scores(sentences: Sequence[Sentence]) -> Scores:
    """For each label the highest score among the sentences, 0 for none."""
    return Scores(*(max((getattr(sentence.scores, label) for sentence in sentences), default=0.0) for label in LABELS))


def _sentence(text: str, readings: Sequence[Reading], index: int, scored: Probabilities) -> Sentence:
    span = readings[index].span
    allegation, unsupported, loaded = (
        round(float(scores[index]), _DECIMALS) for scores in (scored.allegation, scored.unsupported, scored.loaded)
    )
    support = None
    if allegation >= _IMPROBABLE:
        of_support = scored.support[index].tolist()
        probabilities = {value: round(score, _DECIMALS) for value, score in zip(SUPPORT_VALUES, of_support, strict=True)}
        likeliest = max(SUPPORT_VALUES, key=lambda value: probabilities[value])
        support = Support(likeliest, probabilities, flags.support_evidence(text, readings, index))
    voice = readings[index].voice(0, len(readings[index].words))
    return Sentence(span.start, span.end, voice, SentenceScores(allegation, unsupported, loaded), support)
