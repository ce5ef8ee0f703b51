"""Every setting of the service: an environment variable, its type, its default, what it does."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model.store import ARTIFACT, DEFAULT_PROFILE
from model.types import PROFILES, Profile


class SettingsError(Exception):
    """A setting has a value that it cannot have."""


@dataclass(frozen=True)
class Settings:
    """The settings of a running service.

    ====================  ===============  ============================================
    variable              default          what it does
    ====================  ===============  ============================================
    ``HOST``              ``127.0.0.1``    the address to listen on
    ``PORT``              ``8000``         the port to listen on, 1 to 65535
    ``WORKERS``           number of cores  processes that answer, 1 to 64
    ``HEARSAY_ARTIFACT``  the shipped one  folder of the artefact to serve
    ``HEARSAY_PROFILE``   ``contextual``   what judges: ``contextual``, or ``lexical``
    ====================  ===============  ============================================
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    artifact: Path = ARTIFACT
    profile: Profile = DEFAULT_PROFILE

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Reads the settings. An empty variable counts as unset. Raises :class:`SettingsError`."""
        return cls(
            host=environment.get("HOST") or "127.0.0.1",
            port=_number(environment, "PORT", 8000, most=65_535),
            workers=_number(environment, "WORKERS", min(os.cpu_count() or 1, 64), most=64),
            artifact=Path(environment.get("HEARSAY_ARTIFACT") or ARTIFACT),
            profile=_profile(environment),
        )


def _profile(environment: Mapping[str, str]) -> Profile:
    value = environment.get("HEARSAY_PROFILE") or DEFAULT_PROFILE
    profile = next((profile for profile in PROFILES if profile == value), None)
    if profile is None:
        raise SettingsError(f"HEARSAY_PROFILE is {value!r}; set it to {' or '.join(PROFILES)}")
    return profile


def _number(environment: Mapping[str, str], name: str, default: int, most: int) -> int:
    value = environment.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
        raise SettingsError(f"{name} is {value!r}; set it to a whole number from 1 to {most}")
    return int(value)
