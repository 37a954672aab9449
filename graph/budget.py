"""How long what is read may take: set around a piece of work, and known to every query in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give what is read in here `seconds` in all, or what is left of a budget around it, if that is less."""
    ends = time.monotonic() + seconds
    outer = _deadline.get()
    token = _deadline.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float | None:
    """Seconds that are left, 0 or less where the time is up; None without a budget."""
    ends = _deadline.get()
    return None if ends is None else ends - time.monotonic()
