"""Documents -> an analyzer: tagger, classifiers, calibration and thresholds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from model.analyzer import Analyzer, Threshold
from model.contextual import Cascade, Contextual, Heads, stacked, stacked_words
from model.encoder import Encoded, Encoder
from model.features import SCALED, vectorise
from model.lexical import Classifiers, Lexical, Probabilities
from model.tagger import Tagger, sentence_features, taggable, word_rows
from model.types import LABELS, Label, ModelInfo
from training.calibration import (
    ASSUMED_RATES,
    DECIMALS,
    Fitted,
    choose_threshold,
    fit_calibrated,
    fit_rows,
    out_of_fold,
    rounded,
)
from training.examples import Examples, Floats, examples, known_words, sentence_rows, vocabulary
from training.out_of_fold import OutOfFold
from training.seeds import Document, TrainingError

TAGGER_STRENGTH = 5.0
HEADS_STRENGTH = 1.0
# How much of what the contextual stage would mark for review the cascade may lose, out of fold.
LOST = 0.005
# The share of the documents that there must be something of to learn the stacked classifiers from.
LEAST_TOLD = 0.8
_TYPICAL_IDF = 4.0

Log = Callable[[str], None]


def fit(documents: Sequence[Document], info: ModelInfo, log: Log, jobs: int = -1) -> Analyzer:
    """An analyzer of the lexical stage alone, trained on ``documents``, its probabilities calibrated and its thresholds chosen
    out of fold.

    ``log`` is told of the progress; ``jobs`` are processes for the folds, as in joblib.
    """
    known = known_words(documents)
    return _fit_lexical(examples(documents, known), known, info, log, jobs)[0]


def fit_both(
    documents: Sequence[Document], info: ModelInfo, encoder: Encoder, told: OutOfFold, log: Log, jobs: int = -1
) -> list[Analyzer]:
    """The analyzer of the lexical stage, and that of both, likewise. ``told`` is what encoders that had not seen a document say
    of it.
    """
    known = known_words(documents) | told.known
    data = examples(documents, known)
    lexical, before = _fit_lexical(data, known, info, log, jobs)
    encoded = [told.of(document, data.of_document(number), encoder) for number, document in enumerate(documents)]
    known_of = sum(one is not None for one in encoded)
    log(f"the encoder tells of {known_of} of {len(documents)} documents")
    if known_of < LEAST_TOLD * len(documents):
        raise TrainingError("too many documents have changed since the encoder was tuned on them; run 'make encoder'")
    rows = np.flatnonzero([encoded[number] is not None for number in data.documents])
    own, first = data.part(rows), before.part(rows)
    heads, scored = _fit_heads(own, first, [one for document in encoded for one in document or ()], log, jobs)
    thresholds = _thresholds(own, scored)
    contextual = Contextual(encoder, heads, _cascade(first, scored, thresholds))
    return [lexical, replace(lexical, info=replace(info, profile="contextual"), contextual=contextual, thresholds=thresholds)]


def _fit_lexical(data: Examples, known: frozenset[str], info: ModelInfo, log: Log, jobs: int) -> tuple[Analyzer, Probabilities]:
    """The analyzer, and the probabilities of each sentence by classifiers that did not see it."""
    log(f"read {len(data.readings)} sentences")
    tagger, tags = _fit_tagger(data, jobs)
    log(f"fitted words, {len(tagger.vocabulary)} features")
    rows = [row | sentence_features(tag.tolist()) for row, tag in zip(sentence_rows(data), tags, strict=True)]
    features = vocabulary(rows, data.origins)
    matrix = vectorise(rows, {feature: column for column, feature in enumerate(features)})
    fitted = _fit_labels(matrix, emphasis(features, matrix), data, log, jobs)
    lexical = Lexical(tagger, features, Classifiers(*(one.classifier for one in fitted)))
    scored = _out_of_fold(fitted, tags)
    return Analyzer(info, known, lexical, None, _thresholds(data, scored)), scored


def _fit_labels(matrix: csr_array, weights: Floats, data: Examples, log: Log, jobs: int) -> list[Fitted]:
    fitted: list[Fitted] = []
    for name in ("allegation", "support", "loaded_language"):
        fitted.append(fit_calibrated(matrix, weights, getattr(data, name), data.folds, data.whole, jobs))
        log(f"fitted {name}, {matrix.shape[1]} features, C = {fitted[-1].strength:g}")
    return fitted


def _out_of_fold(fitted: Sequence[Fitted], tags: Sequence[Floats]) -> Probabilities:
    allegation, support, loaded = (one.out_of_fold for one in fitted)
    return Probabilities(allegation[:, 1], support, loaded[:, 1], tuple(tags), tuple(np.zeros(len(tag)) for tag in tags))


def _thresholds(data: Examples, scored: Probabilities) -> dict[Label, Threshold]:
    scores = _by_label(scored)
    rows = data.deciding
    return {label: choose_threshold(getattr(data, label)[rows], scores[label][rows], ASSUMED_RATES[label]) for label in LABELS}


def _by_label(scored: Probabilities) -> dict[Label, Floats]:
    return {"unsupported_allegation": scored.unsupported, "loaded_language": scored.loaded}


def _fit_heads(
    data: Examples, lexical: Probabilities, encoded: Sequence[Encoded], log: Log, jobs: int
) -> tuple[Heads, Probabilities]:
    """The stacked classifiers, and their probabilities out of fold."""
    both = zip(data.readings, lexical.tags, encoded, strict=True)
    words = csr_array(np.concatenate([stacked_words(tags, one)[taggable(reading)] for reading, tags, one in both]))
    folds = data.folds[data.sentence_of_word]
    tags = _by_sentence(data, expit(out_of_fold(words, data.loaded_words, folds, HEADS_STRENGTH, jobs)))
    of_words = rounded(fit_rows(words, data.loaded_words, HEADS_STRENGTH))
    matrix = csr_array(stacked(data.readings, lexical, encoded))
    fitted = _fit_labels(matrix, np.ones(matrix.shape[1]), data, log, jobs)
    return Heads(Classifiers(*(one.classifier for one in fitted)), of_words), _out_of_fold(fitted, tags)


def emphasis(features: Sequence[str], matrix: csr_array) -> Floats:
    """For each column how much it is worth learning from: for words and their parts the inverse document frequency of Sparck
    Jones 1972, "A statistical interpretation of term specificity", scaled to be about 1, and 1 for the rest.
    """
    sentences = np.bincount(matrix.indices, minlength=len(features))
    idf = 1 + np.log((1 + matrix.shape[0]) / (1 + sentences))
    wordy = np.array([feature.partition(":")[0] in SCALED for feature in features])
    return np.where(wordy, idf / _TYPICAL_IDF, 1.0)


def _fit_tagger(data: Examples, jobs: int) -> tuple[Tagger, list[Floats]]:
    """The tagger of loaded words, and for each sentence the probabilities of its words by taggers that did not see it."""
    rows = [row for reading in data.readings for row in word_rows(reading)]
    sentence = data.sentence_of_word
    features = vocabulary(rows, data.origins[sentence])
    matrix = vectorise(rows, {feature: column for column, feature in enumerate(features)})
    scores = expit(out_of_fold(matrix, data.loaded_words, data.folds[sentence], TAGGER_STRENGTH, jobs))
    classifier = rounded(fit_rows(matrix, data.loaded_words, TAGGER_STRENGTH))
    return Tagger(features, classifier), _by_sentence(data, scores)


def _by_sentence(data: Examples, scores: Floats) -> list[Floats]:
    """For each sentence the scores of its words, 0 for what is no word (see :func:`model.tagger.taggable`)."""
    rest = iter(scores.tolist())
    tags = [np.zeros(len(reading.words)) for reading in data.readings]
    for tag, reading in zip(tags, data.readings, strict=True):
        for place in taggable(reading):
            tag[place] = next(rest)
    return tags


def _cascade(lexical: Probabilities, scored: Probabilities, thresholds: Mapping[Label, Threshold]) -> Cascade:
    """The highest probabilities of the lexical stage under which hardly any sentence is that both stages would mark."""
    before, after = _by_label(lexical), _by_label(scored)
    marked = {label: before[label][after[label] >= thresholds[label].review] for label in LABELS}
    return Cascade(**{label: _rounded_down(np.quantile(marked[label], LOST)) if len(marked[label]) else 0.0 for label in LABELS})


def _rounded_down(score: float) -> float:
    return float(np.floor(score * 10**DECIMALS) / 10**DECIMALS)
