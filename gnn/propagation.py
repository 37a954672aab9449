"""LightGCN's layers: embeddings smoothed over the graph of who likes what, with a backward of their own.

He et al., LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation (arXiv 2002.02126).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from gnn.adjacency import Adjacency
from gnn.objectives import Batch

with warnings.catch_warnings():
    # torch 2.15 deprecates what torch_geometric 2.8 still decorates with when it is imported.
    warnings.filterwarnings("ignore", message="`torch.jit.script` is deprecated", category=FutureWarning)
    from torch_geometric.nn import LGConv


class LightGCN(nn.Module):
    """Embeddings of all nodes, float32[nodes, d], the first `users` of them users; and how they spread over a graph.

    `sparse`: whether a step's gradient names the rows that it touched alone, which is what a sampled graph wants.
    """

    def __init__(self, start: Tensor, users: int, *, sparse: bool = False) -> None:
        super().__init__()
        self.users = users
        self.embedding = nn.Parameter(start)
        # Adjacencies come normalised, once for all layers and steps.
        self.convolution = LGConv(normalize=False)
        self.sparse = sparse

    def rows(self, nodes: Tensor) -> Tensor:
        """The embeddings of `nodes` (int64[n]) before they spread: float32[n, d]."""
        return functional.embedding(nodes, self.embedding, sparse=self.sparse)

    def forward(self, hops: Sequence[Adjacency], start: Tensor) -> Tensor:
        """Mean over the layers 0 … K of `start` (float[sources of the last hop, d]): eq. 4 with weights 1 / (K + 1).

        Summed from the far end, e + A₁ (e + A₂ (e + …)), so that each hop is one product and may leave nodes behind:
        float[targets of the first hop, d].
        """
        layer = start
        for hop in reversed(hops):
            near = start if hop.targets == len(start) else start[: hop.targets]
            layer = near + spread(layer, self.convolution, hop)
        return layer / (len(hops) + 1)


def spread(nodes: Tensor, convolution: LGConv, graph: Adjacency) -> Tensor:
    """One LGConv: float[sources, d] → float[targets, d]."""
    moved: Tensor = _Spread.apply(nodes, convolution, graph)
    return moved


class _Spread(torch.autograd.Function):
    """Its gradient is one LGConv over the transposed graph, which torch would otherwise sort anew every step."""

    @staticmethod
    def forward(ctx: Any, nodes: Tensor, convolution: LGConv, graph: Adjacency) -> Tensor:
        ctx.convolution, ctx.graph = convolution, graph
        moved: Tensor = convolution(nodes, graph.arriving)
        return moved

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return ctx.convolution(gradients[0].contiguous(), ctx.graph.leaving), None, None


class Propagation(Protocol):
    """Where final embeddings come from during a training, and after it."""

    def embed(self, model: LightGCN, batch: Batch, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Final embeddings of `batch.users` and `batch.items`, with gradient; samples are drawn from `random`."""

    def everywhere(self, model: LightGCN) -> Tensor:
        """The exact final embeddings of all nodes, float32[nodes, d], without gradient."""


@dataclass(frozen=True, slots=True)
class FullGraph:
    """Every step spreads taste over the whole graph."""

    graph: Adjacency
    layers: int

    def embed(self, model: LightGCN, batch: Batch, _random: np.random.Generator) -> tuple[Tensor, Tensor]:
        final = model([self.graph] * self.layers, model.embedding)
        users, items = final.split([model.users, len(final) - model.users])
        wanted = items if batch.items is None else items.index_select(0, batch.items)
        return users.index_select(0, batch.users), wanted

    def everywhere(self, model: LightGCN) -> Tensor:
        with torch.no_grad():
            final: Tensor = model([self.graph] * self.layers, model.embedding)
        return final
