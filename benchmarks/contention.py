"""How much of the machine something else used while we measured: a figure taken beside others says less."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

import psutil


@dataclass(slots=True)
class Contention:
    """Counts processor time that neither this process nor the server `pid` used, from its making on."""

    pid: int
    _started: float = field(default_factory=perf_counter)
    _before: float = 0.0

    def __post_init__(self) -> None:
        self._before = self._others()

    def cores(self) -> float:
        """Cores that others kept busy on average since then, the host's theft included."""
        return max(0.0, (self._others() - self._before) / (perf_counter() - self._started))

    def _others(self) -> float:
        everyone = psutil.cpu_times()
        idle = everyone.idle + getattr(everyone, "iowait", 0.0)
        # Guest time is a part of user time already.
        guests = getattr(everyone, "guest", 0.0) + getattr(everyone, "guest_nice", 0.0)
        ours = sum(sum(process.cpu_times()[:2]) for process in (psutil.Process(), psutil.Process(self.pid)))
        return float(sum(everyone) - idle - guests - ours)
