"""Losses of implicit feedback: each pulls a preferred item above sampled ones."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def bpr(users: Tensor, preferred: Tensor, sampled: Tensor) -> Tensor:
    """Bayesian personalised ranking, mean of -log sigmoid(u·i - u·j) over a batch (float[b, d] each); a scalar.

    Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback (arXiv 1205.2618), eq. of section 4.1.
    """
    margin = (users * preferred).sum(dim=1) - (users * sampled).sum(dim=1)
    return -functional.logsigmoid(margin).mean()


def sampled_softmax(users: Tensor, preferred: Tensor, sampled: Tensor, collides: Tensor, temperature: float) -> Tensor:
    """Mean -log softmax of u·i among u·i and u·j of the sampled items, over `temperature`; a scalar.

    `users`, `preferred`: float[b, d]; `sampled`: float[s, d], shared by the batch; `collides`: bool[b, s], true
    where a sampled item is the preferred one, which then does not count against itself. Bengio & Senécal, Adaptive
    Importance Sampling to Accelerate Training of a Neural Probabilistic Language Model (2008); no correction is
    needed for items that are drawn uniformly.
    """
    own = (users * preferred).sum(dim=1, keepdim=True)
    others = (users @ sampled.T).masked_fill(collides, -torch.inf)
    logits = torch.cat([own, others], dim=1) / temperature
    return (torch.logsumexp(logits, dim=1) - logits[:, 0]).mean()


def squared_length(*embeddings: Tensor) -> Tensor:
    """Half the mean squared length of the embeddings that a batch used: the L2 penalty of arXiv 2002.02126, eq. 15."""
    return sum((part.square().sum(dim=1).mean() for part in embeddings), start=torch.zeros(())) / 2
