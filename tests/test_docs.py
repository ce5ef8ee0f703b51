"""The documents say what the code does: every setting, route, status, figure and example in them is checked."""

import doctest
import json
import re
from pathlib import Path
from typing import get_args

import pytest
from flask.testing import FlaskClient

import model
from model.store import ARTIFACT, DEFAULT_PROFILE, read_manifest
from model.types import LABELS, SUPPORT_VALUES, EvidenceKind
from service import create_app
from service.problems import STATUSES
from service.settings import Settings
from tests.conftest import ROOT
from training import agreement, seeds, standoff
from training.calibration import ASSUMED_RATES, PRECISION, REVIEW_PRECISION
from training.card import card
from training.evaluation import report
from training.evaluation.judged import RANKED
from training.seeds import read_folder

DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "seeds" / "README.md").read_text(encoding="utf-8")


def blocks(kind: str, text: str = README) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_the_exchange_is_word_for_word(client: FlaskClient) -> None:
    request = re.search(r"<<'END'\n(.*?)\nEND", README, re.DOTALL)
    assert request is not None
    answer = client.post("/v1/analyze", data=request[1], content_type="application/json")
    assert answer.get_json() == json.loads(blocks("json")[0])


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(blocks("python")[0], "README.md", "exec"), {})  # noqa: S102  # our own example
    assert "unsupported_allegation" in capsys.readouterr().out


def test_the_example_of_the_library_runs() -> None:
    assert doctest.testmod(model).failed == 0
    assert doctest.testmod(model).attempted > 0


def test_every_figure_of_the_documents_is_that_of_the_report() -> None:
    figures = json.loads((DOCS / "evaluation.json").read_text(encoding="utf-8"))
    assert (DOCS / "evaluation.md").read_text(encoding="utf-8") == report.page(figures)
    assert f"<!-- figures -->\n{report.readme(figures)}\n<!-- /figures -->" in README
    for picture in re.findall(r"]\((evaluation/[\w-]+\.png)\)", report.page(figures)):
        assert (DOCS / picture).exists()


def test_the_report_is_of_the_shipped_model() -> None:
    figures = json.loads((DOCS / "evaluation.json").read_text(encoding="utf-8"))
    manifest = read_manifest(ARTIFACT)
    own = manifest["profiles"][DEFAULT_PROFILE]
    assert figures["model"] == {
        "profile": DEFAULT_PROFILE,
        "parameters": own["parameters"],
        "seeds": manifest["digests"]["seeds"],
    }
    assert figures["thresholds"] == own["thresholds"]
    for profile, values in manifest["profiles"].items():
        assert values["metrics"].items() <= figures["profiles"][profile].items()
    for half, metrics in own["metrics"].items():
        for label in RANKED:
            decided = ("flagged", "precision", "recall", "f1")
            told = {f"{key}_at_flag" if key in decided else key: value for key, value in metrics[label].items()}
            assert told.items() <= figures["held_out"][half][label].items()
    assert (ARTIFACT / "CARD.md").read_text(encoding="utf-8") == card(manifest)


def test_no_other_figure_stands_in_the_readme() -> None:
    words = re.sub(r"<!-- figures -->.*<!-- /figures -->|```.*?```|\[[^]]*]\([^)]*\)", "", README, flags=re.DOTALL)
    rates = [f"{rate:.0%}" for rate in ASSUMED_RATES.values()]
    stated = {str(PRECISION), str(REVIEW_PRECISION), *rates, "0.2"}
    assert set(re.findall(r"(?<![\w.])(?:0\.\d+|[\d.]+%)(?![\w.]*\d)", words)) == stated


def test_every_route_setting_status_and_word_of_the_answer_stands_in_the_readme() -> None:
    routes = [rule.rule for rule in create_app(Settings()).url_map.iter_rules()]
    settings = re.findall(r"``([A-Z_]+)``", str(Settings.__doc__))
    statuses = [str(status) for status in STATUSES]
    for word in [*routes, *settings, *statuses, *LABELS, *SUPPORT_VALUES, *get_args(EvidenceKind)]:
        assert f"`{word}" in README or f"| {word}" in README or f" {word}`" in README or f", {word} |" in README, word


def test_every_command_of_training_stands_in_the_readme() -> None:
    commands = re.findall(r"add_parser\(\"(\w+)\"", (ROOT / "training" / "__main__.py").read_text(encoding="utf-8"))
    assert commands
    assert [command for command in commands if f"-m training {command}" not in README] == []


def test_the_layout_names_every_module() -> None:
    layout = blocks("", README[README.index("## Layout") :])[0]
    for room in ("model", "service", "training"):
        for path in (ROOT / room).rglob("*.py"):
            assert path.stem.startswith("__") or re.search(rf"\b{path.stem}\b", layout), path


def test_the_guides_example_document_is_one(tmp_path: Path) -> None:
    example = next(block for block in blocks("", GUIDE) if block.startswith("id: "))
    path = tmp_path / "news-report" / "ferry-inspection.txt"
    path.parent.mkdir()
    path.write_text(example, encoding="utf-8")
    assert len(read_folder(tmp_path)[0].sentences) == 5


def test_the_guides_tables_are_those_of_the_command() -> None:
    folder = ROOT / "seeds"
    if not (folder / "texts").is_dir():
        pytest.skip("the texts of the real documents are not here")
    real, missing = standoff.read_documents(folder / "real", folder / "texts")
    if missing:
        pytest.skip(f"not here: {missing}")
    assert "\n".join(seeds.make_up(read_folder(folder / "authored") + real)) in GUIDE
    first, second = (standoff.read_documents(folder / "real", folder / "texts", name)[0] for name in ("first", "second"))
    assert "\n".join(agreement.table(agreement.agreement(first, second))) in GUIDE


def test_every_source_is_named_with_its_licence() -> None:
    for name, source in standoff.read_sources(ROOT / "seeds" / "real").items():
        assert f"| `{name}`: {source.title} ({source.origin}) | {source.licence} |" in GUIDE
