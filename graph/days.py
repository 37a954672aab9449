"""Reads what was counted of days, and puts days together to weeks and months."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from operator import sub
from typing import Any

from graph.client import Graph
from graph.day_counts import LONGEST_GAP, WEEKS
from graph.day_marks import DAY_MILLIS

EPOCH = date(1970, 1, 1)
WEEK, MONTH = 7, 28
Pair = tuple[int, int]


class Granularity(StrEnum):
    """What is told together; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


SPANS = {Granularity.DAY: 1, Granularity.WEEK: WEEK, Granularity.MONTH: MONTH}
"""Days within which different users are counted."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, a week (from Monday) or a month, as far as it lies within what was asked for: `first` to `last`.

    `active` counts different users of the day, of the 7 days or of the 28 days that end with `last`, by granularity;
    `weekly` and `monthly` those of the 7 and 28 days. Breakdowns are [answers, answers with something taken] by name,
    `types` [events, sum of values], `positions` [shown, taken]. `coverage`, `gini` and `novelty` are means over days.
    """

    first: date
    last: date
    events: int
    types: Mapping[str, tuple[int, float]]
    active: int
    weekly: int
    monthly: int
    new_users: int
    sessions: int
    session_minutes: float
    answers: int
    answers_taken: int
    impressions: int
    taken: int
    dismissed: int
    strategies: Mapping[str, Pair]
    layers: Mapping[str, Pair]
    variants: Mapping[str, Pair]
    attributes: Mapping[str, Pair]
    positions: Sequence[Pair]
    groups: Mapping[str, int]
    coverage: float | None
    gini: float | None
    novelty: float | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Users who came first in the week from `monday`; `active[k]` of them were active in the k-th week after it."""

    monday: date
    active: Sequence[int]

    @property
    def users(self) -> int:
        """How many came."""
        return self.active[0]


class Days:
    """What was counted of the days from `first` to `last`, and of the 28 before, by which activity is told."""

    def __init__(self, graph: Graph, first: date, last: date) -> None:
        self.first, self.last = first, last
        rows = graph.read("rollups/days", fromDay=_number(first) - LONGEST_GAP, toDay=_number(last))
        self._days: dict[int, dict[str, Any]] = {row["epochDay"]: row["day"] for row in rows}
        self._new_within = {number: _new_within(day) for number, day in self._days.items()}

    def buckets(self, granularity: Granularity) -> list[Bucket]:
        """In the order of time, without a hole; a day on which nothing happened is 0 throughout."""
        edges = [day for day in _dates(self.first, self.last) if day == self.first or _begins(day, granularity)]
        ends = [day - timedelta(days=1) for day in edges[1:]]
        return [self._bucket(*span, granularity) for span in zip(edges, [*ends, self.last], strict=True)]

    def active_within(self, last: date, days: int) -> int:
        """Different users who were active in the `days` (28 at most) that end with `last`.

        Each is counted on their first day within: when the activity before lies further back than the span goes.
        """
        end = _number(last)
        found = 0
        for back in range(days):
            new = self._new_within.get(end - back)
            found += new[days - 1 - back] if new else 0
        return found

    def _bucket(self, first: date, last: date, granularity: Granularity) -> Bucket:
        days = [self._days.get(_number(day), {}) for day in _dates(first, last)]
        sums = {name: sum(day.get(name) or 0 for day in days) for name in SUMMED}
        return Bucket(
            first=first,
            last=last,
            types={name: (int(pair[0]), float(pair[1])) for name, pair in _pairs(days, "types").items()},
            active=self.active_within(last, SPANS[granularity]),
            weekly=self.active_within(last, WEEK),
            monthly=self.active_within(last, MONTH),
            events=sums["events"],
            new_users=sums["newUsers"],
            sessions=sums["sessions"],
            session_minutes=sums["sessionMinutes"],
            answers=sums["answers"],
            answers_taken=sums["answersTaken"],
            impressions=sums["impressions"],
            taken=sums["taken"],
            dismissed=sums["dismissed"],
            strategies=_counted(days, "strategies"),
            layers=_counted(days, "layers"),
            variants=_counted(days, "variants"),
            attributes=_counted(days, "attributes"),
            positions=_positions(days),
            groups={name: int(pair[0]) for name, pair in sorted(_pairs(days, "groups").items())},
            coverage=_mean(days, "coverage"),
            gini=_mean(days, "gini"),
            novelty=_mean(days, "novelty"),
        )


SUMMED = (
    "events",
    "newUsers",
    "sessions",
    "sessionMinutes",
    "answers",
    "answersTaken",
    "impressions",
    "taken",
    "dismissed",
)


def cohorts(graph: Graph, last: date, weeks: int) -> list[Cohort]:
    """Of the `weeks` up to that of `last`, oldest first; weeks that nobody came first in are left out."""
    newest = (_number(last) + 3) // 7
    oldest = newest - weeks + 1
    rows = graph.read("rollups/days", fromDay=7 * oldest - 3, toDay=_number(last))
    found: dict[int, list[int]] = {}
    for row in rows:
        week = (row["epochDay"] + 3) // 7
        for told, users in json.loads(row["day"].get("cohorts") or "{}").items():
            first = int(told)
            if first >= oldest:
                length = min(WEEKS, newest - first + 1)
                found.setdefault(first, [0] * length)[week - first] += users
    return [Cohort(EPOCH + timedelta(days=7 * week - 3), found[week]) for week in sorted(found)]


def _new_within(day: Mapping[str, Any]) -> list[int]:
    """Of the users of a day, at place k those who were not active in the k days before it."""
    return list(accumulate(day["gaps"] or (), sub, initial=day["active"])) if day["active"] else []


def _number(day: date) -> int:
    return (day - EPOCH).days


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def _begins(day: date, granularity: Granularity) -> bool:
    if granularity is Granularity.WEEK:
        return day.weekday() == 0
    return granularity is Granularity.DAY or day.day == 1


def _pairs(days: Sequence[Mapping[str, Any]], name: str) -> dict[str, list[float]]:
    """Sums by name over days of numbers, or of pairs of them."""
    found: dict[str, list[float]] = {}
    for text in (day.get(name) for day in days):
        for key, value in json.loads(text).items() if text and text != "{}" else ():
            pair = value if isinstance(value, list) else [value, 0]
            kept = found.setdefault(key, [0, 0])
            kept[0] += pair[0]
            kept[1] += pair[1]
    return dict(sorted(found.items(), key=lambda one: (-one[1][0], one[0])))


def _counted(days: Sequence[Mapping[str, Any]], name: str) -> dict[str, Pair]:
    return {key: (int(pair[0]), int(pair[1])) for key, pair in _pairs(days, name).items()}


def _positions(days: Sequence[Mapping[str, Any]]) -> list[Pair]:
    lists = [json.loads(day.get("positions") or "[]") for day in days]
    longest = max((len(one) for one in lists), default=0)
    padded = [one + [[0, 0]] * (longest - len(one)) for one in lists]
    return [(sum(one[k][0] for one in padded), sum(one[k][1] for one in padded)) for k in range(longest)]


def _mean(days: Sequence[Mapping[str, Any]], name: str) -> float | None:
    known = [day[name] for day in days if day.get(name) is not None]
    return sum(known) / len(known) if known else None


def recounted(graph: Graph, first: date, last: date) -> dict[date, tuple[int, int]]:
    """Events and different users of each day with any, from the raw events: slow, and what `Days` must agree with."""
    span = {"fromMillis": _number(first) * DAY_MILLIS, "untilMillis": (_number(last) + 1) * DAY_MILLIS}
    rows = graph.read("rollups/recount_of_days", **span)
    return {EPOCH + timedelta(days=row["epochDay"]): (row["events"], row["active"]) for row in rows}
