"""What is learned from authored and what from real documents: comparison, learning curves, and their part of the report.

Seven analyzers are fitted, on shares of the authored and of the real training documents, and measured on the same held-out
documents. The results go into a file of JSON lines as they come, so that an interrupted run goes on where it was.
"""

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import model
from model import lexicon
from model.store import LIBRARIES
from model.types import LABELS, ModelInfo
from training import examples, seeds
from training.evaluation.corpora import Log, digests
from training.evaluation.held_out import evaluate
from training.evaluation.judged import RANKED
from training.evaluation.markdown import table, words
from training.evaluation.metrics import Metrics
from training.evaluation.zero_shot import zero_shot
from training.fit import fit
from training.seeds import Document

REPORTED = ("average_precision", "auc", "calibration_error", "precision", "recall", "macro_f1")
# The files that decide what the results are, beside those of the model.
_TRAINING = Path(__file__).parents[1]
_MEASURING = [
    *(_TRAINING / f"{name}.py" for name in ("align", "calibration", "examples", "fit")),
    *(
        _TRAINING / "evaluation" / f"{name}.py"
        for name in ("corpora", "held_out", "judged", "learning", "metrics", "spans", "zero_shot")
    ),
]
REAL, AUTHORED = "real documents", "authored documents"


@dataclass(frozen=True)
class Mix:
    """The shares, in [0, 1], of the authored and of the real training documents to train on; contrast groups are authored."""

    authored: float
    real: float

    def __str__(self) -> str:
        return f"share {Fraction(self.authored)} of authored and {Fraction(self.real)} of real documents"


SHARES = (0.0, 1 / 4, 1 / 2, 1.0)
COMPARED = {"authored only": Mix(1.0, 0.0), "real only": Mix(0.0, 1.0), "both": Mix(1.0, 1.0)}
CURVES = {
    "real added": {share: Mix(1.0, share) for share in SHARES},
    "authored added": {share: Mix(share, 1.0) for share in SHARES},
}
MIXES = tuple(dict.fromkeys([*COMPARED.values(), *(mix for curve in CURVES.values() for mix in curve.values())]))


@dataclass(frozen=True)
class Result:
    """What training on ``mix`` gave: ``counts`` of what it trained on, ``held_out`` as :func:`evaluate` of ``held_out.py`` has
    it, for each set of documents, and ``corpora`` as :func:`zero_shot` of ``zero_shot.py`` has it, for compared mixes.
    """

    mix: Mix
    counts: dict[str, int]
    held_out: dict[str, dict[str, Metrics]]
    corpora: dict[str, Metrics]


def fitted(documents: Sequence[Document], folder: Path | None, store: Path, log: Log) -> dict[Mix, Result]:
    """The results of :data:`MIXES`: those that ``store`` has for the same documents, lists, code and corpora, and new ones;
    none without real documents, as there is nothing to compare.
    """
    if all(document.half != "real" for document in documents):
        return {}
    train, held_out = examples.split_documents(documents)
    state = _state(documents, folder)
    found = _stored(store, state)
    missing = [mix for mix in MIXES if mix not in found]
    log(f"{len(found)} of {len(MIXES)} fits are in {store}")
    store.parent.mkdir(parents=True, exist_ok=True)
    drawn = {mix: training_set(train, mix) for mix in missing}
    for mix in _timed(missing, {mix: _counts(members)["sentences"] for mix, members in drawn.items()}, log):
        found[mix] = _result(mix, drawn[mix], held_out, folder, log)
        with store.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"state": state, **asdict(found[mix])}) + "\n")
    return found


def training_set(documents: Iterable[Document], mix: Mix) -> list[Document]:
    """The shares of the documents that ``mix`` names, drawn by origin; what a smaller share has, a greater one has, too."""
    ordered = sorted(documents, key=lambda document: document.id)
    authored = [document for document in ordered if document.is_authored]
    real = [document for document in ordered if document.half == "real"]
    return _share(authored, mix.authored) + _share(real, mix.real)


def _share(documents: Sequence[Document], share: float) -> list[Document]:
    origins = sorted({document.origin for document in documents})
    order = np.random.default_rng(examples.SEED).permutation(len(origins)).tolist()
    kept = {origins[index] for index in order[: round(share * len(origins))]}
    return [document for document in documents if document.origin in kept]


def _result(mix: Mix, train: Sequence[Document], held_out: Sequence[Document], folder: Path | None, log: Log) -> Result:
    analyzer = fit(train, ModelInfo("learning", "", "lexical", ""), log=lambda _: None)
    sets = {name: evaluate(analyzer, members) for name, members in _sets(held_out).items()}
    return Result(mix, _counts(train), sets, zero_shot(analyzer, folder, log) if folder and mix in COMPARED.values() else {})


def _sets(held_out: Sequence[Document]) -> dict[str, list[Document]]:
    sets = {
        REAL: [document for document in held_out if document.half in ("real", "test")],
        AUTHORED: [document for document in held_out if document.half == "authored"],
        "contrast groups": [document for document in held_out if document.half == "contrast"],
    }
    return {name: members for name, members in sets.items() if members}


def _counts(documents: Sequence[Document]) -> dict[str, int]:
    return {
        AUTHORED: len({document.origin for document in documents if document.is_authored}),
        REAL: len({document.origin for document in documents if document.half == "real"}),
        "sentences": sum(len(document.sentences) for document in documents),
    }


def _timed(mixes: Sequence[Mix], sentences: Mapping[Mix, int], log: Log) -> Iterator[Mix]:
    """The mixes one by one, telling before each how long the rest will take at the pace per sentence so far."""
    start, total, done = time.monotonic(), sum(sentences.values()), 0
    for number, mix in enumerate(mixes, start=1):
        left = f", about {(time.monotonic() - start) * (total - done) / done / 60:.0f} min left" if done else ""
        log(f"fit {number} of {len(mixes)}: {mix}, {sentences[mix]} sentences{left}")
        yield mix
        done += sentences[mix]


def _state(documents: Sequence[Document], folder: Path | None) -> str:
    """SHA-256 over what the results depend on besides the mix."""
    versions = [version(library) for library in LIBRARIES["lexical"]]
    parts = [seeds.digest(documents), lexicon.digest(), _code(), *versions, *(digests(folder) if folder else [])]
    return "sha256:" + hashlib.sha256(" ".join(parts).encode("utf-8")).hexdigest()


@cache
def _code() -> str:
    """SHA-256 over the code that decides what the results are; kept, as the code that runs is that of the first call."""
    files = [*sorted(Path(model.__file__).parent.glob("*.py")), *_MEASURING]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _stored(store: Path, state: str) -> dict[Mix, Result]:
    lines = store.read_text(encoding="utf-8").splitlines() if store.exists() else []
    rows = [json.loads(line) for line in lines]
    return _by_mix(row for row in rows if row["state"] == state)


def _parsed(row: dict[str, Any]) -> Result:
    return Result(Mix(**row["mix"]), row["counts"], row["held_out"], row["corpora"])


def _by_mix(rows: Iterable[dict[str, Any]]) -> dict[Mix, Result]:
    return {result.mix: result for result in map(_parsed, rows)}


UNMEASURED = "(not measured: the real texts were not there)"


def comparison(rows: Sequence[dict[str, Any]]) -> str:
    """The tables of :data:`COMPARED`, from results as dicts."""
    if not rows:
        return UNMEASURED
    results = _by_mix(rows)
    compared = {name: results[mix] for name, mix in COMPARED.items()}
    counts = table(["trained on", *_counts([])], [[name, *result.counts.values()] for name, result in compared.items()])
    return "\n\n".join([counts, *_on_held_out(compared), *_on_corpora(compared)])


def curves(rows: Sequence[dict[str, Any]]) -> str:
    """The tables of :data:`CURVES`, from results as dicts."""
    return "\n\n".join(_on_shares(_by_mix(rows))) if rows else UNMEASURED


def _on_held_out(compared: Mapping[str, Result]) -> Iterator[str]:
    for name in next(iter(compared.values())).held_out:
        columns = {column: result.held_out[name] for column, result in compared.items()}
        yield f"### Held-out {name}\n\n{_comparison(columns, REPORTED)}"


def _on_corpora(compared: Mapping[str, Result]) -> Iterator[str]:
    columns = {column: result.corpora for column, result in compared.items()}
    if all(columns.values()):
        shown = ("auc", "average_precision", "macro_f1_at_review_threshold", *(f"{label}_flagged" for label in LABELS))
        yield f"### Corpora of others\n\n{_comparison(columns, shown)}"


def _on_shares(results: Mapping[Mix, Result]) -> Iterator[str]:
    measures = [(label, key) for label in RANKED for key in ("average_precision", "auc")]
    heads = ["share", *_counts([]), *(f"{words(label)}, {words(key)}" for label, key in measures)]
    for name, curve in CURVES.items():
        rows: list[list[str | float]] = [
            [str(Fraction(share)), *results[mix].counts.values(), *(results[mix].held_out[REAL][a][b] for a, b in measures)]
            for share, mix in curve.items()
        ]
        yield f"### {name.capitalize()}\n\n{table(heads, rows)}"


def _comparison(columns: Mapping[str, dict[str, Metrics]], shown: Collection[str]) -> str:
    """A row for each figure in ``shown``, a column for each analyzer."""
    groups = next(iter(columns.values()))
    rows: list[list[str | float]] = [
        [words(group), words(key), *(figures[group][key] for figures in columns.values())]
        for group, values in groups.items()
        for key in values
        if key in shown
    ]
    return table(["of", "figure", *columns], rows)


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Writes the learning curves, of results as dicts, as a PNG: a panel for each label, a line for each of :data:`CURVES`."""
    results = _by_mix(rows)
    # Only this needs it, and who serves or trains does not have it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    panels = figure.subplots(1, len(RANKED), sharey=True)
    for panel, label in zip(panels, RANKED, strict=True):
        for (name, curve), marker in zip(CURVES.items(), "os", strict=True):
            heights = [results[mix].held_out[REAL][label]["average_precision"] for mix in curve.values()]
            panel.plot(range(len(SHARES)), heights, marker=marker, label=name)
        panel.set_xticks(range(len(SHARES)), [str(Fraction(share)) for share in SHARES])
        panel.set(title=words(label), xlabel="share of that kind's training documents", ylim=(0, 1))
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("average precision on held-out real documents")
    panels[0].legend()
    figure.savefig(path, dpi=120)
