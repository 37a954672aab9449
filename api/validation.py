"""Turns what clients send into records, or refuses all of it with every problem named."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from api.checks import (
    LONGEST_ID,
    Problems,
    checking,
    wrong_id,
    wrong_metadata,
    wrong_moment,
    wrong_name,
    wrong_text,
)
from api.inputs import EventInput, ItemInput, PropertyInput, TagInput, UserInput
from graph.errors import InputError
from graph.records import Event, Item, User
from graph.settings import PreferenceSettings

UNCHANGED = " Nothing was changed."
MOST_AT_ONCE = 1_000
MOST_TAGS = 100
MOST_PROPERTIES = 50
LONGEST_PROPERTY = 1_000
LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 10_000
EVENT_TYPE = re.compile(r"[a-z_]{1,50}")
LARGEST_VALUE = 1e9
R = TypeVar("R")


def valid_events(events: Sequence[EventInput], preferences: PreferenceSettings, now: datetime) -> list[Event]:
    """The events as records. Raises InputError that names every problem."""
    check_count("events", events)
    with checking(UNCHANGED) as problems:
        for k, event in enumerate(events):
            _check_event(problems, f"events[{k}]", event, preferences, now)
    records = [_event(event, now) for event in events]
    check_repeats("events", records, lambda event: event.event_id)
    return records


def valid_items(items: Sequence[ItemInput], now: datetime) -> list[Item]:
    """The items as records. Raises InputError that names every problem."""
    check_count("items", items)
    with checking(UNCHANGED) as problems:
        for k, item in enumerate(items):
            _check_item(problems, f"items[{k}]", item, now)
        _check_distinct(problems, "items", [item.id for item in items])
    return [_item(item) for item in items]


def valid_users(users: Sequence[UserInput], now: datetime) -> list[User]:
    """The users as records. Raises InputError that names every problem."""
    check_count("users", users)
    with checking(UNCHANGED) as problems:
        for k, user in enumerate(users):
            problems.add(f"users[{k}].id", wrong_id(user.id))
            check_given(problems, f"users[{k}].createdAt", user.created_at, lambda at: wrong_moment(at, now))
        _check_distinct(problems, "users", [user.id for user in users])
    return [User(user.id, utc(user.created_at)) for user in users]


def check_count(name: str, values: Sequence[object]) -> None:
    """Raise InputError for more than MOST_AT_ONCE."""
    if len(values) > MOST_AT_ONCE:
        raise InputError(f"{name} has {len(values)} entries; send at most {MOST_AT_ONCE} at once.{UNCHANGED}")


def _check_event(
    problems: Problems, place: str, event: EventInput, preferences: PreferenceSettings, now: datetime
) -> None:
    problems.add(f"{place}.eventId", wrong_id(event.event_id))
    problems.add(f"{place}.userId", wrong_id(event.user_id))
    problems.add(f"{place}.itemId", wrong_id(event.item_id))
    problems.add(f"{place}.type", wrong_type(event.type))
    problems.add(f"{place}.value", wrong_value(event.type, event.value, preferences))
    check_given(problems, f"{place}.at", event.at, lambda at: wrong_moment(at, now))
    check_given(problems, f"{place}.platform", event.platform, wrong_name)
    check_given(problems, f"{place}.metadata", event.metadata, wrong_metadata)


def wrong_type(event_type: str) -> str | None:
    """What is wrong with the type of an event."""
    if EVENT_TYPE.fullmatch(event_type):
        return None
    return "is no event type; use 1 to 50 small letters and underscores, like ai_usage"


def wrong_value(event_type: str, value: float | None, preferences: PreferenceSettings) -> str | None:
    """What is wrong with the value of an event: a rating off the scale would count as more than a preference can."""
    if event_type == "rate":
        lowest = preferences.rating_midpoint - preferences.rating_halfrange
        highest = preferences.rating_midpoint + preferences.rating_halfrange
        if value is None or not lowest <= value <= highest:
            return f"is {value}; a rating needs one from {lowest:g} to {highest:g}"
    if value is not None and not (math.isfinite(value) and abs(value) <= LARGEST_VALUE):
        return f"is no finite number up to {LARGEST_VALUE:g}"
    return None


def _check_item(problems: Problems, place: str, item: ItemInput, now: datetime) -> None:
    problems.add(f"{place}.id", wrong_id(item.id))
    problems.add(f"{place}.kind", wrong_name(item.kind))
    check_given(problems, f"{place}.title", item.title, lambda text: wrong_name(text, LONGEST_TITLE))
    check_given(problems, f"{place}.description", item.description, lambda text: wrong_text(text, LONGEST_DESCRIPTION))
    check_given(problems, f"{place}.createdAt", item.created_at, lambda at: wrong_moment(at, now))
    check_given(problems, f"{place}.creator", item.creator, lambda text: wrong_name(text, LONGEST_ID))
    if len(item.tags) > MOST_TAGS:
        problems.add(f"{place}.tags", f"has {len(item.tags)} entries; {MOST_TAGS} is the most")
    _check_properties(problems, f"{place}.properties", item.properties)
    _check_distinct(problems, f"{place}.tags", [tag.name for tag in item.tags])
    for k, tag in enumerate(item.tags[:MOST_TAGS]):
        _check_tag(problems, f"{place}.tags[{k}]", tag)


def _check_tag(problems: Problems, place: str, tag: TagInput) -> None:
    problems.add(f"{place}.name", wrong_name(tag.name))
    if not 0 < tag.weight <= 1:
        problems.add(f"{place}.weight", f"is {tag.weight}; use a number above 0, at most 1")


def check_given(problems: Problems, place: str, value: object, wrong: Callable[..., str | None]) -> None:
    """Note what is `wrong` with a value, unless it is None."""
    if value is not None:
        problems.add(place, wrong(value))


def _check_properties(problems: Problems, place: str, properties: Sequence[PropertyInput]) -> None:
    if len(properties) > MOST_PROPERTIES:
        problems.add(place, f"has {len(properties)} entries; {MOST_PROPERTIES} is the most")
    for k, one in enumerate(properties[:MOST_PROPERTIES]):
        problems.add(f"{place}[{k}].name", wrong_name(one.name))
        if len(_given(one)) != 1:
            problems.add(f"{place}[{k}]", "needs one of number, text and flag")
        if one.number is not None and not math.isfinite(one.number):
            problems.add(f"{place}[{k}].number", "is no finite number")
        if one.text is not None:
            problems.add(f"{place}[{k}].text", wrong_text(one.text, LONGEST_PROPERTY))
    _check_distinct(problems, place, [one.name for one in properties])


def _check_distinct(problems: Problems, place: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            problems.add(place, f"has {name!r} twice")
        seen.add(name)


def check_repeats(name: str, records: Iterable[R], id_of: Callable[[R], str]) -> None:
    """One id may come twice with the same content (a client's retry), never with another."""
    known: dict[str, R] = {}
    with checking(UNCHANGED) as problems:
        for record in records:
            own = id_of(record)
            if known.setdefault(own, record) != record:
                problems.add(name, f"has the id {own!r} twice, with different content")


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC."""
    return moment.astimezone(UTC) if moment else None


def _event(event: EventInput, now: datetime) -> Event:
    return Event(
        event_id=event.event_id,
        user_id=event.user_id,
        item_id=event.item_id,
        type=event.type,
        at=utc(event.at) or now,
        value=event.value,
        platform=event.platform,
        metadata=event.metadata,
    )


def _item(item: ItemInput) -> Item:
    return Item(
        id=item.id,
        kind=item.kind,
        title=item.title,
        description=item.description,
        created_at=utc(item.created_at),
        tags={tag.name: tag.weight for tag in item.tags},
        creator=item.creator,
        properties={one.name: value for one in item.properties for value in _given(one)},
    )


def _given(one: PropertyInput) -> list[str | float | bool]:
    return [value for value in (one.number, one.text, one.flag) if value is not None]
