"""What clients send is checked before anything is written."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from strawberry import ID

from api.inputs import EventInput, ItemInput, TagInput, UserInput
from api.validation import valid_events, valid_items, valid_users
from graph.errors import InputError
from graph.settings import PreferenceSettings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
RULE = PreferenceSettings()
GOOD = EventInput(event_id=ID("e1"), user_id=ID("u1"), item_id=ID("i1"), type="like", at=NOW)
ITEM = ItemInput(id=ID("i1"), kind="movie", title="Alien", tags=[TagInput(name="space", weight=0.5)])


def test_a_good_event_becomes_a_record() -> None:
    at = datetime(2026, 5, 4, 10, tzinfo=timezone(timedelta(hours=2)))
    sent = replace(GOOD, at=at, value=1.5, platform="web", metadata='{"page": 3}')
    (event,) = valid_events([sent], RULE, NOW)
    assert (event.event_id, event.user_id, event.item_id, event.type) == ("e1", "u1", "i1", "like")
    assert (event.at, event.at.tzinfo, event.value) == (datetime(2026, 5, 4, 8, tzinfo=UTC), UTC, 1.5)
    assert (event.platform, event.metadata) == ("web", '{"page": 3}')


def test_an_event_without_a_time_happened_now() -> None:
    assert valid_events([replace(GOOD, at=None)], RULE, NOW)[0].at == NOW


@pytest.mark.parametrize(
    ("changed", "place", "problem"),
    [
        ({"event_id": ""}, "eventId", "is empty"),
        ({"event_id": "x" * 201}, "eventId", "200 is the most"),
        ({"user_id": "a\x00b"}, "userId", "control character"),
        ({"user_id": "a\ud800"}, "userId", "control character"),
        ({"item_id": " i1"}, "itemId", "space"),
        ({"type": "Like"}, "type", "small letters"),
        ({"type": "like\n"}, "type", "small letters"),
        ({"type": ""}, "type", "small letters"),
        ({"value": math.nan}, "value", "finite"),
        ({"value": -math.inf}, "value", "finite"),
        ({"value": 1e10}, "value", "finite"),
        ({"type": "rate"}, "value", "0 to 5"),
        ({"type": "rate", "value": 5.5}, "value", "0 to 5"),
        ({"type": "rate", "value": math.nan}, "value", "0 to 5"),
        ({"at": NOW.replace(tzinfo=None)}, "at", "time zone"),
        ({"at": NOW + timedelta(hours=1)}, "at", "future"),
        ({"at": datetime(1899, 1, 1, tzinfo=UTC)}, "at", "1900"),
        ({"at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))}, "at", "calendar"),
        ({"platform": "a\nb"}, "platform", "control character"),
        ({"metadata": "{"}, "metadata", "no JSON"),
        ({"metadata": '{"a": NaN}'}, "metadata", "no JSON"),
        ({"metadata": "[1]"}, "metadata", "no object"),
        ({"metadata": "[" * 4_000}, "metadata", "no JSON"),
        ({"metadata": '{"a": "' + "x" * 4_096 + '"}'}, "metadata", "4096 is the most"),
    ],
)
def test_a_wrong_event_is_refused_with_its_place(changed: dict[str, object], place: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        valid_events([GOOD, replace(GOOD, **{"event_id": ID("e2"), **changed})], RULE, NOW)  # type: ignore[arg-type] # fields by name
    (found,) = caught.value.problems
    assert found.startswith(f"events[1].{place}: ")
    assert problem in found
    assert "Nothing was changed" in str(caught.value)


def test_every_problem_is_told_and_the_message_stays_short() -> None:
    bad = [replace(GOOD, event_id=ID(f"e{k}"), type="?") for k in range(20)]
    with pytest.raises(InputError, match="and 15 more") as caught:
        valid_events(bad, RULE, NOW)
    assert len(caught.value.problems) == 20


def test_a_clock_may_be_a_little_ahead() -> None:
    assert valid_events([replace(GOOD, at=NOW + timedelta(minutes=4))], RULE, NOW)


def test_one_id_twice_is_fine_only_with_the_same_content() -> None:
    assert len(valid_events([GOOD, GOOD], RULE, NOW)) == 2
    with pytest.raises(InputError, match="different content"):
        valid_events([GOOD, replace(GOOD, type="view")], RULE, NOW)


def test_no_more_than_a_thousand_at_once() -> None:
    assert len(valid_events([replace(GOOD, event_id=ID(f"e{k}")) for k in range(1_000)], RULE, NOW)) == 1_000
    with pytest.raises(InputError, match="at most 1000"):
        valid_events([GOOD] * 1_001, RULE, NOW)


def test_a_good_item_becomes_a_record() -> None:
    (item,) = valid_items([replace(ITEM, description="two\nlines", creator="Ridley Scott")], NOW)
    assert (item.id, item.kind, item.title, dict(item.tags)) == ("i1", "movie", "Alien", {"space": 0.5})
    assert (item.description, item.creator, item.created_at) == ("two\nlines", "Ridley Scott", None)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"id": "\t"}, "id"),
        ({"kind": ""}, "kind"),
        ({"title": "x" * 501}, "title"),
        ({"description": "bell\x07"}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"creator": ""}, "creator"),
        ({"created_at": NOW.replace(tzinfo=None)}, "createdAt"),
        ({"tags": [TagInput(name="", weight=1.0)]}, "tags[0].name"),
        ({"tags": [TagInput(name="a", weight=0.0)]}, "tags[0].weight"),
        ({"tags": [TagInput(name="a", weight=math.nan)]}, "tags[0].weight"),
        ({"tags": [TagInput(name="a"), TagInput(name="a")]}, "tags"),
        ({"tags": [TagInput(name=f"t{k}") for k in range(101)]}, "tags"),
    ],
)
def test_a_wrong_item_is_refused_with_its_place(changed: dict[str, object], place: str) -> None:
    with pytest.raises(InputError) as caught:
        valid_items([replace(ITEM, **changed)], NOW)  # type: ignore[arg-type] # fields by name
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [f"items[0].{place}"]


def test_an_item_or_a_user_comes_once() -> None:
    with pytest.raises(InputError, match="'i1' twice"):
        valid_items([ITEM, ITEM], NOW)
    with pytest.raises(InputError, match="'u1' twice"):
        valid_users([UserInput(id=ID("u1")), UserInput(id=ID("u1"))], NOW)


def test_users_become_records() -> None:
    (user,) = valid_users([UserInput(id=ID("u1"), created_at=NOW)], NOW)
    assert (user.id, user.created_at) == ("u1", NOW)
    with pytest.raises(InputError, match=r"users\[0\].createdAt: lies in the future"):
        valid_users([UserInput(id=ID("u1"), created_at=NOW + timedelta(days=1))], NOW)
