"""The API as a process of its own, started and stopped by the command that needs it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from graph.errors import EdgewiseError

START_SECONDS = 180.0
"""Its copies of a large graph are read before it is ready."""
STOP_SECONDS = 20.0
POLL_SECONDS = 0.05
LAST_LINES = 15


@contextmanager
def running_api(log: Path, preferred_port: int = 8000, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start `edgewise serve` on loopback, yield its address once it is ready, and stop it at the end.

    `environment` takes the place of ours. Raises EdgewiseError with the end of its log if it does not get ready.
    """
    port = free_port(preferred_port)
    address = f"http://127.0.0.1:{port}"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as file:
        command = [sys.executable, "-m", "edgewise", "serve", "--port", str(port)]
        process = subprocess.Popen(  # noqa: S603  this very program
            command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True, env=environment
        )
    try:
        await_ready(process, address, log)
        yield address
    finally:
        stop(process)


def free_port(preferred: int) -> int:
    """`preferred` if it is free on loopback, else one that is."""
    try:
        return _bound(preferred)
    except OSError:
        return _bound(0)


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])


def await_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return once /readyz says yes; raise EdgewiseError if the process ends or the time is up."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready(address):
            return
        time.sleep(POLL_SECONDS)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])
    raise EdgewiseError(f"The API did not get ready; the end of its log, {log}:\n{tail}")


def is_ready(address: str) -> bool:
    """Whether /readyz answers 200 now."""
    try:
        return httpx.get(f"{address}/readyz", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process cleanly, or by force if it takes too long."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
