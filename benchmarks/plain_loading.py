"""What `benchmarks.loading` is measured against: the loads that one would write first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from time import perf_counter

from neo4j import Driver

from graph.event_batch import milliseconds
from graph.queries import parse_query
from graph.records import Event, Item, User
from graph.settings import PopularitySettings, PreferenceSettings
from loaders.source import Source

ROWS = 10_000


def statement(name: str) -> str:
    """The text of a checked .cypher file of this folder."""
    path = Path(__file__).with_name(f"{name}.cypher")
    return parse_query(name, path.read_text(encoding="utf-8")).text


def rule() -> dict[str, object]:
    """The parameters of what is derived, the same as ours."""
    return {**PreferenceSettings().parameters(), **PopularitySettings().parameters()}


def plain_nodes(driver: Driver, source: Source) -> None:
    """Write users and items, 10,000 maps at a time."""
    users = ({"id": user.id} for user in source.users() if isinstance(user, User))
    items = ({"id": item.id, "kind": item.kind} for item in source.items() if isinstance(item, Item))
    text = statement("plain_nodes")
    for batch in batches(users):
        driver.execute_query(text, users=batch, items=[])
    for batch in batches(items):
        driver.execute_query(text, users=[], items=batch)


def plain_load(driver: Driver, source: Source, name: str) -> float:
    """Load users, items and events by the statement `name`, 10,000 maps at a time; returns the seconds taken."""
    started = perf_counter()
    plain_nodes(driver, source)
    text, parameters = statement(name), rule()
    for batch in batches(event_maps(source)):
        driver.execute_query(text, {"rows": batch, **parameters})
    return perf_counter() - started


def one_by_one(driver: Driver, source: Source, events: int) -> float:
    """Merge `events` events, one transaction each, into a graph that has users and items; returns the seconds taken."""
    text, parameters = statement("plain_unwind"), rule()
    started = perf_counter()
    for row in islice(event_maps(source), events):
        driver.execute_query(text, {"rows": [row], **parameters})
    return perf_counter() - started


def event_maps(source: Source) -> Iterator[dict[str, object]]:
    """The events as maps."""
    for event in (row for row in source.events() if isinstance(row, Event)):
        yield {
            "eventId": event.event_id,
            "userId": event.user_id,
            "itemId": event.item_id,
            "type": event.type,
            "value": event.value,
            "at": milliseconds(event.at),
        }


def batches(rows: Iterator[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    """Cut into lists of 10,000."""
    while batch := list(islice(rows, ROWS)):
        yield batch
