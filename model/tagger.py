"""Words -> how likely each is one of the loaded words: the classifier behind the spans of ``loaded_language``.

It learns from the words that people marked, which says more than that a sentence holds some, and what it finds enters the
sentence's own classifier as two features of the block ``tag``.
"""

from collections.abc import Iterator, Sequence
from math import log
from typing import TYPE_CHECKING

from model.features import Reading, parts, vectorise

if TYPE_CHECKING:  # see model.analyzer
    from sklearn.linear_model import LogisticRegression

_NEIGHBOUR = 0.5
_LEAST, _MOST = 0.0025, 0.98
_MOST_WORDS = 3.0


class Tagger:
    """A binary scikit-learn classifier of words over its own vocabulary."""

    def __init__(self, vocabulary: Sequence[str], classifier: "LogisticRegression") -> None:
        self.vocabulary = tuple(vocabulary)
        self.classifier = classifier
        self._columns = {feature: column for column, feature in enumerate(self.vocabulary)}

    def probabilities(self, readings: Sequence[Reading]) -> list[list[float]]:
        """For each sentence the probability of each of its words; 0 for what is no word."""
        places = [(index, position) for index, reading in enumerate(readings) for position in taggable(reading)]
        tagged = [[0.0] * len(reading.words) for reading in readings]
        if places:
            matrix = vectorise((row for reading in readings for row in word_rows(reading)), self._columns)
            scores = self.classifier.predict_proba(matrix)[:, 1].tolist()
            for (index, position), score in zip(places, scores, strict=True):
                tagged[index][position] = score
        return tagged


def taggable(reading: Reading) -> list[int]:
    """The positions of words that begin with a letter, names aside."""
    return [position for position, word in enumerate(reading.words) if word.text[0].isalpha()]


def word_rows(reading: Reading) -> Iterator[dict[str, float]]:
    """The features of each of :func:`taggable`'s words, with their values."""
    texts = ["^", *(word.text for word in reading.words), "$"]
    listed: dict[int, list[str]] = {}
    for occurrence in reading.occurrences:
        if occurrence.feature.partition(".")[0] in ("list:accusing", "list:loaded"):
            for position in range(occurrence.first, occurrence.last):
                listed.setdefault(position, []).append(occurrence.feature)
    for position in taggable(reading):
        before, word, after = texts[position : position + 3]
        row = {f"word:{word}": 1.0, f"before:{before}": _NEIGHBOUR, f"after:{after}": _NEIGHBOUR}
        found = parts(word)
        row |= dict.fromkeys(found, len(found) ** -0.5 if found else 0.0)
        yield row | dict.fromkeys(listed.get(position, ()), 1.0)


def sentence_features(probabilities: Sequence[float]) -> dict[str, float]:
    """What the tags of a sentence's words add to its features: the log-odds of the likeliest word, scaled, and how many
    loaded words there are to be expected.
    """
    highest = min(max(max(probabilities, default=0.0), _LEAST), _MOST)
    return {"tag:highest": log(highest / (1 - highest)) / 4, "tag:expected": min(sum(probabilities), _MOST_WORDS)}
