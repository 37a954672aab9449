"""The LightGCN that PyTorch Geometric ships, trained as its documentation shows: edge_index, BPR, batches of 2,048."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch

from gnn.adjacency import edge_index
from gnn.factors import Factors
from graph.training_data import PreferenceArrays

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="`torch.jit.script` is deprecated", category=FutureWarning)
    from torch_geometric.nn import LightGCN

BATCH = 2_048
LAYERS = 3
LEARNING_RATE = 1e-3
LAMBDA = 1e-4


@dataclass(frozen=True, slots=True)
class PlainTraining:
    """`steps` of the `steps_per_epoch` that a pass over the data takes, in `seconds`, and the vectors they gave."""

    factors: Factors
    steps: int
    steps_per_epoch: int
    seconds: float

    @property
    def epoch_seconds(self) -> float:
        """What a whole pass would take at the speed of these steps."""
        return self.seconds / self.steps * self.steps_per_epoch


def train_plain(data: PreferenceArrays, size: int, seconds: float, seed: int) -> PlainTraining:
    """Take steps until `seconds` are over; every step spreads over the whole graph, as the class does."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    users, nodes = len(data.user_ids), len(data.user_ids) + len(data.item_ids)
    edges = torch.from_numpy(edge_index(data))
    model = LightGCN(nodes, size, LAYERS)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    started, steps = perf_counter(), 0
    while perf_counter() - started < seconds:
        rows = random.integers(len(data), size=BATCH)
        source, target = torch.from_numpy(data.users[rows]), torch.from_numpy(data.items[rows] + users)
        other = torch.from_numpy(random.integers(len(data.item_ids), size=BATCH) + users)
        optimizer.zero_grad()
        labels = torch.stack([torch.cat([source, source]), torch.cat([target, other])])
        preferred, sampled = model(edges, labels).chunk(2)
        used = torch.unique(torch.cat([source, target, other]))
        model.recommendation_loss(preferred, sampled, node_id=used, lambda_reg=LAMBDA).backward()
        optimizer.step()
        steps += 1
    took = perf_counter() - started
    with torch.no_grad():
        final = model.get_embedding(edges).numpy()
    return PlainTraining(Factors(final[:users], final[users:], size), steps, -(-len(data) // BATCH), took)
