"""What is learned from authored and what from real documents: comparison, learning curves, and their report.

Nine analyzers are fitted, on shares of the authored and of the real training documents, and measured on the same held-out
documents. The results go into a file of JSON lines as they come, so that an interrupted run goes on where it was.

Errors: :class:`training.standoff.TextError` where the texts of the real documents are not there.
"""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import model
from model import lexicon
from model.types import ModelInfo
from training import corpora, examples, seeds
from training.evaluate import Metrics, evaluate
from training.fit import fit
from training.seeds import Document
from training.standoff import TextError

RANKED = ("allegation", "unsupported_allegation", "loaded_language")
REPORTED = ("average_precision", "auc", "calibration_error", "precision", "recall", "macro_f1")
# The files beside this one that decide what the results are.
MEASURING = ("align.py", "calibration.py", "corpora.py", "evaluate.py", "examples.py", "fit.py")
REAL, AUTHORED = "real documents", "authored documents"

Log = Callable[[str], None]


@dataclass(frozen=True)
class Mix:
    """The shares, in [0, 1], of the authored and of the real training documents to train on; contrast groups are authored."""

    authored: float
    real: float

    def __str__(self) -> str:
        return f"share {Fraction(self.authored)} of authored and {Fraction(self.real)} of real documents"


SHARES = (0.0, 1 / 8, 1 / 4, 1 / 2, 1.0)
COMPARED = {"authored only": Mix(1.0, 0.0), "real only": Mix(0.0, 1.0), "both": Mix(1.0, 1.0)}
CURVES = {
    "real added": {share: Mix(1.0, share) for share in SHARES},
    "authored added": {share: Mix(share, 1.0) for share in SHARES},
}
MIXES = tuple(dict.fromkeys([*COMPARED.values(), *(mix for curve in CURVES.values() for mix in curve.values())]))


@dataclass(frozen=True)
class Result:
    """What training on ``mix`` gave: ``counts`` of what it trained on, ``held_out`` as :func:`training.evaluate.evaluate`
    has it, for each set of documents, and ``corpora`` as :func:`training.corpora.measure` has it, for compared mixes.
    """

    mix: Mix
    counts: dict[str, int]
    held_out: dict[str, dict[str, Metrics]]
    corpora: dict[str, Metrics]


def learn(documents: Sequence[Document], folder: Path, store: Path, report: Path, log: Log) -> None:
    """Fits what ``store`` does not have yet, then writes ``learning.md`` and ``learning.png`` into ``report``.

    ``folder`` holds the corpora; ``log`` is told of the progress.
    """
    if all(document.half != "real" for document in documents):
        raise TextError("no real documents to learn from; fetch their texts first")
    results = fitted(documents, folder, store, log)
    report.mkdir(parents=True, exist_ok=True)
    (report / "learning.md").write_text("\n".join(_report(results, seeds.digest(documents))) + "\n", encoding="utf-8")
    draw(results, report / "learning.png")
    log(f"wrote {report / 'learning.md'} and {report / 'learning.png'}")


def fitted(documents: Sequence[Document], folder: Path, store: Path, log: Log) -> dict[Mix, Result]:
    """The results of :data:`MIXES`: those that ``store`` has for the same documents, lists, code and corpora, and new ones."""
    train, held_out = examples.split_documents(documents)
    state = _state(documents, folder)
    found = _stored(store, state)
    missing = [mix for mix in MIXES if mix not in found]
    log(f"{len(found)} of {len(MIXES)} fits are in {store}")
    store.parent.mkdir(parents=True, exist_ok=True)
    drawn = {mix: training_set(train, mix) for mix in missing}
    for mix in _timed(missing, {mix: _counts(members)["sentences"] for mix, members in drawn.items()}, log):
        found[mix] = _result(mix, drawn[mix], held_out, folder)
        with store.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"state": state, **asdict(found[mix])}) + "\n")
    return found


def training_set(documents: Iterable[Document], mix: Mix) -> list[Document]:
    """The shares of the documents that ``mix`` names, drawn by origin; what a smaller share has, a greater one has, too."""
    ordered = sorted(documents, key=lambda document: document.id)
    authored = [document for document in ordered if document.half != "real"]
    real = [document for document in ordered if document.half == "real"]
    return _share(authored, mix.authored) + _share(real, mix.real)


def _share(documents: Sequence[Document], share: float) -> list[Document]:
    origins = sorted({document.origin for document in documents})
    order = np.random.default_rng(examples.SEED).permutation(len(origins)).tolist()
    kept = {origins[index] for index in order[: round(share * len(origins))]}
    return [document for document in documents if document.origin in kept]


def _result(mix: Mix, train: Sequence[Document], held_out: Sequence[Document], folder: Path) -> Result:
    analyzer = fit(train, ModelInfo("learning", "", ""), log=lambda _: None)
    sets = {name: evaluate(analyzer, members) for name, members in _sets(held_out).items()}
    return Result(mix, _counts(train), sets, corpora.measure(analyzer, folder) if mix in COMPARED.values() else {})


def _sets(held_out: Sequence[Document]) -> dict[str, list[Document]]:
    return {
        REAL: [document for document in held_out if document.half == "real"],
        AUTHORED: [document for document in held_out if document.half == "authored"],
        "contrast groups": [document for document in held_out if document.half == "contrast"],
    }


def _counts(documents: Sequence[Document]) -> dict[str, int]:
    return {
        AUTHORED: len({document.origin for document in documents if document.half != "real"}),
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


def _state(documents: Sequence[Document], folder: Path) -> str:
    """SHA-256 over what the results depend on besides the mix."""
    parts = [seeds.digest(documents), lexicon.digest(), _code(), *corpora.present(folder)]
    return "sha256:" + hashlib.sha256(" ".join(parts).encode("utf-8")).hexdigest()


@cache
def _code() -> str:
    """SHA-256 over the code that decides what the results are; kept, as the code that runs is that of the first call."""
    files = [*sorted(Path(model.__file__).parent.glob("*.py")), *(Path(__file__).with_name(name) for name in MEASURING)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _stored(store: Path, state: str) -> dict[Mix, Result]:
    lines = store.read_text(encoding="utf-8").splitlines() if store.exists() else []
    rows = [json.loads(line) for line in lines]
    results = [_parsed(row) for row in rows if row["state"] == state]
    return {result.mix: result for result in results}


def _parsed(row: dict[str, Any]) -> Result:
    return Result(Mix(**row["mix"]), row["counts"], row["held_out"], row["corpora"])


def _report(results: Mapping[Mix, Result], digest: str) -> list[str]:
    compared = {name: results[mix] for name, mix in COMPARED.items()}
    return [
        "# What is learned from authored and from real documents",
        "",
        f"Seeds `{digest}`. Written by `python -m training learn`; do not edit.",
        "",
        "## Authored, real, or both",
        "",
        "The training documents of each of three analyzers; documents are counted by their origin, so that stretches of one",
        "are one, and contrast groups count as authored.",
        "",
        *_table(["trained on", *_counts([])], [[name, *result.counts.values()] for name, result in compared.items()]),
        *_on_held_out(compared),
        *_on_corpora(compared),
        *_on_shares(results),
    ]


def _on_held_out(compared: Mapping[str, Result]) -> list[str]:
    lines = [
        "",
        "The same three on documents that none of them saw, by sentence. Precision and recall are those of the flags, at the",
        "thresholds that each analyzer has chosen for itself: on whole authored documents or, for want of any, on all it has.",
        "The macro-F1 is over the four values of support, on all allegations.",
    ]
    for name, metrics in next(iter(compared.values())).held_out.items():
        positives = ", ".join(f"{metrics[label]['positives']} {_words(label)}" for label in RANKED)
        lines += ["", f"### Held-out {name}", "", f"{metrics[RANKED[0]]['sentences']} sentences: {positives}.", ""]
        lines += _comparison({column: result.held_out[name] for column, result in compared.items()}, REPORTED)
    return lines


def _on_corpora(compared: Mapping[str, Result]) -> list[str]:
    columns = {column: result.corpora for column, result in compared.items()}
    there = next(iter(columns.values()))
    absent = [name for name in corpora.READERS if name not in there]
    lines = ["", "### Corpora of others", ""]
    if absent:
        lines += [f"Not there when this was written: {', '.join(absent)}.", ""]
    if there:
        lines += [
            "None of the three learned from these. ROC AUC and macro-F1 are those of loaded language; of the neutral ones the",
            "table has the share of rows that are flagged. See `training/corpora.py`.",
            "",
            *_comparison(columns, [key for figures in there.values() for key in figures]),
        ]
    return lines


def _on_shares(results: Mapping[Mix, Result]) -> list[str]:
    lines = [
        "",
        "## Learning curves",
        "",
        "Each row is an analyzer trained on a share of the one kind of documents and on all of the other kind. The figures are",
        "those on held-out real documents. A share is one seeded draw of documents, and has those of the smaller shares in it.",
        "The plot has the shares at even distances.",
        "",
        "![Average precision on held-out real documents by share of the training documents](learning.png)",
    ]
    measures = [(label, key) for label in RANKED for key in ("average_precision", "auc")]
    heads = ["share", *_counts([]), *(f"{_words(label)}, {_words(key)}" for label, key in measures)]
    for name, curve in CURVES.items():
        rows: list[list[str | float]] = [
            [str(Fraction(share)), *results[mix].counts.values(), *(results[mix].held_out[REAL][a][b] for a, b in measures)]
            for share, mix in curve.items()
        ]
        lines += ["", f"### {name.capitalize()}", "", *_table(heads, rows)]
    return lines


def _comparison(columns: Mapping[str, dict[str, Metrics]], shown: Collection[str]) -> list[str]:
    """A row for each figure in ``shown``, a column for each analyzer."""
    groups = next(iter(columns.values()))
    rows: list[list[str | float]] = [
        [_words(group), _words(key), *(figures[group][key] for figures in columns.values())]
        for group, values in groups.items()
        for key in values
        if key in shown
    ]
    return _table(["of", "figure", *columns], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str | float]]) -> list[str]:
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *(f"| {' | '.join(row)} |" for row in cells)]


def _words(key: str) -> str:
    return key.replace("_", " ").replace("auc", "ROC AUC")


def draw(results: Mapping[Mix, Result], path: Path) -> None:
    """Writes the learning curves as a PNG: a panel for each label, a line for each of :data:`CURVES`."""
    # Only this needs it, and who serves or trains does not have it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    panels = figure.subplots(1, len(RANKED), sharey=True)
    for panel, label in zip(panels, RANKED, strict=True):
        for (name, curve), marker in zip(CURVES.items(), "os", strict=True):
            heights = [results[mix].held_out[REAL][label]["average_precision"] for mix in curve.values()]
            panel.plot(range(len(SHARES)), heights, marker=marker, label=name)
        panel.set_xticks(range(len(SHARES)), [str(Fraction(share)) for share in SHARES])
        panel.set(title=_words(label), xlabel="share of that kind's training documents", ylim=(0, 1))
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("average precision on held-out real documents")
    panels[0].legend()
    figure.savefig(path, dpi=120)
