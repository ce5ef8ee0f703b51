"""The contextual stage: what the lexical stage and the encoder say of a sentence -> probabilities.

Linear classifiers are stacked on both (Wolpert 1992, "Stacked generalization"). Sentences that the lexical stage is sure are
clean never reach the encoder (a cascade: Viola and Jones 2001, section 4); they keep the probabilities that they have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from model.cues import CUE_KINDS, Cue
from model.encoder import MARKS, SCORES, SUPPORT, Encoded, Encoder
from model.features import Reading
from model.lexical import Classifiers, Floats, Indices, Probabilities
from model.tagger import taggable
from model.types import SUPPORT_VALUES

if TYPE_CHECKING:  # see model.lexical
    from sklearn.linear_model import LogisticRegression

_CUES = tuple(f"cue:{kind}{place}" for place in ("", " before", " after") for kind in CUE_KINDS)
_FORMS = ("form:quotation", "form:scare quotes", "form:question")
# The columns of the stacked classifiers of sentences, and of words.
COLUMNS = (
    *(f"lexical:{name}" for name in ("allegation", *SUPPORT_VALUES, "loaded_language")),
    *(f"encoder:{name}" for name in SCORES),
    *(f"encoder:{mark}, likeliest word" for mark in MARKS),
    *_CUES,
    *_FORMS,
)
WORD_COLUMNS = ("lexical:loaded", "encoder:loaded")
# Log-odds beyond this say no more.
_MOST = 8.0


@dataclass(frozen=True)
class Cascade:
    """The lexical stage's probabilities of both labels below which a sentence is clean."""

    unsupported_allegation: float
    loaded_language: float

    def unsure(self, lexical: Probabilities) -> Indices:
        """The numbers of the sentences that are to be encoded."""
        is_clean = (lexical.unsupported < self.unsupported_allegation) & (lexical.loaded < self.loaded_language)
        return np.flatnonzero(~is_clean)


@dataclass(frozen=True)
class Heads:
    """The stacked classifiers: of sentences, over :data:`COLUMNS`, and of words, over :data:`WORD_COLUMNS`."""

    sentences: Classifiers
    words: "LogisticRegression"


@dataclass(frozen=True)
class Contextual:
    """Encoder, stacked classifiers and cascade."""

    encoder: Encoder
    heads: Heads
    cascade: Cascade

    def score(
        self, documents: Sequence[Sequence[Reading]], lexical: Probabilities
    ) -> tuple[Sequence[Sequence[Reading]], Probabilities]:
        """The documents, with the cues of support that the encoder sees and the rules do not, and the probabilities of their
        sentences, of which ``lexical`` are those of the first stage.
        """
        unsure = self.cascade.unsure(lexical)
        if not len(unsure):
            return documents, lexical
        encoded = self._encoded(documents, unsure)
        everything = [reading for document in documents for reading in document]
        readings = [everything[number] for number in unsure]
        for number, reading, one in zip(unsure.tolist(), readings, encoded, strict=True):
            everything[number] = replace(reading, cues=_with_cues(reading.cues, one))
        rest = iter(everything)
        with_cues = [tuple(islice(rest, len(document))) for document in documents]
        return with_cues, self._probabilities(unsure, readings, lexical, encoded)

    def _probabilities(
        self, unsure: Indices, readings: Sequence[Reading], lexical: Probabilities, encoded: Sequence[Encoded]
    ) -> Probabilities:
        # Sparse, since a row of a dense product depends on the other rows in its last digits.
        heads, matrix = self.heads.sentences, csr_array(stacked(readings, lexical.part(unsure), encoded))
        allegation, support, loaded = lexical.allegation.copy(), lexical.support.copy(), lexical.loaded.copy()
        allegation[unsure] = heads.allegation.predict_proba(matrix)[:, 1]
        support[unsure] = heads.support.predict_proba(matrix)
        loaded[unsure] = heads.loaded_language.predict_proba(matrix)[:, 1]
        clauses = list(lexical.clauses)
        for number, one in zip(unsure.tolist(), encoded, strict=True):
            clauses[number] = _probability(one.marks[:, MARKS.index("allegation")])
        return Probabilities(allegation, support, loaded, self._tags(unsure, readings, lexical, encoded), tuple(clauses))

    def _encoded(self, documents: Sequence[Sequence[Reading]], unsure: Indices) -> list[Encoded]:
        encoded: list[Encoded] = []
        first = 0
        for document in documents:
            last = first + len(document)
            own = unsure[slice(*np.searchsorted(unsure, (first, last)))] - first
            encoded.extend(self.encoder.encode(document, own.tolist()))
            first = last
        return encoded

    def _tags(
        self, unsure: Indices, readings: Sequence[Reading], lexical: Probabilities, encoded: Sequence[Encoded]
    ) -> tuple[Floats, ...]:
        """The probability of each word that it is a loaded one; 0 for what is no word, as in the lexical stage."""
        places = [taggable(reading) for reading in readings]
        both = zip(unsure, encoded, places, strict=True)
        rows = np.concatenate([stacked_words(lexical.tags[number], one)[own] for number, one, own in both])
        found = iter(self.heads.words.predict_proba(csr_array(rows))[:, 1] if len(rows) else ())
        tags = list(lexical.tags)
        for number, own in zip(unsure, places, strict=True):
            tags[number] = np.zeros(len(tags[number]))
            tags[number][own] = [next(found) for _ in own]
        return tuple(tags)


def _with_cues(cues: Sequence[Cue], encoded: Encoded) -> tuple[Cue, ...]:
    """The cues, and runs of words that are likelier than not to be one of the same kind, where there is none yet."""
    own = encoded.marks[:, [MARKS.index(kind) for kind in CUE_KINDS]]
    kinds = np.where(own.max(axis=1, initial=-1.0) > 0, own.argmax(axis=1), -1).tolist() if len(own) else []
    taken = {place for cue in cues for place in range(cue.first, cue.last)}
    runs = [(kind, list(group)) for kind, group in groupby(range(len(kinds)), key=lambda place: kinds[place]) if kind >= 0]
    found = [Cue(CUE_KINDS[kind], places[0], places[-1] + 1) for kind, places in runs if not taken & set(places)]
    return tuple(sorted([*cues, *found], key=lambda cue: cue.first))


def stacked(readings: Sequence[Reading], lexical: Probabilities, encoded: Sequence[Encoded]) -> Floats:
    """Array of shape (sentences, :data:`COLUMNS`)."""
    first = np.column_stack([_log_odds(lexical.allegation), _log_odds(lexical.support), _log_odds(lexical.loaded)])
    scores = np.array([one.scores for one in encoded], dtype=np.float64)
    scores[:, SUPPORT] -= scores[:, SUPPORT].mean(axis=1, keepdims=True)
    marks = np.array([one.marks.max(axis=0, initial=-_MOST) for one in encoded], dtype=np.float64)
    found = [{occurrence.feature for occurrence in reading.occurrences} for reading in readings]
    told = np.array([[is_there(name, features) for name in (*_CUES, *_FORMS)] for features in found], dtype=np.float64)
    return np.column_stack([first, np.clip(scores, -_MOST, _MOST), np.clip(marks, -_MOST, _MOST), told])


def is_there(name: str, features: set[str]) -> bool:
    """Whether a sentence has a feature; those beside it in another paragraph count as well."""
    side = name.rpartition(" ")[2]
    return name in features or (side in ("before", "after") and name.replace(side, "paragraph " + side) in features)


def stacked_words(tags: Floats, encoded: Encoded) -> Floats:
    """Array of shape (words, :data:`WORD_COLUMNS`) of a sentence, of which ``tags`` are the first stage's."""
    return np.column_stack([_log_odds(tags), np.clip(encoded.marks[:, MARKS.index("loaded")].astype(np.float64), -_MOST, _MOST)])


def _probability(odds: NDArray[np.float32]) -> Floats:
    probabilities: Floats = 1 / (1 + np.exp(-odds.astype(np.float64)))
    return probabilities


def _log_odds(probabilities: Floats) -> Floats:
    limited = np.clip(probabilities, 1 / (1 + np.exp(_MOST)), 1 / (1 + np.exp(-_MOST)))
    odds: Floats = np.log(limited / (1 - limited))
    return odds
