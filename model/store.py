"""Reads and checks an artefact: a folder of plain files under one manifest. Loading it can run no code.

======================  =====================================================================
file                    holds
======================  =====================================================================
``manifest.json``       name and version, digests, library versions, thresholds, metrics, probes
``vocabulary.txt``       the features of sentences, one a line, in the order of the columns
``word_vocabulary.txt``  the features of words, likewise
``lower_case.txt``       the words seen in lower case, one a line
``classifiers.skops``   the scikit-learn classifiers
``CARD.md``             the same for people
======================  =====================================================================

Errors: :class:`ArtefactError`, whose message says what is wrong and what to do.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model import lexicon
from model.analyzer import Analyzer, Classifiers, Threshold
from model.tagger import Tagger
from model.types import LABELS, SUPPORT_VALUES, Label, ModelInfo

if TYPE_CHECKING:  # see model.analyzer
    from sklearn.linear_model import LogisticRegression

ARTIFACT = Path(__file__).parent / "artifact"
FILES = ("vocabulary.txt", "word_vocabulary.txt", "lower_case.txt", "classifiers.skops")
LIBRARIES = ("numpy", "scikit-learn", "scipy", "skops")

_CLASSES = {"allegation": 2, "support": len(SUPPORT_VALUES), "loaded_language": 2, "loaded_words": 2}
_RETRAIN = "run 'make train', or put back the artefact as it was made"
# A probe's score may differ in its last digit between processors, not more.
_PROBE_TOLERANCE = 1e-3


class ArtefactError(Exception):
    """The artefact cannot be trusted or used."""


def load(folder: Path | str | None = None) -> Analyzer:
    """The analyzer of the artefact in ``folder``, by default the one that the project ships. See :func:`read_manifest`."""
    folder = ARTIFACT if folder is None else Path(folder)
    manifest = read_manifest(folder)
    contents = {name: _read(folder / name) for name in FILES}
    _check_digests(manifest, contents)
    parts = _classifiers(contents["classifiers.skops"])
    try:
        analyzer = Analyzer(
            ModelInfo(manifest["name"], manifest["version"], manifest["digests"]["parameters"]),
            frozenset(_lines(contents["lower_case.txt"])),
            Tagger(_lines(contents["word_vocabulary.txt"]), parts["loaded_words"]),
            _lines(contents["vocabulary.txt"]),
            Classifiers(parts["allegation"], parts["support"], parts["loaded_language"]),
            {label: Threshold(**manifest["thresholds"][label]) for label in LABELS},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(f"{folder} is not a usable artefact ({type(error).__name__}); {_RETRAIN}") from error
    if parameter_digest(analyzer) != manifest["digests"]["parameters"]:
        raise ArtefactError(f"the parameters in {folder} are not those of its manifest; {_RETRAIN}")
    return analyzer


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an artefact. Raises :class:`ArtefactError` if it is missing, broken, or made for other libraries or
    word lists than those at hand.
    """
    try:
        manifest = json.loads(_read(folder / "manifest.json"))
        libraries, lists = dict(manifest["libraries"]), manifest["digests"]["lists"]
        if not (list(manifest["probes"]) and set(FILES) == set(dict(manifest["digests"]["files"]))):
            raise ValueError("no probes, or not the files of this version")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArtefactError(f"{folder / 'manifest.json'} is not a manifest; {_RETRAIN}") from error
    for library in LIBRARIES:
        if libraries.get(library) != version(library):
            made = libraries.get(library)
            raise ArtefactError(
                f"the artefact was made with {library} {made}, here is {version(library)}; install that one or {_RETRAIN}"
            )
    if lists != lexicon.digest():
        raise ArtefactError(f"the word lists in model/data are not those that the artefact was made with; {_RETRAIN}")
    assert isinstance(manifest, dict)
    return manifest


def self_check(analyzer: Analyzer, manifest: Mapping[str, Any]) -> None:
    """Scores the manifest's probe texts anew. Raises :class:`ArtefactError` where a score is not the recorded one."""
    for probe in manifest["probes"]:
        try:
            scores = analyzer.analyze(probe["text"]).scores
            gaps = [abs(getattr(scores, label) - probe["scores"][label]) for label in LABELS]
        except (KeyError, TypeError) as error:
            raise ArtefactError(f"the manifest's probes are broken; {_RETRAIN}") from error
        if not all(gap <= _PROBE_TOLERANCE for gap in gaps):  # a recorded score may be no number
            raise ArtefactError(f"the artefact no longer gives the recorded scores of its probe texts; {_RETRAIN}")


def parameter_digest(analyzer: Analyzer) -> str:
    """SHA-256 over everything that decides a score or a flag, independent of how the files hold it."""
    state = hashlib.sha256()
    state.update(lexicon.digest().encode())
    state.update(json.dumps([sorted(analyzer.known), analyzer.vocabulary, analyzer.tagger.vocabulary]).encode())
    parts = analyzer.classifiers
    for classifier in (parts.allegation, parts.support, parts.loaded_language, analyzer.tagger.classifier):
        for array in (classifier.classes_, classifier.coef_, classifier.intercept_):
            state.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    thresholds: dict[Label, Threshold] = analyzer.thresholds
    state.update(json.dumps({label: [t.review, t.flag] for label, t in sorted(thresholds.items())}).encode())
    return "sha256:" + state.hexdigest()


def file_digest(content: bytes) -> str:
    """SHA-256 of a file's bytes."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtefactError(f"{path} cannot be read ({error.strerror}); {_RETRAIN}") from error


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8").splitlines()


def _check_digests(manifest: Mapping[str, Any], contents: Mapping[str, bytes]) -> None:
    recorded = manifest["digests"]["files"]
    for name, content in contents.items():
        if recorded.get(name) != file_digest(content):
            raise ArtefactError(f"{name} is not the file that its manifest names; {_RETRAIN}")


def _classifiers(content: bytes) -> dict[str, "LogisticRegression"]:
    """Reads the classifiers. Their types are audited before anything is built: only scikit-learn's own pass."""
    import skops.io

    try:
        untrusted = skops.io.get_untrusted_types(data=content)
        if untrusted:
            raise ArtefactError(f"classifiers.skops holds types that are not allowed: {', '.join(untrusted)}; {_RETRAIN}")
        parts = skops.io.loads(content, trusted=[])
        return {name: _checked(parts[name], classes) for name, classes in _CLASSES.items()}
    except ArtefactError:
        raise
    except Exception as error:  # a forged file can make its reader raise anything
        raise ArtefactError(f"classifiers.skops does not hold the classifiers of this version; {_RETRAIN}") from error


def _checked(classifier: Any, classes: int) -> "LogisticRegression":
    from sklearn.linear_model import LogisticRegression

    if type(classifier) is not LogisticRegression or list(classifier.classes_) != list(range(classes)):
        raise ValueError("not a classifier of the expected classes")
    return classifier
