"""The report: one dict of figures, and its rendering in Markdown.

The dict is kept as ``docs/evaluation.json``; the page, whose words are in ``page.md``, and the section of the README are made
from it and from nothing else, so that no number in them can be older than another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from model.types import LABELS
from training.evaluation import fairness, learning
from training.evaluation.judged import RANKED
from training.evaluation.markdown import Cell, percent, table, within, words
from training.evaluation.protocols import PUBLISHED

Figures = dict[str, Any]

_PAGE = Path(__file__).with_name("page.md")
_PARTS = {
    "authored": "whole documents written for this project",
    "contrast": "groups of sentences that differ in little, made to be hard",
    "real": "stretches of real documents, most of them drawn for their accusing words; some were read when lists were mended",
    "test": "more such stretches, of other documents, drawn and read when lists and cues were done; nothing was mended by them",
    "all but contrast": "the other three together",
    "drawn at random": "those of `real` and `test` that were drawn without regard to their words, so with natural rates",
}


def page(figures: Figures) -> str:
    """``docs/evaluation.md``."""
    parts = figures["held_out"]
    return _PAGE.read_text(encoding="utf-8").format(
        profile=figures["model"]["profile"],
        parameters=figures["model"]["parameters"],
        seeds=figures["model"]["seeds"],
        repeated=figures["repeated"],
        flag_precision=figures["precision"]["flag"],
        review_precision=figures["precision"]["review"],
        rates=_rates(figures["rates"]),
        thresholds=_thresholds(figures),
        parts="\n".join(f"- **{name}**: {_PARTS[name]}" for name in parts),
        ranking=_ranking(parts),
        calibration=_calibration(parts),
        decisions=_decisions(parts),
        restored=_restored(parts),
        support=_support(parts),
        spans=_spans(parts),
        profiles=_profiles(figures["profiles"]),
        cues=_cues(figures["cues"]),
        cascade=_cascade(figures["cascade"]),
        genres=_genres(figures["genres"]),
        behaviour=_behaviour(figures["behaviour"]),
        swaps=_swaps(figures["fairness"]["swaps"]),
        subgroups=_subgroups(figures["fairness"]["subgroups"]),
        varieties=_varieties(figures["fairness"]["varieties"]),
        absent=_absent(figures["corpora"]["absent"]),
        zero_shot=_by_corpus(figures["corpora"]["zero_shot"]),
        by_protocol=_by_corpus(figures["corpora"]["by_protocol"]),
        published=_published(),
        comparison=learning.comparison(figures["learning"]),
        curves=learning.curves(figures["learning"]),
        reading="\n\n".join(_reading(figures["reading"])),
        samples="\n\n".join(_samples(figures["samples"])),
    )


def _rates(rates: Mapping[str, Figures]) -> str:
    rows = [[name, row["sentences"], *(percent(row[n] / row["sentences"]) for n in RANKED)] for name, row in rates.items()]
    return table(["source", "sentences", *map(words, RANKED)], rows) if rows else "(not counted: the real texts were not there)"


def _thresholds(figures: Figures) -> str:
    thresholds, assumed = figures["thresholds"], figures["assumed_rates"]
    rows = [[words(n), percent(assumed[n]), thresholds[n]["flag"], thresholds[n]["review"]] for n in LABELS]
    return table(["label", "assumed rate", "flag from", "review from"], rows)


def _ranking(parts: Mapping[str, Figures]) -> str:
    heads = ["of", "label", "sentences", "with it", "ROC AUC", "95%", "average precision", "95%"]
    measures = ("auc", "average_precision")
    rows = [
        [part, words(n), f["sentences"], f["positives"], *(cell for key in measures for cell in (f[key], _low_high(f, key)))]
        for part, n, f in _by_label(parts, RANKED)
    ]
    return table(heads, rows)


def _calibration(parts: Mapping[str, Figures]) -> str:
    keys = ("calibration_error", "brier", "calibration_by_chance")
    rows = [[part, words(n), *(f[key] for key in keys)] for part, n, f in _by_label(parts, RANKED)]
    return table(["of", "label", "calibration error", "Brier score", "by chance alone"], rows)


def _decisions(parts: Mapping[str, Figures]) -> str:
    keys = ("precision", "recall", "f1")
    cells = [f"{key}_at_{name}" for name in ("flag", "review") for key in ("flagged", *keys)]
    cells.append("highest_f1")
    rows = [[part, words(n), *(f[cell] for cell in cells)] for part, n, f in _by_label(parts, LABELS)]
    heads = ["flagged", "precision", "recall", "F1", "reviewed", "precision", "recall", "F1", "highest F1"]
    return table(["of", "label", *heads], rows)


def _restored(parts: Mapping[str, Figures]) -> str:
    heads = ["average precision", "95%", "flagged", "precision", "95%", "reviewed", "precision", "95%"]
    rows = [[part, words(n), *_restored_cells(f)] for part, n, f in _by_label(parts, LABELS)]
    return table(["of", "label", *heads], rows)


def _restored_cells(figures: Figures) -> Iterator[Cell]:
    yield from (figures["restored_average_precision"], _low_high(figures, "restored_average_precision"))
    for name in ("flag", "review"):
        precision = f"restored_precision_at_{name}"
        yield from (percent(figures[f"restored_share_at_{name}"]), figures[precision], _low_high(figures, precision))


def _low_high(figures: Figures, key: str) -> str:
    return within(figures[f"{key}_low"], figures[f"{key}_high"])


def _by_label(parts: Mapping[str, Figures], labels: Sequence[str]) -> Iterator[tuple[str, str, Figures]]:
    return ((name, label, figures[label]) for name, figures in parts.items() for label in labels)


def _support(parts: Mapping[str, Figures]) -> str:
    rows = [
        [name, f["support"]["sentences"], f["support"]["without_support"], f["support"]["macro_f1"]] for name, f in parts.items()
    ]
    return table(["of", "allegations", "not seen as such", "macro-F1"], rows)


def _spans(parts: Mapping[str, Figures]) -> str:
    keys = [f"{kind}{key}" for kind in ("exact_", "overlap_", "") for key in ("precision", "recall", "f1")]
    rows = [[name, words(n), *(f["spans"][f"{n}_{key}"] for key in keys)] for name, f in parts.items() for n in LABELS]
    heads = [f"{kind}{key}" for kind in ("exact ", "overlap ", "characters ") for key in ("P", "R", "F1")]
    return table(["of", "label", *heads], rows)


def _profiles(profiles: Mapping[str, Figures]) -> str:
    keys = ("auc", "average_precision", "calibration_error", "precision", "recall")
    rows = [
        [half, words(n), profile, *(halves[half][n][key] for key in keys), halves[half]["spans"][f"{n}_overlap_f1"]]
        for half in next(iter(profiles.values()))
        for n in LABELS
        for profile, halves in profiles.items()
    ]
    heads = ["of", "label", "profile", "ROC AUC", "average precision", "calibration error", "precision", "recall", "words, F1"]
    return table(heads, rows)


def _cues(halves: Mapping[str, Figures]) -> str:
    keys = [f"{kind}{key}" for kind in ("exact_", "overlap_") for key in ("precision", "recall", "f1")]
    rows = [[half, profile, *(f[key] for key in keys)] for half, profiles in halves.items() for profile, f in profiles.items()]
    return table(["of", "profile", *(f"{kind} {key}" for kind in ("exact", "overlap") for key in ("P", "R", "F1"))], rows)


def _cascade(halves: Mapping[str, Figures]) -> str:
    rows = [
        [half, f["sentences"], percent(f["skipped"]), words(n), *(c for at in ("flag", "review") for c in _lost(f, n, at))]
        for half, f in halves.items()
        for n in LABELS
    ]
    return table(["of", "sentences", "skipped", "label", "flagged if none is", "of them lost", "reviewed", "lost"], rows)


def _lost(figures: Figures, label: str, at: str) -> tuple[Cell, Cell]:
    return figures[f"{label}_{at}"], percent(figures[f"{label}_{at}_lost"])


def _genres(genres: Mapping[str, Figures]) -> str:
    counts = ("right", "missed", "false", "unmarked")
    rows = [
        [genre, words(n), *(f[n][key] for key in counts), f[n]["auc"], within(f[n]["low"], f[n]["high"])]
        for genre, f in genres.items()
        for n in LABELS
    ]
    return table(["genre", "label", *counts, "ROC AUC", "95%"], rows)


def _behaviour(capabilities: Mapping[str, Figures]) -> str:
    rows = [[name, f["groups"], f["pairs"], f["in_order"], within(f["low"], f["high"])] for name, f in capabilities.items()]
    return table(["capability", "groups", "pairs", "in order", "95%"], rows)


def _swaps(swaps: Mapping[str, Figures]) -> str:
    rows = [[kind, f["names"], f["frames"], *(f[label] for label in LABELS), f["flips"]] for kind, f in swaps.items()]
    return table(["kind", "names", "sentences", *(f"difference, {words(n)}" for n in LABELS), "with a change"], rows)


def _subgroups(groups: Mapping[str, Figures]) -> str:
    measures = ("subgroup", "bpsn", "bnsp")
    rows = [
        [group, words(n), f["sentences"], f["positives"], *(cell for key in measures for cell in (f[key], _low_high(f, key)))]
        for group, labels in groups.items()
        for n, f in labels.items()
    ]
    return table(["speaks of", "label", "sentences", "with it", "subgroup", "95%", "BPSN", "95%", "BNSP", "95%"], rows)


def _varieties(varieties: Mapping[str, Figures]) -> str:
    keys = ("sentences", "rate", "mean_score", "reviewed", "flagged", "auc")
    rows = [
        [name, words(n), *(f[key] for key in keys), within(f["low"], f["high"])]
        for name, labels in varieties.items()
        for n, f in labels.items()
    ]
    return table(["English", "label", "sentences", "share with it", "mean score", "reviewed", "flagged", "ROC AUC", "95%"], rows)


def _absent(names: Sequence[str]) -> str:
    return f"Not there when this was written: {', '.join(names)}." if names else "All were there when this was written."


def _by_corpus(corpora: Mapping[str, Figures]) -> str:
    rows = [[name, words(key), value] for name, figures in corpora.items() for key, value in figures.items()]
    return table(["corpus", "figure", "value"], rows)


def _published() -> str:
    rows: list[list[Cell]] = [
        [name, s.system, s.figure, s.score, s.source, s.apart] for name, scores in PUBLISHED.items() for s in scores
    ]
    return table(["corpus", "system", "figure", "score", "source", "but"], rows)


def _reading(parts: Mapping[str, Figures]) -> Iterator[str]:
    for part in parts.values():
        rows: list[list[Cell]] = [[row[key] for key in ("cause", "count", "mend")] for row in part["causes"]]
        yield f"### {part['what']}\n\n{part['read']} were read: {part['verdict']}."
        yield table(["cause", "sentences", "mended by"], rows)


def _samples(samples: Mapping[str, Figures]) -> Iterator[str]:
    for label, kinds in samples.items():
        for kind, cases in kinds.items():
            rows: list[list[Cell]] = [[case["score"], case["text"], case["seen"], case["document"]] for case in cases]
            yield f"### {words(label)}: {kind}\n\n{table(['score', 'sentence', 'seen', 'document'], rows)}"


def readme(figures: Figures) -> str:
    """The section of the README between its marks."""
    parts = {name: figures["held_out"][name] for name in ("authored", "real", "test") if name in figures["held_out"]}
    heads = [
        "held out",
        "label",
        "sentences",
        "with it",
        "ROC AUC",
        "average precision",
        "calibration error",
        "precision",
        "recall",
    ]
    keys = ("sentences", "positives", "auc", "average_precision", "calibration_error", "precision_at_flag", "recall_at_flag")
    rows = [[part, words(n), *(f[key] for key in keys)] for part, n, f in _by_label(parts, LABELS)]
    lines = [*_on_neutral(figures["corpora"]["zero_shot"]), *_on_swaps(figures["fairness"]["swaps"])]
    return "\n".join([table(heads, rows), "", *(f"- {line}" for line in lines)])


def _on_neutral(corpora: Mapping[str, Figures]) -> Iterator[str]:
    for name, text in (("neutral_gum", "sentences of news, biographies and papers"), ("neutral_agnews", "items of news wire")):
        if name in corpora:
            unsupported, loaded = (percent(corpora[name][f"{label}_flagged"]) for label in LABELS)
            yield f"Of neutral {text} {unsupported} are flagged as an unsupported allegation, {loaded} as loaded."


def _on_swaps(swaps: Mapping[str, Figures]) -> Iterable[str]:
    kinds = [figures for kind, figures in swaps.items() if kind != fairness.UNMASKED]
    names, flips = sum(f["names"] for f in kinds), sum(f["flips"] for f in kinds)
    largest = max(f[label] for f in kinds for label in LABELS)
    frames = sum(f["frames"] for f in kinds)
    yield f"{names} names swapped in {frames} sentences move a score by {largest:.4f} at most, and change {flips} verdicts."
