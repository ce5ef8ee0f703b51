"""Writes what training made: the model's files, their manifest and the card."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import skops.io
from sklearn.linear_model import LogisticRegression

from model import lexicon
from model.analyzer import Analyzer
from model.lexical import Classifiers
from model.store import LIBRARIES, file_digest, parameter_digest
from model.types import LABELS, Profile
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
    return replace(analyzer, info=replace(analyzer.info, digest=parameter_digest(analyzer)))


def write(
    folder: Path,
    analyzers: Mapping[Profile, Analyzer],
    encoder: Mapping[str, bytes],
    train: Sequence[Document],
    held_out: Sequence[Document],
    metrics: Mapping[Profile, Mapping[seeds.Half, dict[str, Metrics]]],
    probes: Sequence[str],
) -> dict[str, Any]:
    """Writes the artefact into ``folder`` and returns its manifest. The manifest comes last: without it nothing loads.

    ``encoder`` are the files of the encoder, by name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    analyzer = analyzers["contextual"]
    lexical, contextual = analyzer.lexical, analyzer.contextual
    assert contextual
    contents = {
        "vocabulary.txt": _text(lexical.vocabulary),
        "word_vocabulary.txt": _text(lexical.tagger.vocabulary),
        "lower_case.txt": _text(sorted(analyzer.known)),
        "classifiers.skops": _dumped(lexical.classifiers, lexical.tagger.classifier),
        **encoder,
        "heads.skops": _dumped(contextual.heads.sentences, contextual.heads.words),
    }
    manifest = {
        "name": NAME,
        "version": VERSION,
        "digests": {
            "lists": lexicon.digest(),
            "seeds": seeds.digest([*train, *held_out]),
            "authored": seeds.digest([d for d in (*train, *held_out) if d.is_authored]),
            "files": {name: file_digest(content) for name, content in contents.items()},
        },
        "libraries": {library: version(library) for library in LIBRARIES["contextual"]},
        "texts": sorted({d.genre for d in (*train, *held_out) if not d.is_authored}),
        "training_set": _counts(train),
        "held_out_set": _counts(held_out),
        "policy": POLICY,
        "profiles": {profile: _profile(one, metrics[profile], probes) for profile, one in analyzers.items()},
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


def _dumped(sentences: Classifiers, words: LogisticRegression) -> bytes:
    content: bytes = skops.io.dumps({**vars(sentences), "loaded_words": words}, compression=ZIP_DEFLATED)
    return content


def _profile(analyzer: Analyzer, metrics: Mapping[seeds.Half, dict[str, Metrics]], probes: Sequence[str]) -> dict[str, Any]:
    own: dict[str, Any] = {
        "parameters": analyzer.info.digest,
        "thresholds": {label: asdict(analyzer.thresholds[label]) for label in LABELS},
    }
    if analyzer.contextual:
        own["cascade"] = asdict(analyzer.contextual.cascade)
    return own | {"metrics": metrics, "probes": [_probe(analyzer, text) for text in probes]}


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
