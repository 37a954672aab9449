"""What single users and items have to show: events by type, where they stood in answers, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.client import Graph

BUDGET = 10_000
"""Events or answers that are looked at of one user or item, at most."""
ANSWERS = 20_000
"""Newest answers that are looked through for an item."""
Counted = tuple[tuple[str, int], ...]
"""Names with how often each comes, the commonest first."""


@dataclass(frozen=True, slots=True)
class UserStatistics:
    """Of one user; `taken` and `dismissed` count answers, `items_taken` items."""

    user_id: str
    types: Counted
    active_days: int
    kinds: Counted
    tags: Counted
    answers: int
    taken: int
    dismissed: int
    items_taken: int


@dataclass(frozen=True, slots=True)
class Showing:
    """How often an item stood at a position by a strategy, and was taken there."""

    strategy: str
    position: int
    shown: int
    taken: int


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Of one item: all `events` there are, those by type that were looked at, and the showings of newest answers."""

    item_id: str
    events: int
    types: Counted
    showings: tuple[Showing, ...]


def user_statistics(graph: Graph, user_ids: Sequence[str], top: int) -> dict[str, UserStatistics]:
    """By user, with the `top` kinds and tags; unknown users are left out. One round trip."""
    rows = graph.read("stats/user_statistics", userIds=list(user_ids), top=top, budget=BUDGET)
    return {
        row["userId"]: UserStatistics(
            row["userId"],
            _counted(row["types"]),
            row["activeDays"],
            _counted(row["kinds"]),
            _counted(row["tags"]),
            row["answers"],
            row["taken"],
            row["dismissed"],
            row["itemsTaken"],
        )
        for row in rows
    }


def item_statistics(graph: Graph, item_ids: Sequence[str]) -> dict[str, ItemStatistics]:
    """By item; unknown items are left out. Two round trips."""
    showings: dict[str, list[Showing]] = {}
    for row in graph.read("stats/item_showings", itemIds=list(item_ids), budget=ANSWERS):
        showing = Showing(row["strategy"], row["position"], row["shown"], row["taken"])
        showings.setdefault(row["itemId"], []).append(showing)
    rows = graph.read("stats/item_events", itemIds=list(item_ids), budget=BUDGET)
    return {
        row["itemId"]: ItemStatistics(
            row["itemId"], row["events"], _counted(row["types"]), tuple(showings.get(row["itemId"], ()))
        )
        for row in rows
    }


def _counted(pairs: Sequence[Sequence[object]]) -> Counted:
    return tuple((str(name), int(str(count))) for name, count in pairs)
