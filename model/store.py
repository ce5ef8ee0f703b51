"""Reads and checks an artefact: a folder of plain files under one manifest. Loading it can run no code.

======================  =====================================================================
file                    holds
======================  =====================================================================
``manifest.json``       name and version, digests, library versions; by profile thresholds, metrics, probes
``vocabulary.txt``       the features of sentences, one a line, in the order of the columns
``word_vocabulary.txt``  the features of words, likewise
``lower_case.txt``       the words seen in lower case, one a line
``classifiers.skops``   the scikit-learn classifiers of the lexical stage
``encoder.onnx``        the encoder of the contextual stage
``tokenizer.json``      how it cuts words into pieces
``heads.skops``         the scikit-learn classifiers stacked on both stages
``CARD.md``             the manifest for people
======================  =====================================================================

The last three are of the profile ``contextual``, and not read for ``lexical``.

Errors: :class:`ArtefactError`, whose message says what is wrong and what to do.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model import lexicon
from model.analyzer import Analyzer, Threshold
from model.contextual import COLUMNS, WORD_COLUMNS, Cascade, Contextual, Heads
from model.encoder import Encoder
from model.lexical import Classifiers, Lexical
from model.tagger import Tagger
from model.types import LABELS, PROFILES, SUPPORT_VALUES, Label, ModelInfo, Profile

if TYPE_CHECKING:  # see model.analyzer
    from sklearn.linear_model import LogisticRegression

ARTIFACT = Path(__file__).parent / "artifact"
DEFAULT_PROFILE: Profile = "contextual"
_LEXICAL = ("vocabulary.txt", "word_vocabulary.txt", "lower_case.txt", "classifiers.skops")
ENCODER_FILES = ("encoder.onnx", "tokenizer.json")
FILES: dict[Profile, tuple[str, ...]] = {
    "lexical": _LEXICAL,
    "contextual": (*_LEXICAL, *ENCODER_FILES, "heads.skops"),
}
_LEARNING = ("numpy", "scikit-learn", "scipy", "skops")
LIBRARIES: dict[Profile, tuple[str, ...]] = {"lexical": _LEARNING, "contextual": (*_LEARNING, "onnxruntime", "tokenizers")}

_CLASSES = {"allegation": 2, "support": len(SUPPORT_VALUES), "loaded_language": 2, "loaded_words": 2}
_RETRAIN = "run 'make train', or put back the artefact as it was made"
# A probe's score may differ a little between processors: in its last digit, and where numbers of eight bits are added, more.
_PROBE_TOLERANCE: dict[Profile, float] = {"lexical": 1e-3, "contextual": 0.03}


class ArtefactError(Exception):
    """The artefact cannot be trusted or used."""


def load(folder: Path | str | None = None, profile: Profile = DEFAULT_PROFILE) -> Analyzer:
    """The analyzer of the artefact in ``folder``, by default the one that the project ships. See :func:`read_manifest`."""
    if profile not in PROFILES:
        raise ArtefactError(f"there is no profile {profile!r}; name {' or '.join(PROFILES)}")
    folder = ARTIFACT if folder is None else Path(folder)
    manifest = read_manifest(folder, profile)
    contents = {name: _read(folder / name) for name in FILES[profile]}
    _check_digests(manifest, contents)
    try:
        analyzer = _analyzer(manifest, contents, profile)
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(f"{folder} is not a usable artefact ({type(error).__name__}); {_RETRAIN}") from error
    if parameter_digest(analyzer) != analyzer.info.digest:
        raise ArtefactError(f"the parameters in {folder} are not those of its manifest; {_RETRAIN}")
    return analyzer


def _analyzer(manifest: Mapping[str, Any], contents: Mapping[str, bytes], profile: Profile) -> Analyzer:
    own = manifest["profiles"][profile]
    vocabularies = [_lines(contents[name]) for name in ("vocabulary.txt", "word_vocabulary.txt")]
    sentences, words = _classifiers(contents, "classifiers.skops", *map(len, vocabularies))
    return Analyzer(
        ModelInfo(manifest["name"], manifest["version"], profile, own["parameters"]),
        frozenset(_lines(contents["lower_case.txt"])),
        Lexical(Tagger(vocabularies[1], words), vocabularies[0], sentences),
        _contextual(contents, own["cascade"]) if profile == "contextual" else None,
        {label: Threshold(**own["thresholds"][label]) for label in LABELS},
    )


def _contextual(contents: Mapping[str, bytes], cascade: Mapping[str, float]) -> Contextual:
    heads = Heads(*_classifiers(contents, "heads.skops", len(COLUMNS), len(WORD_COLUMNS)))
    try:
        encoder = Encoder(contents["encoder.onnx"], contents["tokenizer.json"])
    except Exception as error:  # a forged network can make its reader raise anything
        raise ArtefactError(f"encoder.onnx and tokenizer.json hold no encoder of this version; {_RETRAIN}") from error
    return Contextual(encoder, heads, Cascade(**cascade))


def read_manifest(folder: Path, profile: Profile = DEFAULT_PROFILE) -> dict[str, Any]:
    """The manifest of an artefact. Raises :class:`ArtefactError` if it is missing, broken, or made for other libraries or
    word lists than those at hand.
    """
    try:
        manifest = json.loads(_read(folder / "manifest.json"))
        libraries, lists = dict(manifest["libraries"]), manifest["digests"]["lists"]
        files = set(dict(manifest["digests"]["files"]))
        if not (all(list(manifest["profiles"][name]["probes"]) for name in PROFILES) and set(FILES["contextual"]) == files):
            raise ValueError("no probes, or not the files of this version")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArtefactError(f"{folder / 'manifest.json'} is not a manifest; {_RETRAIN}") from error
    for library in LIBRARIES[profile]:
        made, here = libraries.get(library), _installed(library)
        if made != here:
            raise ArtefactError(f"the artefact was made with {library} {made}, here is {here}; install that one or {_RETRAIN}")
    if lists != lexicon.digest():
        raise ArtefactError(f"the word lists in model/data are not those that the artefact was made with; {_RETRAIN}")
    assert isinstance(manifest, dict)
    return manifest


def _installed(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


def self_check(analyzer: Analyzer, manifest: Mapping[str, Any]) -> None:
    """Scores the manifest's probe texts anew. Raises :class:`ArtefactError` where a score is not the recorded one."""
    profile = analyzer.info.profile
    for probe in manifest["profiles"][profile]["probes"]:
        try:
            scores = analyzer.analyze(probe["text"]).scores
            gaps = [abs(getattr(scores, label) - probe["scores"][label]) for label in LABELS]
        except (KeyError, TypeError) as error:
            raise ArtefactError(f"the manifest's probes are broken; {_RETRAIN}") from error
        if not all(gap <= _PROBE_TOLERANCE[profile] for gap in gaps):  # a recorded score may be no number
            raise ArtefactError(f"the artefact no longer gives the recorded scores of its probe texts; {_RETRAIN}")


def parameter_digest(analyzer: Analyzer) -> str:
    """SHA-256 over everything that decides a score or a flag: over the classifiers however the file holds them, and the files of
    the encoder.
    """
    state = hashlib.sha256()
    lexical, contextual = analyzer.lexical, analyzer.contextual
    state.update(lexicon.digest().encode())
    state.update(json.dumps([sorted(analyzer.known), lexical.vocabulary, lexical.tagger.vocabulary]).encode())
    _add(state, lexical.classifiers, lexical.tagger.classifier)
    if contextual:
        state.update(contextual.encoder.digest.encode())
        _add(state, contextual.heads.sentences, contextual.heads.words)
        state.update(json.dumps(asdict(contextual.cascade)).encode())
    thresholds: dict[Label, Threshold] = analyzer.thresholds
    state.update(json.dumps({label: [t.review, t.flag] for label, t in sorted(thresholds.items())}).encode())
    return "sha256:" + state.hexdigest()


def _add(state: "hashlib._Hash", sentences: Classifiers, words: "LogisticRegression") -> None:
    for classifier in (sentences.allegation, sentences.support, sentences.loaded_language, words):
        for array in (classifier.classes_, classifier.coef_, classifier.intercept_):
            state.update(np.ascontiguousarray(array, dtype="<f8").tobytes())


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


def _classifiers(
    contents: Mapping[str, bytes], name: str, columns: int, word_columns: int
) -> tuple[Classifiers, "LogisticRegression"]:
    """Reads classifiers of sentences and of words. Their types are audited before anything is built: only scikit-learn's own
    pass.
    """
    import skops.io

    content = contents[name]
    try:
        untrusted = skops.io.get_untrusted_types(data=content)
        if untrusted:
            raise ArtefactError(f"{name} holds types that are not allowed: {', '.join(untrusted)}; {_RETRAIN}")
        parts = skops.io.loads(content, trusted=[])
        widths = dict.fromkeys(_CLASSES, columns) | {"loaded_words": word_columns}
        allegation, support, loaded, words = (_checked(parts[part], _CLASSES[part], widths[part]) for part in _CLASSES)
    except ArtefactError:
        raise
    except Exception as error:  # a forged file can make its reader raise anything
        raise ArtefactError(f"{name} does not hold the classifiers of this version; {_RETRAIN}") from error
    return Classifiers(allegation, support, loaded), words


def _checked(classifier: Any, classes: int, columns: int) -> "LogisticRegression":
    from sklearn.linear_model import LogisticRegression

    if type(classifier) is not LogisticRegression or list(classifier.classes_) != list(range(classes)):
        raise ValueError("not a classifier of the expected classes")
    if classifier.coef_.shape != (classes if classes > 2 else 1, columns):
        raise ValueError("not a classifier of the expected columns")
    return classifier
