"""Scores -> flags: which words a finding is about, what moved its score, and the reason in one plain sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from model.cues import CueKind
from model.features import Reading, values
from model.types import Evidence, EvidenceKind, Flag, Sentence

_CUE_EVIDENCE: dict[CueKind, EvidenceKind] = {
    "vague": "vague_attribution",
    "attributed": "attribution",
    "documented": "documentation",
}
_BREAKS = frozenset(',;:—–()[]"“”!?') | {"but", "while", "whereas", "although", "though", "because", "since", "after", "before"}
# Words and segments below this share of the strongest one's weight are left out of a flag.
_WORD_SHARE, _CLAUSE_SHARE, _TAG_SHARE = 0.5, 0.35, 0.5
# A word at least this likely to be loaded is worth a flag of its own beside the likeliest.
_TAG_LEAST = 0.2
_MOST_EVIDENCE = 4

Weights = Mapping[str, float]
Range = tuple[int, int]


def accusation(text: str, index: int, sentence: Sentence, reading: Reading, weights: Weights) -> Flag:
    """The flag of sentence ``index`` as an unsupported allegation. ``weights`` are those of ``allegation``, by feature."""
    moved = _word_weights(reading, weights)
    first, last = _clause(reading, moved)
    start, end = _offsets(reading, first, last)
    cues = [_evidence(text, reading, _CUE_EVIDENCE[cue.kind], (cue.first, cue.last)) for cue in reading.cues]
    words = [_evidence(text, reading, "accusing_words", found) for found in _strongest(reading, moved)]
    vague = next((item.text for item in cues if item.kind == "vague_attribution"), None)
    reason = _accusation_reason(vague if sentence.support and sentence.support.value == "vague" else None)
    evidence = tuple(sorted({*cues[:_MOST_EVIDENCE], *words}, key=lambda item: (item.start, item.end)))
    score = sentence.scores.unsupported_allegation
    return Flag("unsupported_allegation", index, start, end, text[start:end], score, reason, evidence)


def _accusation_reason(vague: str | None) -> str:
    if vague:
        return f"This reads as a charge on a source that no reader can check (“{vague}”): name the source, or drop the claim."
    return "This reads as a charge of wrongdoing stated as fact, and no source stands here: say who says so, or what shows it."


def loaded_words(text: str, index: int, sentence: Sentence, reading: Reading, tags: Sequence[float]) -> list[Flag]:
    """The flags of sentence ``index`` as loaded language, one for each run of loaded words, at least one.

    ``tags`` are the probabilities of its words (see :class:`model.tagger.Tagger`).
    """
    flags: list[Flag] = []
    for found in _tagged(reading, tags):
        evidence = _evidence(text, reading, "loaded_words", found)
        reason = _loaded_reason(evidence.text, sentence)
        score = sentence.scores.loaded_language
        flags.append(Flag("loaded_language", index, evidence.start, evidence.end, evidence.text, score, reason, (evidence,)))
    return flags


def _tagged(reading: Reading, tags: Sequence[float]) -> list[Range]:
    """The likeliest words, and every term of the list of loaded words that holds one of them as a whole."""
    highest = max(tags)
    if highest == 0:
        return [(0, len(tags))]
    terms = [(o.first, o.last) for o in reading.occurrences if o.feature == "list:loaded"]
    inside = {position for first, last in terms for position in range(first, last)}
    least = min(max(_TAG_SHARE * highest, _TAG_LEAST), highest)
    likely = [position for position, tag in enumerate(tags) if tag >= least]
    chosen = {p for p in likely if p in inside or _can_stand_alone(reading.words[p].text) or tags[p] == highest}
    whole = [(first, last) for first, last in terms if chosen & set(range(first, last))]
    between = [(i, i + 1) for i in range(1, len(tags) - 1) if {i - 1, i + 1} <= chosen and reading.words[i].text.isalpha()]
    return _joined(sorted([*whole, *between, *((position, position + 1) for position in chosen)]))


def _loaded_reason(words: str, sentence: Sentence) -> str:
    if sentence.voice == "quoted":
        return f"“{words}” carries a judgement or an emotion; the words are a speaker's: see that the text keeps its distance."
    return f"“{words}” carries a judgement or an emotion that a neutral wording of the same facts would leave out."


def _word_weights(reading: Reading, weights: Weights) -> list[float]:
    """For each word of the sentence the log-odds that its features add to a score."""
    found = values(reading.occurrences)
    counts = Counter(occurrence.feature for occurrence in reading.occurrences)
    moved = [0.0] * len(reading.words)
    for occurrence in reading.occurrences:
        weight = weights.get(occurrence.feature, 0.0)
        width = occurrence.last - occurrence.first
        if weight and width:
            share = weight * found[occurrence.feature] / counts[occurrence.feature] / width
            for position in range(occurrence.first, occurrence.last):
                moved[position] += share
    return moved


def _strongest(reading: Reading, moved: Sequence[float]) -> list[Range]:
    """The words that moved the score of an accusation most: terms of its list as a whole, other words alone."""
    terms = [(o.first, o.last) for o in reading.occurrences if o.feature == "list:accusing"]
    inside = {position for first, last in terms for position in range(first, last)}
    singles = [(i, i + 1) for i, word in enumerate(reading.words) if i not in inside and _can_stand_alone(word.text)]
    weighed = {found: sum(moved[found[0] : found[1]]) for found in [*terms, *singles]}
    if not weighed:
        return [(0, len(reading.words))]
    least = _WORD_SHARE * max(weighed.values())
    chosen = sorted(found for found, weight in weighed.items() if weight >= least and weight > 0)
    return _joined(chosen) or [max(weighed, key=lambda found: weighed[found])]


def _can_stand_alone(word: str) -> bool:
    return len(word) > 3 and word[0].isalpha()


def _joined(ranges: Sequence[Range]) -> list[Range]:
    joined: list[Range] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _clause(reading: Reading, moved: Sequence[float]) -> Range:
    """The stretch of the sentence that makes the accusation: its weightiest segments, less the attribution at an edge."""
    segments = _segments(reading)
    sums = [sum(moved[first:last]) for first, last in segments]
    most = max(sums)
    least = min(_CLAUSE_SHARE * most, most)
    kept = [segment for segment, weight in zip(segments, sums, strict=True) if weight >= least]
    return _trimmed(reading, kept[0][0], kept[-1][1])


def _segments(reading: Reading) -> list[Range]:
    breaks = [position for position, word in enumerate(reading.words) if word.text in _BREAKS]
    edges = [0, *(position + 1 for position in breaks), len(reading.words)]
    return [(first, last) for first, last in pairwise(edges) if first < last] or [(0, len(reading.words))]


def _trimmed(reading: Reading, first: int, last: int) -> Range:
    """The range without attributions and punctuation at its edges; unchanged where nothing would be left."""
    start, end = first, last
    for cue in reading.cues:
        if cue.kind != "vague" and cue.first <= start + 1 and start < cue.last < end:
            start = cue.last
        if cue.kind != "vague" and cue.last >= end - 1 and start < cue.first < end:
            end = cue.first
    while start < end and (not reading.words[start].text[0].isalnum() and reading.words[start].text[0] != "<"):
        start += 1
    while start < end and (not reading.words[end - 1].text[-1].isalnum() and reading.words[end - 1].text[-1] != ">"):
        end -= 1
    if start < end and reading.words[start].text in ("that", "and", "but", "because", "while"):
        start += 1
    return (start, end) if start < end else (first, last)


def _offsets(reading: Reading, first: int, last: int) -> Range:
    return reading.words[first].start, reading.words[last - 1].end


def _evidence(text: str, reading: Reading, kind: EvidenceKind, found: Range) -> Evidence:
    start, end = _offsets(reading, *found)
    return Evidence(kind, start, end, text[start:end])
