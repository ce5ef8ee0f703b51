"""For those who run the service: ``GET /healthz`` and ``GET /readyz``."""

from flask import Blueprint, Response, jsonify

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process is alive."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The artefact is loaded and gave the recorded scores of its probes: without that no app is made."""
    return jsonify(status="ready")
