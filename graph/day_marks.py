"""Notes which days have changed, in the transactions that change them: what is counted of them is counted anew.

Every writer adds how much it changed to a mark of the day, and what is counted of a day says how much change it knows
of (read before the counting). The two are equal just when nothing came since: no clock, no lock and no order of writers
matters. A day has a few marks, as writers of one node wait for each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

from graph.client import Graph, Transaction
from graph.settings import MILLIS_PER_DAY

About = Literal["events", "answers"]
DAY_MILLIS = int(MILLIS_PER_DAY)
MARKS = 8
"""Marks of one day and sort."""


@dataclass(frozen=True, slots=True)
class Changed:
    """How much has changed of a day (since 1970), how much of it is counted, and when; None: it was never counted."""

    epoch_day: int
    about: About
    changes: int
    counted: int | None
    age_seconds: float | None


def mark_days(transaction: Transaction, about: About, by: str, millis: Iterable[int]) -> None:
    """Note a change at each of the moments (milliseconds since 1970); `by` is whose they are, such as a user."""
    days = Counter(one // DAY_MILLIS for one in millis)
    if days:
        transaction.run("rollups/mark_days", rows=_rows(about, crc32(by.encode()) % MARKS, days))


def changed_days(graph: Graph) -> list[Changed]:
    """Every day that ever changed, oldest first."""
    rows = graph.read("rollups/day_changes")
    return [Changed(row["epochDay"], row["about"], row["changes"], row["counted"], row["ageSeconds"]) for row in rows]


def _rows(about: About, mark: int, days: Mapping[int, int]) -> list[list[object]]:
    rows: list[list[object]] = [[f"{day} {about} {mark}", day, about, days[day]] for day in days]
    return sorted(rows, key=lambda row: str(row[0]))
