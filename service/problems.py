"""Errors as ``application/problem+json`` (RFC 9457): the one place with status codes.

Exception
├── Problem                 raised by a route; carries a status and, for a request's fields, what is wrong where
└── werkzeug HTTPException  404, 405, 413 and what else the framework finds
    (anything else is a fault of ours: 500, logged by its type and place alone)

No message here repeats anything that a client sent.
"""

import json
import logging
import traceback
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Flask, Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

CONTENT_TYPE = "application/problem+json"

_MOST_ERRORS = 10
_LOG = logging.getLogger("hearsay")
# Every status but 200 that the service answers, and what it says.
STATUSES = {
    400: "The request is not HTTP, or its body is not JSON in UTF-8.",
    404: "There is nothing here. The routes are listed in /openapi.json.",
    405: "This route does not take that method; the Allow header names those it takes.",
    413: "The body is larger than 1 MB. Send the text in parts.",
    414: "The request line is too long. Send the text in the body of a POST.",
    415: "The body is not declared as application/json, in UTF-8.",
    422: "The body does not have the form that this route takes.",
    431: "The headers are too large.",
    500: "A fault in the service; it has been logged without the text.",
}


@dataclass
class Problem(Exception):  # noqa: N818  # RFC 9457's own word
    """An answer that says what is wrong with the request. ``errors`` name fields by their place in the body."""

    status: int
    errors: list[dict[str, Any]] = field(default_factory=list)


def from_validation(error: ValidationError, fields: tuple[str, ...]) -> Problem:
    """What pydantic found, as a problem: 400 where the body is no JSON, 422 where a field is wrong."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    if any(item["type"] == "json_invalid" for item in found):
        return Problem(400)
    return Problem(422, [_field(item, fields) for item in found[:_MOST_ERRORS]])


def _field(item: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    if item["type"] == "extra_forbidden":  # the unknown field's name is the client's text, so it is not repeated
        return {"field": "", "message": f"Unknown field; the fields are {', '.join(fields)}."}
    return {"field": ".".join(str(part) for part in item["loc"]), "message": f"{item['msg']}."}


def body(problem: Problem) -> str:
    """The problem as JSON."""
    members: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(problem.status).phrase, "status": problem.status}
    members["detail"] = STATUSES.get(problem.status, "The request cannot be answered.")
    if problem.errors:
        members["errors"] = problem.errors
    return json.dumps(members)


def response(problem: Problem) -> Response:
    """The problem as an answer."""
    return Response(body(problem), problem.status, content_type=CONTENT_TYPE)


def register(app: Flask) -> None:
    """Makes every error of ``app`` a problem."""
    app.register_error_handler(Problem, response)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _http(error: HTTPException) -> Response:
    answer = response(Problem(error.code or 500))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _fault(error: Exception) -> Response:
    frames = traceback.extract_tb(error.__traceback__)
    _LOG.error("fault %s at %s", type(error).__name__, " < ".join(f"{f.filename}:{f.lineno}" for f in reversed(frames[-5:])))
    return response(Problem(500))
