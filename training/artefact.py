"""Writes what training made: the model's files, their manifest and the card."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import skops.io

from model import lexicon
from model.analyzer import Analyzer
from model.store import LIBRARIES, file_digest, parameter_digest
from model.types import LABELS, ModelInfo
from training import seeds
from training.calibration import ASSUMED_RATES, PRECISION, REVIEW_PRECISION
from training.card import card
from training.evaluation.metrics import Metrics
from training.seeds import Document

NAME, VERSION = "hearsay", "0.1.0"
POLICY = {
    "document score": "for each label the highest score among the sentences",
    "verdict": "flag where a document score reaches its flag threshold, else review where one reaches that for review, else ok",
    "assumed rates": ", ".join(f"{label} {rate:.0%} of sentences" for label, rate in ASSUMED_RATES.items()),
    "flag threshold": f"maximum recall @ precision >= {PRECISION} at that rate, on real documents (without their texts: on whole"
    " authored ones), each held out in turn",
    "review threshold": f"maximum recall @ precision >= {REVIEW_PRECISION}, likewise",
}


def finished(analyzer: Analyzer) -> Analyzer:
    """The analyzer under the digest of its own parameters."""
    info = ModelInfo(NAME, VERSION, parameter_digest(analyzer))
    return Analyzer(info, analyzer.known, analyzer.tagger, analyzer.vocabulary, analyzer.classifiers, analyzer.thresholds)


def write(
    folder: Path,
    analyzer: Analyzer,
    train: Sequence[Document],
    held_out: Sequence[Document],
    metrics: Mapping[seeds.Half, dict[str, Metrics]],
    probes: Sequence[str],
) -> dict[str, Any]:
    """Writes the artefact into ``folder`` and returns its manifest. The manifest comes last: without it nothing loads."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "vocabulary.txt": _text(analyzer.vocabulary),
        "word_vocabulary.txt": _text(analyzer.tagger.vocabulary),
        "lower_case.txt": _text(sorted(analyzer.known)),
        "classifiers.skops": _classifiers(analyzer),
    }
    manifest = {
        "name": analyzer.info.name,
        "version": analyzer.info.version,
        "digests": {
            "parameters": analyzer.info.digest,
            "lists": lexicon.digest(),
            "seeds": seeds.digest([*train, *held_out]),
            "authored": seeds.digest([d for d in (*train, *held_out) if d.is_authored]),
            "files": {name: file_digest(content) for name, content in contents.items()},
        },
        "libraries": {library: version(library) for library in LIBRARIES},
        "texts": sorted({d.genre for d in (*train, *held_out) if not d.is_authored}),
        "training_set": _counts(train),
        "held_out_set": _counts(held_out),
        "policy": POLICY,
        "thresholds": {
            label: {"review": analyzer.thresholds[label].review, "flag": analyzer.thresholds[label].flag} for label in LABELS
        },
        "metrics": metrics,
        "probes": [_probe(analyzer, text) for text in probes],
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "CARD.md").write_text(card(manifest), encoding="utf-8")
    (folder / "manifest.json").write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    return manifest


def _text(lines: Sequence[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode("utf-8")


def _classifiers(analyzer: Analyzer) -> bytes:
    parts = {name: getattr(analyzer.classifiers, name) for name in ("allegation", "support", "loaded_language")}
    parts["loaded_words"] = analyzer.tagger.classifier
    content: bytes = skops.io.dumps(parts, compression=ZIP_DEFLATED)
    return content


def _counts(documents: Sequence[Document]) -> dict[str, Any]:
    sentences = [sentence for document in documents for sentence in document.sentences]
    support = Counter(s.allegation.value for s in sentences if s.allegation is not None)
    return {
        "documents": len(documents),
        "sentences": len(sentences),
        "unsupported_allegation": sum(sentence.unsupported for sentence in sentences),
        "loaded_language": sum(bool(sentence.loaded) for sentence in sentences),
        "support": {value: support[value] for value in seeds.SUPPORT_VALUES},
    }


def _probe(analyzer: Analyzer, text: str) -> dict[str, Any]:
    scores = analyzer.analyze(text).scores
    return {"text": text, "scores": {label: getattr(scores, label) for label in LABELS}}
