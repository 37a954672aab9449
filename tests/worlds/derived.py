"""What ingest has left in the graph, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from graph.client import Graph

READ = Path(__file__).with_name("read_derived.cypher")


@dataclass(frozen=True)
class Pair:
    """A user and an item with `recorded` events between them, and all that was derived from these.

    `preferences` counts the PREFERS relationships of the pair, over which weight and events are summed;
    `last_at` is in epoch milliseconds; `popularity` is the item's.
    """

    recorded: int
    preferences: int
    weight: float
    events: int
    last_at: int
    popularity: float


def read_derived(graph: Graph) -> dict[tuple[str, str], Pair]:
    """Every pair with events."""
    records, _, _ = graph._driver.execute_query(READ.read_text(encoding="utf-8"))
    return {(user, item): Pair(*values) for user, item, *values in (record.values() for record in records)}
