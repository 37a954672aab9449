"""Runs the blocking calls of the database beside the event loop, a bounded number at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio import to_thread

P = ParamSpec("P")
T = TypeVar("T")


class Offload:
    """Awaits a blocking call in a thread; at most `threads` run, the others wait their turn."""

    def __init__(self, threads: int) -> None:
        self._limiter = anyio.CapacityLimiter(threads)

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises."""
        return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=self._limiter)

    async def within(self, seconds: float, work: Callable[[], T]) -> T:
        """Likewise, but gives up with TimeoutError; the thread ends by itself later."""
        with anyio.fail_after(seconds):
            return await to_thread.run_sync(work, limiter=self._limiter, abandon_on_cancel=True)
