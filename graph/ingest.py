"""Writing users, items and events; events exactly once, whoever sends them and however often.

For events one write transaction locks the users, finds which of the batch's event ids exist, creates the others and
takes the after-ingest step. The lock makes writers of one user's events wait for each other; the uniqueness constraint
catches the rest (one id sent for two users at once), upon which the whole batch is looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random

from graph.after_ingest import after_ingest
from graph.client import Graph, Transaction
from graph.errors import Conflict, InputError, UnknownItem, UnknownUser
from graph.event_batch import EventBatch, milliseconds
from graph.models import MODELS, SLOTS, vector_property
from graph.records import Event, Item, User
from graph.settings import PopularitySettings, PreferenceSettings

IDS_AT_ONCE = 20_000
NAMED = 5
"""How many unknown ids a message names."""

again_after_conflict = retry(
    retry=retry_if_exception_type(Conflict), stop=stop_after_attempt(10), wait=wait_random(0, 0.2), reraise=True
)
"""For a transaction that wrote an id which another wrote first: it is looked at again, and finds theirs."""

RESERVED = frozenset(
    (
        *("id", "createdAt", "kind", "title", "description", "popularity", "trend", "changed"),
        *("churnRisk", "churnScoring", "retention"),
    )
)
"""Properties that Edgewise gives a meaning; users and items cannot bring their own."""
TAKEN = RESERVED | {vector_property(model, slot) for model in MODELS for slot in SLOTS}
"""Those, and the properties that hold vectors."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a batch: `new` were written first by it, `repeated` ones were known or came twice in it."""

    new: int
    repeated: int


def write_users(graph: Graph, users: Sequence[User]) -> IngestReport:
    """Create or change users by id; what one leaves open (None, a property not named) stays as it was.

    Of one id sent twice the last counts. Raises InputError for a property whose name is taken.
    """
    last = {user.id: user for user in users}
    rows = [[user.id, _time(user.created_at), own_properties(user.id, user.properties)] for user in last.values()]
    created = graph.write("ingest/upsert_users", rows=rows)[0]["created"] if rows else 0
    return IngestReport(created, len(users) - created)


def write_items(graph: Graph, items: Sequence[Item]) -> IngestReport:
    """Create or change items by id, with tags and creator, all or nothing.

    What one leaves open (None, no tags, a property not named) stays as it was; tags that are given replace those
    that were there. Of one id sent twice the last counts. Raises InputError for a property whose name is taken.
    """
    last = {item.id: item for item in items}
    rows = [
        [
            item.id,
            item.kind,
            item.title,
            item.description,
            _time(item.created_at),
            own_properties(item.id, item.properties),
        ]
        for item in last.values()
    ]
    tags = [(item.id, list(item.tags), list(item.tags.values())) for item in last.values() if item.tags]
    creators = [[item.id, item.creator] for item in last.values() if item.creator]

    def work(transaction: Transaction) -> int:
        version = transaction.run("ingest/advance_catalogue")[0]["version"]
        created = transaction.run("ingest/upsert_items", rows=rows, version=version)[0]["created"]
        if tags:
            transaction.run("ingest/add_tags", names=sorted({name for _, names, _ in tags for name in names}))
            transaction.run("ingest/set_item_tags", rows=tags)
        if creators:
            transaction.run("ingest/set_item_creators", rows=creators)
        return int(created)

    created = graph.in_transaction(work) if rows else 0
    return IngestReport(created, len(items) - created)


def record_events(
    graph: Graph,
    events: Sequence[Event],
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    *,
    create_users: bool = False,
) -> IngestReport:
    """Record `events` and what follows from them, all or nothing; the same event id counts once, for ever.

    Of one id sent twice the first counts. With `create_users`, users that are unknown come to be.
    Raises UnknownUser or UnknownItem, upon which nothing has changed.
    """
    by_id: dict[str, Event] = {}
    for event in events:
        by_id.setdefault(event.event_id, event)
    if not by_id:
        return IngestReport(0, 0)
    new = _record(graph, by_id, preferences, popularity, create_users=create_users)
    return IngestReport(new, len(events) - new)


def known_events(graph: Graph, event_ids: Sequence[str]) -> set[str]:
    """Those of `event_ids` that are recorded."""
    parts = (event_ids[start : start + IDS_AT_ONCE] for start in range(0, len(event_ids), IDS_AT_ONCE))
    return {row["eventId"] for part in parts for row in graph.read("ingest/known_events", eventIds=list(part))}


@again_after_conflict
def _record(
    graph: Graph,
    by_id: dict[str, Event],
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    *,
    create_users: bool,
) -> int:
    def work(transaction: Transaction) -> int:
        return write_events(transaction, by_id, preferences, popularity, create_users=create_users)

    return graph.in_transaction(work)


def write_events(
    transaction: Transaction,
    by_id: Mapping[str, Event],
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    *,
    create_users: bool,
) -> int:
    """What `record_events` does, as a part of a larger transaction; returns how many events are new.

    Raises Conflict at the latest when it is committed, upon which all of it is to be done again.
    """
    _lock(transaction, sorted({event.user_id for event in by_id.values()}), create_users=create_users)
    known = {row["eventId"] for row in transaction.run("ingest/known_events", eventIds=list(by_id))}
    batch = EventBatch.of(event for event_id, event in by_id.items() if event_id not in known)
    if batch.size:
        _create(transaction, batch)
        after_ingest(transaction, batch, preferences, popularity)
    return batch.size


def _lock(transaction: Transaction, user_ids: list[str], *, create_users: bool) -> None:
    if create_users:
        transaction.run("ingest/add_users", userIds=user_ids)
    if transaction.run("ingest/lock_users", userIds=user_ids)[0]["found"] < len(user_ids):
        unknown = transaction.run("ingest/unknown_users", userIds=user_ids, first=NAMED)
        raise UnknownUser(_unknown("users", [row["userId"] for row in unknown]))


def _create(transaction: Transaction, batch: EventBatch) -> None:
    rows = transaction.run("ingest/create_events", itemIds=batch.item_ids, groups=batch.groups)
    if rows[0]["created"] < batch.size:
        raise unknown_items(transaction, batch.item_ids)


def unknown_items(transaction: Transaction, item_ids: Sequence[str]) -> UnknownItem:
    """The error that names those of `item_ids` that there are not."""
    unknown = transaction.run("ingest/unknown_items", itemIds=list(item_ids), first=NAMED)
    return UnknownItem(_unknown("items", [row["itemId"] for row in unknown]))


def _unknown(what: str, ids: list[str]) -> str:
    return f"There are no {what} with these ids (up to {NAMED} are named): {', '.join(ids)}. Add them first."


def _time(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at)


def own_properties(owner: str, properties: Mapping[str, str | float | bool]) -> dict[str, str | float | bool]:
    """The properties that a user or an item brings. Raises InputError for one whose name is taken."""
    if taken := sorted(TAKEN.intersection(properties)):
        raise InputError(f"{owner} brings properties whose names are taken: {', '.join(taken)}. Rename them.")
    return dict(properties)
