"""Mini-batches over a sample of the graph, for graphs of which a step over the whole does not fit or takes too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch_geometric.data import Data
from torch_geometric.loader import NodeLoader

from gnn.adjacency import Adjacency, row_starts, sparse_csr, transposed_csr, weights_between
from gnn.neighbour_sampling import NeighbourSampler, neighbours_of
from gnn.objectives import Batch
from gnn.propagation import LightGCN

NODES_AT_ONCE = 65_536
"""Nodes whose next layer is computed at once for the final embeddings; bounds the edges held as a matrix."""


class SampledGraph:
    """Estimates final embeddings from up to `fan_out[k]` neighbours per node in layer k, without a bias.

    Edges keep the weights of the whole graph, times degree over sampled neighbours; where a fan-out reaches the
    largest degree the estimate is exact.
    """

    def __init__(self, edges: NDArray[np.int64], nodes: int, fan_out: Sequence[int]) -> None:
        self._neighbours = neighbours_of(edges, nodes)
        self._fan_out = tuple(fan_out)
        self._sampler = NeighbourSampler(self._neighbours, fan_out)
        degrees = torch.from_numpy(self._neighbours.degrees)
        # The sampler holds the edges; the loader asks for the key alone.
        held = Data(edge_index=torch.empty((2, 0), dtype=torch.int64), degree=degrees, num_nodes=nodes)
        self._loader = NodeLoader(held, self._sampler)

    def embed(self, model: LightGCN, batch: Batch, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Final embeddings of `batch.users` and `batch.items`, over neighbours drawn from `random`."""
        device = model.embedding.device
        every_item = torch.arange(len(model.embedding) - model.users, device=device)
        items = every_item if batch.items is None else batch.items
        nodes = torch.cat([batch.users, items + model.users])
        seeds, places = torch.unique(nodes, return_inverse=True)
        self._sampler.random = random
        sample = self._loader(seeds.cpu())
        hops = [hop.to(device) for hop in self._hops(sample)]
        final = model(hops, model.rows(sample.n_id.to(device)))
        users, wanted = final.index_select(0, places).split([len(batch.users), len(items)])
        return users, wanted

    def _hops(self, sample: Data) -> list[Adjacency]:
        """The rescaled adjacency of each hop: nodes known before it x nodes known after it."""
        known = np.cumsum(sample.num_sampled_nodes).tolist()
        edges = sample.edge_index.split(sample.num_sampled_edges, dim=1)
        return [
            _rescaled(part, sample.degree, most, (before, after))
            for part, most, (before, after) in zip(edges, self._fan_out, pairwise(known), strict=True)
        ]

    def everywhere(self, model: LightGCN) -> Tensor:
        """The exact final embeddings of all nodes, a block of nodes at a time: float32[nodes, d], without gradient."""
        with torch.no_grad():
            layer = total = model.embedding.data
            for _ in self._fan_out:
                blocks = [model.convolution(layer, part.to(layer.device)) for part in self._blocks()]
                layer = torch.cat(blocks)
                total = total + layer
            return total / (len(self._fan_out) + 1)

    def _blocks(self) -> Iterator[Tensor]:
        """The normalised adjacency by blocks of targets, each sparse CSR, targets of the block x nodes."""
        starts, degrees = self._neighbours.starts, self._neighbours.degrees
        for first in range(0, len(degrees), NODES_AT_ONCE):
            own = starts[first : first + NODES_AT_ONCE + 1]
            sources = self._neighbours.sources[own[0] : own[-1]]
            targets = np.repeat(degrees[first : first + NODES_AT_ONCE], np.diff(own))
            weights = torch.from_numpy(weights_between(degrees[sources], targets))
            shape = (len(own) - 1, len(degrees))
            yield sparse_csr(torch.from_numpy(own - own[0]), torch.from_numpy(sources), weights, shape)


def _rescaled(edges: Tensor, degrees: Tensor, most: int, shape: tuple[int, int]) -> Adjacency:
    """One hop. `edges`: int64[2, e], ordered by target; `degrees`: int64, of the sampled nodes in the whole graph."""
    sources, targets = edges
    drawn = degrees[: shape[0]].clamp(max=most)
    weights = torch.from_numpy(weights_between(degrees[sources].numpy(), degrees[targets].numpy()))
    weights = weights * (degrees[targets] / drawn[targets])
    arriving = row_starts(drawn), sources, weights
    return Adjacency(sparse_csr(*arriving, shape), transposed_csr(*arriving, shape))
