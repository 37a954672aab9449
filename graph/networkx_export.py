"""Nodes and edges as a NetworkX graph, to draw or to write as GraphML, JSON or Parquet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq

from graph.client import Graph, Row
from graph.edge_lists import REAL, TEXT, Table, pages, tables
from graph.neighbourhood import Edge, Neighbourhood, Node
from graph.pseudonyms import PEOPLE, Pseudonyms

Network: TypeAlias = "nx.MultiDiGraph[str]"
Attributes: TypeAlias = Mapping[str, str | float | None]
NODE_COLUMNS = pa.schema([(name, TEXT) for name in ("node", "label", "id", "title", "kind")])
EDGE_COLUMNS = pa.schema(
    [("source", TEXT), ("target", TEXT), ("type", TEXT), ("weight", REAL), ("by", TEXT), ("event", TEXT), ("at", TEXT)]
)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_networkx(nodes: Iterable[Node], edges: Iterable[Edge], pseudonyms: Pseudonyms, cut: str = "") -> Network:
    """A directed multigraph with a node per node, named `Label:id`, and an edge per relationship.

    Nodes carry label, id, title and kind, edges type, weight, by, event and at (ISO 8601), where there is one; the
    graph carries `cut`, what was left out. Nodes that only edges name are added.
    """
    network: Network = nx.MultiDiGraph(cut=cut)
    for node in nodes:
        _add_node(network, node, pseudonyms)
    for edge in edges:
        source, target = (_add_node(network, node, pseudonyms) for node in (edge.source, edge.target))
        at = edge.at.isoformat() if edge.at else None
        carried: Attributes = {"type": edge.type, "weight": edge.weight, "by": edge.by, "event": edge.event, "at": at}
        network.add_edge(source, target, **_present(carried))
    return network


def neighbourhood_network(found: Neighbourhood, pseudonyms: Pseudonyms) -> Network:
    """A neighbourhood as a NetworkX graph; see `to_networkx`."""
    return to_networkx(found.nodes.values(), found.edges.values(), pseudonyms, found.cut())


def whole_network(graph: Graph, pseudonyms: Pseudonyms, page: int, *, events: bool) -> Network:
    """Everything in the graph as a NetworkX graph; see `to_networkx`. Memory grows with the graph."""
    lists = [table for table in tables(events=events) if table.target]
    nodes = (
        _node(row, table) for table in tables(events=False) if not table.target for row in _rows(graph, table, page)
    )
    edges = (_edge(row, table) for table in lists for row in _rows(graph, table, page))
    return to_networkx(nodes, edges, pseudonyms)


def write_graphml(network: Network, path: Path) -> None:
    """Write GraphML, which Gephi, yEd and Cytoscape read; characters that XML forbids are not in `network`."""
    nx.write_graphml(network, path, named_key_ids=True)


def write_json(network: Network, path: Path) -> None:
    """Write NetworkX's node-link JSON: nx.node_link_graph(json.load(file), edges="edges") reads it back."""
    path.write_text(json.dumps(nx.node_link_data(network, edges="edges"), ensure_ascii=False), encoding="utf-8")


def write_parquet(network: Network, folder: Path) -> None:
    """Write nodes.parquet and edges.parquet into a new folder."""
    folder.mkdir()
    nodes = [{"node": name, **attributes} for name, attributes in network.nodes(data=True)]
    edges = [
        {"source": source, "target": target, **attributes} for source, target, attributes in network.edges(data=True)
    ]
    pq.write_table(pa.Table.from_pylist(nodes, schema=NODE_COLUMNS), folder / "nodes.parquet")
    pq.write_table(pa.Table.from_pylist(edges, schema=EDGE_COLUMNS), folder / "edges.parquet")


def _rows(graph: Graph, table: Table, page: int) -> Iterable[Row]:
    return (row for rows in pages(graph, table, page) for row in rows)


def _node(row: Row, table: Table) -> Node:
    return Node(table.source, row["source"], row.get("title"), row.get("kind"))


def _edge(row: Row, table: Table) -> Edge:
    source, target = Node(table.source, row["source"]), Node(str(table.target), row["target"])
    weight = next((row[name] for name in ("weight", "score", "value") if row.get(name) is not None), 1.0)
    at = datetime.fromtimestamp(row["at"] / 1000, UTC) if row.get("at") is not None else None
    return Edge(source, target, table.type, weight, row.get("by"), row.get("event"), at)


def _add_node(network: Network, node: Node, pseudonyms: Pseudonyms) -> str:
    key = _clean(pseudonyms.of(node.label, node.key))
    name = f"{node.label}:{key}"
    if name not in network:
        title = None if node.label in PEOPLE else node.title
        network.add_node(name, **_present({"label": node.label, "id": key, "title": title, "kind": node.kind}))
    return name


def _present(carried: Attributes) -> dict[str, str | float]:
    return {
        key: _clean(value) if isinstance(value, str) else value for key, value in carried.items() if value is not None
    }


def _clean(text: str) -> str:
    """Without the characters that XML forbids."""
    return _NOT_IN_XML.sub("", text)
