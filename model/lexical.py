"""The lexical stage: features -> probabilities, by linear classifiers whose weights explain every score by its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.features import Reading, values, vectorise
from model.tagger import Tagger, sentence_features

if TYPE_CHECKING:  # scikit-learn is slow to import, and only reading an artefact needs it
    from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Classifiers:
    """Trained scikit-learn classifiers over the same columns.

    ``allegation`` and ``loaded_language`` are binary; ``support`` has the classes :data:`model.types.SUPPORT_VALUES`,
    as their indices, and holds for sentences that make an allegation.
    """

    allegation: "LogisticRegression"
    support: "LogisticRegression"
    loaded_language: "LogisticRegression"


@dataclass(frozen=True)
class Probabilities:
    """What a stage says of sentences: ``allegation`` and ``loaded`` of shape (sentences,), ``support`` of shape (sentences, 4),
    as in :data:`model.types.SUPPORT_VALUES`, if there is an allegation; and of their words, in an array for each sentence, that
    they are loaded ones (``tags``), and of an accusing clause (``clauses``). The lexical stage does not tell the latter: all 0.
    """

    allegation: Floats
    support: Floats
    loaded: Floats
    tags: tuple[Floats, ...]
    clauses: tuple[Floats, ...]

    def part(self, numbers: Indices) -> "Probabilities":
        """Those of some sentences."""
        tags, clauses = (tuple(words[number] for number in numbers) for words in (self.tags, self.clauses))
        return Probabilities(self.allegation[numbers], self.support[numbers], self.loaded[numbers], tags, clauses)

    @cached_property
    def unsupported(self) -> Floats:
        """Shape (sentences,): of an allegation whose support is none or vague."""
        return np.asarray(self.allegation * np.minimum(self.support[:, 0] + self.support[:, 1], 1.0))


class Lexical:
    """A tagger of words, and classifiers of sentences over one vocabulary of features."""

    def __init__(self, tagger: Tagger, vocabulary: Sequence[str], classifiers: Classifiers) -> None:
        self.tagger = tagger
        self.vocabulary = tuple(vocabulary)
        self.classifiers = classifiers
        self._columns = {feature: column for column, feature in enumerate(self.vocabulary)}
        # What each feature adds to the log-odds of an allegation.
        self.weights = dict(zip(self.vocabulary, classifiers.allegation.coef_[0].tolist(), strict=True))

    def score(self, readings: Sequence[Reading]) -> Probabilities:
        """The probabilities of each sentence, which do not depend on the others."""
        tags = self.tagger.probabilities(readings)
        if not readings:
            return Probabilities(np.zeros(0), np.zeros((0, 4)), np.zeros(0), (), ())
        rows = (values(reading.occurrences) | sentence_features(tag) for reading, tag in zip(readings, tags, strict=True))
        matrix = vectorise(rows, self._columns)
        return Probabilities(
            self.classifiers.allegation.predict_proba(matrix)[:, 1],
            self.classifiers.support.predict_proba(matrix),
            self.classifiers.loaded_language.predict_proba(matrix)[:, 1],
            tuple(np.array(tag) for tag in tags),
            tuple(np.zeros(len(tag)) for tag in tags),
        )
