"""Gold labels of a seed document, carried over to the sentences that the model itself reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from model.types import SUPPORT_VALUES
from training.seeds import Document, Span


@dataclass(frozen=True)
class Gold:
    """What careful readers said of a sentence. ``support`` is None without an allegation, else an index into
    :data:`model.types.SUPPORT_VALUES`; spans are those of the document that lie in the sentence.
    """

    support: int | None
    loaded: bool
    spans: tuple[Span, ...]

    @property
    def unsupported(self) -> bool:
        """True for an allegation whose support is ``none`` or ``vague``."""
        return self.support is not None and SUPPORT_VALUES[self.support] in ("none", "vague")


class Stretch(Protocol):
    """Anything with offsets."""

    @property
    def start(self) -> int:
        """First code point."""

    @property
    def end(self) -> int:
        """One past the last code point."""


def align(document: Document, sentences: Sequence[Stretch]) -> list[Gold]:
    """The gold labels of each of ``sentences``, which cover the document's text in order.

    A mark belongs to the sentence that holds most of it, so that of a sentence cut in two the half with the accusation
    has the label.
    """
    homes: list[list[Span]] = [[] for _ in sentences]
    for sentence in document.sentences:
        for span in sentence.spans:
            overlaps = [min(s.end, span.end) - max(s.start, span.start) for s in sentences]
            homes[overlaps.index(max(overlaps))].append(span)
    return [_gold(spans) for spans in homes]


def _gold(spans: Sequence[Span]) -> Gold:
    support = next((SUPPORT_VALUES.index(s.value) for s in spans if s.label == "allegation" and s.value), None)
    return Gold(support, any(span.label == "loaded" for span in spans), tuple(spans))
