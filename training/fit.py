"""Documents -> an analyzer: tagger, classifiers, calibration and thresholds."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import expit

from model.analyzer import Analyzer, Classifiers
from model.features import vectorise
from model.tagger import Tagger, sentence_features, word_rows
from model.types import LABELS, ModelInfo
from training.calibration import choose_threshold, fit_calibrated, fit_rows, out_of_fold, rounded
from training.examples import Examples, examples, known_words, sentence_rows, vocabulary
from training.seeds import Document

TAGGER_STRENGTH = 5.0


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
        fitted[name] = fit_calibrated(matrix, getattr(data, name), data.folds, jobs)
        log(f"fitted {name}, {len(features)} features, C = {fitted[name].strength:g}")
    scores = {
        "unsupported_allegation": fitted["allegation"].out_of_fold[:, 1] * fitted["support"].out_of_fold[:, :2].sum(axis=1),
        "loaded_language": fitted["loaded_language"].out_of_fold[:, 1],
    }
    deciding = data.authored if data.authored.any() else ~data.authored
    thresholds = {label: choose_threshold(getattr(data, label)[deciding], scores[label][deciding]) for label in LABELS}
    classifiers = Classifiers(*(fitted[name].classifier for name in ("allegation", "support", "loaded_language")))
    return Analyzer(info, known, tagger, features, classifiers, thresholds)


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
