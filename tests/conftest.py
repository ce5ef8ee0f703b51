"""What tests share: where things are, the shipped analyzer, and a client of the app."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from model import Analyzer, load
from model.store import DEFAULT_PROFILE
from model.types import PROFILES, Profile
from service import create_app
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def analyzers() -> dict[Profile, Analyzer]:
    """The profiles of the shipped artefact."""
    return {profile: load(profile=profile) for profile in PROFILES}


@pytest.fixture(scope="session")
def analyzer(analyzers: dict[Profile, Analyzer]) -> Analyzer:
    """What a service judges with unless it is told otherwise."""
    return analyzers[DEFAULT_PROFILE]


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """A client of the app with the shipped artefact."""
    return create_app(Settings()).test_client()
