"""Events count exactly once, and what follows from them is the same however they came."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.after_ingest import rebuild_popularity, rebuild_preferences
from graph.catalog import items_by_id, users_by_id
from graph.client import Graph
from graph.errors import InputError, UnknownItem, UnknownUser
from graph.ingest import IngestReport, record_events, write_items, write_users
from graph.records import Event, Item, User
from graph.schema import erase
from graph.settings import PopularitySettings, PreferenceSettings
from tests.worlds.derived import read_derived

NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
PREFERENCES = PreferenceSettings()
POPULARITY = PopularitySettings()
USERS = ("ann", "bob", "cyd")
ITEMS = ("heat", "ran", "up")


def event(key: str, user: str = "ann", item: str = "heat", kind: str = "view", **rest: object) -> Event:
    return Event(key, user, item, kind, **{"at": NEW_YEAR, **rest})  # type: ignore[arg-type]  # as the test says


@pytest.fixture
def peopled(graph: Graph) -> Graph:
    people(graph)
    return graph


def people(graph: Graph) -> None:
    write_users(graph, [User(user) for user in USERS])
    write_items(graph, [Item(item, "movie") for item in ITEMS])


def record(graph: Graph, *events: Event) -> IngestReport:
    return record_events(graph, events, PREFERENCES, POPULARITY)


def decayed(weight: float, at: datetime = NEW_YEAR) -> float:
    days = (at - datetime(2000, 1, 1, tzinfo=UTC)) / timedelta(days=1)
    return float(weight * 2 ** (days / POPULARITY.half_life_days))


def test_an_event_counts_once_in_a_batch_and_for_ever(peopled: Graph) -> None:
    assert record(peopled, event("1"), event("1", item="up"), event("2", kind="like")) == IngestReport(2, 1)
    before = read_derived(peopled)
    assert record(peopled, event("2", kind="like"), event("1")) == IngestReport(0, 2)
    assert read_derived(peopled) == before
    pair = before["ann", "heat"]
    assert (pair.recorded, pair.preferences, pair.weight, pair.events) == (2, 1, 4.0, 2)
    assert pair.popularity == pytest.approx(decayed(4.0))
    assert list(before) == [("ann", "heat")]


def test_a_batch_of_old_and_new_events_adds_the_new(peopled: Graph) -> None:
    record(peopled, event("1"))
    assert record(peopled, event("1"), event("2"), event("3", user="bob")) == IngestReport(2, 1)
    pairs = read_derived(peopled)
    assert (pairs["ann", "heat"].weight, pairs["bob", "heat"].weight) == (2.0, 1.0)
    assert pairs["bob", "heat"].popularity == pytest.approx(decayed(3.0))


def test_times_may_come_in_any_order(peopled: Graph) -> None:
    late, early = NEW_YEAR + timedelta(days=9), NEW_YEAR - timedelta(days=9)
    record(peopled, event("1", at=late))
    record(peopled, event("2", at=early), event("3"))
    pair = read_derived(peopled)["ann", "heat"]
    assert pair.last_at == late.timestamp() * 1000
    assert pair.popularity == pytest.approx(decayed(1, late) + decayed(1, early) + decayed(1))


def test_a_dislike_is_a_negative_preference_and_no_popularity(peopled: Graph) -> None:
    record(peopled, event("1", kind="dislike"), event("2", item="up", kind="like"), event("3", item="up", kind="skip"))
    pairs = read_derived(peopled)
    assert (pairs["ann", "heat"].weight, pairs["ann", "heat"].popularity) == (-3.0, 0.0)
    assert pairs["ann", "up"].weight == 2.5
    assert pairs["ann", "up"].popularity == pytest.approx(decayed(3.0))


@pytest.mark.parametrize(("stars", "weight"), [(5.0, 2.0), (2.5, 0.0), (0.5, -1.6), (None, 0.0)])
def test_a_rating_counts_by_its_distance_from_the_midpoint(peopled: Graph, stars: float | None, weight: float) -> None:
    record(peopled, event("1", kind="rate", value=stars))
    pair = read_derived(peopled)["ann", "heat"]
    assert pair.weight == pytest.approx(weight)
    assert pair.popularity == pytest.approx(decayed(max(weight, 0.0)))


def test_a_type_that_is_not_listed_counts_as_the_default(peopled: Graph) -> None:
    record(peopled, event("1", kind="hum"))
    assert read_derived(peopled)["ann", "heat"].weight == PREFERENCES.default_weight


@pytest.mark.parametrize(
    ("stranger", "error", "named"),
    [
        (event("2", user="zoe"), UnknownUser, "zoe"),
        (event("2", item="alien"), UnknownItem, "alien"),
    ],
)
def test_an_unknown_user_or_item_changes_nothing(
    peopled: Graph, stranger: Event, error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        record(peopled, event("1"), stranger)
    assert read_derived(peopled) == {}


def test_users_come_to_be_only_when_asked(peopled: Graph) -> None:
    events = [event("1", user="zoe"), event("2")]
    assert record_events(peopled, events, PREFERENCES, POPULARITY, create_users=True) == IngestReport(2, 0)
    assert set(read_derived(peopled)) == {("zoe", "heat"), ("ann", "heat")}


def test_nothing_to_record_is_no_round_trip(peopled: Graph) -> None:
    assert record(peopled) == IngestReport(0, 0)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all at the same time and return what they return."""
    together = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        together.wait(timeout=30)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_writers_of_the_same_events_at_once_count_them_once(peopled: Graph) -> None:
    events = [event(f"{k}", USERS[k % 3], ITEMS[k // 3 % 3], "like") for k in range(90)]
    reports = at_once(*[lambda: record(peopled, *events)] * 4)
    assert sum(report.new for report in reports if isinstance(report, IngestReport)) == 90
    pairs = read_derived(peopled)
    assert {(pair.recorded, pair.preferences, pair.weight) for pair in pairs.values()} == {(10, 1, 30.0)}
    assert {round(pair.popularity / decayed(1.0), 6) for pair in pairs.values()} == {90.0}


def test_one_id_for_two_users_at_once_counts_for_one(peopled: Graph) -> None:
    works = [
        (lambda user=user: record(peopled, *(event(f"{k}", user, ITEMS[k % 3]) for k in range(60)))) for user in USERS
    ]
    assert sorted(report.new for report in at_once(*works) if isinstance(report, IngestReport)) == [0, 0, 60]
    assert sum(pair.recorded for pair in read_derived(peopled).values()) == 60


def test_writers_of_one_pair_at_once_lose_nothing(peopled: Graph) -> None:
    works = [
        (lambda user=user, turn=turn: record(peopled, event(f"{user}{turn}", user)))
        for user in USERS
        for turn in range(5)
    ]
    at_once(*works)
    pairs = read_derived(peopled)
    assert {(pair.recorded, pair.preferences, pair.weight, pair.events) for pair in pairs.values()} == {(5, 1, 5.0, 5)}
    assert pairs["ann", "heat"].popularity == pytest.approx(decayed(15.0))


EVENTS = st.lists(
    st.builds(
        event,
        st.integers(0, 30).map(str),
        st.sampled_from(USERS),
        st.sampled_from(ITEMS),
        st.sampled_from(("view", "like", "dislike", "rate", "hum")),
        value=st.none() | st.integers(1, 10).map(lambda half: half / 2),
        at=st.integers(-2000, 2000).map(lambda hours: NEW_YEAR + timedelta(hours=hours)),
    ),
    max_size=20,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(EVENTS, min_size=1, max_size=3))
def test_what_is_added_batch_by_batch_is_what_is_rebuilt(graph: Graph, batches: list[list[Event]]) -> None:
    erase(graph)
    people(graph)
    for batch in batches:
        record(graph, *batch)
    added = read_derived(graph)
    assert rebuild_preferences(graph, PREFERENCES) == len(added)
    popular = rebuild_popularity(graph, PREFERENCES, POPULARITY)
    rebuilt = read_derived(graph)
    assert set(rebuilt) == set(added)
    assert popular == len({item for (_, item), pair in added.items() if pair.popularity > 0})
    for key, pair in added.items():
        same = rebuilt[key]
        assert (pair.recorded, pair.preferences, pair.events, pair.last_at) == (
            same.recorded,
            same.preferences,
            same.events,
            same.last_at,
        )
        assert same.weight == pytest.approx(pair.weight)
        assert same.popularity == pytest.approx(pair.popularity, rel=1e-9)


def test_rebuilding_follows_new_weights(peopled: Graph) -> None:
    record(peopled, event("1"), event("2", item="up", kind="like"))
    inverse = PreferenceSettings(weights={"view": -1.0, "like": 5.0})
    assert rebuild_preferences(peopled, inverse) == 2
    assert rebuild_popularity(peopled, inverse, POPULARITY) == 1
    pairs = read_derived(peopled)
    assert (pairs["ann", "heat"].weight, pairs["ann", "heat"].popularity) == (-1.0, 0.0)
    assert pairs["ann", "up"].weight == 5.0
    assert pairs["ann", "up"].popularity == pytest.approx(decayed(5.0))


def test_items_keep_what_a_change_leaves_open(graph: Graph) -> None:
    full = Item("heat", "movie", "Heat", "A heist", NEW_YEAR, {"crime": 1.0, "noir": 0.5}, "Mann", {"year": 1995})
    assert write_items(graph, [full, Item("up", "movie")]) == IngestReport(2, 0)
    assert write_items(graph, [Item("heat", "film"), Item("up", "film", tags={"air": 1.0})]) == IngestReport(0, 2)
    items = items_by_id(graph, ["heat", "up"])
    assert (items["heat"].kind, items["heat"].title, items["heat"].creator) == ("film", "Heat", "Mann")
    assert dict(items["heat"].tags) == {"crime": 1.0, "noir": 0.5}
    assert dict(items["up"].tags) == {"air": 1.0}


def test_given_tags_and_creator_replace_those_before(graph: Graph) -> None:
    write_items(graph, [Item("heat", tags={"crime": 1.0, "noir": 0.5}, creator="Scott")])
    write_items(
        graph, [Item("heat", tags={"wrong": 1.0}), Item("heat", tags={"crime": 0.7, "la": 0.2}, creator="Mann")]
    )
    heat = items_by_id(graph, ["heat"])["heat"]
    assert (dict(heat.tags), heat.creator) == ({"crime": 0.7, "la": 0.2}, "Mann")


def test_users_keep_what_a_change_leaves_open(graph: Graph) -> None:
    write_users(graph, [User("ann", NEW_YEAR, {"plan": "free", "team": "red"})])
    assert write_users(graph, [User("ann", properties={"plan": "pro"}), User("bob")]) == IngestReport(1, 1)
    ann = users_by_id(graph, ["ann"])["ann"]
    assert ann.created_at == NEW_YEAR
    assert dict(ann.properties) == {"plan": "pro", "team": "red"}


def test_a_property_cannot_take_a_name_with_a_meaning(graph: Graph) -> None:
    with pytest.raises(InputError, match="popularity"):
        write_items(graph, [Item("heat", properties={"popularity": 1e9})])
    assert items_by_id(graph, ["heat"]) == {}
