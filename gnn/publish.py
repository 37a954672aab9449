"""Writes what a training learned into the idle slot, checks it there, and lets it serve if it may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gnn.factors import Learned, Vectors
from gnn.gate import refusal
from gnn.inner_product import searchable_items, searchable_users
from graph.client import Graph
from graph.errors import ModelError
from graph.models import MODELS, ModelRun, activate, item_index, ready_run, vector_property
from graph.run_history import refuse, serving_run
from graph.schema import await_indexes
from graph.slots import claim_slot
from graph.vectors import clear_vectors, count_vectors, refuse_unusable, search_vectors, write_vectors
from recommend.placing import place_all_in

SAMPLES = 10
SAME = 0.999
"""Score, (1 + cosine) / 2, above which the index is taken to have found the very vector that was asked for."""


def write(graph: Graph, model: str, run_id: str, learned: Learned, *, force: bool = False) -> str:
    """Write the vectors of a run into the slot that does not serve, check them, and return the slot; see claim_slot.

    Raises ModelError if a vector is unusable, before anything is written, or if the graph does not give back what
    was written.
    """
    users, items = searchable_users(learned.factors.users), searchable_items(learned.factors.items)
    refuse_unusable("User", learned.user_ids, users)
    refuse_unusable("Item", learned.item_ids, items)
    slot = claim_slot(graph, model, run_id, force=force)
    name = vector_property(model, slot)
    clear_vectors(graph, "User", name)
    clear_vectors(graph, "Item", name)
    written = (
        write_vectors(graph, "User", name, learned.user_ids, users),
        write_vectors(graph, "Item", name, learned.item_ids, items),
    )
    await_indexes(graph)
    _check(graph, model, slot, written, items)
    return slot


@dataclass(frozen=True, slots=True)
class Handover:
    """What served `before` a training, if anything did, and why its run does not serve instead; None if it does."""

    before: ModelRun | None = None
    refusal: str | None = None


def hand_over(
    graph: Graph, model: str, run_id: str, metrics: Mapping[str, float], *, most_lost: float, force: bool
) -> Handover:
    """Let a finished run serve, unless the gate holds it back by its `metrics`; `force` lets it pass whatever they are.

    A run that is held back stays in its slot and may be activated by hand until the next training takes that.
    """
    before = serving_run(graph, model)
    found = None if force else refusal(metrics, before.metrics if before else {}, most_lost)
    if found is None:
        if model in MODELS:
            # Also those that came while it was trained: an item that could be listed before must not be missed now.
            place_all_in(graph, ready_run(graph, run_id))
        activate(graph, run_id)
    else:
        refuse(graph, run_id, found)
    return Handover(before, found)


def _check(graph: Graph, model: str, slot: str, written: tuple[int, int], items: Vectors) -> None:
    """Raise ModelError unless the slot holds what was written and its index finds a sample of the items."""
    if not all(written):
        raise ModelError(f"No vectors of {model} were written: its users or items were deleted during the training.")
    held = count_vectors(graph, vector_property(model, slot))
    if held != written:
        raise ModelError(f"{model} wrote {written} user and item vectors, the graph holds {held}; train again.")
    sample = items[:: max(1, len(items) // SAMPLES)][:SAMPLES]
    found = search_vectors(graph, item_index(model, slot), list(sample), limit=SAMPLES)
    itself = np.mean([bool(scored) and scored[0].score > SAME for scored in found])
    if itself < 0.5:  # noqa: PLR2004 - approximate search may miss a few; missing half is no index
        raise ModelError(f"Index {item_index(model, slot)} finds {itself:.0%} of a sample; train again.")
