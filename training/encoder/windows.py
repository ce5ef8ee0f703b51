"""Documents -> windows with their labels, and windows -> batches of tensors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.encoder import MARKS, Pieces, Stretch, Window, pool
from model.features import Reading
from training.align import Gold
from training.seeds import Half

# Pieces that a window holds when it is read for several sentences at once, which takes less than half the time.
PACKED = 144
# How often a document is read sentence by sentence in a pass, as the service will read it; contrast groups, whose sentences do
# not belong together, more often.
_ALONE, _ALONE_IN_GROUPS = 0.25, 0.6
# Pieces in a batch, padding included, and windows that are sorted by length together.
_BATCH, _SORTED = 1024, 256

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Labelled:
    """A document as the encoder reads it: its stretches, and the labels of the sentence that each is of."""

    half: Half
    stretches: tuple[Stretch, ...]
    gold: tuple[Gold, ...]
    marks: tuple[Floats, ...]


@dataclass(frozen=True)
class Example:
    """A window of ``document``, in which ``document.stretches[first:last]`` are judged."""

    document: Labelled
    first: int
    last: int
    window: Window


@dataclass(frozen=True)
class Batch:
    """Windows side by side: what the network reads (see :class:`training.encoder.network.Network`), and what it should say.

    ``judged``, of shape (windows, stretches), and ``inside``, of shape (windows, pieces), are True where ``allegation``,
    ``loaded`` and ``support`` (-1 where there is no allegation), and ``marks`` hold.
    """

    pieces: Tensor
    mask: Tensor
    pool: Tensor
    ends: Tensor
    judged: Tensor
    inside: Tensor
    allegation: Tensor
    support: Tensor
    loaded: Tensor
    marks: Tensor


def labelled(half: Half, readings: Sequence[Reading], gold: Sequence[Gold], pieces: Pieces) -> Labelled:
    """A document with its labels; every part of a sentence that is cut has those of the whole."""
    stretches = tuple(pieces.stretches(readings, range(len(readings))))
    marks = [_marks(reading, own) for reading, own in zip(readings, gold, strict=True)]
    of_pieces = (marks[stretch.sentence][list(stretch.words)] for stretch in stretches)
    return Labelled(half, stretches, tuple(gold[stretch.sentence] for stretch in stretches), tuple(of_pieces))


def _marks(reading: Reading, gold: Gold) -> Floats:
    """Array of shape (words, :data:`model.encoder.MARKS`): 1 where people marked a word."""
    marks = np.zeros((len(reading.words), len(MARKS)), dtype=np.float32)
    for span in gold.spans:
        name = span.value if span.label == "cue" else span.label
        if name in MARKS:
            marked = [word.start < span.end and span.start < word.end for word in reading.words]
            marks[marked, MARKS.index(name)] = 1
    return marks


def drawn(documents: Sequence[Labelled], pieces: Pieces, random: Random) -> list[Example]:
    """Windows that cover all documents once: some sentence by sentence, some as many sentences at once as go into one."""
    examples: list[Example] = []
    for document in documents:
        is_alone = random.random() < (_ALONE_IN_GROUPS if document.half == "contrast" else _ALONE)
        longest = 0 if is_alone else random.choice((PACKED, PACKED, PACKED // 2))
        for first, last in _packed([len(stretch.pieces) + 1 for stretch in document.stretches], longest):
            examples.append(Example(document, first, last, pieces.window(document.stretches, first, last)))
    return examples


def _packed(sizes: Sequence[int], longest: int) -> Iterator[tuple[int, int]]:
    """Ranges that follow each other, each of at most ``longest`` in sum, or of one."""
    first = total = 0
    for place, size in enumerate(sizes):
        if place > first and total + size > longest:
            yield first, place
            first, total = place, 0
        total += size
    if sizes:
        yield first, len(sizes)


def batches(examples: Sequence[Example], random: Random) -> list[list[Example]]:
    """Windows in random order, those of about the same length together."""
    shuffled = random.sample(examples, len(examples))
    found: list[list[Example]] = []
    for start in range(0, len(shuffled), _SORTED):
        batch: list[Example] = []
        for example in sorted(shuffled[start : start + _SORTED], key=lambda one: -len(one.window.pieces)):
            longest = len((batch or [example])[0].window.pieces)
            if (len(batch) + 1) * longest > _BATCH and batch:
                found.append(batch)
                batch = []
            batch.append(example)
        found.append(batch)
    return random.sample(found, len(found))


def collate(examples: Sequence[Example]) -> Batch:
    """Pads windows to the longest."""
    count = len(examples)
    length = max(len(one.window.pieces) for one in examples)
    most = max(len(one.window.ends) for one in examples)
    batch = Batch(
        pieces=torch.zeros((count, length), dtype=torch.long),
        mask=torch.zeros((count, length), dtype=torch.long),
        pool=torch.zeros((count, most, length)),
        ends=torch.zeros((count, most), dtype=torch.long),
        judged=torch.zeros((count, most), dtype=torch.bool),
        inside=torch.zeros((count, length), dtype=torch.bool),
        allegation=torch.zeros((count, most)),
        support=torch.full((count, most), -1),
        loaded=torch.zeros((count, most)),
        marks=torch.zeros((count, length, len(MARKS))),
    )
    for row, example in enumerate(examples):
        _fill(batch, row, example)
    return batch


def _fill(batch: Batch, row: int, example: Example) -> None:
    window, own = example.window, slice(example.first, example.last)
    width, judged = len(window.pieces), len(window.ends)
    inside = torch.tensor(window.owners) >= 0
    batch.pieces[row, :width] = torch.tensor(window.pieces)
    batch.mask[row, :width] = 1
    batch.pool[row, :judged, :width] = torch.from_numpy(pool(window))
    batch.ends[row, :judged] = torch.tensor(window.ends)
    batch.judged[row, :judged] = True
    batch.inside[row, :width] = inside
    gold = example.document.gold[own]
    batch.allegation[row, :judged] = torch.tensor([float(one.support is not None) for one in gold])
    batch.support[row, :judged] = torch.tensor([-1 if one.support is None else one.support for one in gold])
    batch.loaded[row, :judged] = torch.tensor([float(one.loaded) for one in gold])
    batch.marks[row, :width][inside] = torch.from_numpy(np.concatenate(example.document.marks[own]))
