"""The graph of who likes what as a normalised adjacency.

He et al., LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation (arXiv 2002.02126), eq. 3.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor

from graph.training_data import PreferenceArrays


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
    degrees = np.bincount(edges[1], minlength=nodes)
    return weights_between(degrees[edges[0]], degrees[edges[1]])


def weights_between(sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float32]:
    """The same from the degrees at both ends of each edge, int64[e] each."""
    product = sources.astype(np.float64) * targets
    weights = np.zeros(len(product), dtype=np.float32)
    np.divide(1.0, np.sqrt(product), out=weights, where=product > 0, casting="same_kind")
    return weights


@dataclass(frozen=True, slots=True)
class Adjacency:
    """A normalised adjacency and its transpose as sparse CSR float32; row = target, column = source."""

    arriving: Tensor
    leaving: Tensor

    @property
    def targets(self) -> int:
        """How many nodes hear of others; they are the first ones of the sources."""
        return int(self.arriving.shape[0])

    def to(self, device: torch.device) -> Adjacency:
        """The same on `device`; a graph that is its own transpose stays one tensor."""
        arriving = self.arriving.to(device)
        return Adjacency(arriving, arriving if self.leaving is self.arriving else self.leaving.to(device))


def adjacency(edges: NDArray[np.int64], nodes: int) -> Adjacency:
    """Normalise `edges` (int64[2, e], source → target) by `edge_weights`: nodes x nodes."""
    weights = edge_weights(edges, nodes)
    arriving = _sorted_csr(edges, weights, nodes)
    # Edges that go both ways make the transpose the very same matrix; keeping it once saves its memory.
    leaving = _sorted_csr(edges[::-1], weights, nodes)
    same = torch.equal(arriving.crow_indices(), leaving.crow_indices()) and torch.equal(
        arriving.col_indices(), leaving.col_indices()
    )
    return Adjacency(arriving, arriving if same else leaving)


def _sorted_csr(edges: NDArray[np.int64], weights: NDArray[np.float32], nodes: int) -> Tensor:
    order = np.argsort(edges[1] * nodes + edges[0])
    starts = np.concatenate([[0], np.cumsum(np.bincount(edges[1], minlength=nodes))])
    columns, values = torch.from_numpy(edges[0][order]), torch.from_numpy(weights[order])
    return sparse_csr(torch.from_numpy(starts), columns, values, (nodes, nodes), check=True)


def sparse_csr(
    starts: Tensor, columns: Tensor, values: Tensor, size: tuple[int, int], *, check: bool = False
) -> Tensor:
    """A sparse CSR tensor of `size`: row r has `columns[starts[r] : starts[r + 1]]` (int64) with `values`.

    The columns of a row ascend. `check`: whether torch looks that all this is so, which takes as long as a product.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta", category=UserWarning)
        return torch.sparse_csr_tensor(starts, columns, values, size=size, check_invariants=check)


def transposed_csr(starts: Tensor, columns: Tensor, values: Tensor, size: tuple[int, int]) -> Tensor:
    """The transpose of `sparse_csr` of the same, float[size[1], size[0]].

    SciPy counts where torch would sort, which on a processor is several times faster.
    """
    if values.device.type != "cpu":
        return transposed_by_sorting(starts, columns, values, size)
    turned = csr_array((values.numpy(), columns.numpy(), starts.numpy()), shape=size).tocsc()
    parts = [torch.from_numpy(part) for part in (turned.indptr, turned.indices, turned.data)]
    return sparse_csr(parts[0], parts[1], parts[2], size[::-1])


def transposed_by_sorting(starts: Tensor, columns: Tensor, values: Tensor, size: tuple[int, int]) -> Tensor:
    """The same wherever the tensors are, without a way over the processor."""
    order = torch.argsort(columns, stable=True)
    rows = torch.repeat_interleave(torch.arange(size[0], device=starts.device), starts.diff())
    return sparse_csr(row_starts(torch.bincount(columns, minlength=size[1])), rows[order], values[order], size[::-1])


def row_starts(counts: Tensor) -> Tensor:
    """Where each row of a CSR begins, and the end of the last, from the rows' lengths: int64[n] → int64[n + 1]."""
    return torch.cat([counts.new_zeros(1), counts.cumsum(0)])
