"""log Σ_j w_j e^(u·j) of every user over all items at once, without a matrix that autograd would keep several times."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

USERS_AT_ONCE = 256
"""Users per block: with 40,000 items its scores stay in a processor's cache while they are worked on."""
LEAST_LOG_WEIGHT = -80.0
"""Stands for the log of 0: e^-80 is lost in any sum that has a weight of a natural size."""


def log_partition(users: Tensor, items: Tensor, weights: Tensor, *, bfloat16: bool = False) -> Tensor:
    """The log of Σ_j weights[j] · exp(users[u] · items[j]) for each user: float[u].

    `users`: float[u, d], `items`: float[i, d], `weights`: float[i], ≥ 0 and not all 0. With `bfloat16` the products
    and exponentials have 8 bits, which is a relative error of about 1/300 and on processors that multiply them a good
    deal faster. The exponents must not reach below -80 where they matter: |users[u]| · max |items[j]| ≤ 40 is safe.
    Keeps u · i numbers for the backward.
    """
    sums: Tensor = _LogPartition.apply(users, items, weights, torch.bfloat16 if bfloat16 else users.dtype)
    return sums


class _LogPartition(torch.autograd.Function):
    """Gradients: Σ_j p_j items[j] for a user, Σ_u p_j users[u] for an item, p a user's shares in its sum.

    The exponents u·j + log w_j - shift come out of one product, of users [u, 1, 1, -shift] and items [j, high, low, 1],
    where high and low add up to log w_j to more digits than a short number has.
    """

    @staticmethod
    def forward(ctx: Any, users: Tensor, items: Tensor, weights: Tensor, dtype: torch.dtype) -> Tensor:
        # No score is above the product of lengths, so every exponential is at most its weight.
        shift = (users.norm(dim=1) * items.norm(dim=1).max()).to(dtype)
        ones = shift.new_ones(len(users), 2)
        wide_users = torch.cat([users.to(dtype), ones, -shift[:, None]], dim=1)
        wide_items = _with_weights(items, weights, dtype)
        terms = [(block @ wide_items.T).exp_() for block in torch.split(wide_users, USERS_AT_ONCE)]
        total = torch.cat([block.sum(dim=1) for block in terms]).to(users.dtype)
        ctx.save_for_backward(users, items.to(dtype), total)
        ctx.terms = terms
        sums: Tensor = total.log() + shift
        return sums

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        users, low_items, total = ctx.saved_tensors
        scale = (gradients[0] / total)[:, None]
        to_users = torch.empty_like(users)
        to_items = torch.zeros_like(low_items, dtype=users.dtype)
        scaled = (users * scale).to(low_items.dtype)
        for k, terms in enumerate(ctx.terms):
            block = slice(k * USERS_AT_ONCE, k * USERS_AT_ONCE + len(terms))
            to_users[block] = (terms @ low_items) * scale[block]
            to_items += terms.T @ scaled[block]
        return to_users, to_items, None, None


def _with_weights(items: Tensor, weights: Tensor, dtype: torch.dtype) -> Tensor:
    """Each item with the log of its weight in two parts, and 1: float[i, d + 3]."""
    logs = weights.to(items.dtype).log().clamp(min=LEAST_LOG_WEIGHT)
    high = logs.to(dtype)
    low = (logs - high).to(dtype)
    return torch.cat([items.to(dtype), high[:, None], low[:, None], torch.ones_like(high)[:, None]], dim=1)
