"""The steps of an evaluation: told to whoever watches, and timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """Where an evaluation is: `done` of `total` (None: not known) of step `name`, in `fold` (empty: in none)."""

    fold: str
    name: str
    done: int
    total: int | None


class Done(Protocol):
    """Told how much of a step is done."""

    def __call__(self, number: int, of: int | None = None, /) -> None:
        """`number` of `of` (None: of the total that the step began with)."""


Told = Callable[[Step], None]


def untold(_step: Step) -> None:
    """Tell nobody."""


class Steps:
    """Tells of each step as it begins and gets on; `seconds` sums by name what each took, over all folds."""

    def __init__(self, told: Told = untold, clock: Callable[[], float] = time.monotonic) -> None:
        self.fold = ""
        self.seconds: dict[str, float] = {}
        self._told = told
        self._clock = clock

    @contextmanager
    def step(self, name: str, total: int | None = None) -> Iterator[Done]:
        """One step; call what it gives with how much is done, and with a new total where that is known only now."""
        began, fold = self._clock(), self.fold

        def done(number: int, of: int | None = None) -> None:
            self._told(Step(fold, name, number, total if of is None else of))

        done(0)
        yield done
        self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - began
