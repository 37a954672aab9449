"""Keeps the statistics of days up to date: counts those anew of which something has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from graph.client import Graph
from graph.day_counts import (
    Spread,
    count_all_events,
    count_day_events,
    day_exposures,
    keep_day_answers,
    read_day_answers,
)
from graph.day_marks import changed_days
from graph.days import EPOCH
from graph.similarity import graph_counts, item_degrees
from recommend.exposure import exposed
from recommend.settings import StatisticsSettings

GROUPS = ("head", "middle", "tail")
Progress = Callable[[date, int, int], None]
"""Told the day that was counted, its place, and of how many."""


@dataclass(frozen=True, slots=True)
class _Stale:
    """A day to be counted, and the changes that are known before it is."""

    epoch_day: int
    about: str
    changes: int


def count_days(
    graph: Graph,
    settings: StatisticsSettings,
    most: int | None = None,
    least_age: float = 0.0,
    progress: Progress = lambda _day, _place, _of: None,
) -> int:
    """Count every day anew that has changed, the newest first, `most` at once; returns how many that were.

    A day that was counted within the last `least_age` seconds waits, as today changes all the time.

    Whoever does so at the same time counts the same. What comes meanwhile is counted by the next call.
    """
    stale = _stale(graph, least_age)[:most]
    pause = round(settings.session_minutes * 60_000)
    place = 0
    for place, epoch_day in enumerate(_counted(graph, settings, stale, pause), start=1):
        progress(EPOCH + timedelta(days=epoch_day), place, len(stale))
    return place


def _counted(graph: Graph, settings: StatisticsSettings, stale: Sequence[_Stale], pause: int) -> Iterator[int]:
    """Count and keep them, and give each when it is kept: those of answers, then those of events."""
    catalogue = _Catalogue(graph, settings)
    for one in (one for one in stale if one.about == "answers"):
        answers = read_day_answers(graph, one.epoch_day, settings.attribute)
        spread = catalogue.spread(day_exposures(graph, one.epoch_day))
        keep_day_answers(graph, one.epoch_day, one.changes, answers, spread)
        yield one.epoch_day
    events = {one.epoch_day: one.changes for one in stale if one.about == "events"}
    if len(events) > settings.days_apart:
        yield from count_all_events(graph, events, pause)
        return
    for epoch_day, changes in events.items():
        count_day_events(graph, epoch_day, changes, pause)
        yield epoch_day


def _stale(graph: Graph, least_age: float) -> list[_Stale]:
    """Newest first. Who was active before, and since when, is part of a day's events: an earlier change counts too."""
    found: list[_Stale] = []
    before = 0
    for one in changed_days(graph):
        known = one.changes
        if one.about == "events":
            before += one.changes
            known = before
        if one.counted != known and (one.age_seconds is None or one.age_seconds >= least_age):
            found.append(_Stale(one.epoch_day, one.about, known))
    return found[::-1]


class _Catalogue:
    """How many users have each item, read when it is first needed."""

    def __init__(self, graph: Graph, settings: StatisticsSettings) -> None:
        self._graph = graph
        self._settings = settings

    @cached_property
    def owners(self) -> dict[str, int]:
        """Users by item, all items."""
        return item_degrees(self._graph)

    @cached_property
    def group(self) -> dict[str, str]:
        """The popularity group of each item."""
        return popularity_groups(self.owners, self._settings)

    def spread(self, times: Mapping[str, int]) -> Spread:
        """Of items that were shown so many times; those that are gone since are left out."""
        known = {item: count for item, count in times.items() if item in self.owners}
        told = exposed(known, self.owners, len(self.owners), graph_counts(self._graph).users)
        groups = dict.fromkeys(GROUPS, 0) if known else {}
        for item, count in known.items():
            groups[self.group[item]] += count
        return Spread(told.coverage, told.gini, told.novelty, groups)


def popularity_groups(owners: Mapping[str, int], settings: StatisticsSettings) -> dict[str, str]:
    """`head`, `middle` or `tail` for each item, by how many users have it; of equals the smaller id is in front."""
    order = sorted(owners, key=lambda item: (-owners[item], item))
    head = round(settings.head_share * len(order))
    middle = head + round(settings.middle_share * len(order))
    return {item: GROUPS[(place >= head) + (place >= middle)] for place, item in enumerate(order)}
