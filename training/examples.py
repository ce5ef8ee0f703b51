"""Documents -> examples: what the model reads in them, beside the labels that people gave."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from model.features import Reading, read, values
from model.lexicon import read_terms
from model.tagger import taggable
from model.tokens import normalise, tokenize
from training.align import Gold, align
from training.seeds import Document, Half

SEED = 20_261_124
FOLDS = 5
HELD_OUT = 0.2
# These articles are also in a corpus that false alarms are measured on, so nothing may learn from them.
ALWAYS_HELD_OUT = frozenset({"wikinews_gum"})
MIN_DOCUMENTS = 3

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """Sentences in order, with their labels. The arrays have one entry a sentence: the number of its document, that of what the
    document was taken from, the fold that this is held out in, and its half of the seeds.
    """

    readings: tuple[Reading, ...]
    gold: tuple[Gold, ...]
    documents: Ints
    origins: Ints
    folds: Ints
    halves: NDArray[np.str_]

    def part(self, rows: Ints) -> "Examples":
        """Some of the sentences."""
        readings, gold = tuple(self.readings[row] for row in rows), tuple(self.gold[row] for row in rows)
        return Examples(readings, gold, self.documents[rows], self.origins[rows], self.folds[rows], self.halves[rows])

    def of_document(self, number: int) -> tuple[Reading, ...]:
        """The sentences of a document."""
        first, last = np.searchsorted(self.documents, (number, number + 1))
        return self.readings[first:last]

    @property
    def whole(self) -> NDArray[np.bool_]:
        """True for sentences of documents; contrast groups are none, and nobody would send them. If there is nothing else,
        True for all.
        """
        whole = self.halves != "contrast"
        return np.asarray(whole if whole.any() else ~whole)

    @property
    def deciding(self) -> NDArray[np.bool_]:
        """True where a sentence decides on thresholds: those of real documents or, for want of them, of whole authored ones
        or, for want of them, all.
        """
        deciding = next((self.halves == half for half in ("real", "authored") if half in self.halves), self.halves != "")
        return np.asarray(deciding)

    @property
    def allegation(self) -> Ints:
        """1 where the sentence makes an allegation."""
        return np.array([gold.support is not None for gold in self.gold], dtype=np.int64)

    @property
    def support(self) -> Ints:
        """Index of the support value, -1 where there is no allegation."""
        return np.array([-1 if gold.support is None else gold.support for gold in self.gold], dtype=np.int64)

    @property
    def loaded_language(self) -> Ints:
        """1 where the sentence holds loaded words."""
        return np.array([gold.loaded for gold in self.gold], dtype=np.int64)

    @property
    def unsupported_allegation(self) -> Ints:
        """1 where the support of an allegation is none or vague."""
        return np.array([gold.unsupported for gold in self.gold], dtype=np.int64)

    @property
    def loaded_words(self) -> Ints:
        """1 where a word is marked as loaded; one entry for each of :func:`model.tagger.taggable`'s words."""
        return np.array([mark for pair in zip(self.readings, self.gold, strict=True) for mark in _marked(*pair)], dtype=np.int64)

    @property
    def sentence_of_word(self) -> Ints:
        """The sentence of each of those words."""
        return np.repeat(np.arange(len(self.readings)), [len(taggable(reading)) for reading in self.readings])


def _marked(reading: Reading, gold: Gold) -> list[bool]:
    spans = [(span.start, span.end) for span in gold.spans if span.label == "loaded"]
    words = [reading.words[position] for position in taggable(reading)]
    return [any(start < word.end and word.start < end for start, end in spans) for word in words]


def split_documents(documents: Sequence[Document]) -> tuple[list[Document], list[Document]]:
    """Training and held-out documents, whatever the order. What a document was taken from decides, by its name alone, so that
    documents that come later move none from one side to the other.
    """
    ordered = sorted(documents, key=lambda document: document.id)
    held_out = {document.origin for document in ordered if _is_held_out(document)}
    return [d for d in ordered if d.origin not in held_out], [d for d in ordered if d.origin in held_out]


def _is_held_out(document: Document) -> bool:
    drawn = int.from_bytes(hashlib.sha256(f"{SEED} {document.origin}".encode()).digest()[:4]) / 2**32
    return document.is_test or document.genre in ALWAYS_HELD_OUT or drawn < HELD_OUT


def known_words(documents: Iterable[Document]) -> frozenset[str]:
    """The words that stand in lower case somewhere in the documents, and those of the lists' terms that are no names."""
    tokens = (token.text for d in documents for token in tokenize(d.text, 0, len(d.text)))
    written = frozenset(normalise(token) for token in tokens if token[0].islower())
    names = {term[0] for term in read_terms("names.tsv") if len(term) == 1}
    listed = {word for name in ("accusing", "clearing", "cues", "loaded") for term in read_terms(f"{name}.tsv") for word in term}
    return written | {word for word in listed - names if word[0].isalpha()}


def examples(documents: Sequence[Document], known: frozenset[str]) -> Examples:
    """Reads documents as the service will, and puts the labels beside what it reads."""
    numbers = {origin: number for number, origin in enumerate(sorted({document.origin for document in documents}))}
    readings: list[Reading] = []
    gold: list[Gold] = []
    places: list[int] = []
    origins: list[int] = []
    halves: list[Half] = []
    for place, document in enumerate(documents):
        found = read(document.text, known)
        readings.extend(found)
        places.extend([place] * len(found))
        gold.extend(align(document, [reading.span for reading in found]))
        origins.extend([numbers[document.origin]] * len(found))
        halves.extend([document.half] * len(found))
    groups = np.array(origins, dtype=np.int64)
    return Examples(tuple(readings), tuple(gold), np.array(places, dtype=np.int64), groups, _folds(groups), np.array(halves))


def _folds(groups: Ints) -> Ints:
    folds = np.zeros(len(groups), dtype=np.int64)
    for fold, (_, test) in enumerate(GroupKFold(FOLDS).split(groups, groups=groups)):
        folds[test] = fold
    return folds


def vocabulary(rows: Iterable[Mapping[str, float]], origins: Iterable[int]) -> list[str]:
    """The features that occur in at least :data:`MIN_DOCUMENTS` documents, sorted."""
    seen = {(feature, origin) for row, origin in zip(rows, origins, strict=True) for feature in row}
    counts = Counter(feature for feature, _ in seen)
    return sorted(feature for feature, count in counts.items() if count >= MIN_DOCUMENTS)


def sentence_rows(data: Examples) -> list[dict[str, float]]:
    """The features of each sentence, but for those of the tagger."""
    return [values(reading.occurrences) for reading in data.readings]
