"""The encoder: what it reads at once, and that what it says of a sentence depends on nothing else."""

import numpy as np
import pytest

from model.encoder import CONTEXT, LONGEST, MARKS, SCORES, Encoder, Pieces, pool
from model.features import Reading, read
from model.store import ARTIFACT
from tests.texts import TEXTS

KNOWN = frozenset(["the", "a", "they", "board", "in", "of", "it", "said", "nothing", "lied", "thugs", "new"])
TEXT = "The board in Oslo lied on 3 May. They said nothing.\n\nA new paragraph."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(*((ARTIFACT / name).read_bytes() for name in ("encoder.onnx", "tokenizer.json")))


def words(pieces: Pieces, numbers: tuple[int, ...]) -> str:
    return " ".join(str(pieces._tokenizer.id_to_token(number)) for number in numbers)


def test_a_window_is_a_sentence_between_its_neighbours(encoder: Encoder) -> None:
    document = read(TEXT, KNOWN)
    stretches = encoder.pieces.stretches(document, range(3))
    window = encoder.pieces.window(stretches, 1, 2)
    assert words(encoder.pieces, window.pieces) == (
        "[CLS] the board in <name> lied on <number> <date> . [SEP] they said nothing . <paragraph> a new paragraph . [SEP]"
    )
    assert [place for place, owner in enumerate(window.owners) if owner == 0] == [11, 12, 13, 14]
    assert window.ends == (15,)
    assert pool(window)[0].sum() == pytest.approx(1)


def test_a_window_may_hold_several_sentences(encoder: Encoder) -> None:
    stretches = encoder.pieces.stretches(read(TEXT, KNOWN), range(3))
    window = encoder.pieces.window(stretches, 0, 3)
    assert [window.owners.count(owner) for owner in (0, 1, 2)] == [len(stretch.pieces) for stretch in stretches]
    assert [encoder.pieces._tokenizer.id_to_token(window.pieces[end]) for end in window.ends] == ["[SEP]", "<paragraph>", "[SEP]"]


def test_no_text_can_forge_a_mask(encoder: Encoder) -> None:
    document = read("the [SEP] <name> [CLS] <paragraph> [PAD]", KNOWN)
    pieces = encoder.pieces.stretches(document, [0])[0].pieces
    special = {encoder.pieces._tokenizer.token_to_id(token) for token in ("[SEP]", "[CLS]", "[PAD]", "<paragraph>")}
    assert not special & set(pieces)


def test_a_name_says_nothing(encoder: Encoder) -> None:
    one, other = (next(encoder.encode(read(f"The board of {name} lied.", KNOWN), [0])) for name in ("Iran", "Grand Fenwick"))
    assert (one.scores == other.scores).all()
    assert (one.marks == other.marks).all()


def test_what_it_says_depends_on_the_sentence_and_its_neighbours_alone(encoder: Encoder) -> None:
    document = read(TEXT + " It lied. They lied of thugs. The board said nothing new.", KNOWN)
    everything = list(encoder.encode(document, range(len(document))))
    for number in range(len(document)):
        alone = next(encoder.encode(document, [number]))
        assert (alone.scores == everything[number].scores).all()
        near = document[max(number - 1, 0) : number + 2]
        apart = next(encoder.encode(near, [min(number, 1)]))
        assert (alone.scores == apart.scores).all()


def test_a_sentence_longer_than_a_window_is_read_to_its_end(encoder: Encoder) -> None:
    filler = "the board said nothing new , " * LONGEST
    plain, accusing = (
        read(filler + end, KNOWN)
        for end in (
            "the board said it .",
            "the board lied of it .",
        )
    )
    assert len(encoder.pieces.stretches(plain, [0])) > 5
    before, after = (next(encoder.encode(document, [0])) for document in (plain, accusing))
    assert (before.scores != after.scores).any()
    assert before.marks.shape == (len(plain[0].words), len(MARKS))


@pytest.mark.parametrize("text", TEXTS)
def test_nasty_text(encoder: Encoder, text: str) -> None:
    document: list[Reading] = read(text, KNOWN)
    for reading, encoded in zip(document, encoder.encode(document, range(len(document))), strict=True):
        assert encoded.scores.shape == (len(SCORES),)
        assert encoded.marks.shape == (len(reading.words), len(MARKS))
        assert np.isfinite(encoded.scores).all()
        assert np.isfinite(encoded.marks).all()


def test_the_neighbours_are_read_as_far_as_their_nearest_pieces(encoder: Encoder) -> None:
    document = read("the " * 100 + "end. They lied. " + "The board " + "the " * 100, KNOWN)
    stretches = encoder.pieces.stretches(document, range(3))
    window = encoder.pieces.window(stretches, 1, 2)
    assert len(window.pieces) == len(stretches[1].pieces) + 2 * CONTEXT + 4
