"""The part of the graph around one user or item, walked breadth first within a budget."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from graph.client import Graph, Row
from graph.errors import InputError, UnknownItem, UnknownUser
from graph.settings import ExportSettings

Start = Literal["User", "Item"]
MOST_HOPS = 4


@dataclass(frozen=True, slots=True)
class Node:
    """A node; `key` is its id, or the name of a tag or creator."""

    label: str
    key: str
    title: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship in its stored direction; `weight` is its weight, score or value."""

    source: Node
    target: Node
    type: str
    weight: float
    by: str | None = None
    event: str | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Neighbourhood:
    """Nodes and edges that a walk found, and how many it left out.

    `nodes_cut`: nodes that were reached but not kept; `trimmed`: kept nodes that have more edges than were looked at.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    nodes_cut: int = 0
    trimmed: int = 0

    def cut(self) -> str:
        """What was left out, in words; empty if nothing was."""
        parts = []
        if self.nodes_cut:
            parts.append(f"{self.nodes_cut} nodes that were reached are left out (raise --limit)")
        if self.trimmed:
            parts.append(f"{self.trimmed} nodes show only their strongest relationships (raise --per-node)")
        return "; ".join(parts)


def neighbourhood(
    graph: Graph, label: Start, key: str, hops: int, settings: ExportSettings, *, events: bool = False
) -> Neighbourhood:
    """The nodes within `hops` of a user or item and the edges walked to them, the strongest first; one query a hop.

    Keeps at most settings.node_limit nodes and, per node and relationship type, settings.per_node edges of the first
    settings.walk_cap. Raises UnknownUser or UnknownItem; InputError for hops outside 1..4.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise InputError(f"--hops is {hops}; a neighbourhood has 1 to {MOST_HOPS}.")
    element, node = _start(graph, label, key)
    found = Neighbourhood(nodes={element: node})
    frontier = [element]
    for _ in range(hops):
        rows = _hop(graph, frontier, settings, events=events)
        frontier = _add(found, rows, settings.node_limit)
        if not frontier:
            break
    return found


def _start(graph: Graph, label: Start, key: str) -> tuple[str, Node]:
    rows = graph.read("export/neighbourhood_start", label=label, id=key)
    if not rows:
        unknown = UnknownUser if label == "User" else UnknownItem
        raise unknown(f"No {label.lower()} has the id {key!r}; ids are case-sensitive and those of the loaded data.")
    return rows[0]["element"], _node(rows[0])


def _hop(graph: Graph, elements: list[str], settings: ExportSettings, *, events: bool) -> list[Row]:
    return graph.read(
        "export/neighbourhood_hop",
        elements=elements,
        perNode=settings.per_node,
        walkCap=settings.walk_cap,
        events=events,
    )


def _add(found: Neighbourhood, rows: list[Row], limit: int) -> list[str]:
    """Take in a hop's rows and return the elements that are new: the next frontier."""
    new: list[str] = []
    refused: set[str] = set()
    for row in rows:
        element = row["element"]
        if element not in found.nodes:
            if len(found.nodes) >= limit:
                refused.add(element)
                continue
            found.nodes[element] = _node(row)
            new.append(element)
        found.edges.setdefault(row["step"], _edge(row, found.nodes))
    found.nodes_cut += len(refused)
    found.trimmed += _trimmed(rows)
    return new


def _trimmed(rows: list[Row]) -> int:
    degrees: dict[str, int] = {row["from"]: row["degree"] for row in rows}
    shown = Counter(row["from"] for row in rows)
    return sum(degree > shown[element] for element, degree in degrees.items())


def _node(row: Row) -> Node:
    return Node(row["label"], row["key"], row["title"], row["kind"])


def _edge(row: Row, nodes: dict[str, Node]) -> Edge:
    here, there = nodes[row["from"]], nodes[row["element"]]
    source, target = (here, there) if row["forward"] else (there, here)
    at = row["at"].to_native() if row["at"] is not None else None
    return Edge(source, target, row["type"], float(row["weight"]), row["by"], row["event"], at)
