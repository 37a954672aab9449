"""The official server's jars: fetched once from Maven Central, each checked against the lock beside this file."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from graph.errors import DistributionError

VERSION = "2026.09.0"
WORKERS = 8
ATTEMPTS = 4
TIMEOUT = httpx.Timeout(30.0, read=120.0)
MARKER = "complete"
Progress = Callable[[int, int], None]
"""Called with the number of jars that are there and of all."""


def unreported(_done: int, _all: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of the server: its path in a Maven repository and its SHA-256 in hexadecimal."""

    path: str
    sha256: str

    @property
    def name(self) -> str:
        """Its file name."""
        return self.path.rsplit("/", 1)[-1]


def locked_jars() -> list[Jar]:
    """Every jar that the pinned version consists of."""
    text = files("graph").joinpath(f"neo4j-{VERSION}.lock").read_text(encoding="ascii")
    return [Jar(*line.split()) for line in text.splitlines()]


def jar_folder(cache: Path) -> Path:
    """Where below `cache` the jars of the pinned version are kept."""
    return cache / f"neo4j-{VERSION}"


def ensure_jars(cache: Path, repository: str, jars: list[Jar] | None = None, progress: Progress = unreported) -> Path:
    """Fetch what is missing or damaged and return the folder of jars; quick when all is there.

    Safe against other processes doing the same. Raises DistributionError if a jar cannot be had as locked.
    """
    wanted = locked_jars() if jars is None else jars
    folder = jar_folder(cache)
    if is_complete(folder, wanted):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DistributionError(
            f"{folder} cannot be made ({error}); name another by EDGEWISE_EMBEDDED_CACHE."
        ) from error
    with exclusive(folder / "fetching"):
        if not is_complete(folder, wanted):
            _fetch_all(folder, repository, wanted, progress)
            _replace(folder / MARKER, json.dumps({jar.name: _stamp(folder / jar.name) for jar in wanted}).encode())
    return folder


def is_complete(folder: Path, jars: list[Jar]) -> bool:
    """Whether every jar was checked once and still has the size and time of change that it had then."""
    try:
        stamps = json.loads((folder / MARKER).read_text())
        return all(_stamp(folder / jar.name) == stamps[jar.name] for jar in jars)
    except (OSError, ValueError, KeyError, TypeError):  # no marker, or a damaged one
        return False


def recheck(cache: Path) -> None:
    """Have every jar checked again at next use, since something is wrong with the server."""
    (jar_folder(cache) / MARKER).unlink(missing_ok=True)


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock on `path` among processes of this machine; waits for it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch_all(folder: Path, repository: str, jars: list[Jar], progress: Progress) -> None:
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client, ThreadPoolExecutor(WORKERS) as pool:
        tasks = [pool.submit(_ensure, client, folder, repository, jar) for jar in jars]
        try:
            for done, task in enumerate(tasks, 1):
                task.result()
                progress(done, len(tasks))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _ensure(client: httpx.Client, folder: Path, repository: str, jar: Jar) -> None:
    target = folder / jar.name
    if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == jar.sha256:
        return
    content = _download(client, f"{repository.rstrip('/')}/{jar.path}")
    if hashlib.sha256(content).hexdigest() != jar.sha256:
        raise DistributionError(
            f"{jar.name} from {repository} does not have the checksum it is locked to, and was not kept. "
            "Check EDGEWISE_EMBEDDED_REPOSITORY, or what stands between it and this machine."
        )
    _replace(target, content)


def _download(client: httpx.Client, url: str) -> bytes:
    try:
        return _download_with_retries(client, url)
    except httpx.HTTPError as error:
        raise DistributionError(
            f"The Neo4j server cannot be downloaded ({error}). Check the network and run the command again: "
            "what has arrived is kept. Or name a running Neo4j by EDGEWISE_NEO4J_URI."
        ) from error


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.is_server_error or error.response.status_code == httpx.codes.TOO_MANY_REQUESTS
    return isinstance(error, httpx.TransportError)


@retry(
    retry=retry_if_exception(_may_pass),
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_exponential_jitter(multiplier=0.2, max=10),
    reraise=True,
)
def _download_with_retries(client: httpx.Client, url: str) -> bytes:
    return client.get(url).raise_for_status().content


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".part")
    fresh.write_bytes(content)
    fresh.replace(path)
