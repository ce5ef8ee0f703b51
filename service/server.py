"""gunicorn's configuration, and the application that it serves: ``gunicorn -c python:service.server service.server:app()``.

Nothing that a client sent reaches a log or an answer, not even where the request is no HTTP at all.
"""

import sys
import time
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from socket import SHUT_RD, socket
from typing import Any

from flask import Flask
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from model import ArtefactError
from service import create_app, problems
from service.problems import CONTENT_TYPE, Problem
from service.settings import Settings, SettingsError

# Seconds in which a request must have come in whole.
_PATIENCE = 10.0


def app() -> Flask:
    """The application, or an end of the process with a message that says what to do."""
    try:
        application = create_app(_SETTINGS)
    except ArtefactError as error:
        sys.exit(f"hearsay: {error}")
    application.register_error_handler(errors.ParseException, lambda _: problems.response(Problem(400)))
    return application


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """A threaded worker whose answers to broken HTTP are problems, without an echo of the request, and whom slow senders
    cannot hold: gunicorn itself waits for a begun request without end.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._begun: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Reads a request and answers it, in a thread of the pool."""
        self._begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._begun[conn]

    def murder_pending(self) -> None:
        """Called about once a second: ends the reading, not the answering, of what came in too slowly."""
        super().murder_pending()
        for conn, begun in list(self._begun.items()):
            if time.monotonic() - begun > _PATIENCE:
                with suppress(OSError):
                    conn.sock.shutdown(SHUT_RD)

    def handle_error(self, _req: object, client: socket, _addr: object, exc: Exception) -> None:
        """Logs the kind of error alone, and answers with a problem."""
        status = _status(exc)
        self.log.warning("broken request: %s, answered %d", type(exc).__name__, status)
        try:
            client.sendall(_raw_answer(Problem(status)))
        except OSError:
            self.log.debug("the client was gone before its answer")


def _status(error: Exception) -> int:
    if isinstance(error, errors.LimitRequestLine):
        return 414
    if isinstance(error, errors.LimitRequestHeaders):
        return 431
    return 400 if isinstance(error, errors.ParseException) else 500


def _raw_answer(problem: Problem) -> bytes:
    body = problems.body(problem).encode()
    head = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\nConnection: close\r\n"
    return f"{head}Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


try:
    _SETTINGS = Settings.from_environment()
except SettingsError as error:
    sys.exit(f"hearsay: {error}")

# Names below are gunicorn's, see its documentation of settings.
bind = f"[{_SETTINGS.host}]:{_SETTINGS.port}" if ":" in _SETTINGS.host else f"{_SETTINGS.host}:{_SETTINGS.port}"
workers = _SETTINGS.workers
worker_class = "service.server.Worker"
threads = 4
preload_app = True  # the artefact is read and checked once, and shared between the workers
timeout = 60
graceful_timeout = 10
control_socket_disable = True  # it would want a writable home
# Writable where the root file system is not; it holds nothing but the workers' signs of life.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},  # it would log paths
    },
}
