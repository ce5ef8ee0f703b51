"""The model card: the manifest in words and tables, for people."""

from collections.abc import Callable
from typing import Any

_COLUMNS = {
    "sentences": "sentences",
    "positives": "with the label",
    "auc": "ROC AUC",
    "average_precision": "average precision",
    "calibration_error": "calibration error",
    "flagged": "flagged",
    "precision": "precision",
    "recall": "recall",
}
_LABELS = ("allegation", "unsupported_allegation", "loaded_language")


def card(manifest: dict[str, Any]) -> str:
    """``CARD.md``, in Markdown."""
    train, held_out, profiles = manifest["training_set"], manifest["held_out_set"], manifest["profiles"]
    return f"""# {manifest["name"]} {manifest["version"]}

Seeds `{manifest["digests"]["seeds"]}`; parameters of the profiles: {_parameters(profiles)}.
Written by `make train`; do not edit.

## What it does
It reads English text and gives, for each sentence, the probability that a careful reader would say that it makes an
allegation without support, and that its language is loaded. It judges wording and the support given in the text. It does
not know whether a claim is true, and it is not made to judge people.

The profile `lexical` reads words and their neighbours. `contextual` is stacked on it and on an encoder, all-MiniLM-L6-v2 (Apache
2.0) tuned on the same documents, whose scores of a sentence and marks of its words it takes in, not its vectors: those of the
encoders that classifiers learn from, each tuned without a third of the documents, are no two alike. Sentences for which the
lexical probabilities are below {_below(profiles["contextual"]["cascade"])} are not read by it.

## What it learned from
| | training | held out |
|---|---|---|
{_rows(("documents", "sentences", "unsupported_allegation", "loaded_language"), train, held_out)}
{_rows(train["support"], train["support"], held_out["support"], "allegations with support ")}

Each sentence was read in context and labelled by meaning; see `seeds/README.md`. Names of people, places, faiths, parties and
companies are masked before anything is judged.

## How well, on the held-out documents
{_each(profiles, metrics_table)}

`authored` are whole documents written for this project, `contrast` groups of sentences that differ in little, `real`
stretches of real documents, drawn at random and for their accusing words, so that rates are not natural ones. `support` is
given for all sentences that do make an allegation, as macro-F1 over its four values; where the model finds no allegation,
it counts as wrong. The words that a flag marks, or would mark at a lower threshold, overlap those marked by hand in
sentences with the label as follows, F1 over characters:

{_each(profiles, _span_table)}

## Thresholds and verdict
{_rules(manifest["policy"])}

{_thresholds(profiles)}
"""


def _below(cascade: dict[str, float]) -> str:
    return " and ".join(f"{score} ({label})" for label, score in cascade.items())


def _parameters(profiles: dict[str, Any]) -> str:
    return ", ".join(f"{name} `{profile['parameters']}`" for name, profile in profiles.items())


def _each(profiles: dict[str, Any], written: Callable[[dict[str, Any]], str]) -> str:
    return "\n\n".join(f"Profile `{name}`:\n\n{written(profile['metrics'])}" for name, profile in profiles.items())


def _rows(keys: Any, train: dict[str, Any], held_out: dict[str, Any], prefix: str = "") -> str:
    return "\n".join(f"| {prefix}{key.replace('_', ' ')} | {train[key]} | {held_out[key]} |" for key in keys)


def metrics_table(metrics: dict[str, Any]) -> str:
    """The figures for each half of the held-out documents and each label, as a Markdown table."""
    head = f"| held out | label | {' | '.join(_COLUMNS.values())} |\n|{'---|' * (len(_COLUMNS) + 2)}"
    rows = [_metric_row(half, label, values[label]) for half, values in metrics.items() for label in _LABELS]
    supports = [
        f"| {half} | support | {v['support']['sentences']:g} |  | macro-F1 {v['support']['macro_f1']:g} |"
        for half, v in metrics.items()
    ]
    return "\n".join([head, *rows, *(support + "  |" * (len(_COLUMNS) - 3) for support in supports)])


def _metric_row(half: str, label: str, values: dict[str, float]) -> str:
    cells = (f"{values[key]:g}" if key in values else "" for key in _COLUMNS)
    return f"| {half} | {label} | {' | '.join(cells)} |"


def _span_table(metrics: dict[str, Any]) -> str:
    rows = ((half, values["spans"]) for half, values in metrics.items())
    cells = (f"| {half} | {s['unsupported_allegation_f1']:g} | {s['loaded_language_f1']:g} |" for half, s in rows)
    return "\n".join(["| held out | accusing clause | loaded words |", "|---|---|---|", *cells])


def _rules(policy: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {rule}" for name, rule in policy.items())


def _thresholds(profiles: dict[str, Any]) -> str:
    rows = (
        f"| {name} | {label} | {threshold['review']} | {threshold['flag']} |"
        for name, profile in profiles.items()
        for label, threshold in profile["thresholds"].items()
    )
    return "\n".join(["| profile | label | review from | flag from |", "|---|---|---|---|", *rows])
