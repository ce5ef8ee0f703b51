"""What encoders say of the sentences that they were not trained on: what the contextual stage's classifiers learn from.

The encoder that ships has seen all training documents, so it says of those what it remembers. Hence :mod:`training.encoder`
tunes others without a third of them each, and keeps what these say in ``out_of_fold.npz``, beside this file: whoever trains
without the training extra needs them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.encoder import MARKS, SCORES, Encoded, Encoder
from model.features import Reading
from training.seeds import Document, TrainingError

PATH = Path(__file__).with_suffix(".npz")


@dataclass(frozen=True)
class OutOfFold:
    """``encoded`` by the digest of a document as it was read; ``seen``, what the documents were taken from that the encoder
    learned from; the words that were known in lower case then, as other masks would make other documents of them (see
    :func:`model.names.mask`); and the digest of that encoder.
    """

    encoded: dict[str, list[Encoded]]
    seen: frozenset[str]
    known: frozenset[str]
    encoder: str

    def check(self, encoder: Encoder, held_out: Sequence[Document]) -> None:
        """Raises :class:`training.seeds.TrainingError` if this was not told for ``encoder``, or that has seen a document that is
        held out.
        """
        if self.encoder != encoder.digest:
            raise TrainingError(f"{PATH.name} is of another encoder than the artefact's; put both back, or run 'make encoder'")
        if any(document.origin in self.seen for document in held_out):
            raise TrainingError("the encoder has learned from documents that are held out now; run 'make encoder'")

    def of(self, document: Document, readings: Sequence[Reading], encoder: Encoder) -> list[Encoded] | None:
        """What to learn from for a document: of one that the encoder has not seen, what itself says. None where it has seen what
        the document was taken from, but not as it is read now: the text was changed, or other names are masked.
        """
        if document.origin not in self.seen:
            return list(encoder.encode(readings, range(len(readings))))
        return self.encoded.get(digest(readings))

    def save(self, path: Path) -> None:
        """Writes a file that loading runs no code of."""
        names = sorted(self.encoded)
        sentences = [one for name in names for one in self.encoded[name]]
        np.savez_compressed(
            path,
            documents=np.array(names),
            seen=np.array(sorted(self.seen)),
            known=np.array(sorted(self.known)),
            encoder=np.array(self.encoder),
            sentences=np.array([len(self.encoded[name]) for name in names]),
            words=np.array([len(one.marks) for one in sentences]),
            scores=np.array([one.scores for one in sentences], dtype=np.float16).reshape(-1, len(SCORES)),
            marks=np.concatenate([one.marks for one in sentences] or [np.zeros((0, len(MARKS)), np.float32)]).astype(np.float16),
        )


def load(path: Path = PATH) -> OutOfFold:
    """Reads what :meth:`OutOfFold.save` wrote."""
    with np.load(path, allow_pickle=False) as file:
        marks = np.split(file["marks"].astype(np.float32), np.cumsum(file["words"])[:-1])
        sentences = list(map(Encoded, file["scores"].astype(np.float32), marks))
        ends = np.cumsum(file["sentences"]).tolist()
        names = file["documents"].tolist()
        parts = {name: sentences[first:last] for name, first, last in zip(names, [0, *ends], ends, strict=False)}
        seen, known = (frozenset(file[name].tolist()) for name in ("seen", "known"))
        return OutOfFold(parts, seen, known, str(file["encoder"]))


def digest(document: Sequence[Reading]) -> str:
    """Of a document's words as the encoder reads them: the beginning of a SHA-256, enough to tell the seeds apart."""
    words = "\n".join(" ".join(word.text for word in reading.words) for reading in document)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
