"""The facts of the graph as they were recorded, read in pages: nothing in them was derived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from graph.catalog import items_by_id, users_by_id
from graph.client import Graph
from graph.edge_lists import ITEMS, USERS, pages
from graph.event_arrays import ALWAYS, EventArrays, UserEvents, event_arrays
from graph.records import Event, Item, User
from graph.settings import PreferenceSettings
from graph.statistics import moment

PAGE = 5_000
USERS_PER_PAGE = 1_000


class Facts(Protocol):
    """Users, items and events of one origin. Each call reads anew; an event names a user and an item that come too."""

    def arrays(self) -> EventArrays:
        """All events, with what each counts."""

    def users(self) -> Iterator[User]:
        """Every user."""

    def items(self) -> Iterator[Item]:
        """Every item."""

    def events(self) -> Iterator[Event]:
        """Every event."""


class GraphFacts:
    """The facts of a graph; memory does not grow with it, but for `arrays` (32 bytes an event)."""

    def __init__(self, graph: Graph, preferences: PreferenceSettings) -> None:
        self._graph = graph
        self._preferences = preferences

    def arrays(self) -> EventArrays:
        """See Facts. An event counts as `preferences` say; a user's events come in the order of their times."""
        rows = (row for page in pages(self._graph, ITEMS, PAGE) for row in page)
        items_since = {row["source"]: _since(row["createdAt"]) for row in rows}
        return event_arrays(self._histories(), items_since)

    def users(self) -> Iterator[User]:
        """See Facts; in the order of their ids."""
        for page in pages(self._graph, USERS, PAGE):
            yield from users_by_id(self._graph, [row["source"] for row in page]).values()

    def items(self) -> Iterator[Item]:
        """See Facts; in the order of their ids, with tags, creator and properties."""
        for page in pages(self._graph, ITEMS, PAGE):
            yield from items_by_id(self._graph, [row["source"] for row in page]).values()

    def events(self) -> Iterator[Event]:
        """See Facts; in the order of users and event ids."""
        user_id, event_id = "", ""
        while page := self._graph.read("facts/event_facts", afterUser=user_id, afterEvent=event_id, page=PAGE):
            for row in page:
                user_id, event_id = row["userId"], row["eventId"]
                what = row["itemId"], row["type"], moment(row["atMillis"])
                yield Event(event_id, user_id, *what, row["value"], row["platform"], row["metadata"])
            if len(page) < PAGE:
                return

    def _histories(self) -> Iterator[UserEvents]:
        rule = self._preferences.parameters()
        after = ""
        while page := self._graph.read("facts/weighed_events", after=after, size=USERS_PER_PAGE, **rule):
            for row in page:
                after = row["userId"]
                since = _since(row["createdMillis"])
                yield UserEvents(after, since, row["itemIds"], row["atMillis"], row["eventWeights"])
            if len(page) < USERS_PER_PAGE:
                return


def _since(millis: int | None) -> int:
    return ALWAYS if millis is None else millis
