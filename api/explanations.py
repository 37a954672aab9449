"""Why something was recommended, as GraphQL types: a sentence, and a path that exists in the graph."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.described import output
from graph import records
from graph.pasting import path_query


@output
class PathNode:
    """A user, an item or a tag on a path."""

    label: str = strawberry.field(description="User, Item or Tag.")
    id: ID = strawberry.field(description="Its id; a tag's name.")
    title: str = strawberry.field(description="What people call it.")


@output
class PathEdge:
    """The step from one node of a path to the next."""

    type: str = strawberry.field(
        description="Relationship type in the graph, or NEAR between items whose learned vectors are close."
    )
    weight: float
    forward: bool = strawberry.field(description="Whether the relationship points in the direction of the path.")


@output
class Path:
    """A path through the graph: edge k leads from node k to node k+1."""

    nodes: list[PathNode]
    edges: list[PathEdge]


@output
class Explanation:
    """Why an item is there: a path that carried some of its score."""

    strategy: str
    sentence: str
    source: str | None = strawberry.field(description="In a blend, the strategy that this path is of.")
    source_share: float | None = strawberry.field(description="Its part of the blend's score, 0 to 1.")
    share: float | None = strawberry.field(description="This path's part of the score, 0 to 1, where that is known.")
    path: Path
    cypher: str = strawberry.field(description="Shows the path in Neo4j Browser; to be pasted as it is.")


def explanation_of(record: records.Explanation) -> Explanation:
    """The record as GraphQL shows it."""
    nodes = [PathNode(label=node.label, id=ID(node.id), title=node.title) for node in record.nodes]
    edges = [PathEdge(type=edge.type, weight=edge.weight, forward=edge.forward) for edge in record.edges]
    return Explanation(
        strategy=record.strategy,
        sentence=record.sentence,
        source=record.source,
        source_share=record.source_share,
        share=record.share,
        cypher=path_query(record),
        path=Path(nodes=nodes, edges=edges),
    )
