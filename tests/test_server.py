"""The service as it is started: gunicorn, over real HTTP on the loopback address."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.store import ARTIFACT
from tests.conftest import ROOT, SHARED

COMMAND = [sys.executable, "-m", "gunicorn", "-c", "python:service.server", "service.server:app()"]
WORD = "Zaubertrank"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running service and what it logged."""

    def __init__(self, log: Path, **environment: str) -> None:
        self.log = log
        self.port = free_port()
        settings = {"PORT": str(self.port), "WORKERS": "2", **environment}
        with log.open("wb") as output:
            self.process = subprocess.Popen(COMMAND, cwd=ROOT, env=os.environ | settings, stdout=output, stderr=output)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.get("/readyz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        pytest.fail(f"not ready: {self.log.read_text()}")

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return bytes(answer.read())

    def analyze(self, text: str) -> dict[str, object]:
        body = json.dumps({"text": text}).encode()
        request = urllib.request.Request(  # loopback, in a test
            f"http://127.0.0.1:{self.port}/v1/analyze", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # likewise
            result: dict[str, object] = json.load(answer)
        return result

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running service for the tests of this file."""
    running = Server(tmp_path_factory.mktemp("server") / "log")
    running.wait_until_ready()
    yield running
    running.stop()


def test_it_answers(server: Server) -> None:
    assert server.analyze("They lied.")["model"]
    assert json.loads(server.get("/healthz")) == {"status": "alive"}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (WORD.encode() + b" lied\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
        (b"GET /" + WORD.encode() * 1_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + WORD.encode() + b" lied\r\n\r\n", b"400"),
        (b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + WORD.encode(), b"4"),
    ],
)
def test_what_is_no_http_gets_a_problem_and_leaves_no_trace(server: Server, request_: bytes, status: bytes) -> None:
    answer = server.raw(request_)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in answer
    assert WORD.encode() not in answer
    assert WORD not in server.log.read_text()
    assert server.get("/healthz")


def test_a_broken_chunk_is_the_clients_fault(server: Server) -> None:
    head = b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert server.raw(head + b"ZZ\r\n{}\r\n0\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_slow_senders_do_not_hold_the_service(server: Server) -> None:
    head = b'POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"te'
    senders = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(12)]
    try:
        for sender in senders:
            sender.sendall(head)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                assert server.get("/healthz")
            except OSError:
                continue
            break
        else:
            pytest.fail("slow senders hold all threads")
    finally:
        for sender in senders:
            sender.close()


def test_a_body_without_a_length_is_bounded_too(server: Server) -> None:
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    head = b"POST /v1/analyze HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert server.raw(head + chunk * 20 + b"0\r\n\r\n").startswith(b"HTTP/1.1 413")


@pytest.mark.skipif(not (SHARED / "articles").is_dir(), reason="no articles here")
def test_it_answers_for_real_articles(server: Server) -> None:
    for path in sorted((SHARED / "articles").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        flags = server.analyze(text)["flags"]
        assert isinstance(flags, list)
        assert all(text[flag["start"] : flag["end"]] == flag["text"] for flag in flags)


def test_sigterm_ends_it(tmp_path: Path) -> None:
    server = Server(tmp_path / "log")
    server.wait_until_ready()
    assert server.stop() == 0


def test_a_tampered_artefact_is_not_served(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ARTIFACT, tmp_path / "artifact"))
    with (folder / "classifiers.skops").open("ab") as file:
        file.write(b"x")
    server = Server(tmp_path / "log", HEARSAY_ARTIFACT=str(folder))
    assert server.process.wait(timeout=60) != 0
    log = server.log.read_text()
    assert "hearsay: classifiers.skops is not the file that its manifest names" in log
    assert "Traceback" not in log


def test_a_wrong_setting_is_said(tmp_path: Path) -> None:
    server = Server(tmp_path / "log", WORKERS="many")
    assert server.process.wait(timeout=60) != 0
    assert "hearsay: WORKERS is 'many'" in server.log.read_text()
