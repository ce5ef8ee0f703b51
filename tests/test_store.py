"""An artefact that was tampered with is refused, and told apart, before anything in it is built."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from model import Analyzer, ArtefactError, load
from model.store import ARTIFACT, ENCODER_FILES, FILES, file_digest, read_manifest, self_check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped artefact to spoil."""
    return Path(shutil.copytree(ARTIFACT, tmp_path / "artifact"))


def edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def replace(folder: Path, name: str, content: bytes) -> None:
    """Puts another file in, with a manifest that knows its digest: what an attacker would do."""
    (folder / name).write_bytes(content)
    edit(folder, lambda manifest: manifest["digests"]["files"].update({name: file_digest(content)}))


def test_a_copy_loads(folder: Path) -> None:
    assert load(folder).analyze("They lied.") == load(str(folder)).analyze("They lied.")


def test_another_profile() -> None:
    with pytest.raises(ArtefactError, match="no profile 'best'; name lexical or contextual"):
        load(profile="best")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FILES["contextual"])
def test_a_changed_file(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtefactError, match=f"{name} is not the file that its manifest names"):
        load(folder)


@pytest.mark.parametrize("name", [*FILES["contextual"], "manifest.json"])
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ArtefactError, match="cannot be read"):
        load(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000])
def test_a_broken_manifest(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ArtefactError, match="is not a manifest"):
        load(folder)


@pytest.mark.parametrize("key", ["name", "version", "digests", "profiles"])
def test_a_manifest_without_a_member(folder: Path, key: str) -> None:
    edit(folder, lambda manifest: manifest.pop(key))
    with pytest.raises(ArtefactError):
        load(folder)


@pytest.mark.parametrize("files", [list(FILES["contextual"]), 5, "x"])
def test_files_that_are_no_digests(folder: Path, files: object) -> None:
    edit(folder, lambda manifest: manifest["digests"].update(files=files))
    with pytest.raises(ArtefactError, match="is not a manifest"):
        load(folder)


@pytest.mark.parametrize("probes", [5, [], [5], [{"text": "x"}]])
def test_probes_that_are_none(folder: Path, probes: object) -> None:
    edit(folder, lambda manifest: manifest["profiles"]["lexical"].update(probes=probes))
    with pytest.raises(ArtefactError):
        self_check(load(folder, "lexical"), read_manifest(folder, "lexical"))


def test_probes_that_no_score_can_differ_from(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["profiles"]["contextual"]["probes"][0]["scores"].update(loaded_language=float("nan")))
    with pytest.raises(ArtefactError, match="no longer gives"):
        self_check(load(folder), read_manifest(folder))


@pytest.mark.parametrize("library", ["numpy", "onnxruntime", "scikit-learn", "scipy", "skops", "tokenizers"])
def test_another_version_of_a_library(folder: Path, library: str) -> None:
    edit(folder, lambda manifest: manifest["libraries"].update({library: "0.1"}))
    with pytest.raises(ArtefactError, match=f"made with {library} 0.1, here is"):
        load(folder)


def test_other_word_lists(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["digests"].update(lists="sha256:0"))
    with pytest.raises(ArtefactError, match="word lists"):
        load(folder)


def test_other_thresholds(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["profiles"]["contextual"]["thresholds"]["loaded_language"].update(flag=0.99))
    with pytest.raises(ArtefactError, match="parameters"):
        load(folder)


def test_a_forged_vocabulary(folder: Path) -> None:
    replace(folder, "vocabulary.txt", (folder / "vocabulary.txt").read_bytes() + b"word:forged\n")
    with pytest.raises(ArtefactError):
        load(folder)


def parts() -> dict[str, Any]:
    content: dict[str, Any] = skops.io.load(ARTIFACT / "classifiers.skops", trusted=[])
    return content


def test_a_forged_weight(folder: Path) -> None:
    forged = parts()
    forged["allegation"].coef_ *= -1
    replace(folder, "classifiers.skops", skops.io.dumps(forged))
    with pytest.raises(ArtefactError, match="parameters"):
        load(folder)


def test_a_type_that_could_run_code(folder: Path) -> None:
    replace(folder, "classifiers.skops", skops.io.dumps({**parts(), "allegation": FunctionTransformer(shutil.rmtree)}))
    with pytest.raises(ArtefactError, match="types that are not allowed"):
        load(folder)


@pytest.mark.parametrize("forged", [LogisticRegression(), 1, None])
def test_a_part_of_another_kind(folder: Path, forged: object) -> None:
    replace(folder, "classifiers.skops", skops.io.dumps({**parts(), "support": forged}))
    with pytest.raises(ArtefactError):
        load(folder)


@pytest.mark.parametrize("name", ENCODER_FILES)
def test_a_forged_encoder(folder: Path, name: str) -> None:
    replace(folder, name, b"{}")
    with pytest.raises(ArtefactError, match="no encoder of this version"):
        load(folder)
    assert load(folder, "lexical").analyze("They lied.").model.profile == "lexical"


def test_forged_heads(folder: Path) -> None:
    replace(folder, "heads.skops", skops.io.dumps(parts()))
    with pytest.raises(ArtefactError, match="does not hold the classifiers"):
        load(folder)


def test_a_pickle_is_no_artefact(folder: Path, tmp_path: Path) -> None:
    joblib.dump(parts(), tmp_path / "model.joblib")
    replace(folder, "classifiers.skops", (tmp_path / "model.joblib").read_bytes())
    with pytest.raises(ArtefactError):
        load(folder)


def test_the_self_check_finds_a_score_that_is_not_the_recorded_one(analyzer: Analyzer) -> None:
    manifest = read_manifest(ARTIFACT)
    self_check(analyzer, manifest)
    manifest["profiles"]["contextual"]["probes"][0]["scores"]["loaded_language"] += 0.1
    with pytest.raises(ArtefactError, match="no longer gives the recorded scores"):
        self_check(analyzer, manifest)
    for broken in ({}, {"text": 1, "scores": {}}, {"text": "a", "scores": {"loaded_language": "0", "unsupported_allegation": 0}}):
        with pytest.raises(ArtefactError, match="probes are broken"):
            self_check(analyzer, manifest | {"profiles": {"contextual": {"probes": [broken]}}})


@pytest.mark.parametrize("probes", [[], None])
def test_a_manifest_without_probes_is_none(folder: Path, probes: object) -> None:
    edit(folder, lambda manifest: manifest["profiles"]["lexical"].update(probes=probes))
    with pytest.raises(ArtefactError, match="is not a manifest"):
        load(folder)
