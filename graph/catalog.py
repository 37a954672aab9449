"""Users and items by id, many in one round trip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from graph.client import Graph, Row
from graph.records import Item, User

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
USER_INTERNAL = ["id", "createdAt", "changed", "churnRisk", "churnScoring"]
ITEM_INTERNAL = ["id", "kind", "title", "description", "createdAt", "popularity", "trend", "changed"]
"""Properties that are fields of the record, or derived; all other scalar ones are `properties`."""
ITEM_DERIVED = ["retention"]
"""A derived number that items may be filtered and ordered by, but is no property that somebody gave."""


def users_by_id(graph: Graph, ids: Iterable[str]) -> dict[str, User]:
    """The users that exist among `ids`, by id, in one round trip."""
    wanted = _distinct(ids)
    if not wanted:
        return {}
    rows = graph.read("recommend/users_by_id", ids=wanted, internal=USER_INTERNAL)
    return {row["id"]: User(row["id"], moment(row["createdMillis"]), dict(row["properties"])) for row in rows}


def items_by_id(graph: Graph, ids: Iterable[str]) -> dict[str, Item]:
    """The items that exist among `ids`, by id, with tags (strongest first) and creator, in one round trip."""
    wanted = _distinct(ids)
    if not wanted:
        return {}
    rows = graph.read("recommend/items_by_id", ids=wanted, internal=[*ITEM_INTERNAL, *ITEM_DERIVED])
    return {row["id"]: _item(row) for row in rows}


def _item(row: Row) -> Item:
    return Item(
        id=row["id"],
        kind=row["kind"] or "item",
        title=row["title"],
        description=row["description"],
        created_at=moment(row["createdMillis"]),
        tags=dict(row["tags"]),
        creator=row["creator"],
        properties=dict(row["properties"]),
    )


def _distinct(ids: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(ids))


def moment(millis: int | None) -> datetime | None:
    """Milliseconds since 1970 as an aware time in UTC."""
    return None if millis is None else EPOCH + timedelta(milliseconds=millis)
