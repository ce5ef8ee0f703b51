"""Sentences -> arrays: one set of features for all classifiers, in training and in service.

A feature is a name and the words it comes from. Names read ``block:detail``:

=========  ======================================================  ==========================
block      what                                                    value
=========  ======================================================  ==========================
``word``   a word                                                  1/sqrt(words of the block)
``pair``   two neighbouring words                                  likewise
``part``   3 to 5 letters in a row within a word, ``^`` ``$`` ends  likewise
``list``   a term of a reviewed list, by its class                 how often, at most 3
``cue``    a cue of support, here or in a neighbouring sentence     likewise
``form``   punctuation, quotation, length                          1
``tag``    what :mod:`model.tagger` says of the sentence's words   a number in [-1.5, 3]
=========  ======================================================  ==========================
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, islice

import numpy as np
from scipy.sparse import csr_array

from model import cues
from model.cues import Cue
from model.lexicon import Lexicon, read_terms
from model.names import NAME, NUMBER, mask
from model.quotes import inside, regions
from model.sentences import SentenceSpan, split, without_block_marks
from model.tokens import Token, tokenize
from model.types import Voice

LISTS = {name: Lexicon(read_terms(f"{name}.tsv")) for name in ("accusing", "clearing", "loaded")}

# The class of terms that only keep the shorter ones in them from being found ("regime change" holds no "regime").
_PLAIN = "plain"
# What clears the one side of these says nothing of the other.
_TURNS = frozenset({"but", "yet", "however", ";"})
_NEGATIONS = frozenset({"not", "never", "no", "nobody", "none", "nothing", "neither", "nor", "without"})
_NEGATION_REACH = 4
# The blocks of words and their parts.
SCALED = frozenset({"word", "pair", "part"})
_MOST = {"form": 1.0, "list": 3.0, "cue": 3.0}
_LONGEST_WORD = 40
_QUOTED_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A feature at ``words[first:last]`` of its sentence; ``first == last`` where it belongs to no words."""

    feature: str
    first: int
    last: int


@dataclass(frozen=True)
class Reading:
    """A sentence as the classifiers see it: masked words, which of them are quoted, cues, and every feature with its place."""

    span: SentenceSpan
    words: tuple[Token, ...]
    quoted: tuple[bool, ...]
    cues: tuple[Cue, ...]
    occurrences: tuple[Occurrence, ...]

    def voice(self, first: int, last: int) -> Voice:
        """Whose ``words[first:last]`` mostly are."""
        return "quoted" if _share(self.words[first:last], self.quoted[first:last]) >= _QUOTED_FROM else "author"


def read(text: str, known: frozenset[str]) -> list[Reading]:
    """The sentences of ``text``, in order. ``known`` are words seen in lower case (see :func:`model.names.mask`)."""
    spans = split(text)
    quotations = regions(text, spans)
    plain = without_block_marks(text)
    words = [tuple(mask(tokenize(plain, span.start, span.end), known)) for span in spans]
    all_marks = iter(inside([word.start for word in chain.from_iterable(words)], quotations))
    marks = [tuple(islice(all_marks, len(sentence))) for sentence in words]
    shares = [_share(*pair) for pair in zip(words, marks, strict=True)]
    quoted = [share >= _QUOTED_FROM for share in shares]
    found = [tuple(cues.find(sentence)) for sentence in words]
    readings: list[Reading] = []
    for index, span in enumerate(spans):
        own = _word_features(words[index]) + _list_features(words[index]) + _cue_features(found[index])
        around = _neighbour_features(index, spans, found, quoted) + _form_features(words[index], shares[index])
        readings.append(Reading(span, words[index], marks[index], found[index], tuple(own + around)))
    return readings


def _share(words: Sequence[Token], quoted: Sequence[bool]) -> float:
    """The share of words that are quoted: of words and not of letters, so that the length of a name says nothing."""
    marks = [mark for word, mark in zip(words, quoted, strict=True) if word.text[0].isalnum() or word.text[0] == "<"]
    return sum(marks) / max(len(marks), 1)


def _word_features(words: Sequence[Token]) -> list[Occurrence]:
    occurrences: list[Occurrence] = []
    for index, word in enumerate(words):
        occurrences.append(Occurrence("word:" + word.text, index, index + 1))
        if index + 1 < len(words):
            occurrences.append(Occurrence(f"pair:{word.text} {words[index + 1].text}", index, index + 2))
        occurrences.extend(Occurrence(part, index, index + 1) for part in parts(word.text))
    return occurrences


def parts(word: str) -> tuple[str, ...]:
    """The ``part`` features of a masked word; none for names, numbers and short words."""
    return _parts(word[:_LONGEST_WORD])


@lru_cache(maxsize=10_000)
def _parts(word: str) -> tuple[str, ...]:
    if word in (NAME, NUMBER) or len(word) < 4 or not word[0].isalpha():
        return ()
    marked = f"^{word}$"
    return tuple({"part:" + marked[i : i + n]: None for n in (3, 4, 5) for i in range(len(marked) - n + 1)})


def _list_features(words: Sequence[Token]) -> list[Occurrence]:
    texts = [word.text for word in words]
    matches = {name: [m for m in lexicon.find(texts) if m.kind != _PLAIN] for name, lexicon in LISTS.items()}
    occurrences = [
        Occurrence(f"list:{name}{detail}", match.first, match.last)
        for name, found in matches.items()
        for match in found
        for detail in ("", "." + match.kind)
    ]
    clause = list(accumulate(text in _TURNS for text in texts))
    cleared: dict[int, dict[str, None]] = defaultdict(dict)
    for match in matches["clearing"]:
        cleared[clause[match.first]][match.kind] = None
    occurrences.extend(
        Occurrence(f"list:accusing+{kind}", match.first, match.last)
        for match in matches["accusing"]
        for kind in (*cleared.get(clause[match.first], ()), *["negated"] * _is_negated(texts, match.first))
    )
    return occurrences


def _is_negated(texts: Sequence[str], first: int) -> bool:
    """Whether one of the few words before ``first`` denies what follows."""
    return any(text in _NEGATIONS or text.endswith("n't") for text in texts[max(first - _NEGATION_REACH, 0) : first])


def _cue_features(found: Sequence[Cue]) -> list[Occurrence]:
    return [Occurrence(f"cue:{cue.kind}", cue.first, cue.last) for cue in found]


def _neighbour_features(
    index: int, spans: Sequence[SentenceSpan], found: Sequence[Sequence[Cue]], quoted: Sequence[bool]
) -> list[Occurrence]:
    names: list[str] = []
    for side, other in (("before", index - 1), ("after", index + 1)):
        if 0 <= other < len(spans):
            place = side if spans[other].paragraph == spans[index].paragraph else f"paragraph {side}"
            names.extend(f"cue:{cue.kind} {place}" for cue in found[other])
            if quoted[other]:
                names.append(f"form:quotation {place}")
        else:
            names.append(f"form:nothing {side}")
    return [Occurrence(name, 0, 0) for name in names]


def _form_features(words: Sequence[Token], quoted: float) -> list[Occurrence]:
    texts = Counter(word.text for word in words)
    names = [
        *["form:question"] * texts["?"],
        *["form:exclamation"] * texts["!"],
        *["form:name"] * texts[NAME],
        *["form:number"] * texts[NUMBER],
        *["form:scare quotes"] * (0 < quoted < _QUOTED_FROM),
        *["form:quotation"] * (quoted >= _QUOTED_FROM),
        *["form:he or they"] * (texts["he"] + texts["his"] + texts["they"] + texts["their"]),
        *["form:i"] * (texts["i"] + texts["my"] + texts["we"]),
        *["form:you"] * texts["you"],
        *["form:short"] * (len(words) < 8),
        *["form:long"] * (len(words) > 35),
    ]
    return [Occurrence(name, 0, 0) for name in names]


def values(occurrences: Sequence[Occurrence]) -> dict[str, float]:
    """The features of a sentence and their values, as the table above says."""
    counts = Counter(occurrence.feature for occurrence in occurrences)
    sizes: dict[str, int] = defaultdict(int)
    for feature in counts:
        sizes[feature.partition(":")[0]] += 1
    return {feature: _value(feature, count, sizes) for feature, count in counts.items()}


def _value(feature: str, count: int, sizes: Mapping[str, int]) -> float:
    block = feature.partition(":")[0]
    return float(sizes[block] ** -0.5) if block in SCALED else min(float(count), _MOST[block])


def vectorise(rows: Iterable[Mapping[str, float]], columns: Mapping[str, int]) -> csr_array:
    """Float64 array of shape (rows, columns) from rows of features and their values; features without a column are left out."""
    data: list[float] = []
    indices: list[int] = []
    ends = [0]
    for row in rows:
        known = sorted((columns[feature], value) for feature, value in row.items() if feature in columns)
        indices.extend(column for column, _ in known)
        data.extend(value for _, value in known)
        ends.append(len(indices))
    shape = (len(ends) - 1, len(columns))
    return csr_array((np.array(data, dtype=np.float64), np.array(indices, dtype=np.int32), np.array(ends, dtype=np.int32)), shape)
