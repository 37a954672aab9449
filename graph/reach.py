"""Items that can be reached from others in the graph, by a fixed vocabulary of ways and a bounded number of hops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.client import Graph

MOST_HOPS = 2
WALK_CAP = 1_000
"""Relationships that are followed at a node."""
MOST_ITEMS = 5_000
"""Items that a hop may reach."""


class Way(StrEnum):
    """How one hop leads from an item to others: see recommend/one_hop.cypher."""

    SIMILAR = "similar"
    TAG = "tag"
    CREATOR = "creator"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Reach:
    """Items up to `hops` hops away from `item_id`."""

    item_id: str
    way: Way
    hops: int = 1


def reached(graph: Graph, reaches: Sequence[Reach]) -> list[frozenset[str]]:
    """The items within each reach, in order, but for the one that it starts from. A round trip a hop."""
    found: list[set[str]] = [set() for _ in reaches]
    frontiers: list[list[str]] = [[one.item_id] for one in reaches]
    for hop in range(1, max((one.hops for one in reaches), default=0) + 1):
        going = [k for k, one in enumerate(reaches) if one.hops >= hop and frontiers[k]]
        rows = graph.read(
            "recommend/one_hop",
            reaches=[[reaches[k].way.value, frontiers[k]] for k in going],
            walkCap=WALK_CAP,
            most=MOST_ITEMS,
        )
        for row in rows:
            k = going[row["position"]]
            frontiers[k] = sorted(set(row["ids"]) - found[k])
            found[k].update(row["ids"])
    return [frozenset(items - {one.item_id}) for one, items in zip(reaches, found, strict=True)]
