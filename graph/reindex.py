"""Makes the vector indexes anew: after a crash of the server that harmed one, or to have them compact again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.client import Graph
from graph.models import MODELS, SLOTS, item_index, vector_property
from graph.schema import await_indexes, migrations


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """The index over a slot of a model, and how many items it covers."""

    model: str
    slot: str
    items: int

    @property
    def name(self) -> str:
        """Its name in the graph."""
        return item_index(self.model, self.slot)


def reindex(graph: Graph) -> list[VectorIndex]:
    """Drop every vector index, make it anew as the migrations do, and wait until all are filled.

    Until then strategies that ask an index fail or find less, and those that score in memory answer as ever. Killed in
    between, it leaves indexes missing; another call makes them. Raises GraphError if filling takes too long.
    """
    making = {query.name.split("_", 1)[1]: query.name for query in migrations() if "_" in query.name}
    slots = [(model, slot) for model in MODELS for slot in SLOTS]
    for model, slot in slots:
        graph.run_alone("maintain/drop_index", name=item_index(model, slot))
        graph.run_alone(making[item_index(model, slot)])
    await_indexes(graph)
    covered = indexed_items(graph, [vector_property(*one) for one in slots])
    return [VectorIndex(model, slot, covered[vector_property(model, slot)]) for model, slot in slots]


def indexed_items(graph: Graph, properties: Sequence[str]) -> dict[str, int]:
    """How many items have a vector under each of these properties."""
    rows = graph.read("models/indexed_items", properties=list(properties))
    return {str(row["property"]): int(row["items"]) for row in rows}
