"""Losses of implicit feedback: each pulls a preferred item above sampled ones; and when one has gone wrong."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from graph.errors import ModelError


def bpr(users: Tensor, preferred: Tensor, sampled: Tensor) -> Tensor:
    """Bayesian personalised ranking, -log sigmoid(u·i - u·j) of each pair (float[b, d] each); float[b].

    Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback (arXiv 1205.2618), eq. of section 4.1.
    """
    margin = (users * preferred).sum(dim=1) - (users * sampled).sum(dim=1)
    return -functional.logsigmoid(margin)


def sampled_softmax(users: Tensor, rows: Tensor, preferred: Tensor, sampled: Tensor, temperature: float) -> Tensor:
    """-log of u·i's part in a softmax over u·i and u·j of the sampled items, over `temperature`; float[b].

    `users`: float[u, d]; `rows`: int64[b], the user of each of the `preferred` items, float[b, d]; `sampled`:
    float[s, d], shared by all, so that it costs u · s products however many pairs there are. Items are drawn
    uniformly, so no correction is needed (Bengio & Senécal, Adaptive Importance Sampling to Accelerate Training of a
    Neural Probabilistic Language Model, 2008); one that is also preferred counts once more, as in the full softmax.
    """
    scaled = users / temperature
    own = (scaled.index_select(0, rows) * preferred).sum(dim=1)
    others = torch.logsumexp(scaled @ sampled.T, dim=1).index_select(0, rows)
    return torch.logaddexp(own, others) - own


def squared_length(*embeddings: Tensor) -> Tensor:
    """Half the sum of squared lengths of embeddings (float[n, d] each), the L2 penalty of arXiv 2002.02126, eq. 15."""
    return torch.stack([part.square().sum() for part in embeddings]).sum() / 2


def refuse_divergence(model: str, loss: float, epoch: int) -> None:
    """Raise ModelError where a loss is no number any more; `model` as its settings spell it, but for case and -."""
    if not math.isfinite(loss):
        prefix = f"EDGEWISE_{model}_".upper().replace("-", "_")
        raise ModelError(
            f"{model} diverged: its loss is {loss} after epoch {epoch}. "
            f"Lower {prefix}LEARNING_RATE, or raise {prefix}TEMPERATURE."
        )
