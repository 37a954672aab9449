"""The server's jars: fetched from a repository on loopback, each checked against its lock, and once only."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tenacity import wait_none

from graph import distribution
from graph.distribution import MARKER, Jar, ensure_jars, jar_folder, locked_jars, recheck
from graph.errors import DistributionError
from graph.lock_distribution import lock_lines
from tests.ports import closed_port

CONTENTS = {f"org/example/part{k}/1.0/part{k}-1.0.jar": f"jar {k}".encode() * 1000 for k in range(20)}
JARS = [Jar(path, hashlib.sha256(content).hexdigest()) for path, content in CONTENTS.items()]


class Repository:
    """A Maven repository on loopback. `files` may be changed; `failures` counts answers that go wrong first."""

    def __init__(self) -> None:
        self.files = dict(CONTENTS)
        self.failures: dict[str, list[int]] = {}
        self.asked: list[str] = []

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and content for one request."""
        self.asked.append(path)
        if self.failures.get(path):
            return self.failures[path].pop(0), b"not now"
        return (200, self.files[path]) if path in self.files else (404, b"no such file")


@pytest.fixture
def repository() -> Iterator[tuple[Repository, str]]:
    """A repository and its address."""
    served = Repository()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = served.answer(self.path.removeprefix("/maven2/"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served, f"http://127.0.0.1:{server.server_address[1]}/maven2"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution._download_with_retries.retry, "wait", wait_none())


def test_all_are_fetched_and_checked(repository: tuple[Repository, str], tmp_path: Path) -> None:
    _, address = repository
    seen: list[tuple[int, int]] = []
    folder = ensure_jars(tmp_path, f"{address}/", JARS, lambda done, total: seen.append((done, total)))
    assert folder == jar_folder(tmp_path)
    assert {path.name: path.read_bytes() for path in folder.glob("*.jar")} == {
        path.rsplit("/", 1)[1]: content for path, content in CONTENTS.items()
    }
    assert seen == [(done, 20) for done in range(1, 21)]
    assert not list(folder.glob("*.part"))


def test_a_second_call_asks_nobody(repository: tuple[Repository, str], tmp_path: Path) -> None:
    served, address = repository
    ensure_jars(tmp_path, address, JARS)
    served.asked.clear()
    ensure_jars(tmp_path, f"http://127.0.0.1:{closed_port()}", JARS)
    assert served.asked == []


def test_a_wrong_checksum_is_refused_and_not_kept(repository: tuple[Repository, str], tmp_path: Path) -> None:
    served, address = repository
    served.files[JARS[7].path] = b"something else"
    with pytest.raises(DistributionError, match=r"part7-1\.0\.jar from .* does not have the checksum .* not kept"):
        ensure_jars(tmp_path, address, JARS)
    folder = jar_folder(tmp_path)
    assert not (folder / JARS[7].name).exists()
    assert not (folder / MARKER).exists()
    assert not list(folder.glob("*.part"))


def test_what_has_arrived_is_kept(repository: tuple[Repository, str], tmp_path: Path) -> None:
    served, address = repository
    good = served.files.pop(JARS[-1].path)
    with pytest.raises(DistributionError, match="404"):
        ensure_jars(tmp_path, address, JARS)
    served.files[JARS[-1].path] = good
    served.asked.clear()
    ensure_jars(tmp_path, address, JARS)
    assert JARS[-1].path in served.asked
    assert JARS[0].path not in served.asked


@pytest.mark.parametrize("harm", ["missing", "cut", "same size"])
def test_a_damaged_jar_is_fetched_again(repository: tuple[Repository, str], tmp_path: Path, harm: str) -> None:
    served, address = repository
    jar = ensure_jars(tmp_path, address, JARS) / JARS[3].name
    content = jar.read_bytes()
    if harm == "missing":
        jar.unlink()
    else:
        jar.write_bytes(content[:-1] if harm == "cut" else b"x" * len(content))
        os.utime(jar, ns=(0, 0))
    served.asked.clear()
    ensure_jars(tmp_path, address, JARS)
    assert jar.read_bytes() == content
    assert served.asked == [JARS[3].path]


@pytest.mark.parametrize("marker", ["", "{", "[]", "null", "{}"])
def test_a_damaged_marker_has_all_checked_but_not_fetched(
    repository: tuple[Repository, str], tmp_path: Path, marker: str
) -> None:
    served, address = repository
    folder = ensure_jars(tmp_path, address, JARS)
    (folder / MARKER).write_text(marker)
    served.asked.clear()
    ensure_jars(tmp_path, address, JARS)
    assert served.asked == []
    assert set(json.loads((folder / MARKER).read_text())) == {jar.name for jar in JARS}


def test_a_recheck_finds_what_a_glance_does_not(repository: tuple[Repository, str], tmp_path: Path) -> None:
    served, address = repository
    jar = ensure_jars(tmp_path, address, JARS) / JARS[3].name
    content, stamp = jar.read_bytes(), jar.stat()
    jar.write_bytes(b"x" * len(content))
    os.utime(jar, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    ensure_jars(tmp_path, address, JARS)
    assert jar.read_bytes() != content
    recheck(tmp_path)
    ensure_jars(tmp_path, address, JARS)
    assert jar.read_bytes() == content
    assert served.asked.count(JARS[3].path) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failure_that_may_pass_is_tried_again(
    repository: tuple[Repository, str], tmp_path: Path, status: int
) -> None:
    served, address = repository
    served.failures[JARS[5].path] = [status, status]
    ensure_jars(tmp_path, address, JARS)
    assert served.asked.count(JARS[5].path) == 3


@pytest.mark.parametrize(("status", "times"), [(403, 1), (503, 4)])
def test_one_that_stays_is_told(repository: tuple[Repository, str], tmp_path: Path, status: int, times: int) -> None:
    served, address = repository
    served.failures[JARS[5].path] = [status] * 10
    with pytest.raises(DistributionError, match=rf"(?s)cannot be downloaded \(.*{status}.*EDGEWISE_NEO4J_URI"):
        ensure_jars(tmp_path, address, JARS)
    assert served.asked.count(JARS[5].path) == times


def test_without_a_network_the_way_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(DistributionError, match=r"Check the network .* EDGEWISE_NEO4J_URI"):
        ensure_jars(tmp_path, f"http://127.0.0.1:{closed_port()}/maven2", JARS)


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder")
    with pytest.raises(DistributionError, match="EDGEWISE_EMBEDDED_CACHE"):
        ensure_jars(tmp_path / "cache", "http://127.0.0.1:1", JARS)


def test_two_at_once_fetch_each_jar_once(repository: tuple[Repository, str], tmp_path: Path) -> None:
    served, address = repository
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: ensure_jars(tmp_path, address, JARS), range(3)))
    assert sorted(served.asked) == sorted(CONTENTS)


def test_the_lock_names_the_server_and_its_browser_with_checksums() -> None:
    jars = locked_jars()
    names = {jar.name for jar in jars}
    assert {f"neo4j-server-{distribution.VERSION}.jar", f"neo4j-{distribution.VERSION}.jar"} <= names
    assert any(name.startswith("neo4j-browser-") for name in names)
    assert len(names) == len(jars)
    assert all(len(jar.sha256) == 64 and set(jar.sha256) <= set("0123456789abcdef") for jar in jars)


def test_a_lock_is_written_from_a_repository(tmp_path: Path) -> None:
    for path, content in CONTENTS.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_bytes(content)
    assert [Jar(*line.split()) for line in lock_lines(tmp_path)] == sorted(JARS, key=lambda jar: jar.path)
