"""From values to places on a page, with round numbers along the axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
PADDING = 0.06
"""Room at either end of an axis, as a share of what it spans."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Linear: `low` is at `start`, `high` at `end`, both in pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value, in pixels."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """At most `most` round numbers between low and high, ascending."""
        step = self._step(most)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [k * step for k in range(first, last + 1)]

    def label(self, value: float) -> str:
        """A tick as text, with as many decimals as the ticks need."""
        step = self._step(5)
        decimals = next(digits for digits in range(12) if abs(round(step, digits) - step) < step / 1000)
        return f"{value:.{decimals}f}"

    def _step(self, most: int) -> float:
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step: float = next(size * power for size in STEPS if size * power >= rough * (1 - 1e-9))
        return step


def scale_over(values: Iterable[float | None], start: float, end: float, *, zero: bool = False) -> Scale:
    """A scale with some room around all `values`, and around 0 if `zero`; from 0 to 1 where there are none."""
    known = [value for value in values if value is not None] + ([0.0] if zero else [])
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = (high - low) * PADDING or abs(high) * PADDING or 0.5
    # Nothing that is measured here is negative but differences: an axis should not suggest it.
    return Scale(low - room if low < 0 else max(low - room, 0.0), high + room, start, end)
