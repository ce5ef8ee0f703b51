"""The one path from text to analysis, used by training, evaluation, a single request and a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import flags
from model.features import Reading, read, values, vectorise
from model.tagger import Tagger, sentence_features
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

if TYPE_CHECKING:  # scikit-learn is slow to import, and only reading an artefact needs it
    from sklearn.linear_model import LogisticRegression

# Below this probability of an allegation its support is not worth telling.
_IMPROBABLE = 0.2
# Scores say no more than this, so that they read well and thresholds mean what they show.
_DECIMALS = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Threshold:
    """The scores from which a label is worth a ``review`` and a ``flag``; ``review`` <= ``flag``."""

    review: float
    flag: float


@dataclass(frozen=True)
class Classifiers:
    """The trained scikit-learn classifiers, over the columns of one vocabulary.

    ``allegation`` and ``loaded_language`` are binary; ``support`` has the classes :data:`model.types.SUPPORT_VALUES`,
    as their indices, and holds for sentences that make an allegation.
    """

    allegation: "LogisticRegression"
    support: "LogisticRegression"
    loaded_language: "LogisticRegression"


@dataclass(frozen=True, slots=True)
class _Scored:
    """The probabilities of a sentence; ``support`` as in :data:`model.types.SUPPORT_VALUES`, if it makes an allegation."""

    allegation: float
    support: Sequence[float]
    loaded: float


class Analyzer:
    """Judges texts. Holds no state that changes: one analyzer serves any number of threads."""

    def __init__(
        self,
        info: ModelInfo,
        known: frozenset[str],
        tagger: Tagger,
        vocabulary: Sequence[str],
        classifiers: Classifiers,
        thresholds: dict[Label, Threshold],
    ) -> None:
        self.info = info
        self.known = known
        self.tagger = tagger
        self.vocabulary = tuple(vocabulary)
        self.classifiers = classifiers
        self.thresholds = thresholds
        self._columns = {feature: column for column, feature in enumerate(self.vocabulary)}
        self._allegation = dict(zip(self.vocabulary, classifiers.allegation.coef_[0].tolist(), strict=True))

    def analyze(self, text: str) -> Analysis:
        """Judges one text. Works for every str."""
        return self.analyze_many([text])[0]

    def analyze_many(self, texts: Sequence[str]) -> list[Analysis]:
        """Judges many texts, each by itself: the result for a text does not depend on the others."""
        readings = [read(text, self.known) for text in texts]
        everything = [reading for document in readings for reading in document]
        tags = self.tagger.probabilities(everything)
        scored = self._score(everything, tags)
        analyses: list[Analysis] = []
        first = 0
        for text, document in zip(texts, readings, strict=True):
            last = first + len(document)
            analyses.append(self._analysis(text, document, tags[first:last], scored[first:last]))
            first = last
        return analyses

    def _score(self, readings: Sequence[Reading], tags: Sequence[Sequence[float]]) -> list[_Scored]:
        if not readings:
            return []
        rows = (values(reading.occurrences) | sentence_features(tag) for reading, tag in zip(readings, tags, strict=True))
        matrix = vectorise(rows, self._columns)
        allegation: Floats = self.classifiers.allegation.predict_proba(matrix)[:, 1]
        loaded: Floats = self.classifiers.loaded_language.predict_proba(matrix)[:, 1]
        support: Floats = self.classifiers.support.predict_proba(matrix)
        return list(map(_Scored, allegation.tolist(), support.tolist(), loaded.tolist()))

    def _analysis(
        self, text: str, readings: Sequence[Reading], tags: Sequence[Sequence[float]], scored: Sequence[_Scored]
    ) -> Analysis:
        sentences = tuple(_sentence(text, readings, index, own) for index, own in enumerate(scored))
        scores = document_scores(sentences)
        found: list[Flag] = []
        for index, (reading, tag, sentence) in enumerate(zip(readings, tags, sentences, strict=True)):
            if sentence.scores.unsupported_allegation >= self.thresholds["unsupported_allegation"].flag:
                found.append(flags.accusation(text, index, sentence, readings, self._allegation))
            if sentence.scores.loaded_language >= self.thresholds["loaded_language"].flag:
                found.extend(flags.loaded_words(text, index, sentence, reading, tag))
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


def _sentence(text: str, readings: Sequence[Reading], index: int, scored: _Scored) -> Sentence:
    span = readings[index].span
    probabilities = {value: round(score, _DECIMALS) for value, score in zip(SUPPORT_VALUES, scored.support, strict=True)}
    unsupported = scored.allegation * min(scored.support[0] + scored.support[1], 1.0)
    scores = [round(score, _DECIMALS) for score in (scored.allegation, unsupported, scored.loaded)]
    support = None
    if scored.allegation >= _IMPROBABLE:
        likeliest = max(SUPPORT_VALUES, key=lambda value: probabilities[value])
        support = Support(likeliest, probabilities, flags.support_evidence(text, readings, index))
    return Sentence(span.start, span.end, readings[index].voice(0, len(readings[index].words)), SentenceScores(*scores), support)
