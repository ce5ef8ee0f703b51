"""Makes the encoder of the contextual stage: MiniLM-L6, tuned on the training documents. Needs ``requirements-encoder.txt``."""

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from model.encoder import Encoder, Pieces
from model.features import read
from training import seeds
from training.align import align
from training.encoder.network import export, tokenizer
from training.encoder.tuning import Log, tune
from training.encoder.windows import Labelled, labelled
from training.examples import known_words
from training.out_of_fold import OutOfFold, digest
from training.seeds import Document

ENCODER_FOLDS = 3


def make(documents: Sequence[Document], base: str, store: Path, log: Log) -> tuple[dict[str, bytes], OutOfFold]:
    """The files of an encoder tuned on ``documents``, and what encoders that did not see them say of them.

    ``base`` are the weights to begin with: a folder, or a name on the hub. Networks are kept in ``store``, so that a broken run
    goes on with the next.
    """
    known = known_words(documents)
    own_tokenizer = tokenizer(base)
    pieces = Pieces(own_tokenizer)
    readings = [read(document.text, known) for document in documents]
    data = [
        labelled(document.half, own, align(document, [reading.span for reading in own]), pieces)
        for document, own in zip(documents, readings, strict=True)
    ]
    state = _state(documents, base, own_tokenizer, known)
    encoded = {}
    for fold, held_out in enumerate(_folds(documents)):
        rest = np.setdiff1d(np.arange(len(documents)), held_out).tolist()
        log(f"encoder {fold + 1} of {ENCODER_FOLDS + 1}: tunes on {len(rest)} documents, tells of {len(held_out)}")
        network = _network([data[index] for index in rest], base, pieces, store / f"{state}-{fold}.onnx", log)
        encoder = Encoder(network, own_tokenizer)
        for index in held_out:
            encoded[digest(readings[index])] = list(encoder.encode(readings[index], range(len(readings[index]))))
    log(f"encoder {ENCODER_FOLDS + 1} of {ENCODER_FOLDS + 1}: tunes on all {len(documents)} documents")
    network = _network(data, base, pieces, store / f"{state}.onnx", log)
    seen = frozenset(document.origin for document in documents)
    files = {"encoder.onnx": network, "tokenizer.json": own_tokenizer}
    return files, OutOfFold(encoded, seen, known, Encoder(*files.values()).digest)


def _state(documents: Sequence[Document], base: str, own_tokenizer: bytes, known: Collection[str]) -> str:
    """The beginning of the SHA-256 of all that a network depends on."""
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    parts = [seeds.digest(documents).encode(), base.encode(), own_tokenizer, " ".join(sorted(known)).encode(), *code]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _folds(documents: Sequence[Document]) -> list[list[int]]:
    """The documents to hold out in turn: whole origins."""
    splits = GroupKFold(ENCODER_FOLDS).split(documents, groups=[document.origin for document in documents])
    return [held_out.tolist() for _, held_out in splits]


def _network(documents: Sequence[Labelled], base: str, pieces: Pieces, path: Path, log: Log) -> bytes:
    if not path.exists():
        network = export(tune(documents, base, pieces, log))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(network)
        part.replace(path)
    return path.read_bytes()
