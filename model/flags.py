"""Scores -> flags: which words a finding is about, what moved its score, and the reason in one plain sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.cues import CueKind
from model.features import Reading, values
from model.lexicon import read_terms
from model.plainer import alternatives
from model.types import Evidence, EvidenceKind, Flag, Sentence, Voice

_CUE_EVIDENCE: dict[CueKind, EvidenceKind] = {
    "vague": "vague_attribution",
    "attributed": "attribution",
    "documented": "documentation",
}
_BREAKS = frozenset(",;:—–()[]!?") | {"but", "while", "whereas", "although", "though", "because", "since", "after", "before"}
_FUNCTION_WORDS = {word: kind for (word, *_), kind in read_terms("function_words.tsv").items()}
# What the rest of a clause does not begin with, once its beginning is cut off.
_NO_BEGINNING = frozenset({"auxiliary", "conjunction", "linking"})
# Words and segments below this share of the strongest one's weight are left out of a flag.
_WORD_SHARE, _CLAUSE_SHARE, _TAG_SHARE = 0.5, 0.2, 0.4
# A word at least this likely to be loaded is worth a flag of its own beside the likeliest.
_TAG_LEAST = 0.1
_MOST_EVIDENCE = 4

Weights = Mapping[str, float]
Range = tuple[int, int]


def support_evidence(text: str, readings: Sequence[Reading], index: int) -> tuple[Evidence, ...]:
    """The cues of support in sentence ``index`` and in those beside it in its paragraph, at most four of each. The classifier
    reads of the cues beside it across the end of a paragraph, too.
    """
    found = (
        _evidence(text, reading, _CUE_EVIDENCE[cue.kind], (cue.first, cue.last))
        for reading in _beside(readings, index)
        for cue in reading.cues[:_MOST_EVIDENCE]
    )
    return tuple(dict.fromkeys(found))


def _beside(readings: Sequence[Reading], index: int) -> list[Reading]:
    """Sentence ``index`` and its neighbours in the same paragraph."""
    around = readings[max(index - 1, 0) : index + 2]
    return [reading for reading in around if reading.span.paragraph == readings[index].span.paragraph]


def accusation(
    text: str, index: int, sentence: Sentence, readings: Sequence[Reading], weights: Weights, inside: NDArray[np.float64]
) -> Flag:
    """The flag of sentence ``index`` as an unsupported allegation. ``weights`` are those of ``allegation``, by feature, and
    ``inside`` are the probabilities of its words that they are of the accusing clause, 0 where that is not told.
    """
    reading = readings[index]
    moved = _word_weights(reading, weights)
    clause = _clause(reading, (_shares(np.array(moved)) + _shares(inside)).tolist())
    start, end = _offsets(reading, *clause)
    words = [_evidence(text, reading, "accusing_words", found) for found in _strongest(reading, moved)]
    beside = _beside(readings, index)
    searched = (beside[0].span.start, beside[-1].span.end)
    looked_at = Evidence("searched_for_support", *searched, text[slice(*searched)])
    cues = support_evidence(text, readings, index)
    evidence = tuple(sorted([looked_at, *cues, *words], key=lambda item: (item.start, -item.end)))
    reason = _accusation_reason(sentence, cues, len(beside) > 1)
    score = sentence.scores.unsupported_allegation
    return Flag("unsupported_allegation", index, start, end, text[start:end], reading.voice(*clause), score, reason, evidence)


def _accusation_reason(sentence: Sentence, cues: Sequence[Evidence], has_neighbours: bool) -> str:
    """What is missing, said of the cue that stands nearest, or of the place where none stands."""
    own = [cue for cue in cues if sentence.start <= cue.start < sentence.end]
    nearest = own or cues
    vague = [cue.text for cue in nearest if cue.kind == "vague_attribution"]
    is_vague = sentence.support is not None and sentence.support.value == "vague"
    if vague and (is_vague or len(vague) == len(own)):
        return f"This reads as a charge on a source that no reader can check (“{vague[0]}”): name the source, or drop the claim."
    if nearest:
        lack = f"“{nearest[0].text}” does not read as its source"
    else:
        lack = "no source stands in the sentence" + " or in those beside it" * has_neighbours
    return f"This reads as a charge of wrongdoing stated as fact, and {lack}: say who says so, or what shows it."


def loaded_words(text: str, index: int, sentence: Sentence, reading: Reading, tags: Sequence[float]) -> list[Flag]:
    """The flags of sentence ``index`` as loaded language, one for each run of loaded words, at least one.

    ``tags`` are the probabilities of its words (see :class:`model.tagger.Tagger`).
    """
    flags: list[Flag] = []
    for found in _tagged(reading, tags):
        evidence = _evidence(text, reading, "loaded_words", found)
        start, end, words = evidence.start, evidence.end, evidence.text
        voice = reading.voice(*found)
        reason, score = _loaded_reason(words, voice), sentence.scores.loaded_language
        # A quotation is not for the author to reword.
        plainer = alternatives(text, reading, *found) if voice == "author" else ()
        flags.append(Flag("loaded_language", index, start, end, words, voice, score, reason, (evidence,), plainer))
    return flags


def _tagged(reading: Reading, tags: Sequence[float]) -> list[Range]:
    """The likeliest words, and every term of the list of loaded words that holds one of them as a whole.

    Outside such a term a function word is never one of them, and does not join two of them.
    """
    terms = [(o.first, o.last) for o in reading.occurrences if o.feature == "list:loaded"]
    inside = {position for first, last in terms for position in range(first, last)}
    weighed = {position: tags[position] for position in range(len(tags)) if position in inside or _has_meaning(reading, position)}
    highest = max(weighed.values(), default=0.0)
    if highest == 0:
        return [(0, len(tags))]
    least = min(max(_TAG_SHARE * highest, _TAG_LEAST), highest)
    likely = [position for position, tag in weighed.items() if tag >= least]
    chosen = {p for p in likely if p in inside or _can_stand_alone(reading.words[p].text) or tags[p] == highest}
    whole = [(first, last) for first, last in terms if chosen & set(range(first, last))]
    between = [(i, i + 1) for i in range(1, len(tags) - 1) if {i - 1, i + 1} <= chosen and _has_meaning(reading, i)]
    return _joined(sorted([*whole, *between, *((position, position + 1) for position in chosen)]))


def _has_meaning(reading: Reading, position: int) -> bool:
    word = reading.words[position].text
    return word[0].isalpha() and word not in _FUNCTION_WORDS


def _loaded_reason(words: str, voice: Voice) -> str:
    if voice == "quoted":
        return f"“{words}” carries a judgement or an emotion; the words are a speaker's: see that the text keeps its distance."
    return f"“{words}” carries a judgement or an emotion that a neutral wording of the same facts would leave out."


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights, brought to a common size."""
    return weights / max(float(np.abs(weights).sum()), 1e-9)


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
    others = [position for position in range(len(reading.words)) if position not in inside and _has_meaning(reading, position)]
    singles = [(position, position + 1) for position in others if _can_stand_alone(reading.words[position].text)]
    weighed = {found: sum(moved[found[0] : found[1]]) for found in [*terms, *singles]}
    if not weighed:
        return [(0, len(reading.words))]
    least = _WORD_SHARE * max(weighed.values())
    chosen = sorted(found for found, weight in weighed.items() if weight >= least and weight > 0)
    return _joined(chosen) or [max(weighed, key=lambda found: weighed[found])]


def _can_stand_alone(word: str) -> bool:
    return len(word) > 3


def _joined(ranges: Sequence[Range]) -> list[Range]:
    joined: list[Range] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _clause(reading: Reading, moved: Sequence[float]) -> Range:
    """The stretch of the sentence that makes the accusation: from the first of its weighty segments, or the one with the
    strongest term of the list of accusing words, to the last, less the attributions at its edges.
    """
    segments = _segments(reading)
    sums = [sum(moved[first:last]) for first, last in segments]
    least = min(_CLAUSE_SHARE * max(sums), max(sums))
    terms = [(sum(moved[o.first : o.last]), o.first) for o in reading.occurrences if o.feature == "list:accusing"]
    strongest = max(terms)[1] if terms else -1
    kept = [
        (first, last)
        for (first, last), weight in zip(segments, sums, strict=True)
        if weight >= least or first <= strongest < last
    ]
    return _trimmed(reading, kept[0][0], kept[-1][1])


def _segments(reading: Reading) -> list[Range]:
    breaks = [position for position, word in enumerate(reading.words) if word.text in _BREAKS]
    edges = [0, *(position + 1 for position in breaks), len(reading.words)]
    return [(first, last) for first, last in pairwise(edges) if first < last] or [(0, len(reading.words))]


def _trimmed(reading: Reading, first: int, last: int) -> Range:
    """The range without attributions and punctuation at its edges, and without a joining word where it was cut; unchanged
    where nothing would be left.
    """
    start, end = first, last
    for cue in reading.cues:
        if cue.first == start and cue.last < end:
            start = cue.last
        if cue.last >= end - 1 and start < cue.first < end:
            end = cue.first
    while start < end and (_is_mark(reading, start) or (start > 0 and _kind(reading, start) in _NO_BEGINNING)):
        start += 1
    while start < end and (_is_mark(reading, end - 1) or (end < len(reading.words) and _is_joint(reading, end - 1))):
        end -= 1
    return (start, end) if start < end else (first, last)


def _is_mark(reading: Reading, position: int) -> bool:
    word = reading.words[position].text
    return not (word[-1].isalnum() or word[-1] == ">" or word[0].isalnum())


def _is_joint(reading: Reading, position: int) -> bool:
    return reading.words[position].text in _BREAKS or _kind(reading, position) == "conjunction"


def _kind(reading: Reading, position: int) -> str | None:
    return _FUNCTION_WORDS.get(reading.words[position].text)


def _offsets(reading: Reading, first: int, last: int) -> Range:
    return reading.words[first].start, reading.words[last - 1].end


def _evidence(text: str, reading: Reading, kind: EvidenceKind, found: Range) -> Evidence:
    start, end = _offsets(reading, *found)
    return Evidence(kind, start, end, text[start:end])
