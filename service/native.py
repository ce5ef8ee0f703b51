"""The native API: ``POST /v1/analyze`` and ``GET /v1/model``."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from pydantic import ValidationError

from model import Analyzer
from service import problems
from service.problems import Problem
from service.schemas import MAX_BODY, AnalyzeRequest

blueprint = Blueprint("native", __name__, url_prefix="/v1")


@blueprint.post("/analyze")
def analyze() -> Response:
    """Judges the text in the body."""
    analyzer: Analyzer = current_app.extensions["analyzer"]
    body = _body()
    identity: dict[str, Any] = {} if body.id is None else {"id": body.id}
    return jsonify(identity | analyzer.analyze(body.text).to_dict())


@blueprint.get("/model")
def manifest() -> Response:
    """The manifest of the artefact that judges, and by which of its profiles."""
    analyzer: Analyzer = current_app.extensions["analyzer"]
    return jsonify({"profile": analyzer.info.profile} | current_app.extensions["manifest"])


def _body() -> AnalyzeRequest:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise Problem(415)
    content = request.get_data(cache=False)
    if len(content) > MAX_BODY:
        raise Problem(413)
    try:
        return AnalyzeRequest.model_validate_json(content)
    except ValidationError as error:
        raise problems.from_validation(error, tuple(AnalyzeRequest.model_fields)) from None
