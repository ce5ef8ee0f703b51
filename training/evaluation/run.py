"""All parts of the evaluation in turn, and what is written of them.

Errors: :class:`EvaluationError` where the artefact was not trained on the seeds at hand.
"""

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from model.analyzer import Analyzer
from model.store import DEFAULT_PROFILE, read_manifest
from model.types import LABELS, Profile
from training import seeds
from training.calibration import ASSUMED_RATES, PRECISION, REVIEW_PRECISION
from training.evaluation import behaviour, corpora, fairness, held_out, learning, plots, profiles, report
from training.evaluation.corpora import Log
from training.evaluation.judged import Judged, judge
from training.evaluation.protocols import by_protocol
from training.evaluation.zero_shot import zero_shot
from training.examples import split_documents
from training.seeds import Document, TrainingError

_READING = Path(__file__).with_name("reading.toml")
_OPENING, _CLOSING = "<!-- figures -->\n", "\n<!-- /figures -->"
_SECTION = re.compile(r"<!-- figures -->\n.*?<!-- /figures -->", re.DOTALL)
_FORMULA = 40


class EvaluationError(TrainingError):
    """The artefact and the seeds do not belong together."""


def run(
    artifact: Path,
    analyzers: Mapping[Profile, Analyzer],
    documents: Sequence[Document],
    folder: Path | None,
    store: Path,
    root: Path,
    log: Log,
) -> None:
    """Measures everything, and writes ``docs/evaluation.md``, its ``.json`` and pictures, and the section of the README, below
    ``root``: of the default profile in full, of the other in short. ``folder`` holds the corpora of others, if any; ``store``
    keeps the fits of the learning curves.
    """
    check(read_manifest(artifact), documents)
    analyzer = analyzers[DEFAULT_PROFILE]
    train, kept = split_documents(documents)
    judged = judge(analyzer, kept)
    log(f"judged {len(judged.cases)} held-out sentences")
    figures = measure(analyzer, documents, judged, folder, store, log)
    figures["repeated"] = repeated(train, judged)
    figures |= _profiles(analyzers, kept)
    log("measured both profiles")
    docs = root / "docs"
    plots.draw(docs / "evaluation", analyzer, held_out.parts(judged), figures["genres"])
    if figures["learning"]:
        learning.draw(figures["learning"], docs / "evaluation" / "learning.png")
    (docs / "evaluation.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (docs / "evaluation.md").write_text(report.page(figures), encoding="utf-8")
    write_section(root / "README.md", report.readme(figures))
    log(f"wrote {docs / 'evaluation.md'}")


def check(manifest: dict[str, Any], documents: Sequence[Document]) -> None:
    """Raises :class:`EvaluationError` where the artefact may have been trained on what it would be tested on."""
    real = any(not document.is_authored for document in documents)
    own = seeds.digest(documents if real else [d for d in documents if d.is_authored])
    if own != manifest["digests"]["seeds" if real else "authored"]:
        raise EvaluationError("the artefact was trained on other seeds than these, so none may be called held out; train first")


def measure(
    analyzer: Analyzer, documents: Sequence[Document], judged: Judged, folder: Path | None, store: Path, log: Log
) -> report.Figures:
    """All figures, rounded to four digits; those that cannot be told are None."""
    parts = held_out.parts(judged)
    authored = parts.get("authored", Judged(()))
    figures: report.Figures = {
        "model": {"profile": analyzer.info.profile, "parameters": analyzer.info.digest, "seeds": seeds.digest(documents)},
        "assumed_rates": dict(ASSUMED_RATES),
        "precision": {"flag": PRECISION, "review": REVIEW_PRECISION},
        "thresholds": {label: asdict(analyzer.thresholds[label]) for label in LABELS},
        "rates": held_out.rates(documents),
        "held_out": {name: held_out.measure(analyzer, part) for name, part in parts.items()},
        "genres": held_out.confusion(analyzer, judged),
        "samples": {label: held_out.samples(authored, label) for label in LABELS},
    }
    log("measured held-out seeds")
    figures["behaviour"] = behaviour.measure(judged)
    figures["fairness"] = {
        "swaps": fairness.name_swaps(analyzer),
        "subgroups": fairness.subgroups(judged),
        "varieties": fairness.varieties(analyzer, authored),
    }
    log("measured behaviour and fairness")
    figures["corpora"] = _on_corpora(analyzer, folder, log)
    figures["learning"] = [asdict(result) for result in learning.fitted(documents, folder, store, log).values()]
    figures["reading"] = tomllib.loads(_READING.read_text(encoding="utf-8"))
    rounded: report.Figures = _rounded(figures)
    return rounded


def _profiles(analyzers: Mapping[Profile, Analyzer], held_out_documents: Sequence[Document]) -> report.Figures:
    groups: dict[str, list[Document]] = {half: [d for d in held_out_documents if d.half == half] for half in seeds.HALVES}
    halves = {half: members for half, members in groups.items() if members}
    whole = {half: members for half, members in halves.items() if half != "contrast"}
    contextual = analyzers["contextual"]
    found: report.Figures = _rounded(
        {
            "profiles": profiles.compared(analyzers, halves),
            "cues": {
                half: {profile: profiles.cues(analyzer, members) for profile, analyzer in analyzers.items()}
                for half, members in halves.items()
            },
            "cascade": {half: profiles.cascade(contextual, members) for half, members in whole.items()},
        }
    )
    return found


def repeated(train: Sequence[Document], judged: Judged) -> int:
    """How many of the sentences longer than a formula stand in a training document, too."""
    seen = {d.text[s.start : s.end] for d in train for s in d.sentences}
    return sum(len(case.text) > _FORMULA and case.text in seen for case in judged.cases)


def _on_corpora(analyzer: Analyzer, folder: Path | None, log: Log) -> report.Figures:
    if folder is None:
        return {"absent": list(corpora.READERS), "zero_shot": {}, "by_protocol": {}}
    absent = [name for name in corpora.READERS if name not in corpora.present(folder)]
    found = {"zero_shot": zero_shot(analyzer, folder, log), "by_protocol": by_protocol(analyzer, folder, log)}
    return {"absent": absent, **found}


def _rounded(value: Any) -> Any:
    match value:
        case dict():
            return {key: _rounded(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_rounded(inner) for inner in value]
        case float():
            return None if math.isnan(value) else round(value, 4)
    return value


def write_section(readme: Path, section: str) -> None:
    """Puts the figures between their marks, if the file has such."""
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        readme.write_text(_SECTION.sub(lambda _: _OPENING + section + _CLOSING, text), encoding="utf-8")
