from collections import Counter
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import SourceError
from graph.records import Event
from graph.settings import EVENT_WEIGHTS
from loaders.synthetic import SyntheticWorld, creator_name, make_plan, title
from loaders.synthetic_events import CHUNK, LIKED, NOT_LIKED, EventStream, moments
from loaders.synthetic_world import make_world

THREE_KINDS = {"movie": 100, "manga": 50, "anime": 50}


def world_of(**values: Any) -> SyntheticWorld:
    return SyntheticWorld(make_plan(**{"users": 20, "items": THREE_KINDS, "events": 2000, "seed": 7, **values}))


def tastes_by_id(source: SyntheticWorld) -> tuple[dict[str, int], dict[str, int]]:
    users = {user.id: int(taste) for user, taste in zip(source.users(), source.world.taste_of_users, strict=True)}
    items = {item.id: int(taste) for item, taste in zip(source.items(), source.world.taste_of_items, strict=True)}
    return users, items


@settings(max_examples=25, deadline=None)
@given(
    users=st.integers(1, 60),
    items=st.dictionaries(st.sampled_from(["movie", "manga", "anime"]), st.integers(1, 30), min_size=1),
    events=st.integers(0, 400),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_world_keeps_the_promises_of_a_source(users: int, items: dict[str, int], events: int, seed: int) -> None:
    source = world_of(users=users, items=items, events=events, seed=seed)
    found = list(source.events())
    joined = {user.id: user.created_at for user in source.users()}
    known = {item.id: item for item in source.items()}
    assert len(found) == len({event.event_id for event in found}) == events
    assert len(joined) == users
    assert Counter(item.kind for item in known.values()) == items
    for event in found:
        assert event.item_id in known
        since = joined[event.user_id]
        assert since is not None
        assert since <= event.at
    assert found == list(source.events())


def test_the_same_plan_gives_the_same_world_and_another_seed_another() -> None:
    one, same, other = world_of(), world_of(), world_of(seed=8)
    assert list(one.events()) == list(same.events())
    assert list(one.items()) == list(same.items())
    ids = {event.event_id for event in one.events()}
    assert not ids & {event.event_id for event in other.events()}
    assert [event.item_id for event in one.events()] != [event.item_id for event in other.events()]


def test_users_choose_and_like_what_is_of_their_taste() -> None:
    source = world_of(users=200, events=20_000)
    users, items = tastes_by_id(source)
    tastes = len(source.world.tastes)
    own, other = Counter[str](), Counter[str]()
    for event in source.events():
        (own if users[event.user_id] == items[event.item_id] else other)[event.type] += 1
    assert own.total() / 20_000 > 0.7 > 3 / tastes
    for better, worse in (("like", "dislike"), ("bookmark", "skip"), ("purchase", "return")):
        assert own[better] / own[worse] > 3 * other[better] / max(1, other[worse])


def test_all_types_of_events_occur_and_only_ratings_have_a_value() -> None:
    events = list(world_of(events=20_000).events())
    # Nothing is shown there that could be dismissed.
    assert {event.type for event in events} == set(LIKED) | set(NOT_LIKED) == set(EVENT_WEIGHTS) - {"dismiss"}
    assert {event.value for event in events if event.type != "rate"} == {None}
    assert {event.value for event in events if event.type == "rate"} == {0.5, 1, 1.5, 2, 2.5, 3.5, 4, 4.5, 5}


def test_few_items_are_popular_and_many_are_not() -> None:
    counts = Counter(event.item_id for event in world_of(users=500, items={"movie": 1000}, events=20_000).events())
    top = sum(count for _, count in counts.most_common(100))
    assert top > 0.5 * counts.total()
    assert len(counts) > 500


def test_time_grows_denser_and_follows_the_day() -> None:
    events = list(world_of(users=300, events=40_000).events())
    assert all(earlier.at <= later.at for earlier, later in pairwise(events))
    half = events[0].at + (events[-1].at - events[0].at) / 2
    assert sum(event.at > half for event in events) > 0.6 * len(events)
    hours = Counter(event.at.hour for event in events)
    assert hours[20] > 4 * hours[3]


def test_sessions_are_one_user_on_one_kind_and_platform() -> None:
    sessions: dict[str | None, list[Event]] = {}
    for event in world_of(events=5000).events():
        sessions.setdefault(event.metadata, []).append(event)
    assert 3 < 5000 / len(sessions) < 5
    for events in sessions.values():
        assert len({(event.user_id, event.item_id.split("-")[0], event.platform) for event in events}) == 1


def test_tags_and_creators_say_what_taste_an_item_is_of() -> None:
    source = world_of()
    creators: dict[str | None, set[str]] = {}
    for item, taste in zip(source.items(), source.world.taste_of_items.tolist(), strict=True):
        name = source.world.tastes[taste]
        assert item.tags[name] == 1.0
        assert len(item.tags) == 4
        assert max(weight for tag, weight in item.tags.items() if tag != name) < 1.0
        creators.setdefault(item.creator, set()).add(f"{item.kind} {name}")
    assert all(len(groups) == 1 for groups in creators.values())
    assert 12 < len(creators) < len(list(source.items()))


def test_titles_and_names_are_not_given_twice() -> None:
    titles = [title(taste, index) for taste in range(2) for index in range(5000)]
    assert len(set(titles[:5000])) == 5000
    assert len({creator_name(number) for number in range(2000)}) == 2000
    assert titles[0] == "The Silent Orbit"


def test_a_hundred_million_events_come_chunk_by_chunk() -> None:
    plan = make_plan(users=1000, items={"movie": 500}, events=100_000_000, seed=1)
    stream = EventStream(make_world(plan), plan)
    first, second = islice(stream.chunks(), 2)
    assert (first.first, second.first) == (0, CHUNK)
    assert len(first.users) == len(second.users) == CHUNK
    assert second.at[-1] < int(plan.start.timestamp() * 1000) + 10 * 86_400_000
    assert np.isnan(first.values).sum() > 0.8 * CHUNK


def test_moments_keep_their_order_within_the_days() -> None:
    plan = make_plan(days=30)
    at = moments(np.linspace(0, 1, 2000, endpoint=False), plan)
    start = int(plan.start.timestamp() * 1000)
    assert (np.diff(at) >= 0).all()
    assert at[0] == start
    assert at[-1] < start + 30 * 86_400_000


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"users": 0}, "users"),
        ({"items": {}}, "items"),
        ({"items": {"movie": 0}}, "movie=0"),
        ({"events": -1}, "events"),
        ({"tastes": 1}, "tastes"),
        ({"seed": -1}, "seed"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        make_plan(**values)
