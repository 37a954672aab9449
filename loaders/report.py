"""How a load is asked for, watched and reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Stage = Literal["users", "items", "events"]


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load.

    `batch_size` events go into one transaction, written by `threads` writers at once. `dry_run` reads and checks
    everything and writes nothing. With `resume`, chunks that an unfinished load of the same source has written are
    not even looked up; without it every event id is. `bulk`: by the import tool, into an empty graph only, whatever
    else is set.
    """

    batch_size: int = 5_000
    threads: int = 2
    dry_run: bool = False
    resume: bool = True
    bulk: bool = False


class Progress(Protocol):
    """Is told how a load gets on; called by one thread at a time, not always the same."""

    def __call__(self, stage: Stage, done: int, /) -> None:
        """`done` rows of `stage` are finished by now, rejected ones included; never fewer than before."""


def unwatched(_stage: Stage, _done: int) -> None:
    """Watch nothing."""


@dataclass(slots=True)
class Counts:
    """What became of the rows of one stage; in a dry run, `new` are those that would be written."""

    new: int = 0
    repeated: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        """All rows, rejected ones included."""
        return self.new + self.repeated + self.rejected


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, and in how many seconds from opening the source to the last commit."""

    source: str
    users: Counts
    items: Counts
    events: Counts
    seconds: float
    dry_run: bool = False

    @property
    def per_second(self) -> float:
        """Events that were read, checked and written or recognised, a second, the whole load counted."""
        return self.events.rows / self.seconds if self.seconds > 0 else 0.0
