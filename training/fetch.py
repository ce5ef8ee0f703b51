"""Puts the texts of the real documents in their place: from a folder, an archive, or the web address of an archive.

``sources.toml`` names the SHA-256 of every text file, and nothing else is taken: a file goes to its place only when it has the
digest named there. From an archive, members are taken by base name, never by path, and never as links.

A download goes to ``download.part`` among the texts, with ``download.json`` beside it: its address, and how the server told
that version from others. A connection that breaks leaves both, and the next run goes on from there if the server still has the
same version.

Errors: :class:`FetchError`, which names file or address, and remedy.
"""

import gzip
import hashlib
import io
import json
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPErrorProcessor, Request, build_opener

from training.seeds import TrainingError
from training.standoff import read_sources

# In bytes: no download, no member, and no archive, unpacked, is larger. The texts are some 7 MB together.
LIMIT = 128 * 2**20
# Seconds without a byte, after which a server is given up.
TIMEOUT = 30.0
REDIRECTS = 5

_CHUNK = 2**16
_NOT_WHOLE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
)


class FetchError(TrainingError):
    """The texts could not be had. The message reads ``where: what is wrong; what to do``."""

    def __init__(self, where: object, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_Files = Generator[tuple[str, _Readable], None, None]


class _Bounded(io.RawIOBase):
    """Reads no more than ``LIMIT`` bytes of a stream, so that one which unpacks to more fills neither memory nor disk."""

    def __init__(self, stream: _Readable, where: object) -> None:
        self._stream = stream
        self._where = where
        self._left = LIMIT

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` bytes, none at the end. Raises :class:`FetchError` past the limit."""
        chunk = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise FetchError(self._where, f"more than {LIMIT:,} bytes, so not the texts; name another")
        return chunk


class _AsAnswered(HTTPErrorProcessor):
    """Hands over every answer, redirects and errors too, for :func:`_open` to judge."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002  # urllib names both
        return response

    https_response = http_response


_OPENER = build_opener(_AsAnswered)


def fetch(source: str, annotations: Path, texts: Path, log: Callable[[str], None]) -> list[str]:
    """Takes from ``source`` what is not yet in ``texts``; returns the names of the sources whose file is still missing.

    ``source`` is a folder, an archive (.tar, .tar.gz, .tgz, .zip), or the http or https address of one; ``annotations`` is the
    folder of ``sources.toml``; ``texts`` is made where it is not there. Raises :class:`FetchError`.
    """
    wanted = {f"{name}.jsonl.gz": row.sha256 for name, row in read_sources(annotations).items()}
    try:
        texts.mkdir(parents=True, exist_ok=True)
        needed = {name: sha256 for name, sha256 in wanted.items() if not _is_there(texts / name, sha256)}
        for name in sorted(wanted.keys() - needed.keys()):
            log(f"kept {name}")
        if needed:
            _take(source, texts, needed, log)
    except _NOT_WHOLE as error:
        raise FetchError(source, "not a whole .tar, .tar.gz, .tgz or .zip archive; name another") from error
    except OSError as error:
        raise FetchError(error.filename or source, f"{error.strerror or error}; make it readable, or writable") from error
    for name in sorted(needed):
        log(f"missing {name}")
    return [name.removesuffix(".jsonl.gz") for name in sorted(needed)]


def _take(source: str, texts: Path, needed: dict[str, str], log: Callable[[str], None]) -> None:
    """Puts what ``source`` has of ``needed``, digests by file name, among the texts; what is put there leaves ``needed``."""
    with closing(_files(source, texts, needed, log)) as files:
        for name, content in files:
            _put(content, texts / name, source, needed[name])
            del needed[name]
            log(f"took {name}")


def _is_there(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _put(stream: _Readable, place: Path, source: str, sha256: str) -> None:
    """Writes a file beside its place, and moves it there if it is the right one."""
    part = place.with_name(place.name + ".part")
    digest = hashlib.sha256()
    bounded = _Bounded(stream, f"{source}, {place.name}")
    try:
        with part.open("wb") as file:
            while chunk := bounded.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            problem = f"not the file that was annotated, whose SHA-256 begins {sha256[:12]}; name a source that has that one"
            raise FetchError(f"{source}, {place.name}", problem)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _files(source: str, texts: Path, needed: Mapping[str, str], log: Callable[[str], None]) -> _Files:
    """Name and content of each needed file in ``source``; ``needed`` may shrink meanwhile."""
    if _is_address(source):
        yield from _downloaded(source, texts, needed, log)
    elif Path(source).is_dir():
        for name in sorted(needed):
            if (Path(source) / name).is_file():
                with (Path(source) / name).open("rb") as file:
                    yield name, file
    elif Path(source).is_file():
        yield from _members(Path(source), needed)
    else:
        raise FetchError(source, "no such folder or archive; name one, or an http or https address")


def _members(archive: Path, needed: Mapping[str, str]) -> _Files:
    with archive.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start == b"PK\x03\x04":
            yield from _zip_members(file, needed)
        elif start[:2] == b"\x1f\x8b":
            with gzip.open(file) as unpacked:
                yield from _tar_members(archive, unpacked, needed)
        else:
            yield from _tar_members(archive, file, needed)


def _zip_members(file: BinaryIO, needed: Mapping[str, str]) -> _Files:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if (name := _base_name(member.filename)) in needed:
                with archive.open(member) as stream:
                    yield name, stream


def _tar_members(archive: Path, stream: _Readable, needed: Mapping[str, str]) -> _Files:
    with tarfile.open(fileobj=_Bounded(stream, archive), mode="r|") as members:
        for member in members:
            if member.size > LIMIT:
                # tarfile would look for its end long after the archive's own.
                raise FetchError(archive, f"a member of more than {LIMIT:,} bytes, so not the texts; name another")
            name = _base_name(member.name)
            if name in needed and member.isreg() and (content := members.extractfile(member)):
                yield name, content


def _base_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _downloaded(url: str, texts: Path, needed: Mapping[str, str], log: Callable[[str], None]) -> _Files:
    part, record = texts / "download.part", texts / "download.json"
    _download(url, part, record, log)
    try:
        yield from _members(part, needed)
    finally:
        part.unlink(missing_ok=True)
        record.unlink(missing_ok=True)


def _download(url: str, part: Path, record: Path, log: Callable[[str], None]) -> None:
    done, version = _begun(url, part, record)
    response = _open(url, done)
    goes_on = done > 0 and _goes_on(response, done, version)
    if done and not goes_on and response.status != 200:
        response.close()
        response = _open(url, 0)
    with closing(response):
        if not goes_on:
            _begin(url, response, part, record)
        log(f"downloading {url}" + (f" from byte {done:,} on" if goes_on else ""))
        with part.open("ab") as file:
            for chunk in _received(response, url):
                file.write(chunk)
                if file.tell() > LIMIT:
                    part.unlink()
                    raise FetchError(url, f"more than {LIMIT:,} bytes, so not the texts; check the address")


def _begun(url: str, part: Path, record: Path) -> tuple[int, Any]:
    """How many bytes of ``url`` are there, and of which version; none where the server did not tell versions apart."""
    try:
        kept = json.loads(record.read_text(encoding="utf-8"))
        if kept["url"] == url and any(kept["version"]):
            return part.stat().st_size, kept["version"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing that can be gone on with, then
    return 0, None


def _begin(url: str, response: HTTPResponse, part: Path, record: Path) -> None:
    if response.status != 200:
        raise FetchError(url, f"the server answers {response.status}; check the address")
    # In this order, so that a part never lies beside the record of another.
    part.unlink(missing_ok=True)
    record.write_text(json.dumps({"url": url, "version": _version(response)}), encoding="utf-8")


def _version(response: HTTPResponse) -> list[str | None]:
    return [response.headers.get("ETag"), response.headers.get("Last-Modified")]


def _goes_on(response: HTTPResponse, done: int, version: Any) -> bool:
    place = response.headers.get("Content-Range", "")
    return response.status == 206 and place.startswith(f"bytes {done}-") and _version(response) == version


def _open(url: str, done: int) -> HTTPResponse:
    """The server's answer, past all redirects, to a request for what comes after ``done`` bytes."""
    headers = {"User-Agent": "hearsay", **({"Range": f"bytes={done}-"} if done else {})}
    location = ""
    for _ in range(REDIRECTS + 1):
        try:
            url = urljoin(url, location)
            if not _is_address(url) or "@" in urlsplit(url).netloc:
                # Not repeated: it may hold a password.
                raise FetchError("the address", "leads to what is not plain http or https; name one without user and password")
            response: HTTPResponse = _OPENER.open(Request(url, headers=headers), timeout=TIMEOUT)  # noqa: S310  # checked above
        except (OSError, HTTPException, ValueError) as error:
            reason = str(getattr(error, "reason", error))[:100]
            raise FetchError(url, f"cannot be reached, {reason}; check address and network") from error
        location = response.headers.get("Location", "")
        if not location or not 300 <= response.status < 400:
            return response
        response.close()
    raise FetchError(url, f"more than {REDIRECTS} redirects; name the address that they lead to")


def _received(response: HTTPResponse, url: str) -> Iterator[bytes]:
    left = response.length
    try:
        while chunk := response.read1(_CHUNK):
            left = None if left is None else left - len(chunk)
            yield chunk
    except (OSError, HTTPException) as error:
        raise FetchError(url, f"the connection broke, {str(error)[:100]}; run the command again to go on") from error
    if left:
        # http.client itself notices this in chunked answers only.
        raise FetchError(url, "the connection broke; run the command again to go on")
