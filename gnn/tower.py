"""One of two towers: from whom or what, and from what is told of them, to a vector of length 1."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor, nn
from torch.nn import functional

from gnn.features import Features, rows_to_one

START = 0.1
"""Standard deviation of embeddings at the start."""
ROWS_AT_ONCE = 8_192


class Tower(nn.Module):
    """A table of those who have preferences and one of attributes, summed, and a network of one hidden layer upon it.

    The network adds to the sum, so that without it the model is a factorisation by features.
    """

    def __init__(self, features: Features, size: int, hidden: int) -> None:
        super().__init__()
        self._known, self._rows = features.known, len(features.ids)
        self._told = rows_to_one(csr_array(features.matrix[:, features.known :]))
        self.own = nn.Embedding(features.known, size)
        self.told = nn.EmbeddingBag(max(1, self._told.shape[1]), size, mode="sum")
        self.network = nn.Sequential(nn.Linear(size, hidden), nn.ReLU(), nn.Linear(hidden, size))
        for table in (self.own, self.told):
            nn.init.normal_(table.weight, std=START)

    def forward(self, rows: NDArray[np.int64], kept: NDArray[np.bool_]) -> Tensor:
        """float32[b, d]: vectors of `rows` (int64[b]), by attributes alone where not `kept` (bool[b])."""
        kept = kept & (rows < self._known)
        own = self.own(torch.from_numpy(np.where(kept, rows, 0))) * torch.from_numpy(kept).float()[:, None]
        told = self._told[rows]
        bags = (torch.from_numpy(part.astype(np.int64)) for part in (told.indices, told.indptr[:-1]))
        summed = own + self.told(*bags, per_sample_weights=torch.from_numpy(told.data))
        return functional.normalize(summed + self.network(summed))

    def everyone(self) -> Tensor:
        """float32[n, d]: the vectors of all rows, by attributes alone of those who have no preferences."""
        parts = np.split(np.arange(self._rows), range(ROWS_AT_ONCE, self._rows, ROWS_AT_ONCE))
        return torch.cat([self(rows, np.ones(len(rows), dtype=np.bool_)) for rows in parts])
