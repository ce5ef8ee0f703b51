"""Draws stretches of real documents for annotation: a third at random, two thirds from those rich in accusing words, and
some more from those that also name their sources, since supported allegations are rare.

A stretch is a run of whole paragraphs of one document. The draw is seeded, goes over all sources by their shares, and its
stratum is kept with every stretch, so that real base rates can be restored.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.features import read
from model.sentences import SentenceSpan, split

SEED = 20_261_124
LEAST, MOST = 12, 40
# Shares of the draw, in percent: sources that accuse weigh more, old style and plain ones less.
SHARES = {
    "crimethinc_pages": 5,
    "drewdevault_blog": 10,
    "gutenberg_polemics": 3,
    "ie_oireachtas": 9,
    "privacyguides_articles": 7,
    "uk_parliament_2009": 9,
    "uk_written_statements_2009": 4,
    "us_18f_blog": 4,
    "us_congress_2024": 10,
    "us_investigation_reports": 8,
    "us_senate_press_2005_2007": 9,
    "us_state_human_rights": 8,
    "us_state_union": 4,
    "us_whitehouse_2017": 6,
    "wikinews_gum": 4,
}
# Likewise for the draw of stretches that name their sources: where such prose is.
CITED_SHARES = {
    "ie_oireachtas": 5,
    "privacyguides_articles": 5,
    "us_congress_2024": 8,
    "us_investigation_reports": 40,
    "us_senate_press_2005_2007": 12,
    "us_state_human_rights": 30,
}

# Paragraphs by source, doc and n.
Places = frozenset[tuple[str, str, int]]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a source, and its sentences."""

    source: str
    doc: str
    n: int
    text: str
    sentences: tuple[SentenceSpan, ...]


@dataclass(frozen=True)
class Stretch:
    """Neighbouring paragraphs of one document; ``richness`` is the number of accusing words per sentence, ``cited`` that of
    cues of attribution or documents, or of accusing words where those are fewer.
    """

    paragraphs: tuple[Paragraph, ...]
    richness: float
    cited: float

    @property
    def sentences(self) -> int:
        """How many sentences it has."""
        return sum(len(paragraph.sentences) for paragraph in self.paragraphs)


def read_source(path: Path) -> Iterator[Paragraph]:
    """The paragraphs of a source file (gzipped JSON lines with ``doc``, ``n``, ``text``), in order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            source = path.name.removesuffix(".jsonl.gz")
            yield Paragraph(source, row["doc"], row["n"], row["text"], tuple(split(row["text"])))


def draw(folder: Path, sentences: int, taken: Places) -> list[tuple[str, Stretch]]:
    """About ``sentences`` sentences in stretches, each with its stratum, ``random`` or ``rich``; none of ``taken``."""
    generator = np.random.default_rng(SEED)
    drawn: list[tuple[str, Stretch]] = []
    for source, share in SHARES.items():
        wanted = sentences * share / sum(SHARES.values())
        stretches = _stretches(folder, source, taken)
        order = [stretches[i] for i in generator.permutation(len(stretches))]
        chosen = _take(order, wanted / 3)
        drawn.extend(("random", stretch) for stretch in chosen)
        rest = sorted((s for s in order if s not in chosen), key=lambda s: -s.richness)
        drawn.extend(("rich", stretch) for stretch in _take(rest, wanted * 2 / 3))
    return drawn


def draw_cited(folder: Path, sentences: int, taken: Places) -> list[tuple[str, Stretch]]:
    """About ``sentences`` sentences in stretches that accuse and name their sources, of the stratum ``cited``."""
    drawn: list[tuple[str, Stretch]] = []
    for source, share in CITED_SHARES.items():
        stretches = sorted(_stretches(folder, source, taken), key=lambda stretch: -stretch.cited)
        wanted = sentences * share / sum(CITED_SHARES.values())
        drawn.extend(("cited", stretch) for stretch in _take(stretches, wanted))
    return drawn


def _take(stretches: Sequence[Stretch], wanted: float) -> list[Stretch]:
    """The first stretches until ``wanted`` sentences are there, at most two of a document."""
    taken: list[Stretch] = []
    per_document: dict[str, int] = {}
    for stretch in stretches:
        doc = stretch.paragraphs[0].doc
        if sum(s.sentences for s in taken) >= wanted:
            break
        if per_document.get(doc, 0) < 2:
            per_document[doc] = per_document.get(doc, 0) + 1
            taken.append(stretch)
    return taken


def _stretches(folder: Path, source: str, taken: Places) -> list[Stretch]:
    """A source cut into stretches, without those that touch ``taken``."""
    stretches: list[Stretch] = []
    run: list[Paragraph] = []
    for paragraph in read_source(folder / f"{source}.jsonl.gz"):
        if run and (run[0].doc != paragraph.doc or sum(len(p.sentences) for p in run) >= LEAST):
            stretches.extend(_stretch(run, taken))
            run = []
        run.append(paragraph)
    stretches.extend(_stretch(run, taken))
    return stretches


def _stretch(paragraphs: Sequence[Paragraph], taken: Places) -> list[Stretch]:
    """One stretch, or none where the paragraphs are too few or too many sentences to be read as one."""
    sentences = sum(len(paragraph.sentences) for paragraph in paragraphs)
    if not LEAST <= sentences <= MOST or any((p.source, p.doc, p.n) in taken for p in paragraphs):
        return []
    readings = [reading for paragraph in paragraphs for reading in read(paragraph.text, frozenset())]
    accusing = sum(o.feature == "list:accusing" for reading in readings for o in reading.occurrences)
    cues = sum(cue.kind != "vague" for reading in readings for cue in reading.cues)
    return [Stretch(tuple(paragraphs), accusing / sentences, min(cues, accusing) / sentences)]
