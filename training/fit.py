"""Documents -> an analyzer: tagger, classifiers, calibration and thresholds."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from model.analyzer import Analyzer, Classifiers
from model.features import SCALED, vectorise
from model.tagger import Tagger, sentence_features, word_rows
from model.types import LABELS, ModelInfo
from training.calibration import ASSUMED_RATES, choose_threshold, fit_calibrated, fit_rows, out_of_fold, rounded
from training.examples import Examples, Floats, examples, known_words, sentence_rows, vocabulary
from training.seeds import Document

TAGGER_STRENGTH = 5.0
_TYPICAL_IDF = 4.0


def fit(documents: Sequence[Document], info: ModelInfo, log: Callable[[str], None], jobs: int = -1) -> Analyzer:
    """An analyzer trained on ``documents``, its probabilities calibrated and its thresholds chosen out of fold.

    ``log`` is told of the progress; ``jobs`` are processes for the folds, as in joblib.
    """
    known = known_words(documents)
    data = examples(documents, known)
    log(f"read {len(data.readings)} sentences")
    tagger, tags = _fit_tagger(data, jobs)
    log(f"fitted words, {len(tagger.vocabulary)} features")
    rows = [row | sentence_features(tag) for row, tag in zip(sentence_rows(data), tags, strict=True)]
    features = vocabulary(rows, data.origins)
    matrix = vectorise(rows, {feature: column for column, feature in enumerate(features)})
    fitted = {}
    for name in ("allegation", "support", "loaded_language"):
        fitted[name] = fit_calibrated(matrix, emphasis(features, matrix), getattr(data, name), data.folds, data.whole, jobs)
        log(f"fitted {name}, {len(features)} features, C = {fitted[name].strength:g}")
    scores = {
        "unsupported_allegation": fitted["allegation"].out_of_fold[:, 1] * fitted["support"].out_of_fold[:, :2].sum(axis=1),
        "loaded_language": fitted["loaded_language"].out_of_fold[:, 1],
    }
    deciding = data.deciding
    thresholds = {
        label: choose_threshold(getattr(data, label)[deciding], scores[label][deciding], ASSUMED_RATES[label]) for label in LABELS
    }
    classifiers = Classifiers(*(fitted[name].classifier for name in ("allegation", "support", "loaded_language")))
    return Analyzer(info, known, tagger, features, classifiers, thresholds)


def emphasis(features: Sequence[str], matrix: csr_array) -> Floats:
    """For each column how much it is worth learning from: for words and their parts the inverse document frequency of Sparck
    Jones 1972, "A statistical interpretation of term specificity", scaled to be about 1, and 1 for the rest.
    """
    sentences = np.bincount(matrix.indices, minlength=len(features))
    idf = 1 + np.log((1 + matrix.shape[0]) / (1 + sentences))
    wordy = np.array([feature.partition(":")[0] in SCALED for feature in features])
    return np.where(wordy, idf / _TYPICAL_IDF, 1.0)


def _fit_tagger(data: Examples, jobs: int) -> tuple[Tagger, list[list[float]]]:
    """The tagger of loaded words, and for each sentence the probabilities of its words by taggers that did not see it."""
    rows = [row for reading in data.readings for row in word_rows(reading)]
    sentence = data.sentence_of_word
    features = vocabulary(rows, data.origins[sentence])
    matrix = vectorise(rows, {feature: column for column, feature in enumerate(features)})
    scores = expit(out_of_fold(matrix, data.loaded_words, data.folds[sentence], TAGGER_STRENGTH, jobs))
    ends = np.searchsorted(sentence, np.arange(1, len(data.readings)))
    tags = [part.tolist() for part in np.split(scores, ends)]
    classifier = rounded(fit_rows(matrix, data.loaded_words, TAGGER_STRENGTH))
    return Tagger(features, classifier), tags
