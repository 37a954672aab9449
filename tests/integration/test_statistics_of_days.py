"""What is counted of days equals a recount from the raw events, whatever came, in whatever order, and went again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from graph import day_counts
from graph.client import Graph
from graph.day_marks import changed_days
from graph.days import Days, Granularity, cohorts, recounted
from graph.erasure import erase_user
from graph.ingest import write_items
from graph.records import Event, Item
from recommend.daily import count_days
from recommend.settings import StatisticsSettings
from tests.worlds.telling import tell

FIRST, LAST = date(2026, 2, 20), date(2026, 4, 20)
SETTINGS = StatisticsSettings()
SESSION = timedelta(minutes=30)


def some_events(count: int, seed: int, start: int = 0) -> list[Event]:
    """Of 12 users over 60 days, some of them minutes apart."""
    random = Random(seed)
    begin = datetime(2026, 2, 20, tzinfo=UTC)
    return [
        Event(
            f"e{start + k}",
            f"user-{random.randrange(12)}",
            f"item-{random.randrange(5)}",
            random.choice(["view", "like", "purchase"]),
            begin + timedelta(days=random.randrange(60), minutes=random.randrange(90)),
            value=random.choice([None, 2.5]),
        )
        for k in range(count)
    ]


@pytest.fixture
def items(graph: Graph) -> Graph:
    write_items(graph, [Item(f"item-{k}") for k in range(5)])
    return graph


def users_within(events: Sequence[Event], last: date, days: int) -> int:
    return len({one.user_id for one in events if last - timedelta(days=days) < one.at.date() <= last})


def visits(events: Sequence[Event]) -> tuple[int, float]:
    """How many, and their minutes, of the events of one day."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for one in sorted(events, key=lambda event: event.at):
        times[one.user_id].append(one.at)
    pauses = [later - earlier for one in times.values() for earlier, later in pairwise(one)]
    inside = [pause for pause in pauses if pause <= SESSION]
    return len(times) + len(pauses) - len(inside), sum(pause.total_seconds() for pause in inside) / 60


def assert_recounted(graph: Graph, events: Sequence[Event]) -> None:
    """Every day of the graph against the plainest computation from `events`."""
    assert {one.about for one in changed_days(graph) if one.counted is None} == set()
    firsts = {user: min(one.at.date() for one in events if one.user_id == user) for user in {e.user_id for e in events}}
    raw = recounted(graph, FIRST, LAST)
    for bucket in Days(graph, FIRST, LAST).buckets(Granularity.DAY):
        assert (bucket.events, bucket.active) == raw.get(bucket.first, (0, 0))
        today = [one for one in events if one.at.date() == bucket.first]
        types = {kind: [one for one in today if one.type == kind] for kind in {one.type for one in today}}
        assert bucket.events == len(today)
        assert {name: (len(of), sum(one.value or 0 for one in of)) for name, of in types.items()} == bucket.types
        assert bucket.active == users_within(events, bucket.first, 1)
        assert bucket.weekly == users_within(events, bucket.first, 7)
        assert bucket.monthly == users_within(events, bucket.first, 28)
        assert bucket.new_users == sum(day == bucket.first for day in firsts.values())
        assert (bucket.sessions, bucket.session_minutes) == pytest.approx(visits(today))
    for cohort in cohorts(graph, LAST, 9):
        mine = {user for user, day in firsts.items() if cohort.monday <= day < cohort.monday + timedelta(days=7)}
        for week, active in enumerate(cohort.active):
            start = cohort.monday + timedelta(days=7 * week)
            there = {
                e.user_id for e in events if start <= e.at.date() < start + timedelta(days=7) and e.at.date() <= LAST
            }
            assert active == len(mine & there)


@pytest.mark.parametrize("apart", [0, 1_000], ids=["all at once", "day by day"])
def test_days_are_those_of_a_recount_whatever_comes(items: Graph, apart: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_counts, "USERS_AT_ONCE", 5)
    settings = SETTINGS.model_copy(update={"days_apart": apart})
    events = some_events(150, seed=1)
    tell(items, *events)
    assert count_days(items, settings) > 0
    assert_recounted(items, events)
    tell(items, *events[:40])
    assert count_days(items, settings) == 0, "what is sent again changes nothing"
    late = some_events(30, seed=2, start=150)
    tell(items, *late)
    assert count_days(items, settings) > 0
    assert_recounted(items, [*events, *late])


def test_days_are_those_of_a_recount_without_an_erased_user(items: Graph) -> None:
    events = some_events(150, seed=8)
    tell(items, *events)
    count_days(items, SETTINGS)
    assert erase_user(items, "user-3").events == sum(one.user_id == "user-3" for one in events)
    assert count_days(items, SETTINGS) > 0
    assert_recounted(items, [one for one in events if one.user_id != "user-3"])


def test_what_was_there_before_there_were_marks_is_counted(items: Graph) -> None:
    """As after a bulk import, which applies the schema to events that are there."""
    events = some_events(60, seed=9)
    tell(items, *events)
    items._driver.execute_query("MATCH (n:DayMark|Day) DELETE n")
    items.run_alone("schema/073_days_before_marks")
    assert count_days(items, SETTINGS) > 0
    assert_recounted(items, events)


def test_who_came_first_when_moves_with_what_comes_late(items: Graph) -> None:
    at = datetime(2026, 4, 1, 12, tzinfo=UTC)
    events = [Event("e1", "ann", "item-0", "view", at), Event("e2", "ann", "item-0", "view", at + timedelta(days=3))]
    tell(items, *events)
    count_days(items, SETTINGS)
    tell(items, early := Event("e0", "ann", "item-1", "view", at - timedelta(days=20)))
    assert count_days(items, SETTINGS) == 3, "the days after it know another first day now"
    assert_recounted(items, [early, *events])


def test_what_comes_while_days_are_counted_is_counted_by_the_next_call(items: Graph) -> None:
    events = some_events(60, seed=3)
    tell(items, *events)
    more = some_events(60, seed=4, start=60)
    told = iter(range(0, 60, 6))

    def meanwhile(*_: object) -> None:
        start = next(told, None)
        if start is not None:
            tell(items, *more[start : start + 6])

    count_days(items, SETTINGS, progress=meanwhile)
    while count_days(items, SETTINGS):
        pass
    assert_recounted(items, [*events, *more])


def test_writers_and_counters_at_once_lose_nothing(items: Graph) -> None:
    events = some_events(160, seed=5)
    parts = [events[start : start + 8] for start in range(0, 160, 8)]
    with ThreadPoolExecutor(6) as pool:
        written = [pool.submit(tell, items, *part) for part in parts]
        counting = [pool.submit(count_days, items, SETTINGS) for _ in range(4)]
        assert sum(one.result(timeout=60) for one in counting) >= 0
        for one in written:
            one.result(timeout=60)
    while count_days(items, SETTINGS):
        pass
    assert_recounted(items, events)


def test_a_day_that_was_just_counted_waits_where_it_is_told_to(items: Graph) -> None:
    tell(items, *some_events(20, seed=10))
    count_days(items, SETTINGS)
    tell(items, *some_events(20, seed=11, start=20))
    newly = {one.epoch_day for one in changed_days(items) if one.counted is None}
    assert count_days(items, SETTINGS, least_age=3_600) == len(newly)
    assert count_days(items, SETTINGS) > 0


def test_the_newest_days_come_first_and_a_few_at_once(items: Graph) -> None:
    events = some_events(80, seed=6)
    tell(items, *events)
    seen: list[date] = []
    assert count_days(items, SETTINGS, 3, progress=lambda day, _place, _of: seen.append(day)) == 3
    assert seen == sorted({one.at.date() for one in events}, reverse=True)[:3]


@pytest.mark.parametrize("granularity", ["week", "month"])
def test_weeks_and_months_are_sums_of_their_days(items: Graph, granularity: str) -> None:
    events = some_events(150, seed=7)
    tell(items, *events)
    count_days(items, SETTINGS)
    days = Days(items, FIRST, LAST)
    buckets = days.buckets(Granularity(granularity))
    assert (buckets[0].first, buckets[-1].last) == (FIRST, LAST)
    assert all(later.first - earlier.last == timedelta(days=1) for earlier, later in pairwise(buckets))
    starts = [one.first for one in buckets[1:]]
    assert all(day.weekday() == 0 if granularity == "week" else day.day == 1 for day in starts)
    assert sum(one.events for one in buckets) == len(events)
    span = 7 if granularity == "week" else 28
    for one in buckets:
        assert one.active == users_within(events, one.last, span)
