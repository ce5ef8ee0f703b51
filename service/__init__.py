"""The HTTP service: JSON in, JSON out. It holds no judgement; that is :mod:`model`'s."""

import logging
import time

from flask import Flask, Response, g, request

from model.store import load, read_manifest, self_check
from service import native, openapi, ops, problems
from service.schemas import MAX_BODY
from service.settings import Settings

__all__ = ["create_app"]

_ACCESS = logging.getLogger("hearsay.access")


def create_app(settings: Settings) -> Flask:
    """The application. Raises :class:`model.ArtefactError` where the artefact cannot be trusted, so that none serves."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1  # see native: a body of unstated length is cut there, unseen
    app.url_map.merge_slashes = False  # a redirect would repeat the client's query
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's own provider has it, its base class does not
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # likewise
    analyzer, manifest = load(settings.artifact, settings.profile), read_manifest(settings.artifact, settings.profile)
    self_check(analyzer, manifest)
    app.extensions.update(analyzer=analyzer, manifest=manifest)
    for module in (native, ops, openapi):
        app.register_blueprint(module.blueprint)
    problems.register(app)
    _log_requests(app)
    return app


def _log_requests(app: Flask) -> None:
    """One line a request: method, route, status and time; never a path or a body, which are the client's."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log(response: Response) -> Response:
        elapsed = (time.perf_counter() - g.get("started", time.perf_counter())) * 1_000
        place = f"{request.method} {request.url_rule}" if request.url_rule else "-"
        _ACCESS.info("%s %d %.1f ms", place, response.status_code, elapsed)
        return response
