"""What documents are like together: copied sentences, habits of wording, and words that give a label away.

:func:`check` refuses what a writer must change; :func:`report` shows the rest, authored and real documents side by side.
"""

import calendar
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import entr
from sklearn.preprocessing import MultiLabelBinarizer

from model.lexicon import read_terms
from model.names import NAME, mask
from model.tokens import Token, normalise, tokenize
from training.examples import known_words
from training.seeds import GENRES, Document, GoldSentence

NEAR, SHINGLE, LEAST_WORDS = 0.7, 3, 6
OPENING_WORDS, MOST_OPENINGS = 4, 8
MOST_DOCUMENTS = 4
MTLD_FLOOR, MATTR_WINDOW = 0.72, 100
TOPIC_LETTERS, TOPIC_DOCUMENTS = 4, 5
DRAWS, SEED = 200, 20_261_124
LABELS: dict[str, Callable[[GoldSentence], bool]] = {
    "unsupported_allegation": lambda sentence: sentence.unsupported,
    "allegation": lambda sentence: sentence.allegation is not None,
    "loaded_language": lambda sentence: bool(sentence.loaded),
}

_LISTED = frozenset(
    " ".join(term) for name in ("accusing.tsv", "clearing.tsv", "loaded.tsv", "cues.tsv") for term in read_terms(name)
)
_COMMON_NAMES = frozenset(
    word for name in ("names.tsv", "abbreviations.tsv") for term in read_terms(name) for word in term
) | frozenset(name.lower() for name in (*calendar.day_name, *calendar.month_name))

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Shingle = tuple[str, ...]


def check(documents: Sequence[Document]) -> list[str]:
    """What is refused in the authored ones among ``documents``: a message each, with the ids and what to do."""
    copies = [
        f"{', '.join(dict.fromkeys((d.first, d.second)))}: nearly the same sentence twice (Jaccard {d.jaccard:.2f}), "
        f"{d.first_text!r} and {d.second_text!r}; write one of them anew"
        for d in duplicates(documents)
        if d.authored
    ]
    habits = [
        f"{', '.join(dict.fromkeys(ids))}: {len(ids)} sentences open with {words!r}; begin all but {MOST_OPENINGS} otherwise"
        for words, ids in _worn_openings(documents).items()
    ]
    return copies + habits


def report(documents: Sequence[Document], top: int = 20) -> list[str]:
    """Diversity, telling words and repeated names of ``documents``, as lines of Markdown."""
    repeated = ", ".join(f"{word} ({count})" for word, count in names_repeated(documents).most_common())
    return [
        *_diversity_table(diversity(documents)),
        "",
        *_telling_table(telling_words(documents, top)),
        "",
        f"Capitalised words in more than {MOST_DOCUMENTS} authored documents: {repeated or 'none'}",
    ]


@dataclass(frozen=True)
class Duplicate:
    """Two sentences that are nearly the same, the ids of their documents, and their Jaccard index in [0.7, 1].

    ``authored`` is True where at least one of them is ours.
    """

    first: str
    second: str
    first_text: str
    second_text: str
    jaccard: float
    authored: bool


def duplicates(documents: Sequence[Document]) -> list[Duplicate]:
    """Pairs of sentences of six or more words whose sets of three-word shingles (Broder 1997, "On the resemblance and
    containment of documents") have a Jaccard index of 0.7 or more, the nearest first. Those within one contrast document
    are meant to be alike, and are left out.
    """
    sentences = [sentence for sentence in _sentences(documents) if len(sentence.words) >= LEAST_WORDS]
    shingles = [_shingles(sentence.words) for sentence in sentences]
    found: list[Duplicate] = []
    for i, j in sorted(_candidates(shingles)):
        jaccard = len(shingles[i] & shingles[j]) / len(shingles[i] | shingles[j])
        if jaccard >= NEAR and not _is_contrast(sentences[i].document, sentences[j].document):
            found.append(_duplicate(sentences[i], sentences[j], jaccard))
    return sorted(found, key=lambda d: (-d.jaccard, d.first, d.second))


def names_repeated(documents: Sequence[Document]) -> Counter[str]:
    """The words of names that occur in more than four authored documents, with the number of documents.

    Left out are the names in ``names.tsv``, titles, days and months, and words that occur in lower case, too.
    """
    known = known_words(documents)
    authored = [document for document in documents if document.is_authored]
    counts = Counter(word for document in authored for word in _document_names(document, known))
    return Counter(
        {word: n for word, n in counts.items() if n > MOST_DOCUMENTS and word not in known and word not in _COMMON_NAMES}
    )


@dataclass(frozen=True)
class Diversity:
    """How varied the words of ``documents`` documents are, ``words`` words in all: the means of both measures."""

    documents: int
    words: int
    mtld: float
    mattr: float


def diversity(documents: Sequence[Document]) -> dict[str, Diversity]:
    """MTLD and MATTR within documents, averaged over those of a genre; then ``authored`` and ``real``, over all of either."""
    genres = sorted({document.genre for document in documents}, key=lambda genre: (genre not in GENRES, genre))
    groups = {genre: [d for d in documents if d.genre == genre] for genre in genres}
    groups["authored"] = [d for d in documents if d.is_authored]
    groups["real"] = [d for d in documents if not d.is_authored]
    return {name: _diversity(members) for name, members in groups.items() if members}


def mtld(words: Sequence[str]) -> float:
    """Measure of textual lexical diversity (McCarthy & Jarvis 2010, "MTLD, vocd-D, and HD-D"): the mean length in words of
    a run whose type-token ratio stays above 0.72, forwards and backwards. Infinite where no word comes twice.
    """
    return (_mtld_one_way(words) + _mtld_one_way(words[::-1])) / 2


def mattr(words: Sequence[str]) -> float:
    """Moving-average type-token ratio (Covington & McFall 2010, "Cutting the Gordian knot"), in (0, 1]: the mean over all
    windows of 100 words; of a text that is shorter, its own ratio. ``words`` is not empty.
    """
    width = min(MATTR_WINDOW, len(words))
    ratios = [len(set(words[start : start + width])) / width for start in range(len(words) - width + 1)]
    return sum(ratios) / len(ratios)


@dataclass(frozen=True)
class Telling:
    """What the presence of a word in a sentence says of its label.

    ``kind`` is ``name`` or ``topic``; the word is in ``sentences`` sentences of ``documents`` documents, and ``share`` of
    those sentences have the label. ``bits`` is the mutual information; the best word of its kind reaches ``chance`` bits in
    one of twenty random orders of the labels, so what lies below may be chance. A word that keeps to a document or two can
    lie above by what else is special about them.
    """

    label: str
    kind: str
    word: str
    sentences: int
    documents: int
    share: float
    bits: float
    chance: float


def telling_words(documents: Sequence[Document], top: int) -> list[Telling]:
    """For each label the ``top`` names and the ``top`` topic words with most mutual information, the worst first.

    A name word is what :func:`model.names.mask` would hide. A topic word is any other word in lower case, of four letters
    or more, in five documents or more, that is no entry of the lists of accusing, clearing and loaded words and of cues.
    """
    known = known_words(documents)
    sentences = [(document, sentence) for document in documents for sentence in document.sentences]
    names, topics = zip(*(_name_and_topic_words(d, s, known) for d, s in sentences), strict=True)
    origins = [document.origin for document, _ in sentences]
    tables = {"name": _presence(names, origins, 1), "topic": _presence(topics, origins, TOPIC_DOCUMENTS)}
    found: list[Telling] = []
    for label, holds in LABELS.items():
        labels = np.array([holds(sentence) for _, sentence in sentences])
        for kind, table in tables.items():
            found.extend(_most_telling(label, kind, table, labels, top))
    return found


@dataclass(frozen=True)
class _Sentence:
    """A sentence and its words in lower case, without punctuation."""

    document: Document
    text: str
    words: tuple[str, ...]


def _sentences(documents: Sequence[Document]) -> Iterator[_Sentence]:
    for document in documents:
        for s in document.sentences:
            yield _Sentence(document, document.text[s.start : s.end], tuple(_words(document.text, s.start, s.end)))


def _words(text: str, start: int, end: int) -> list[str]:
    return [normalise(token.text) for token in tokenize(text, start, end) if token.text[0].isalnum()]


def _shingles(words: Sequence[str]) -> frozenset[Shingle]:
    return frozenset(tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


def _candidates(shingles: Sequence[frozenset[Shingle]]) -> set[tuple[int, int]]:
    """Pairs that share one of their rarest shingles; whatever pair reaches :data:`NEAR` is among them (the prefix filter of
    Chaudhuri et al. 2006, "A primitive operator for similarity joins in data cleaning").

    That is exact, takes half a second for ten thousand sentences, and needs nothing. MinHash with banding (datasketch's
    MinHashLSH, well kept, on NumPy and SciPy alone) pays from millions on; here it would only guess, and worst at short
    sentences, as six words have four shingles.
    """
    frequency = Counter(shingle for own in shingles for shingle in own)
    holders: defaultdict[Shingle, list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for index, own in enumerate(shingles):
        # Rounded down: should a product of floats come out too low, a pair more is compared and none is missed.
        length = len(own) - int(NEAR * len(own)) + 1
        for shingle in sorted(own, key=lambda shingle: (frequency[shingle], shingle))[:length]:
            pairs.update((other, index) for other in holders[shingle])
            holders[shingle].append(index)
    return pairs


def _is_contrast(first: Document, second: Document) -> bool:
    return first.id == second.id and first.genre == "contrast"


def _duplicate(first: _Sentence, second: _Sentence, jaccard: float) -> Duplicate:
    authored = first.document.is_authored or second.document.is_authored
    return Duplicate(first.document.id, second.document.id, first.text, second.text, jaccard, authored)


def _worn_openings(documents: Sequence[Document]) -> dict[str, list[str]]:
    """Each opening that is used too often, with the document's id for every sentence that has it."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for sentence in _sentences([document for document in documents if document.is_authored]):
        if len(sentence.words) >= OPENING_WORDS:
            ids[" ".join(sentence.words[:OPENING_WORDS])].append(sentence.document.id)
    return {words: users for words, users in ids.items() if len(users) > MOST_OPENINGS}


def _document_names(document: Document, known: Collection[str]) -> set[str]:
    return {word for sentence in document.sentences for word in _name_and_topic_words(document, sentence, known)[0]}


def _name_and_topic_words(document: Document, sentence: GoldSentence, known: Collection[str]) -> tuple[set[str], set[str]]:
    tokens = tokenize(document.text, sentence.start, sentence.end)
    hidden = _hidden(tokens, known)
    names: set[str] = set()
    topics: set[str] = set()
    for token in tokens:
        word = normalise(token.text)
        # The small words that join a name, "of", "von", are no name themselves.
        if token.start in hidden and (token.text[0].isupper() or len(word) >= TOPIC_LETTERS):
            names.add(word)
        elif token.text.islower() and len(word) >= TOPIC_LETTERS and word not in _LISTED:
            topics.add(word)
    return names, topics


def _hidden(tokens: Sequence[Token], known: Collection[str]) -> set[int]:
    """The code points of the names that the masking hides."""
    names = [token for token in mask(tokens, known) if token.text == NAME]
    return {position for name in names for position in range(name.start, name.end)}


def _diversity(documents: Sequence[Document]) -> Diversity:
    texts = [_words(document.text, 0, len(document.text)) for document in documents]
    return Diversity(
        documents=len(texts),
        words=sum(len(words) for words in texts),
        mtld=sum(mtld(words) for words in texts) / len(texts),
        mattr=sum(mattr(words) for words in texts) / len(texts),
    )


def _mtld_one_way(words: Sequence[str]) -> float:
    factors = 0.0
    seen: set[str] = set()
    length = 0
    for word in words:
        seen.add(word)
        length += 1
        if len(seen) / length <= MTLD_FLOOR:
            factors += 1
            seen, length = set(), 0
    if length:
        factors += (1 - len(seen) / length) / (1 - MTLD_FLOOR)
    return len(words) / factors if factors else math.inf


@dataclass(frozen=True)
class _Presence:
    """Which sentence holds which word: ``matrix`` is 0 or 1, shape (sentences, words); ``documents`` counts by word."""

    words: list[str]
    documents: list[int]
    matrix: csr_array


def _presence(held: Sequence[Collection[str]], origins: Sequence[str], least: int) -> _Presence:
    """``held`` are the words of each sentence, ``origins`` its document; words in fewer than ``least`` of these are left out."""
    seen = {(word, origin) for words, origin in zip(held, origins, strict=True) for word in words}
    counts = {word: n for word, n in sorted(Counter(word for word, _ in seen).items()) if n >= least}
    binarizer = MultiLabelBinarizer(classes=list(counts), sparse_output=True)
    matrix = binarizer.fit_transform([[word for word in words if word in counts] for words in held])
    return _Presence(list(counts), list(counts.values()), csr_array(matrix))


def _most_telling(label: str, kind: str, table: _Presence, labels: Flags, top: int) -> list[Telling]:
    if not table.words:
        return []
    counts = table.matrix.sum(axis=0).astype(np.float64)
    labelled = table.matrix.T @ labels.astype(np.float64)
    bits = _bits(labelled, counts, labels)
    chance = _chance(table.matrix, counts, labels)
    return [
        Telling(
            label=label,
            kind=kind,
            word=table.words[i],
            sentences=int(counts[i]),
            documents=table.documents[i],
            share=float(labelled[i] / counts[i]),
            bits=float(bits[i]),
            chance=chance,
        )
        for i in np.argsort(-bits, kind="stable")[:top]
    ]


def _bits(labelled: Floats, counts: Floats, labels: Flags) -> Floats:
    """Mutual information of a word's presence and the label, from the ``labelled`` ones among its ``counts`` sentences."""
    absent = np.maximum(len(labels) - counts, 1)
    given = counts * _entropy(labelled / counts) + absent * _entropy((labels.sum() - labelled) / absent)
    bits: Floats = np.maximum(_entropy(labels.mean()) - given / len(labels), 0)
    return bits


def _entropy(share: Floats) -> Floats:
    entropy: Floats = (entr(share) + entr(1 - share)) / math.log(2)
    return entropy


def _chance(matrix: csr_array, counts: Floats, labels: Flags) -> float:
    """The bits that the best of all words stays below in 95% of random orders of the labels: Westfall & Young 1993,
    "Resampling-based multiple testing", their single-step maximum.
    """
    generator = np.random.default_rng(SEED)
    best = [_bits(matrix.T @ generator.permutation(labels), counts, labels).max() for _ in range(DRAWS)]
    return float(np.quantile(best, 0.95))


def _diversity_table(result: dict[str, Diversity]) -> list[str]:
    rows = [f"| {name} | {d.documents} | {d.words} | {d.mtld:.0f} | {d.mattr:.3f} |" for name, d in result.items()]
    return ["| genre | documents | words | MTLD | MATTR |", "|---|---|---|---|---|", *rows]


def _telling_table(words: Sequence[Telling]) -> list[str]:
    head = "| label | kind | word | documents | sentences | share with the label | bits | by chance |"
    rows = [
        f"| {w.label} | {w.kind} | {w.word} | {w.documents} | {w.sentences} | {w.share:.2f} | {w.bits:.5f} | {w.chance:.5f} |"
        for w in words
    ]
    return [head, "|---" * 8 + "|", *rows]
