"""Work that many ask for at once is done once, and nobody waits for it longer than their budget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from graph.budget import remaining
from graph.errors import EdgewiseError

V = TypeVar("V")


class StillLoading(EdgewiseError):
    """What an answer is made from is being read, which takes longer than the answer may."""

    code = "STILL_LOADING"


class SingleFlight(Generic[V]):
    """Runs work in threads of its own, one for each key at a time. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[Hashable, Future[V]] = {}

    def do(self, key: Hashable, work: Callable[[], V]) -> V:
        """What `work` gives, or what it gives to somebody who asked for the same `key` before and still waits.

        Raises what it raises, and StillLoading once the budget is used up; the work goes on then.
        """
        with self._lock:
            future = self._running.get(key)
            if future is None:
                future = self._running[key] = Future()
                threading.Thread(target=self._run, args=(key, work, future), daemon=True).start()
        left = remaining()
        try:
            return future.result(None if left is None else max(left, 0.0))
        except TimeoutError as error:
            if future.done():  # the work itself ran out of time
                raise
            raise StillLoading(f"{key} is still being read.") from error

    def _run(self, key: Hashable, work: Callable[[], V], future: Future[V]) -> None:
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            self._forget(key)
            future.set_exception(error)
        else:
            self._forget(key)
            future.set_result(value)

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            del self._running[key]
