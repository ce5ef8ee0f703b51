"""The results of an analysis: small frozen dataclasses, made once and never changed.

All offsets are half-open and count Unicode code points of the text as submitted: ``text[start:end]`` are the words.
All scores are probabilities in [0, 1] that a careful reader would apply the label.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Label = Literal["unsupported_allegation", "loaded_language"]
Profile = Literal["lexical", "contextual"]
Verdict = Literal["ok", "review", "flag"]
Voice = Literal["author", "quoted"]
SupportValue = Literal["none", "vague", "attributed", "documented"]
EvidenceKind = Literal[
    "accusing_words", "vague_attribution", "attribution", "documentation", "searched_for_support", "loaded_words"
]
Register = Literal["general", "formal", "informal"]

PROFILES: tuple[Profile, ...] = ("lexical", "contextual")
REGISTERS: tuple[Register, ...] = ("general", "formal", "informal")
LABELS: tuple[Label, ...] = ("unsupported_allegation", "loaded_language")
SUPPORT_VALUES: tuple[SupportValue, ...] = ("none", "vague", "attributed", "documented")


@dataclass(frozen=True)
class ModelInfo:
    """Which model judged, by which of its profiles: with words alone, or with the encoder, too. ``digest`` is the SHA-256 of the
    profile's parameters: equal digests give equal scores, but for the last digits of what another processor adds up.
    """

    name: str
    version: str
    profile: Profile
    digest: str


@dataclass(frozen=True)
class Scores:
    """A document's scores: for each label the highest among its sentences, 0 for a text without any."""

    unsupported_allegation: float
    loaded_language: float


@dataclass(frozen=True)
class SentenceScores:
    """A sentence's scores; ``unsupported_allegation`` never exceeds ``allegation``."""

    allegation: float
    unsupported_allegation: float
    loaded_language: float


@dataclass(frozen=True)
class Evidence:
    """Words that moved a score; for ``searched_for_support`` the stretch in which support was looked for."""

    kind: EvidenceKind
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Support:
    """The likeliest support of an allegation, and the probability of each of :data:`SUPPORT_VALUES` (sum 1).

    ``evidence`` are the cues of support in the sentence and in those beside it in its paragraph, in order.
    """

    value: SupportValue
    probabilities: dict[SupportValue, float]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence of the text. ``voice`` is whose most of it is; ``support`` is None where an allegation is improbable."""

    start: int
    end: int
    voice: Voice
    scores: SentenceScores
    support: Support | None


@dataclass(frozen=True)
class Alternative:
    """Plainer words for the same facts: ``text``, which is empty for what may be left out, fits in place of ``[start, end)`` of
    the text submitted. ``register`` is where it is at home.
    """

    start: int
    end: int
    text: str
    register: Register


@dataclass(frozen=True)
class Flag:
    """A finding: ``text`` are the words it is about, in ``sentences[sentence]``, and ``voice`` is whose most of them are;
    ``reason`` is one plain sentence. Loaded words of the author's may have ``alternatives``.
    """

    label: Label
    sentence: int
    start: int
    end: int
    text: str
    voice: Voice
    score: float
    reason: str
    evidence: tuple[Evidence, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """Everything found in one text. Sentences stand in order and cover all of it but white space and the ``>`` of block
    quotations.
    """

    model: ModelInfo
    verdict: Verdict
    scores: Scores
    sentences: tuple[Sentence, ...]
    flags: tuple[Flag, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON body of ``POST /v1/analyze``, less ``id``."""
        return asdict(self, dict_factory=_json)


def _json(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in pairs}
