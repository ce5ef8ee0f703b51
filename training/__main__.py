"""``python -m training``: the commands.

=============  ===========================================================================
command        what it does
=============  ===========================================================================
(none)         trains on the seeds and writes the artefact
``seeds``      checks the seed documents and counts them
``fetch``      puts the texts of the real documents in their place
``sample``     draws stretches of real documents for annotation
``encoder``    tunes the encoder of the contextual stage; needs requirements-encoder.txt
``evaluate``   measures the artefact on everything it was not trained on, and writes the report
``export``     writes the fitted scikit-learn estimators to a joblib file, for notebooks,
               or the annotations in another tool's format
``import``     writes another tool's annotations as seed documents
=============  ===========================================================================
"""

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import joblib

from model.analyzer import Analyzer
from model.contextual import COLUMNS, WORD_COLUMNS
from model.encoder import Encoder
from model.store import ARTIFACT, ENCODER_FILES, ArtefactError, load
from model.types import PROFILES, ModelInfo, Profile
from training import agreement, artefact, corpus, fetch, formats, out_of_fold, sample, seeds, standoff
from training.evaluation.held_out import evaluate
from training.examples import split_documents
from training.fit import fit_both
from training.seeds import Document

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"

_LOG = logging.getLogger("training")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (seeds.TrainingError, ArtefactError, OSError) as error:
        _LOG.error("%s", error)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description="Trains and checks Hearsay's model.")
    parser.add_argument("--seeds", type=Path, default=SEEDS, help="folder of the seed documents (default: the project's)")
    parser.add_argument("--artifact", type=Path, default=ARTIFACT, help="folder of the artefact (default: model/artifact)")
    parser.set_defaults(run=train)
    commands = parser.add_subparsers(title="commands", description="without one: train")
    commands.add_parser("seeds", help="check the seed documents and count them").set_defaults(run=check)
    fetching = commands.add_parser("fetch", help="put the texts of the real documents in their place")
    fetching.add_argument("source", metavar="FROM", help="folder, .tar, .tar.gz, .tgz or .zip, or the address of an archive")
    fetching.set_defaults(run=fetch_texts)
    sampling = commands.add_parser("sample", help="draw stretches of real documents that nobody has annotated yet")
    sampling.add_argument("sentences", type=int, help="about how many sentences")
    sampling.add_argument("--cited", action="store_true", help="only stretches that accuse and name their sources")
    sampling.set_defaults(run=draw_sample)
    tuning = commands.add_parser("encoder", help="tune the encoder of the contextual stage; needs requirements-encoder.txt")
    tuning.add_argument(
        "--base", help="the weights to begin with, of an uncased BERT: a folder, or a name on the hub (default: a package's)"
    )
    tuning.set_defaults(run=make_encoder)
    evaluating = commands.add_parser("evaluate", help="measure the artefact, and write docs/evaluation.md")
    evaluating.add_argument("--corpora", type=Path, help="folder of the corpora of others to measure on, too")
    evaluating.set_defaults(run=report)
    exporting = commands.add_parser("export", help="write the fitted estimators, or the authored documents for another tool")
    exporting.add_argument("--format", choices=["joblib", *formats.FORMATS], default="joblib", help="default: joblib")
    exporting.add_argument("target", type=Path, help="the file to write; for brat, a new folder")
    exporting.set_defaults(run=export)
    importing = commands.add_parser("import", help="write another tool's annotations as seed documents")
    importing.add_argument("format", choices=list(formats.FORMATS))
    importing.add_argument("source", type=Path, help="the file to read; for brat, a folder")
    importing.add_argument("folder", type=Path, help="where to write <genre>/<id>.txt, such as seeds/authored")
    importing.set_defaults(run=import_seeds)
    return parser


def read_documents(folder: Path) -> list[Document]:
    """The authored documents in ``folder``, and the real ones whose texts are there; says which are not."""
    authored = seeds.read_folder(folder / "authored")
    real, missing = standoff.read_documents(folder / "real", folder / "texts")
    _LOG.info("%d authored documents, %d stretches of real ones", len(authored), len(real))
    if missing:
        _LOG.info("without the texts of %s: see 'fetch' in seeds/README.md", ", ".join(missing))
    return authored + real


def train(options: argparse.Namespace) -> None:
    """Reads, splits, fits, evaluates, writes; says what changed. The encoder is the one that the project ships."""
    documents = read_documents(options.seeds)
    training, held_out = split_documents(documents)
    _LOG.info("%d documents to train on, %d held out", len(training), len(held_out))
    files = {name: (ARTIFACT / name).read_bytes() for name in ENCODER_FILES}
    info = ModelInfo(artefact.NAME, artefact.VERSION, "lexical", "")
    encoder, told = Encoder(*files.values()), out_of_fold.load()
    told.check(encoder, held_out)
    analyzers = fit_both(training, info, encoder, told, log=_LOG.info)
    finished = {analyzer.info.profile: artefact.finished(analyzer) for analyzer in analyzers}
    metrics = {
        profile: {half: evaluate(analyzer, members) for half, members in halves(held_out).items()}
        for profile, analyzer in finished.items()
    }
    before = _profiles_before(options.artifact)
    probes = (options.seeds / "probes.txt").read_text("utf-8").splitlines()
    artefact.write(options.artifact, finished, files, training, held_out, metrics, probes)
    for profile, analyzer in finished.items():
        _LOG.info("%s", "\n".join(_changes(profile, before.get(profile, {}).get("metrics", {}), metrics[profile])))
        _LOG.info("wrote %s, profile %s, parameters %s", options.artifact, profile, analyzer.info.digest)


def make_encoder(options: argparse.Namespace) -> None:
    """Writes the encoder into the artefact that the project ships, which is broken until ``train`` mends its manifest."""
    if options.artifact != ARTIFACT:
        raise seeds.TrainingError("there is one encoder, the project's own; leave --artifact away")
    try:  # only this needs torch, and who trains the rest does not have it
        from training import encoder
        from training.encoder.network import packaged
    except ImportError as error:
        raise seeds.TrainingError(f"{error.name} is not installed; run 'make encoder'") from error
    training, _ = split_documents(read_documents(options.seeds))
    files, told = encoder.make(training, options.base or packaged(), ROOT / "build" / "encoder", _LOG.info)
    for name, content in files.items():
        (ARTIFACT / name).write_bytes(content)
    told.save(out_of_fold.PATH)
    _LOG.info("wrote the encoder; now train")


def halves(documents: Sequence[Document]) -> dict[seeds.Half, list[Document]]:
    """The documents that figures are given for apart: authored, in contrast groups, real; without those there are none of.
    The test set is left to ``evaluate``, so that nobody trains by its figures.
    """
    shown = (half for half in seeds.HALVES if half != "test")
    groups = {half: [document for document in documents if document.half == half] for half in shown}
    return {half: members for half, members in groups.items() if members}


def _profiles_before(folder: Path) -> dict[str, Any]:
    try:
        profiles: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))["profiles"]
    except (OSError, ValueError, KeyError):
        return {}
    return profiles


def _changes(profile: Profile, before: Mapping[str, Any], after: Mapping[Any, Any]) -> list[str]:
    lines = [f"{profile + ', on held-out documents':<60}{'before':>10}{'now':>10}"]
    for half, names in after.items():
        for name, values in names.items():
            for key, value in values.items():
                old = before.get(half, {}).get(name, {}).get(key)
                lines.append(f"{f'{half} {name} {key}':<60}{'-' if old is None else f'{old:g}':>10}{value:>10g}")
    return lines


def check(options: argparse.Namespace) -> None:
    """Reads every seed document, prints what there is, and refuses copies and worn openings."""
    documents = read_documents(options.seeds)
    print("\n".join([*seeds.make_up(documents), "", *corpus.report(documents), "", *_agreement(options.seeds)]))
    refusals = corpus.check(documents)
    if refusals:
        sys.exit("\n".join(refusals))


def _agreement(folder: Path) -> list[str]:
    first, second = (standoff.read_documents(folder / "real", folder / "texts", reading)[0] for reading in ("first", "second"))
    if not first:
        return ["agreement of two readings: not measured without the texts of the real documents"]
    return agreement.table(agreement.agreement(first, second))


def fetch_texts(options: argparse.Namespace) -> None:
    """Puts the texts of the real documents into ``texts``, below the seeds."""
    fetch.fetch(options.source, options.seeds / "real", options.seeds / "texts", _LOG.info)


def draw_sample(options: argparse.Namespace) -> None:
    """Prints the drawn stretches, one a line, as JSON: where they begin, how many paragraphs, the stratum."""
    taken = standoff.annotated(options.seeds / "real")
    draw = sample.draw_cited if options.cited else sample.draw
    for stratum, stretch in draw(options.seeds / "texts", options.sentences, taken):
        first, count = stretch.paragraphs[0], len(stretch.paragraphs)
        place = {"source": first.source, "doc": first.doc, "n": first.n, "paragraphs": count}
        print(json.dumps(place | {"stratum": stratum}))


def report(options: argparse.Namespace) -> None:
    """Writes ``docs/evaluation.md``. What the learning curves fit stays in ``build``, so that a broken run goes on."""
    # This is slow to import, and draws, for which only developers have what it takes.
    from training.evaluation.run import run

    documents = read_documents(options.seeds)
    store = ROOT / "build" / "learning.jsonl"
    analyzers = {profile: load(options.artifact, profile) for profile in PROFILES}
    run(options.artifact, analyzers, documents, options.corpora, store, ROOT, _LOG.info)


def export(options: argparse.Namespace) -> None:
    """Writes the estimators, or the authored documents in another tool's format."""
    if options.format == "joblib":
        _export_estimators(load(options.artifact), options.target)
    else:
        formats.export_to(seeds.read_folder(options.seeds / "authored"), options.target, options.format)
    _LOG.info("wrote %s", options.target)


def _export_estimators(analyzer: Analyzer, target: Path) -> None:
    """Classifiers of both stages, vocabularies and thresholds as a dict that joblib can read."""
    lexical, contextual = analyzer.lexical, analyzer.contextual
    assert contextual
    parts = {
        "classifiers": vars(lexical.classifiers),
        "vocabulary": lexical.vocabulary,
        "word_classifier": lexical.tagger.classifier,
        "word_vocabulary": lexical.tagger.vocabulary,
        "stacked_classifiers": vars(contextual.heads.sentences),
        "stacked_columns": COLUMNS,
        "stacked_word_classifier": contextual.heads.words,
        "stacked_word_columns": WORD_COLUMNS,
        "thresholds": {label: asdict(threshold) for label, threshold in analyzer.thresholds.items()},
    }
    joblib.dump(parts, target)


def import_seeds(options: argparse.Namespace) -> None:
    """Writes seed documents of another tool's annotations, and checks them."""
    paths = formats.import_to(options.source, options.format, options.folder)
    _LOG.info("wrote %d documents to %s", len(paths), options.folder)


if __name__ == "__main__":
    sys.exit(main())
