"""The model card: the manifest in words and tables, for people."""

from typing import Any

_HEADINGS = {
    "auc": "ROC AUC",
    "average_precision": "average precision",
    "calibration_error": "calibration error",
    "brier": "Brier score",
    "flagged": "sentences flagged",
    "precision": "precision of flags",
    "recall": "recall of flags",
    "f1": "F1 of flags",
}


def card(manifest: dict[str, Any]) -> str:
    """``CARD.md``, in Markdown."""
    train, held_out, metrics = manifest["training_set"], manifest["held_out_set"], manifest["metrics"]
    return f"""# {manifest["name"]} {manifest["version"]}

Parameters `{manifest["digests"]["parameters"]}`, seeds `{manifest["digests"]["seeds"]}`.
Written by `make train`; do not edit.

## What it does
It reads English text and gives, for each sentence, the probability that a careful reader would say that it makes an
allegation without support, and that its language is loaded. It judges wording and the support given in the text. It does
not know whether a claim is true, and it is not made to judge people.

## What it learned from
| | training | held out |
|---|---|---|
{_rows(("documents", "sentences", "unsupported_allegation", "loaded_language"), train, held_out)}
{_rows(train["support"], train["support"], held_out["support"], "allegations with support ")}

All by hand; see `seeds/README.md`. Names of people, places, faiths, parties and companies are masked before anything is judged.

## How well, on the held-out documents
| | {" | ".join(name.replace("_", " ") for name in ("allegation", "unsupported_allegation", "loaded_language"))} |
|---|---|---|---|
{_metric_rows(metrics)}

Support (four values, where there is an allegation): macro-F1 {metrics["support"]["macro_f1"]:.2f}. Words of a right flag
against the words marked by hand, F1 over characters: accusing clause {metrics["spans"]["unsupported_allegation_f1"]:.2f}, loaded
words {metrics["spans"]["loaded_language_f1"]:.2f}.

## Thresholds and verdict
{_policy(manifest)}
"""


def _rows(keys: Any, train: dict[str, Any], held_out: dict[str, Any], prefix: str = "") -> str:
    return "\n".join(f"| {prefix}{key.replace('_', ' ')} | {train[key]} | {held_out[key]} |" for key in keys)


def _metric_rows(metrics: dict[str, dict[str, float]]) -> str:
    labels = ("allegation", "unsupported_allegation", "loaded_language")
    rows = []
    for key, heading in _HEADINGS.items():
        cells = [f"{metrics[label][key]:g}" if key in metrics[label] else "" for label in labels]
        rows.append(f"| {heading} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _policy(manifest: dict[str, Any]) -> str:
    rules = "\n".join(f"- {name}: {rule}" for name, rule in manifest["policy"].items())
    rows = "\n".join(f"| {label} | {t['review']} | {t['flag']} |" for label, t in manifest["thresholds"].items())
    return f"{rules}\n\n| label | review from | flag from |\n|---|---|---|\n{rows}"
