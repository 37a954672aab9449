"""Inner products of pairs of user and item, with gradients as two sparse products."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gnn.adjacency import row_starts, sparse_csr, transposed_csr


def pair_scores(users: Tensor, items: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """users[rows[k]] · items[columns[k]] for each pair k: float[p].

    `users`: float[u, d], `items`: float[i, d]; `rows`: int64[p], ascending; `columns`: int64[p]. The gradients are
    products with the sparse matrix of the pairs, which is faster than adding p rows one by one.
    """
    scores: Tensor = _PairScores.apply(users, items, rows, columns)
    return scores


class _PairScores(torch.autograd.Function):
    """Of users: G · items, of items: Gᵀ · users, where G [u, i] holds the gradient of each pair's score."""

    @staticmethod
    def forward(ctx: Any, users: Tensor, items: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        ctx.save_for_backward(users, items, rows, columns)
        scores: Tensor = torch.linalg.vecdot(users.index_select(0, rows), items.index_select(0, columns))
        return scores

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        users, items, rows, columns = ctx.saved_tensors
        gradient = gradients[0].contiguous()
        shape = (len(users), len(items))
        pairs = row_starts(torch.bincount(rows, minlength=shape[0])), columns, gradient
        there, back = sparse_csr(*pairs, shape), transposed_csr(*pairs, shape)
        return there @ items, back @ users, None, None
