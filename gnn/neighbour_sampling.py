"""Samples neighbourhoods for PyG's loaders where its own sampler, which needs a compiled library, is not to be had.

Hamilton et al., Inductive Representation Learning on Large Graphs (arXiv 1706.02216), section 3.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch_geometric.sampler import BaseSampler, EdgeSamplerInput, NodeSamplerInput, SamplerOutput

from gnn.sampling import ranges

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Who each node hears of, as CSR: node t hears of `sources[starts[t] : starts[t + 1]]`; int64[n + 1], int64[e]."""

    starts: Rows
    sources: Rows

    @property
    def degrees(self) -> Rows:
        """How many edges arrive at each node: int64[n]."""
        return np.diff(self.starts)


def neighbours_of(edges: Rows, nodes: int) -> Neighbours:
    """Sort `edges` (int64[2, e], source → target) by target."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(edges[1], minlength=nodes))])
    return Neighbours(starts, edges[0][np.argsort(edges[1], kind="stable")])


class NeighbourSampler(BaseSampler):  # type: ignore[misc]  # torch_geometric ships no types
    """Draws up to `fan_out[k]` distinct neighbours of every node that is needed after k hops.

    Every hop draws anew for all nodes gathered so far, not only for those that it reaches first: draws of different
    hops are then independent, and a product of their rescaled adjacencies is an unbiased estimate of the true one.
    """

    def __init__(self, neighbours: Neighbours, fan_out: Sequence[int]) -> None:
        self._neighbours, self._fan_out = neighbours, tuple(fan_out)
        self._degrees = neighbours.degrees
        self._places = np.full(len(self._degrees), -1, dtype=np.int64)
        self.random = np.random.default_rng(0)
        """Where the draws come from; whoever samples replaces it, to be reproducible."""

    def sample_from_nodes(self, index: NodeSamplerInput, **_: Any) -> SamplerOutput:
        """The neighbourhood of distinct seed nodes, of which the first nodes of the output are the seeds in order.

        Edges come hop by hop (`num_sampled_edges`), in each by target: target t of hop k has min(fan-out, degree) of
        them. `num_sampled_nodes` counts the seeds, then what each hop added.
        """
        nodes = index.node.numpy()
        found, rows, columns = [nodes], [], []
        self._places[nodes] = np.arange(len(nodes))
        for most in self._fan_out:
            targets = np.concatenate(found)
            counts, sources = self._draw(targets, most)
            fresh = np.unique(sources[self._places[sources] < 0])
            self._places[fresh] = len(targets) + np.arange(len(fresh))
            found.append(fresh)
            rows.append(self._places[sources])
            columns.append(np.repeat(np.arange(len(targets)), counts))
        everyone = np.concatenate(found)
        self._places[everyone] = -1
        return SamplerOutput(
            node=torch.from_numpy(everyone),
            row=torch.from_numpy(np.concatenate(rows)),
            col=torch.from_numpy(np.concatenate(columns)),
            edge=None,
            num_sampled_nodes=[len(part) for part in found],
            num_sampled_edges=[len(part) for part in rows],
            metadata=(index.input_id, index.time),
        )

    def sample_from_edges(self, index: EdgeSamplerInput, neg_sampling: object = None) -> SamplerOutput:
        """The neighbourhood of both ends of each edge; what they are compared with is left to the objective."""
        if neg_sampling is not None:
            raise ValueError("An objective draws what pairs are compared with; load edges without neg_sampling.")
        ends = torch.cat([index.row, index.col])
        nodes, places = torch.unique(ends, return_inverse=True)
        output = self.sample_from_nodes(NodeSamplerInput(input_id=index.input_id, node=nodes))
        output.metadata = (index.input_id, places.view(2, -1), index.label, index.time)
        return output

    def _draw(self, targets: Rows, most: int) -> tuple[Rows, Rows]:
        """How many neighbours each of `targets` gets, and which, one target after the other."""
        degrees, starts = self._degrees[targets], self._neighbours.starts[targets]
        counts = np.minimum(degrees, most)
        places = ranges(starts, counts)
        many = degrees > most
        chosen = distinct(degrees[many], most, self.random) + starts[many, None]
        places[np.repeat(many, counts)] = chosen.ravel()
        return counts, self._neighbours.sources[places]


def distinct(sizes: Rows, count: int, random: np.random.Generator) -> Rows:
    """For each of `sizes` (all ≥ count) `count` different numbers below it, every set equally likely: int64[n, count].

    Floyd's algorithm, all rows at once: Bentley, Programming Pearls: a Sample of Brilliance (1987).
    """
    chosen = np.empty((len(sizes), count), dtype=np.int64)
    for k in range(count):
        last = sizes - count + k
        drawn = random.integers(last + 1)
        taken = (chosen[:, :k] == drawn[:, None]).any(axis=1)
        chosen[:, k] = np.where(taken, last, drawn)
    return chosen
