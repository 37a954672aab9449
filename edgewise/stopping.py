"""Ends a command that has started something as Ctrl-C would, also on a plain kill."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopped_cleanly() -> Iterator[None]:
    """While it lasts, SIGTERM ends the program through its `finally` blocks, so that nothing is left running."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
