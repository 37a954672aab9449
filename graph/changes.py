"""What has changed since somebody last looked, whoever wrote it: for answers that are kept, and for who listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graph.client import Graph

MOST_USERS = 5_000
"""Users that are named at once; where more have changed, everyone may have."""
OVERLAP = timedelta(seconds=20)
"""How far back is looked again: a transaction sets its time before it commits, and may be so long about it."""


@dataclass(frozen=True, slots=True)
class ServingState:
    """What answers depend on beside their users; two that are equal give equal answers."""

    runs: tuple[str, ...]
    epoch: str | None
    version: int
    experiments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """`users` have changed since the last look; None: too many to name."""

    state: ServingState
    users: frozenset[str] | None


class ChangeReader:
    """Looks again and again. One reader is for one thread at a time."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._since: datetime | None = None
        self._known: dict[str, Any] = {}

    def look(self) -> Changes:
        """What changed since the last look; at the first one everyone may have. Raises GraphError."""
        (row,) = self._graph.read("changes/serving_state")
        state = ServingState(tuple(row["runs"]), row["epoch"], row["version"], tuple(row["experiments"]))
        now = row["now"].to_native()
        if self._since is None:
            self._since = now
            self._known = dict(self._changed(now - OVERLAP) or ())
            return Changes(state, None)
        found = self._changed(min(self._since, now) - OVERLAP)
        self._since = now
        if found is None:
            self._known = {}
            return Changes(state, None)
        new = frozenset(user for user, at in found if self._known.get(user) != at)
        self._known = dict(found)
        return Changes(state, new)

    def _changed(self, since: datetime) -> list[tuple[str, Any]] | None:
        rows = self._graph.read("changes/changed_users", since=since, most=MOST_USERS + 1)
        return None if len(rows) > MOST_USERS else [(row["userId"], row["changed"]) for row in rows]
