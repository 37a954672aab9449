"""A load generator for one HTTP server: requests come when they come, whether or not earlier ones were answered.

Arrivals are Poisson, and a latency counts from the moment at which a request was due, so that queueing shows, in the
server and here (Schroeder, Wierman, Harchol-Balter 2006, Open Versus Closed: A Cautionary Tale). Keep-alive
connections are reused, and opened where none is idle.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import uvloop
from numpy.typing import NDArray

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
ERRORS = b'"errors": ['
OK = 200
BROKEN = 0
"""The status of a request whose connection failed."""
WRONG = 1
"""The status of an answer of 200 that tells of errors, as GraphQL does it."""
PATIENCE = 60.0
"""Seconds after the last arrival until what is unanswered counts as lost."""


@dataclass(frozen=True, slots=True)
class Answered:
    """n requests: milliseconds from when each was due (float64[n], NaN: never answered), its status, and bodies.

    `bodies` holds those of every `sampled`-th request by place. `cpu` is the processor time that this program took, in
    seconds, over `seconds` of wall clock; `late` how late requests were sent, milliseconds at the 99th percentile.
    """

    millis: NDArray[np.float64]
    statuses: NDArray[np.int64]
    bodies: dict[int, bytes]
    seconds: float
    cpu: float
    late: float

    def percentile(self, percent: float) -> float:
        """Of the latencies of good answers."""
        good = self.millis[self.statuses == OK]
        return float(np.percentile(good, percent)) if len(good) else float("nan")

    @property
    def good(self) -> int:
        """How many were answered with 200 and without errors."""
        return int((self.statuses == OK).sum())


def post(path: str, host: str, body: bytes) -> bytes:
    """A whole request."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def arrivals(rate: float, seconds: float, seed: int) -> NDArray[np.float64]:
    """Moments, in seconds from the start, of a Poisson process of `rate` a second."""
    random = np.random.default_rng(seed)
    gaps = random.exponential(1 / rate, int(rate * seconds * 1.2) + 50)
    moments = np.cumsum(gaps)
    return moments[moments < seconds]


def offer(host: str, port: int, requests: Sequence[bytes], due: NDArray[np.float64], *, sampled: int = 0) -> Answered:
    """Send request k at `due[k]` (seconds from now, ascending) and wait for all answers."""
    return uvloop.run(_Load(host, port, requests, due, sampled).run())


@dataclass
class _Load:
    host: str
    port: int
    requests: Sequence[bytes]
    due: NDArray[np.float64]
    sampled: int
    idle: deque[_Connection] = field(default_factory=deque)
    bodies: dict[int, bytes] = field(default_factory=dict)
    left: int = 0

    async def run(self) -> Answered:
        count = len(self.due)
        self.millis, self.statuses = np.full(count, np.nan), np.full(count, BROKEN)
        self.left, self.done = count, asyncio.Event()
        late = np.zeros(count)
        loop = asyncio.get_running_loop()
        cpu, self.began = time.process_time(), loop.time()
        for place, moment in enumerate(self.due.tolist()):
            wait = self.began + moment - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            late[place] = 1e3 * max(0.0, loop.time() - self.began - moment)
            self.send(loop, place)
        if count:
            await asyncio.wait_for(self.done.wait(), PATIENCE)
        seconds = loop.time() - self.began
        spent = time.process_time() - cpu
        for connection in list(self.idle):
            connection.close()
        return Answered(self.millis, self.statuses, self.bodies, seconds, spent, float(np.percentile(late, 99)))

    def send(self, loop: asyncio.AbstractEventLoop, place: int) -> None:
        if self.idle:
            self.idle.popleft().ask(place)
        else:
            task = loop.create_task(self._open(loop, place))
            _TASKS.add(task)
            task.add_done_callback(_TASKS.discard)

    async def _open(self, loop: asyncio.AbstractEventLoop, place: int) -> None:
        try:
            _, connection = await loop.create_connection(lambda: _Connection(self), self.host, self.port)
        except OSError:
            self.finished(place, BROKEN, b"")
        else:
            connection.ask(place)

    def finished(self, place: int, status: int, body: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self.millis[place] = 1e3 * (now - self.began - self.due[place])
        self.statuses[place] = WRONG if status == OK and ERRORS in body else status
        if self.sampled and place % self.sampled == 0:
            self.bodies[place] = body
        self.left -= 1
        if self.left == 0:
            self.done.set()


_TASKS: set[asyncio.Task[None]] = set()
"""Keeps tasks from being collected before they are done."""


class _Connection(asyncio.Protocol):
    """One request at a time over one connection."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._place: int | None = None
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def ask(self, place: int) -> None:
        self._place = place
        self._received.clear()
        self._transport.write(self._load.requests[place])

    def close(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(HEAD_END)
        found = LENGTH.search(self._received, 0, head + 2) if head >= 0 else None
        if found is None or len(self._received) < head + len(HEAD_END) + int(found[1]) or self._place is None:
            return
        place, self._place = self._place, None
        status = int(self._received[9:12])
        self._load.finished(place, status, bytes(self._received[head + len(HEAD_END) :]))
        self._load.idle.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        if self in self._load.idle:
            self._load.idle.remove(self)
        if self._place is not None:
            place, self._place = self._place, None
            self._load.finished(place, BROKEN, b"")
