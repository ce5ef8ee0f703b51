"""Sentences -> what the encoder sees in them: a small transformer that reads each sentence with its neighbours.

It is MiniLM-L6 (Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation"), fine-tuned by :mod:`training.encoder`, and reads
the same masked words as the features do, so that a name says nothing to it either. Each sentence is run by itself: 8-bit
arithmetic scales by the largest number of a run, so that sentences run together would move each other's scores.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.cues import CUE_KINDS
from model.features import Reading
from model.types import SUPPORT_VALUES

# What it says of a sentence, and of each word: whether that is marked as such.
SCORES = ("allegation", *SUPPORT_VALUES, "loaded_language")
SUPPORT = slice(1, 5)
MARKS = ("loaded", "allegation", *CUE_KINDS)
# Pieces of words that are read at once: of a sentence, and of each of its neighbours. Longer sentences are cut in stretches.
LONGEST, CONTEXT = 128, 24
# Log-odds of a mark on a word that has no pieces, such as a lone combining mark.
_UNSEEN = -10.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence, or a part of a very long one, as pieces of words; ``words`` are the positions of the words they are of."""

    sentence: int
    paragraph: int
    pieces: tuple[int, ...]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """What the network reads at once. ``owners`` are the stretches that pieces are of, counted from the first that is judged,
    -1 for all else; ``ends`` are the places of the pieces that close the judged stretches.
    """

    pieces: tuple[int, ...]
    owners: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder says of a sentence: ``scores`` of shape (6,), by :data:`SCORES`, and ``marks`` of shape (words, 5), by
    :data:`MARKS`. Log-odds, but for support: there they are so up to a common number.
    """

    scores: Floats
    marks: Floats


class Pieces:
    """Cuts words into the pieces that the network knows."""

    def __init__(self, tokenizer: bytes) -> None:
        # Only who has the contextual stage needs this, and it is slow to import.
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._start, self._end, self._paragraph = (self._number(token) for token in ("[CLS]", "[SEP]", "<paragraph>"))

    @property
    def size(self) -> int:
        """How many pieces there are."""
        return int(self._tokenizer.get_vocab_size())

    def _number(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the tokenizer lacks {token}")
        return number

    def stretches(self, document: Sequence[Reading], needed: Collection[int]) -> list[Stretch]:
        """The stretches of the ``needed`` sentences of a document, in order."""
        numbers = sorted(needed)
        # A lone surrogate is none of its characters.
        words = [[word.text.encode("utf-8", "replace").decode() for word in document[number].words] for number in numbers]
        # One by one, as a batch would start threads of its own.
        encodings = [self._tokenizer.encode(own, is_pretokenized=True, add_special_tokens=False) for own in words]
        stretches: list[Stretch] = []
        for number, encoding in zip(numbers, encodings, strict=True):
            paragraph, pieces = document[number].span.paragraph, encoding.ids
            owners = [word for word in encoding.word_ids if word is not None]
            for first in range(0, max(len(pieces), 1), LONGEST):
                part = slice(first, first + LONGEST)
                stretches.append(Stretch(number, paragraph, tuple(pieces[part]), tuple(owners[part])))
        return stretches

    def window(self, stretches: Sequence[Stretch], first: int, last: int) -> Window:
        """``stretches[first:last]`` with the nearest pieces of what stands before and behind them."""
        pieces, owners, ends = [self._start], [-1], []
        before = stretches[first - 1].pieces[-CONTEXT:] if first else ()
        after = stretches[last].pieces[:CONTEXT] if last < len(stretches) else ()
        read = [(-1, before, first)] * bool(before)
        read += [(place - first, stretches[place].pieces, place + 1) for place in range(first, last)]
        read += [(-1, after, len(stretches))] * bool(after)
        for owner, own, following in read:
            pieces += [*own, self._joint(stretches, following)]
            owners += [*[owner] * len(own), -1]
            ends += [len(pieces) - 1] * (owner >= 0)
        return Window(tuple(pieces), tuple(owners), tuple(ends))

    def _joint(self, stretches: Sequence[Stretch], place: int) -> int:
        """What stands before ``stretches[place]``."""
        is_new = 0 < place < len(stretches) and stretches[place - 1].paragraph != stretches[place].paragraph
        return self._paragraph if is_new else self._end


class Encoder:
    """The network, ready to run. Holds no state that changes: one encoder serves any number of threads."""

    def __init__(self, network: bytes, tokenizer: bytes) -> None:
        import onnxruntime

        self.digest = hashlib.sha256(network + tokenizer).hexdigest()
        self.pieces = Pieces(tokenizer)
        options = onnxruntime.SessionOptions()
        # The service has a process a core; and the order of a sum decides its last digits.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._check()

    def _check(self) -> None:
        """Raises an error where network and tokenizer do not fit each other and this module."""
        last = self.pieces.size - 1
        scores, marks = self._run([Stretch(0, 0, (last,), (0,))], 0)
        if scores.shape != (len(SCORES),) or marks.shape != (1, len(MARKS)):
            raise ValueError("the network says other things")

    def encode(self, document: Sequence[Reading], wanted: Collection[int]) -> Iterator[Encoded]:
        """What it says of the ``wanted`` sentences of a document, in order, each read with the sentences beside it."""
        beside = {number + step for number in wanted for step in (-1, 0, 1)}
        stretches = self.pieces.stretches(document, beside & set(range(len(document))))
        places: dict[int, list[int]] = {number: [] for number in sorted(wanted)}
        for place, stretch in enumerate(stretches):
            if stretch.sentence in places:
                places[stretch.sentence].append(place)
        for number, own in places.items():
            scores, marks = zip(*(self._run(stretches, place) for place in own), strict=True)
            words = [word for place in own for word in stretches[place].words]
            yield Encoded(_highest(scores), _by_word(np.concatenate(marks), words, len(document[number].words)))

    def _run(self, stretches: Sequence[Stretch], place: int) -> tuple[Floats, Floats]:
        """The scores of a stretch, and the marks of its pieces."""
        window = self.pieces.window(stretches, place, place + 1)
        inputs = {
            "pieces": np.array([window.pieces], dtype=np.int64),
            "pool": pool(window),
            "ends": np.array(window.ends, dtype=np.int64),
        }
        scores, marks = self._session.run(["scores", "marks"], inputs)
        return scores[0], marks[np.array(window.owners) == 0]


def _highest(scores: Sequence[Floats]) -> Floats:
    """Of the scores of a sentence's stretches the highest; those of support are of the stretch that accuses most."""
    highest: Floats = np.max(scores, axis=0)
    highest[SUPPORT] = max(scores, key=lambda own: float(own[0]))[SUPPORT]
    return highest


def pool(window: Window) -> Floats:
    """Shape (judged stretches, pieces): what to multiply the pieces' vectors with for the mean of each stretch's."""
    owners = np.array(window.owners)
    inside = (owners == np.arange(len(window.ends))[:, None]).astype(np.float32)
    means: Floats = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1)
    return means


def _by_word(marks: Floats, words: Sequence[int], count: int) -> Floats:
    """The mean over each word's pieces, of shape (count, marks)."""
    sums, pieces = np.zeros((count, len(MARKS)), dtype=np.float32), np.zeros(count, dtype=np.float32)
    np.add.at(sums, list(words), marks)
    np.add.at(pieces, list(words), 1)
    means: Floats = np.where(pieces[:, None] > 0, sums / np.maximum(pieces[:, None], 1), np.float32(_UNSEEN))
    return means
