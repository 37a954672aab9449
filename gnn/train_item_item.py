"""A training of item-item: chooses its form, judges it, writes its edges into the idle slot, and checks them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from gnn.factors import Epoch, Watch, popularity_factors
from gnn.item_item import Choice, choose, fit_item_item, truncation
from gnn.learn import TOP_K
from gnn.metrics import evaluate
from gnn.settings import TrainingSettings
from gnn.splits import leave_last
from graph.client import Graph
from graph.errors import ModelError
from graph.item_item import clear_edges, count_edges, write_edges
from graph.models import ITEM_ITEM, record_settings
from graph.similarity import Neighbours
from graph.slots import claim_slot
from graph.training_data import PreferenceArrays


@dataclass(frozen=True, slots=True)
class LearnedItems:
    """Edges of items, float32[m, m]: row and column k are `item_ids[k]`; `metrics` as item_item_quality has them."""

    item_ids: list[str]
    weights: csr_array
    metrics: dict[str, float]


def learn_items(
    graph: Graph, run_id: str, data: PreferenceArrays, settings: TrainingSettings, watch: Watch
) -> LearnedItems:
    """Choose settings, record them on the run, judge them without the newest preferences, and fit them to all."""
    choice = choose(data, settings.item_item)
    record_settings(graph, run_id, {"seed": settings.seed, **choice.settings.model_dump(mode="json")})
    metrics = item_item_quality(data, choice, settings.validation_last)
    quality = metrics.get(f"ndcg@{TOP_K}")
    watch(Epoch(ITEM_ITEM, 1, 1, stage="judging", quality=quality))
    weights = fit_item_item(data, choice.settings)
    watch(Epoch(ITEM_ITEM, 1, 1, quality=quality))
    return LearnedItems(data.item_ids, weights, metrics)


def item_item_quality(data: PreferenceArrays, choice: Choice, last: int) -> dict[str, float]:
    """NDCG@10 and Recall@10 on each user's `last` newest preferences, trained without them.

    Of the edges kept, of all edges (`dense_…`) and of popularity; `selection_ndcg@20` is what settings were chosen by,
    if any were. On a sample of users, see gnn.item_item.truncation.
    """
    chosen = {} if choice.value is None else {"selection_ndcg@20": choice.value}
    split = leave_last(data, last)
    if not len(split.test):
        return chosen
    ours = truncation(split, choice.settings, TOP_K)
    popular = popularity_factors(split.train)
    theirs = evaluate(popular.users, popular.items, split.train, split.test, TOP_K)
    return (
        {f"{name}@{TOP_K}": value for name, value in ours.items()}
        | {f"popular_{name}@{TOP_K}": float(values.mean()) for name, values in theirs.items()}
        | chosen
    )


def write_items(graph: Graph, run_id: str, learned: LearnedItems, *, force: bool = False) -> str:
    """Write the edges of a run into the slot that does not serve, check them, and return the slot; see claim_slot.

    Raises ModelError if there are none or one is not finite, before anything is written, or if the graph does not
    hold what was written.
    """
    if not learned.weights.nnz:
        raise ModelError("item-item found no two items that anyone likes both: load more, or train lightfm.")
    if not np.isfinite(learned.weights.data).all():
        raise ModelError("Edges of item-item are not finite; set EDGEWISE_ITEM_ITEM_… nearer to the defaults.")
    slot = claim_slot(graph, ITEM_ITEM, run_id, force=force)
    clear_edges(graph, slot)
    written = write_edges(graph, neighbours(learned.item_ids, learned.weights), slot, run_id)
    held = count_edges(graph, slot, run_id)
    if not written or held != (written, written):
        raise ModelError(f"item-item wrote {written} edges, the graph holds {held[0]}, {held[1]} its own; train again.")
    return slot


def neighbours(item_ids: Sequence[str], weights: csr_array) -> Iterator[Neighbours]:
    """Each row of `weights` (float32[m, m], both over `item_ids`) that has entries, the highest first."""
    for row in np.flatnonzero(np.diff(weights.indptr)).tolist():
        span = slice(weights.indptr[row], weights.indptr[row + 1])
        order = np.argsort(-weights.data[span], kind="stable")
        others = weights.indices[span][order].tolist()
        yield Neighbours(item_ids[row], [item_ids[other] for other in others], weights.data[span][order].tolist())
