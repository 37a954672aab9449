"""A world in which people leave by a rule that is known: each day with a hazard of their own, and then for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from graph.client import Graph
from graph.ingest import write_items
from graph.records import Event, Item
from graph.settings import ChurnSettings
from tests.worlds.telling import tell

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 140
RULES = ChurnSettings(horizon_days=14, window_days=28, step_days=7, most_cuts=6, judged_cuts=2)


def leavers(users: int = 200, seed: int = 5) -> list[Event]:
    """Users join in the first 100 days; fans come often and hardly ever leave, others come rarely and soon do."""
    random = np.random.default_rng(seed)
    events: list[Event] = []
    for user in range(users):
        fan = random.random() < 0.5
        comes, leaves = (0.4, 0.004) if fan else (0.15, 0.04)
        day = int(random.integers(0, 100))
        while day < DAYS and (random.random() >= leaves):
            if random.random() < comes:
                at = BEGIN + timedelta(days=day, minutes=int(random.integers(0, 1400)))
                item = f"item-{random.integers(0, 10) + (0 if fan else 5)}"
                events.append(Event(f"e{len(events)}", f"user-{user}", item, "view", at, value=float(fan)))
            day += 1
    return events


def write_leavers(graph: Graph, users: int = 200, seed: int = 5) -> None:
    """Put that world into an empty graph."""
    write_items(graph, [Item(f"item-{k}", "thing", tags={f"tag-{k % 4}": 1.0}) for k in range(15)])
    tell(graph, *leavers(users, seed))
