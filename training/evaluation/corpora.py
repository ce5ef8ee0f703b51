"""Corpora of others: reading them.

They lie outside the repository as ``<name>.jsonl.gz``, gzipped JSON lines with ``text``, ``label``, ``spans`` and ``meta``, and
no text of theirs may enter it.

========================  ========================================================================================
name                      what is read
========================  ========================================================================================
``babe``                  sentences of news, biased or not by expert labels; without the ones that these left open
                          (Spinde et al. 2021, "Neural Media Bias Detection Using Distant Supervision With BABE")
``ptc_semeval2020``       lines of opinionated news articles, with loaded language or not; a line that recurs counts
                          once (Da San Martino et al. 2020, "SemEval-2020 Task 11", section 3)
``conll2010_wiki_train``  sentences of Wikipedia, uncertain or not: hedged, or with weasel words (Farkas et al. 2010,
                          "The CoNLL-2010 Shared Task", section 2)
``polnear``               lines of political news, with an attribution or not, and its cues (Newell et al. 2018, "An
                          Attribution Relations Corpus for Political News")
``anonsource``            stretches of news around a phrase for a source without a name
``neutral_gum``           sentences of eight genres, neutral by their source (Zeldes 2017, "The GUM corpus")
``neutral_agnews``        news wire, neutral by its source (Zhang et al. 2015, "Character-level convolutional networks
                          for text classification")
========================  ========================================================================================
"""

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Log = Callable[[str], None]
Span = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """A sentence, a line or a stretch, and what its corpus says of it.

    ``positive`` is True where it is biased, loaded, uncertain, attributed or from a source without a name; ``group`` is its
    article, genre or split; ``spans`` are the marked words, cues or phrases, half-open in code points; ``sourceless`` is True
    where an attribution names no source.
    """

    text: str
    positive: bool
    group: str = ""
    spans: tuple[Span, ...] = ()
    sourceless: bool = False


def present(folder: Path) -> list[str]:
    """The names of the corpora whose files are in ``folder``."""
    return [name for name in READERS if _path(folder, name).exists()]


def digests(folder: Path) -> list[str]:
    """The SHA-256 of each file that is there."""
    return [hashlib.sha256(_path(folder, name).read_bytes()).hexdigest() for name in present(folder)]


def read_corpus(folder: Path, name: str) -> list[Row]:
    """The rows of a corpus that count, in order."""
    with gzip.open(_path(folder, name), "rt", encoding="utf-8") as lines:
        rows = [row for line in lines if (row := READERS[name](json.loads(line))) is not None]
    return _once(rows) if name == "ptc_semeval2020" else rows


def there(folder: Path, names: Collection[str], log: Log) -> Iterable[tuple[str, list[Row]]]:
    """Those of the named corpora that are in ``folder``, one by one, with their rows; logs which are not, and what each took."""
    found = [name for name in names if name in present(folder)]
    if len(found) < len(names):
        log(f"not in {folder}, so not measured: {', '.join(name for name in names if name not in found)}")
    for name in found:
        start = time.monotonic()
        rows = read_corpus(folder, name)
        yield name, rows
        log(f"{name}: measured on {len(rows)} rows in {time.monotonic() - start:.0f} s")


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.jsonl.gz"


def _babe(row: dict[str, Any]) -> Row | None:
    biased = row["label"]["biased"]
    return None if biased is None else Row(row["text"], biased == 1, spans=_marked(row, "biased_word"))


def _ptc(row: dict[str, Any]) -> Row:
    return Row(row["text"], row["label"]["loaded_language"] == 1, row["meta"]["article"], _marked(row, "Loaded_Language"))


def _conll(row: dict[str, Any]) -> Row:
    return Row(row["text"], row["label"]["uncertain"] == 1)


def _polnear(row: dict[str, Any]) -> Row:
    label = row["label"]
    return Row(row["text"], label["has_attribution"] == 1, row["split"], _marked(row, "cue"), label["attr_without_source"] == 1)


def _anonsource(row: dict[str, Any]) -> Row:
    return Row(row["text"], positive=True, spans=_marked(row, "anonymous_source_phrase"))


def _gum(row: dict[str, Any]) -> Row:
    return Row(row["text"], positive=False, group=row["meta"]["genre"])


def _agnews(row: dict[str, Any]) -> Row:
    return Row(row["text"], positive=False)


def _marked(row: dict[str, Any], label: str) -> tuple[Span, ...]:
    return tuple((start, end) for start, end, name in row["spans"] if name == label)


def _once(rows: Iterable[Row]) -> list[Row]:
    """Each text once, in its first place and article, positive where it is so anywhere."""
    found: dict[str, Row] = {}
    for row in rows:
        first = found.setdefault(row.text, row)
        spans = tuple(dict.fromkeys([*first.spans, *row.spans]))
        found[row.text] = replace(first, positive=first.positive or row.positive, spans=spans)
    return list(found.values())


READERS: dict[str, Callable[[dict[str, Any]], Row | None]] = {
    "babe": _babe,
    "ptc_semeval2020": _ptc,
    "conll2010_wiki_train": _conll,
    "polnear": _polnear,
    "anonsource": _anonsource,
    "neutral_gum": _gum,
    "neutral_agnews": _agnews,
}
