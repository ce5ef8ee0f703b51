"""``GET /openapi.json``: the API described in OpenAPI 3.1, from the schemas that the code itself uses."""

from typing import Any

from flask import Blueprint, Response, jsonify
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from service.problems import CONTENT_TYPE, STATUSES
from service.schemas import AnalyzeAnswer, AnalyzeRequest, Health, ProblemAnswer

blueprint = Blueprint("openapi", __name__)

_Input = tuple[str, JsonSchemaMode, TypeAdapter[Any]]

_REQUESTS: tuple[type, ...] = (AnalyzeRequest,)
_ANSWERS: tuple[type, ...] = (AnalyzeAnswer, Health, ProblemAnswer)
# The problems of a route that takes a body.
_PROBLEMS = (400, 413, 415, 422, 500)


@blueprint.get("/openapi.json")
def document() -> Response:
    """The document itself."""
    return jsonify(openapi())


def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hearsay",
            "version": "1",
            "summary": "Where English text makes allegations without support, and where its language is loaded.",
        },
        "paths": {
            "/v1/analyze": {"post": _analyze()},
            "/v1/model": {"get": _get("manifest", "The manifest of the artefact that judges.", {"type": "object"})},
            "/healthz": {"get": _get("healthz", "The process is alive.", _reference(Health))},
            "/readyz": {"get": _get("readyz", "The artefact is loaded and checked.", _reference(Health))},
            "/openapi.json": {"get": _get("openapi", "This document.", {"type": "object"})},
        },
        "components": {"schemas": _schemas()},
    }


def _analyze() -> dict[str, Any]:
    problems = {str(status): _content(STATUSES[status], _reference(ProblemAnswer), CONTENT_TYPE) for status in _PROBLEMS}
    return {
        "operationId": "analyze",
        "summary": "Judges a text, sentence by sentence.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _reference(AnalyzeRequest)}}},
        "responses": {"200": _content("What was found.", _reference(AnalyzeAnswer)), **problems},
    }


def _get(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "responses": {"200": _content(summary, schema)}}


def _content(description: str, schema: dict[str, Any], content_type: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {content_type: {"schema": schema}}}


def _reference(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _schemas() -> dict[str, Any]:
    inputs: list[_Input] = [(kind.__name__, "validation", TypeAdapter(kind)) for kind in _REQUESTS]
    inputs += [(kind.__name__, "serialization", TypeAdapter(kind)) for kind in _ANSWERS]
    _, found = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = found["$defs"]
    return schemas
