"""The shape of the project: which room may know which, and what the image holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

ALLOWED = {
    "model": {"model"},
    "service": {"model", "service"},
    "training": {"model", "training"},
}
UNKNOWN_TO_MODEL = {
    "flask",
    "werkzeug",
    "gunicorn",
    "pydantic",
    "joblib",
    "os",
    "time",
    "datetime",
    "socket",
    "urllib",
    "logging",
}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("room", ALLOWED)
def test_imports_go_one_way(room: str) -> None:
    ours = {"model", "service", "training", "tests"}
    for path in (ROOT / room).rglob("*.py"):
        assert imports(path) & ours <= ALLOWED[room], path


def test_the_model_knows_no_flask_no_environment_no_clock_no_network() -> None:
    for path in (ROOT / "model").rglob("*.py"):
        assert imports(path) & UNKNOWN_TO_MODEL == set(), path


def test_the_model_is_fast_to_import() -> None:
    code = "import sys, model; sys.exit(bool({'sklearn', 'skops', 'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_lexical_profile_needs_no_encoder() -> None:
    code = "import sys, model; model.load(profile='lexical'); sys.exit(bool({'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_serving_needs_no_training() -> None:
    code = "import sys, service.server; sys.exit('training' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_image_holds_only_what_serving_needs() -> None:
    copied = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY") and "--from" not in line]
    assert copied == ["COPY requirements.txt .", "COPY model model", "COPY service service"]
    assert (ROOT / ".dockerignore").read_text().splitlines()[:4] == ["*", "!requirements.txt", "!model", "!service"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
