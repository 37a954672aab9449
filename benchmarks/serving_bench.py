"""What the parts of the serving benchmark share: where their rows go."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.open_loop import Answered
from benchmarks.report import Report


@dataclass(frozen=True, slots=True)
class ServingBench:
    """Where results go, and how long each load lasts."""

    report: Report
    dataset: str
    seconds: float
    seed: int

    def row(
        self, case: str, metric: str, value: float, unit: str, *, peer: str = "", ratio: float | None = None
    ) -> None:
        """Add a number."""
        self.report.row(
            self.dataset, case, metric, value=value, unit=unit, peer=peer or None, ratio=ratio, seed=self.seed
        )

    def load(self, case: str, answered: Answered, cpu: float | None = None) -> None:
        """The rows of one load."""
        for percent in (50, 90, 99):
            self.row(case, f"p{percent}_ms", answered.percentile(percent), "ms")
        self.row(case, "answered", answered.good / len(answered.statuses), "share")
        self.row(case, "generator_late_p99_ms", answered.late, "ms")
        if cpu is not None:
            self.row(case, "api_cpu_ms", 1e3 * cpu / len(answered.statuses), "ms a request")
