import io
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from graph.errors import SourceError
from loaders.download import download, movielens_address


def a_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("ml/movies.csv", "x" * 100_000)
    return content.getvalue()


class Files(BaseHTTPRequestHandler):
    """A real web server: page.zip is none, short.zip breaks off every time, flaky.zip the first time."""

    asked: dict[str, int]

    def do_GET(self) -> None:
        self.asked[self.path] = self.asked.get(self.path, 0) + 1
        body = b"<html>log in</html>" if self.path == "/page.zip" else a_zip()
        if self.path == "/gone.zip":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        broken = self.path == "/short.zip" or (self.path == "/flaky.zip" and self.asked[self.path] == 1)
        self.wfile.write(body[: len(body) // 2] if broken else body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class names it so
        """Stay quiet."""


@pytest.fixture
def asked() -> dict[str, int]:
    return {}


@pytest.fixture
def address(asked: dict[str, int]) -> Iterator[str]:
    handler = type("Handler", (Files,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(url: str, cache: Path, seen: list[tuple[int, int | None]] | None = None) -> Path:
    with httpx.Client(timeout=10) as client:
        return download(url, cache, client, lambda had, total: (seen or []).append((had, total)), wait=0.0)


def test_a_file_is_downloaded_once(address: str, asked: dict[str, int], tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = [(0, None)]
    path = fetch(f"{address}/data.zip", tmp_path, seen)
    assert path.read_bytes() == a_zip()
    assert seen[-1] == (len(a_zip()), len(a_zip()))
    assert fetch(f"{address}/data.zip", tmp_path) == path
    assert asked == {"/data.zip": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_broken_connection_is_tried_again(address: str, asked: dict[str, int], tmp_path: Path) -> None:
    assert fetch(f"{address}/flaky.zip", tmp_path).read_bytes() == a_zip()
    assert asked == {"/flaky.zip": 2}


@pytest.mark.parametrize(
    ("name", "said", "times"),
    [("gone", "404", 1), ("page", r"is no \.zip", 1), ("short", "cannot be downloaded", 3)],
)
def test_what_cannot_be_had_is_refused_and_leaves_nothing(
    address: str, asked: dict[str, int], tmp_path: Path, *, name: str, said: str, times: int
) -> None:
    with pytest.raises(SourceError, match=said):
        fetch(f"{address}/{name}.zip", tmp_path)
    assert asked == {f"/{name}.zip": times}
    assert not list(tmp_path.iterdir())


def test_addresses_with_the_same_last_part_are_kept_apart(address: str, tmp_path: Path) -> None:
    assert fetch(f"{address}/a/data.zip", tmp_path) != fetch(f"{address}/b/data.zip", tmp_path)


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="name the file or folder instead"):
        fetch("http://127.0.0.1:1/data.zip", tmp_path)


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("ml-25m", "https://files.grouplens.org/datasets/movielens/ml-25m.zip"),
        ("https://example.org/x.zip", "https://example.org/x.zip"),
        ("ml-9000", None),
        ("some/folder", None),
        ("ftp://example.org/x.zip", None),
    ],
)
def test_names_and_urls_have_an_address(named: str, address: str | None) -> None:
    assert movielens_address(named) == address
