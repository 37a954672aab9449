"""A circuit breaker: what fails again and again is not tried for a while, so that nobody waits for it.

Nygard, Release It! (2nd ed. 2018), chapter 5. Libraries for it hold a lock while they call, which would let one request
at a time through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Breaker:
    """Opens after `failures` in a row; after `seconds` it lets one try through, which closes it or opens it again.

    `clock` gives monotonic seconds. Safe to share between threads.
    """

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has lately failed too often."""
        return self._opened is not None

    def allows(self) -> bool:
        """Whether to try; who is told so must say how it went."""
        with self._lock:
            if self._opened is None:
                return True
            if self._clock() - self._opened < self._seconds:
                return False
            self._opened = self._clock()  # whoever comes next waits for how this one goes
            return True

    def succeeded(self) -> None:
        """It went well."""
        with self._lock:
            self._failures, self._opened = 0, None

    def failed(self) -> None:
        """It went wrong."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._opened = self._clock()
