"""Puts a learner together as the settings say: start, graph, objective."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from gnn.adjacency import adjacency, edge_index
from gnn.devices import memory
from gnn.distributed import Processes
from gnn.learning import Learner
from gnn.model_settings import LightGCNSettings
from gnn.objectives import Objective, PairRanking, PairSoftmax, Share
from gnn.propagation import FullGraph, LightGCN, Propagation
from gnn.sampled_graph import SampledGraph
from gnn.starts import start_embeddings
from gnn.user_softmax import UserSoftmax
from graph.training_data import PreferenceArrays

OBJECTIVES: dict[str, Callable[[PreferenceArrays, LightGCNSettings, Share], Objective]] = {
    "user_softmax": UserSoftmax,
    "softmax": PairSoftmax,
    "bpr": PairRanking,
}
FULL_SHARE = 0.5
"""Share of a device's memory that training over the whole graph may take; `auto` samples beyond it."""
BYTES_PER_EDGE = 56
"""Its two ends, the keys and the order they are sorted by, and two matrices of a column and a weight each."""


def build_learner(
    data: PreferenceArrays,
    settings: LightGCNSettings,
    seed: int,
    *,
    device: torch.device,
    processes: Processes,
    edges: NDArray[np.int64] | None = None,
) -> Learner:
    """A learner at its start, the same in all `processes`; `edges` (int64[2, e]) replaces the graph of `data`."""
    edges = edge_index(data) if edges is None else edges
    start = torch.from_numpy(start_embeddings(data, settings, seed)).to(device)
    processes.same(start)
    kind = processes.from_first(propagation_kind(settings, len(start), edges.shape[1], device))
    model = LightGCN(start, len(data.user_ids), sparse=kind == "sampled")
    propagation = _propagation(kind, edges, len(start), settings, device)
    objective = OBJECTIVES[settings.loss](data, settings, processes.share)
    return Learner(model, propagation, objective, settings=settings, seed=seed, processes=processes)


def propagation_kind(
    settings: LightGCNSettings, nodes: int, edges: int, device: torch.device
) -> Literal["full", "sampled"]:
    """What `auto` comes to for a graph of this size on `device`."""
    if settings.propagation != "auto":
        return settings.propagation
    return "full" if full_bytes(settings, nodes, edges) <= FULL_SHARE * memory(device) else "sampled"


def full_bytes(settings: LightGCNSettings, nodes: int, edges: int) -> int:
    """About how much memory a step over the whole graph takes.

    Tables of all nodes: the embeddings, their gradient, two moments of Adam, the final ones, their gradient, one in the
    making, and one per layer.
    """
    tables = 7 + settings.layers
    return nodes * settings.embedding_size * 4 * tables + edges * BYTES_PER_EDGE


def fan_out_of(settings: LightGCNSettings) -> tuple[int, ...]:
    """Neighbours per node for each layer."""
    given = settings.fan_out[: settings.layers]
    return given + given[-1:] * (settings.layers - len(given))


def _propagation(
    kind: Literal["full", "sampled"],
    edges: NDArray[np.int64],
    nodes: int,
    settings: LightGCNSettings,
    device: torch.device,
) -> Propagation:
    if kind == "sampled":
        return SampledGraph(edges, nodes, fan_out_of(settings))
    return FullGraph(adjacency(edges, nodes).to(device), settings.layers)
