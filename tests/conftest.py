"""What tests share: where things are, the shipped analyzer, and a client of the app."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from model import Analyzer, load
from service import create_app
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The shipped artefact."""
    return load()


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """A client of the app with the shipped artefact."""
    return create_app(Settings()).test_client()
