"""Downloads a data set once into a cache: to a file beside its place, checked for its length, then moved there."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from graph.errors import SourceError

GROUPLENS = "https://files.grouplens.org/datasets/movielens/{name}.zip"
MOVIELENS = (
    "ml-latest-small",
    "ml-latest",
    "ml-32m",
    "ml-25m",
    "ml-20m",
    "ml-10m",
    "ml-1m",
    "ml-100k",
)
"""Names that GroupLens gives its data sets; by one of these `edgewise load movielens` finds it."""
ATTEMPTS = 3

OnProgress = Callable[[int, int | None], None]
"""Called with the bytes had and the bytes in all, where the server says."""


def movielens_address(named: str) -> str | None:
    """The address to download `named` from: a URL, or one of MOVIELENS; None if it is neither."""
    if named in MOVIELENS:
        return GROUPLENS.format(name=named)
    return named if urlsplit(named).scheme in {"http", "https"} else None


def download(url: str, cache: Path, client: httpx.Client, progress: OnProgress, wait: float = 1.0) -> Path:
    """The file of `url` in the folder `cache`, downloaded if it is not there.

    `wait` is the number of seconds before the second attempt; it doubles. Raises SourceError if it cannot be had.
    """
    place = cache / _file_name(url)
    if place.is_file():
        return place
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential(wait),
        retry=retry_if_exception_type(httpx.TransportError),
        reraise=True,
    )
    try:
        cache.mkdir(parents=True, exist_ok=True)
        attempts(_stream, url, place, client, progress)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError(
            f"{url} cannot be downloaded: {error or type(error).__name__}. "
            "Download it in another way and name the file or folder instead."
        ) from error
    return place


def _stream(url: str, place: Path, client: httpx.Client, progress: OnProgress) -> None:
    part = place.with_name(f"{place.name}.part")
    try:
        with client.stream("GET", url, headers={"Accept-Encoding": "identity"}, follow_redirects=True) as answer:
            answer.raise_for_status()
            total = int(answer.headers["content-length"]) if "content-length" in answer.headers else None
            with part.open("wb") as file:
                for chunk in answer.iter_raw():
                    file.write(chunk)
                    progress(file.tell(), total)
        # httpx itself raises RemoteProtocolError where the body ends before its content-length
        if place.suffix == ".zip" and not zipfile.is_zipfile(part):
            raise SourceError(
                f"What came from {url} is no .zip; a page of the network's, perhaps. Open it in a browser."
            )
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)


def _file_name(url: str) -> str:
    # the hash keeps two addresses with the same last part apart
    stem = re.sub(r"[^A-Za-z0-9._-]", "_", Path(urlsplit(url).path).name) or "data"
    return f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{stem}"
