"""LightGCN: embeddings smoothed over the graph of who likes what.

He et al., LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation (arXiv 2002.02126).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from gnn.factors import Epoch, Factors, Watch, unwatched
from gnn.losses import bpr, sampled_softmax, squared_length
from gnn.sampling import batches, unseen_items
from gnn.settings import LightGCNSettings
from graph.training_data import PreferenceArrays

with warnings.catch_warnings():
    # torch 2.15 deprecates what torch_geometric 2.8 still decorates with when it is imported.
    warnings.filterwarnings("ignore", message="`torch.jit.script` is deprecated", category=FutureWarning)
    from torch_geometric.nn import LGConv

INITIAL_SPREAD = 0.1


def edge_index(data: PreferenceArrays) -> NDArray[np.int64]:
    """Edges source → target in both directions, int64[2, 2n]; users are nodes 0 … U - 1, items follow them.

    With one direction only, users would hear nothing from items and the model would be plain factorisation.
    """
    items = data.items + len(data.user_ids)
    return np.stack([np.concatenate([data.users, items]), np.concatenate([items, data.users])])


def edge_weights(edges: NDArray[np.int64], nodes: int) -> NDArray[np.float32]:
    """1 / √(degree of source · degree of target) per edge, float32[e]: eq. 3 of the paper.

    Degrees count arriving edges. An edge from a node where none arrives gets 0, which says that a direction is missing.
    """
    degrees = np.bincount(edges[1], minlength=nodes).astype(np.float64)
    product = degrees[edges[0]] * degrees[edges[1]]
    weights = np.zeros(edges.shape[1], dtype=np.float32)
    np.divide(1.0, np.sqrt(product), out=weights, where=product > 0, casting="same_kind")
    return weights


@dataclass(frozen=True, slots=True)
class Adjacency:
    """The normalised adjacency and its transpose as sparse CSR, nodes x nodes; row = target, column = source."""

    arriving: Tensor
    leaving: Tensor


def adjacency(edges: NDArray[np.int64], nodes: int) -> Adjacency:
    """Normalise `edges` (int64[2, e], source → target) by `edge_weights`."""
    weights = edge_weights(edges, nodes)
    return Adjacency(_sparse(edges, weights, nodes), _sparse(edges[::-1], weights, nodes))


def _sparse(edges: NDArray[np.int64], weights: NDArray[np.float32], nodes: int) -> Tensor:
    order = np.lexsort((edges[0], edges[1]))
    starts = np.concatenate([[0], np.cumsum(np.bincount(edges[1], minlength=nodes))])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta", category=UserWarning)
        return torch.sparse_csr_tensor(
            torch.from_numpy(starts),
            torch.from_numpy(edges[0][order]),
            torch.from_numpy(weights[order]),
            size=(nodes, nodes),
            check_invariants=True,
        )


class _Propagate(torch.autograd.Function):
    """One LGConv. Its gradient is one over the transposed graph, which torch would otherwise sort anew every step."""

    @staticmethod
    def forward(ctx: Any, nodes: Tensor, convolution: LGConv, graph: Adjacency) -> Tensor:
        ctx.convolution, ctx.graph = convolution, graph
        moved: Tensor = convolution(nodes, graph.arriving)
        return moved

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return ctx.convolution(gradients[0], ctx.graph.leaving), None, None


class LightGCN(nn.Module):
    """Embeddings of all nodes, and their mean over `layers` steps of propagation (eq. 4 with equal weights 1/(K + 1)).

    For the softmax loss they come with length 1, so that a score is a cosine.
    """

    def __init__(self, nodes: int, settings: LightGCNSettings, generator: torch.Generator) -> None:
        super().__init__()
        start = torch.randn((nodes, settings.embedding_size), generator=generator) * INITIAL_SPREAD
        self.embedding = nn.Parameter(start)
        # The adjacency comes normalised, once for all layers and steps.
        self.convolution = LGConv(normalize=False)
        self.layers = settings.layers
        self.unit_length = settings.loss == "softmax"

    def forward(self, graph: Adjacency) -> Tensor:
        """Final embeddings float32[nodes, d]."""
        layer: Tensor = self.embedding
        total = layer
        for _ in range(self.layers):
            layer = _Propagate.apply(layer, self.convolution, graph)
            total = total + layer
        return self.read_out(total / (self.layers + 1))

    def read_out(self, embeddings: Tensor) -> Tensor:
        """What scores are made of: embeddings of length 1 where they are cosines."""
        return functional.normalize(embeddings, dim=1) if self.unit_length else embeddings


class _Objective:
    """The loss of a batch of pairs, given the final embeddings of all nodes."""

    def __init__(self, data: PreferenceArrays, settings: LightGCNSettings, random: np.random.Generator) -> None:
        self._data = data
        self._users, self._items = len(data.user_ids), len(data.item_ids)
        self._seen = np.sort(data.users * self._items + data.items)
        self._settings = settings
        self._random = random

    def __call__(self, model: LightGCN, final: Tensor, rows: NDArray[np.int64]) -> Tensor:
        batch = self._users_and_items(rows)
        loss, used = self._softmax(final, *batch) if self._settings.loss == "softmax" else self._bpr(final, *batch)
        if self._settings.regularisation:
            loss = loss + self._settings.regularisation * squared_length(*(model.embedding[nodes] for nodes in used))
        return loss

    def _users_and_items(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Tensor]:
        return self._data.users[rows], torch.from_numpy(self._data.items[rows] + self._users)

    def _softmax(self, final: Tensor, users: NDArray[np.int64], items: Tensor) -> tuple[Tensor, list[Tensor]]:
        distinct, rows = (torch.from_numpy(part) for part in np.unique(users, return_inverse=True))
        drawn = self._random.integers(self._items, size=min(self._settings.negatives, self._items))
        sampled = torch.from_numpy(drawn + self._users)
        loss = sampled_softmax(
            final.index_select(0, distinct),
            rows,
            final.index_select(0, items),
            final.index_select(0, sampled),
            self._settings.temperature,
        )
        return loss, [distinct, items, sampled]

    def _bpr(self, final: Tensor, users: NDArray[np.int64], items: Tensor) -> tuple[Tensor, list[Tensor]]:
        drawn = unseen_items(users, self._seen, self._items, self._random)
        used = [torch.from_numpy(users), items, torch.from_numpy(drawn + self._users)]
        return bpr(*(final[nodes] for nodes in used)), used


@dataclass(frozen=True, slots=True)
class TrainedLightGCN:
    """A model with the graph it learned on; its first `users` nodes are users."""

    model: LightGCN
    graph: Adjacency
    users: int

    def factors(self) -> Factors:
        """The final embeddings, which serve."""
        with torch.no_grad():
            return self._split(self.model(self.graph))

    def factors_without_graph(self) -> Factors:
        """The embeddings before they spread: what is left of the model if its graph is taken away."""
        return self._split(self.model.read_out(self.model.embedding.detach()))

    def _split(self, nodes: Tensor) -> Factors:
        values = nodes.numpy()
        return Factors(values[: self.users].copy(), values[self.users :].copy(), values.shape[1])


def train_lightgcn(
    data: PreferenceArrays,
    settings: LightGCNSettings,
    seed: int,
    watch: Watch = unwatched,
    edges: NDArray[np.int64] | None = None,
) -> TrainedLightGCN:
    """Train on `data`; the same seed gives the same embeddings on the same machine.

    `edges` (int64[2, e], see `edge_index`) replaces the graph that taste spreads over.
    """
    users, nodes = len(data.user_ids), len(data.user_ids) + len(data.item_ids)
    random = np.random.default_rng(seed)
    model = LightGCN(nodes, settings, torch.Generator().manual_seed(seed))
    graph = adjacency(edge_index(data) if edges is None else edges, nodes)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    objective = _Objective(data, settings, random)
    for number in range(1, settings.epochs + 1):
        losses = []
        for rows in batches(len(data), settings.batch_size, random):
            optimizer.zero_grad()
            loss = objective(model, model(graph), rows)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            losses.append(float(loss.detach()))
        watch(Epoch("lightgcn", number, settings.epochs, float(np.mean(losses))))
    return TrainedLightGCN(model, graph, users)
