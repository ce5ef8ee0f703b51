"""How far two readings of the same texts agree: Cohen's kappa of labels, overlap of spans, with bootstrap intervals.

Errors: :class:`ReadingError` for readings that are not of the same texts.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from training.align import Gold, align
from training.seeds import Document, TrainingError

SEED, DRAWS = 20_261_124, 1_000

# A sentence in both readings.
Pair = tuple[Gold, Gold]
Floats = NDArray[np.float64]


class ReadingError(TrainingError):
    """The readings are not of the same texts."""


@dataclass(frozen=True)
class Agreement:
    """``value`` with its 95% interval from ``low`` to ``high``, over ``count`` sentences or characters.

    ``measure`` is ``kappa``, in [-1, 1], or ``F1``, in [0, 1]. The numbers are NaN where it is undefined: a kappa where
    everything has the same label in both readings, an F1 where nothing is marked in either.
    """

    measure: str
    value: float
    low: float
    high: float
    count: int


def agreement(first: Sequence[Document], second: Sequence[Document], draws: int = DRAWS) -> dict[str, Agreement]:
    """Agreement by label. ``first`` and ``second`` are the same stretches, by id and text, read twice; their order is free.

    Kappa (Cohen 1960, "A coefficient of agreement for nominal scales") is over sentences: ``support`` has five values, one
    of them no allegation; ``support of allegations`` has four, over the sentences in which both readings see an allegation.
    F1 is over the characters marked (Hripcsak & Rothschild 2005, "Agreement, the F-measure, and reliability in information
    retrieval"), because the unmarked ones, which kappa would count, are no decisions. Intervals are percentiles over
    ``draws`` seeded bootstrap samples (Efron & Tibshirani 1993, "An introduction to the bootstrap", chapter 13) of whole
    stretches, as the sentences of a stretch are no independent evidence; samples that leave a measure undefined do not
    count. Raises :class:`ReadingError`.
    """
    stretches = _stretches(first, second)
    accused = [[pair for pair in stretch if all(gold.support is not None for gold in pair)] for stretch in stretches]
    everyone = np.ones(len(stretches))
    samples = np.random.default_rng(SEED).multinomial(len(stretches), everyone / len(stretches), size=draws)
    # How often each sample takes each stretch; the first row takes each once.
    weights = np.vstack([everyone, samples])
    return {
        "allegation": _kappa(stretches, lambda gold: int(gold.support is not None), weights),
        "support": _kappa(stretches, _support, weights),
        "support of allegations": _kappa(accused, _support, weights),
        "unsupported_allegation": _kappa(stretches, lambda gold: int(gold.unsupported), weights),
        "loaded_language": _kappa(stretches, lambda gold: int(gold.loaded), weights),
        "allegation clause": _overlap(stretches, "allegation", weights),
        "loaded words": _overlap(stretches, "loaded", weights),
    }


def table(result: dict[str, Agreement]) -> list[str]:
    """What :func:`agreement` found, as the lines of a Markdown table; a dash where a measure is undefined."""
    rows = [f"| {label} | {a.measure} | {_number(a.value)} | {_interval(a)} | {a.count} |" for label, a in result.items()]
    return ["| label | measure | agreement | 95% interval | sentences or characters |", "|---|---|---|---|---|", *rows]


def _stretches(first: Sequence[Document], second: Sequence[Document]) -> list[list[Pair]]:
    """The sentences of each stretch as both readings label them, cut as the first one cuts them."""
    others = {document.id: document for document in second}
    if not first or sorted(document.id for document in first) != sorted(document.id for document in second):
        raise ReadingError("the readings are not of the same documents, or of none; pass those that both have read, by id")
    return [_pairs(document, others[document.id]) for document in first]


def _pairs(document: Document, other: Document) -> list[Pair]:
    if document.text != other.text:
        raise ReadingError(f"{document.id}: the readings are of different texts; read one of them again")
    return list(zip(align(document, document.sentences), align(other, document.sentences), strict=True))


def _support(gold: Gold) -> int:
    return -1 if gold.support is None else gold.support


def _kappa(stretches: Sequence[Sequence[Pair]], label: Callable[[Gold], int], weights: Floats) -> Agreement:
    tables = np.zeros((len(stretches), 5, 5))
    for home, stretch in enumerate(stretches):
        for one, other in stretch:
            tables[home, label(one), label(other)] += 1
    drawn = np.tensordot(weights, tables, axes=1)
    total, agreed = drawn.sum(axis=(1, 2)), np.trace(drawn, axis1=1, axis2=2)
    chance = (drawn.sum(axis=1) * drawn.sum(axis=2)).sum(axis=1)
    return _agreement("kappa", agreed * total - chance, total**2 - chance, int(total[0]))


def _overlap(stretches: Sequence[Sequence[Pair]], mark: str, weights: Floats) -> Agreement:
    marked = [[_characters([pair[reader] for pair in stretch], mark) for reader in (0, 1)] for stretch in stretches]
    both = weights @ np.array([len(one & two) for one, two in marked])
    either = weights @ np.array([len(one | two) for one, two in marked])
    return _agreement("F1", 2 * both, both + either, int(either[0]))


def _characters(sentences: Sequence[Gold], mark: str) -> set[int]:
    spans = chain.from_iterable(gold.spans for gold in sentences)
    return {position for span in spans if span.label == mark for position in range(span.start, span.end)}


def _agreement(measure: str, shares: Floats, wholes: Floats, count: int) -> Agreement:
    """The measure, ``shares / wholes``: first over everything, then over each sample."""
    with np.errstate(invalid="ignore"):
        value, *samples = (shares / wholes).tolist()
    defined = [sample for sample in samples if not math.isnan(sample)]
    low, high = np.quantile(defined, (0.025, 0.975)).tolist() if defined else (math.nan, math.nan)
    return Agreement(measure, value, low, high, count)


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _interval(found: Agreement) -> str:
    return "–" if math.isnan(found.low) else f"{found.low:.2f} to {found.high:.2f}"
