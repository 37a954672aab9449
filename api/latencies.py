"""How long the latest requests took, in this process."""

from __future__ import annotations

from collections import deque

import numpy as np

LATEST = 1_000
"""Requests that are remembered."""


class Latencies:
    """Milliseconds of the newest requests. `requests` counts all since the process began. For one event loop."""

    def __init__(self, latest: int = LATEST) -> None:
        self._millis: deque[float] = deque(maxlen=latest)
        self.requests = 0

    def add(self, millis: float) -> None:
        """Remember one."""
        self._millis.append(millis)
        self.requests += 1

    def quantile(self, share: float) -> float | None:
        """Milliseconds that this share of the remembered ones stayed within; None where there are none."""
        return float(np.quantile(self._millis, share)) if self._millis else None
