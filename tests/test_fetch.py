"""Fetching the texts of real documents: from a folder, an archive, and a server that fails in the usual ways."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from training import fetch as fetching
from training.fetch import FetchError, fetch

# Incompressible, so that a connection can break inside an archive.
FILES = {
    f"{name}.jsonl.gz": b"".join(hashlib.sha256(f"{name}{n}".encode()).digest() for n in range(4_000)) for name in ("ada", "bob")
}
ADA, BOB = FILES


@pytest.fixture
def annotations(tmp_path: Path) -> Path:
    folder = tmp_path / "real"
    folder.mkdir()
    rows = [
        f'[{name.split(".")[0]}]\ntitle = "t"\nlicence = "l"\norigin = "o"\nenglish = "british"\n'
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        for name, content in FILES.items()
    ]
    (folder / "sources.toml").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return tmp_path / "seeds" / "texts"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def tar(members: dict[str, bytes], packed: bool = True) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue()) if packed else buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def archive_at(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "archive"
    path.write_bytes(content)
    return str(path)


def test_a_folder_is_copied_and_what_is_there_is_kept(tmp_path: Path, annotations: Path, texts: Path) -> None:
    folder = tmp_path / "from"
    folder.mkdir()
    (folder / ADA).write_bytes(FILES[ADA])
    (folder / "secrets.txt").write_bytes(b"no text of ours")
    log: list[str] = []
    assert fetch(str(folder), annotations, texts, log.append) == ["bob"]
    assert log == [f"took {ADA}", f"missing {BOB}"]
    assert names(texts) == [ADA]
    (folder / ADA).write_bytes(b"changed since, which does not matter")
    (folder / BOB).write_bytes(FILES[BOB])
    assert fetch(str(folder), annotations, texts, log.append) == []
    assert log[2:] == [f"kept {ADA}", f"took {BOB}"]
    assert {name: (texts / name).read_bytes() for name in names(texts)} == FILES
    assert fetch("not needed any more", annotations, texts, log.append) == []


def test_a_file_of_another_digest_is_refused_and_a_wrong_one_in_place_is_replaced(
    tmp_path: Path, annotations: Path, texts: Path
) -> None:
    texts.mkdir(parents=True)
    (texts / ADA).write_bytes(b"old")
    with pytest.raises(FetchError, match=rf"archive, {ADA}: not the file that was annotated.*; name a source that has"):
        fetch(archive_at(tmp_path, tar({ADA: b"forged"})), annotations, texts, print)
    assert names(texts) == [ADA]
    assert fetch(archive_at(tmp_path, tar({"other": b""})), annotations, texts, print) == ["ada", "bob"]
    assert fetch(archive_at(tmp_path, tar({ADA: FILES[ADA]})), annotations, texts, print) == ["bob"]
    assert (texts / ADA).read_bytes() == FILES[ADA]


OUTSIDE = {f"../../../{ADA}": FILES[ADA], f"/etc/{BOB}": FILES[BOB], "../../escaped": b"x", "C:\\windows\\escaped": b"x"}


@pytest.mark.parametrize("content", [tar(OUTSIDE), tar(OUTSIDE, packed=False), zipped(OUTSIDE)], ids=["tgz", "tar", "zip"])
def test_members_are_taken_by_base_name_and_nothing_lands_elsewhere(
    tmp_path: Path, annotations: Path, texts: Path, content: bytes
) -> None:
    source = archive_at(tmp_path, content)
    before = set(tmp_path.rglob("*"))
    assert fetch(source, annotations, texts, print) == []
    assert set(tmp_path.rglob("*")) - before == {texts.parent, texts, texts / ADA, texts / BOB}


def test_links_and_devices_are_no_texts(tmp_path: Path, annotations: Path, texts: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in ((ADA, tarfile.SYMTYPE), (BOB, tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert fetch(archive_at(tmp_path, buffer.getvalue()), annotations, texts, print) == ["ada", "bob"]
    assert names(texts) == []


def test_what_unpacks_to_too_much_is_given_up(
    tmp_path: Path, annotations: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LIMIT", 2**20)
    bomb = bytes(2**21)
    endless = tarfile.TarInfo("filler")
    endless.size = 2**60
    pax = tarfile.TarInfo("pax")
    pax.type, pax.size = tarfile.XHDTYPE, 2**40
    for content in (
        tar({"filler": bomb}),
        tar({ADA: bomb}),
        zipped({ADA: bomb}),
        gzip.compress(endless.tobuf(tarfile.GNU_FORMAT)),
        gzip.compress(pax.tobuf(tarfile.GNU_FORMAT) + bomb),
    ):
        with pytest.raises(FetchError, match="more than 1,048,576 bytes, so not the texts"):
            fetch(archive_at(tmp_path, content), annotations, texts, print)
        assert names(texts) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>404</html>", tar(FILES)[:-1000], zipped(FILES)[:-10], gzip.compress(b"no tar"), b"PK\x03\x04nonsense"],
)
def test_what_is_not_a_whole_archive_is_refused(tmp_path: Path, annotations: Path, texts: Path, content: bytes) -> None:
    with pytest.raises(FetchError, match=r"archive: not a whole \.tar, \.tar\.gz, \.tgz or \.zip archive; name another"):
        fetch(archive_at(tmp_path, content), annotations, texts, print)
    assert set(names(texts)) <= FILES.keys()


def test_a_source_that_is_not_there(annotations: Path, texts: Path) -> None:
    for source in ("nowhere", "ftp://localhost/a.tar", "file:///etc/passwd"):
        with pytest.raises(FetchError, match="no such folder or archive; name one, or an http"):
            fetch(source, annotations, texts, print)


def test_a_place_that_cannot_be_written(tmp_path: Path, annotations: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FetchError, match=r"file: .*; make it readable, or writable"):
        fetch("anywhere", annotations, tmp_path / "file", print)


@dataclass
class Served:
    """What a server offers, how it fails, and which ranges it was asked for."""

    content: bytes
    etag: str | None = '"1"'
    ranges: bool = True
    breaks_after: int | None = None
    chunked: bool = False
    status: int = 200
    location: str | None = None
    asked: list[str | None] = field(default_factory=list)
    address: str = ""


class _Server(ThreadingHTTPServer):
    """A server of one archive."""

    offer: Served


class _Handler(BaseHTTPRequestHandler):
    """Answers as its server's offer says."""

    protocol_version = "HTTP/1.1"
    timeout = 5
    server: _Server

    def do_GET(self) -> None:
        offer, asked = self.server.offer, self.headers["Range"]
        offer.asked.append(asked)
        self.close_connection = True
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and offer.ranges else 0
        if offer.location is not None:
            self.head(302, {"Location": offer.location})
        elif begin > len(offer.content):
            self.head(416, {})
        else:
            self.body(offer, begin)

    def head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def body(self, offer: Served, begin: int) -> None:
        whole = offer.content[begin:]
        sent = whole[: offer.breaks_after]
        headers = {"Transfer-Encoding": "chunked"} if offer.chunked else {"Content-Length": str(len(whole))}
        if offer.etag:
            headers["ETag"] = offer.etag
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(offer.content) - 1}/{len(offer.content)}"
        self.head(206 if begin else offer.status, headers)
        self.wfile.write(b"%x\r\n%b\r\n" % (len(sent), sent) if offer.chunked else sent)
        if offer.chunked and sent == whole:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetching, "TIMEOUT", 5.0)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.offer = Served(tar(FILES), address=f"http://127.0.0.1:{server.server_port}/texts.tar.gz")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server.offer
        server.shutdown()
        thread.join(timeout=5)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_download_leaves_the_texts_and_nothing_else(served: Served, annotations: Path, texts: Path, chunked: bool) -> None:
    served.chunked = chunked
    assert fetch(served.address, annotations, texts, print) == []
    assert {name: (texts / name).read_bytes() for name in names(texts)} == FILES
    assert served.asked == [None]


def broken_off(served: Served, annotations: Path, texts: Path, after: int = 70_000) -> None:
    served.breaks_after = after
    with pytest.raises(FetchError, match=r"the connection broke.*; run the command again to go on"):
        fetch(served.address, annotations, texts, print)
    assert names(texts) == ["download.json", "download.part"]
    served.breaks_after = None


@pytest.mark.parametrize("chunked", [False, True])
def test_a_broken_download_goes_on_where_it_broke(served: Served, annotations: Path, texts: Path, chunked: bool) -> None:
    served.chunked = chunked
    broken_off(served, annotations, texts)
    assert (texts / "download.part").read_bytes() == served.content[:70_000]
    broken_off(served, annotations, texts, after=1)
    log: list[str] = []
    assert fetch(served.address, annotations, texts, log.append) == []
    assert log[0] == f"downloading {served.address} from byte 70,001 on"
    assert names(texts) == [ADA, BOB]
    assert served.asked == [None, "bytes=70000-", "bytes=70001-"]


def test_a_server_without_ranges_sends_all_again(served: Served, annotations: Path, texts: Path) -> None:
    broken_off(served, annotations, texts)
    served.ranges = False
    assert fetch(served.address, annotations, texts, print) == []
    assert served.asked == [None, "bytes=70000-"]


def test_a_server_that_tells_no_versions_apart_is_not_asked_for_a_range(served: Served, annotations: Path, texts: Path) -> None:
    served.etag = None
    broken_off(served, annotations, texts)
    assert fetch(served.address, annotations, texts, print) == []
    assert served.asked == [None, None]


def test_a_file_that_changed_on_the_server_is_downloaded_from_its_beginning(
    served: Served, annotations: Path, texts: Path
) -> None:
    broken_off(served, annotations, texts)
    served.content, served.etag = zipped(FILES), '"2"'
    assert fetch(served.address, annotations, texts, print) == []
    assert served.asked == [None, "bytes=70000-", None]


def test_a_file_that_shrank_on_the_server_and_another_address(served: Served, annotations: Path, texts: Path) -> None:
    broken_off(served, annotations, texts)
    served.content = tar({ADA: FILES[ADA][:10]})
    with pytest.raises(FetchError, match="not the file that was annotated"):
        fetch(served.address, annotations, texts, print)
    assert names(texts) == []
    served.content = tar(FILES)
    broken_off(served, annotations, texts)
    assert fetch(served.address + "?2", annotations, texts, print) == []
    assert served.asked == [None, "bytes=70000-", None, None, None]


def test_a_damaged_record_starts_anew(served: Served, annotations: Path, texts: Path) -> None:
    for damage in ("", "{}", "[1]", '{"url": 1, "version": 2}'):
        broken_off(served, annotations, texts)
        (texts / "download.json").write_text(damage, encoding="utf-8")
    assert fetch(served.address, annotations, texts, print) == []
    assert set(served.asked) == {None}


def test_a_download_that_is_too_large_leaves_nothing(
    served: Served, annotations: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LIMIT", 100_000)
    with pytest.raises(FetchError, match="more than 100,000 bytes, so not the texts; check the address"):
        fetch(served.address, annotations, texts, print)
    assert "download.part" not in names(texts)


@pytest.mark.parametrize("status", [204, 404, 500])
def test_a_server_that_refuses(served: Served, annotations: Path, texts: Path, status: int) -> None:
    served.status = status
    with pytest.raises(FetchError, match=f"the server answers {status}; check the address"):
        fetch(served.address, annotations, texts, print)
    assert names(texts) == []


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://user:Zaubertrank@127.0.0.1/", "http://["]
)
def test_a_redirect_elsewhere_is_not_followed(served: Served, annotations: Path, texts: Path, location: str) -> None:
    served.location = location
    with pytest.raises(FetchError, match=r"name one without user and password|cannot be reached") as error:
        fetch(served.address, annotations, texts, print)
    assert "Zaubertrank" not in str(error.value)
    assert len(served.asked) == 1


def test_redirects_have_an_end_and_addresses_no_password(served: Served, annotations: Path, texts: Path) -> None:
    served.location = "/again"
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetch(served.address, annotations, texts, print)
    with pytest.raises(FetchError, match="name one without user and password"):
        fetch(served.address.replace("//", "//user:word@"), annotations, texts, print)


def test_a_server_that_is_silent_or_not_there(
    served: Served, annotations: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.3)
    problem = r"cannot be reached, .*; check address and network"
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent, pytest.raises(FetchError, match=problem):
        fetch(f"http://127.0.0.1:{silent.server_port}/", annotations, texts, print)
    with pytest.raises(FetchError, match=problem):
        fetch(f"http://127.0.0.1:{silent.server_port}/", annotations, texts, print)
    assert served.asked == []
