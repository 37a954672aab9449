"""Folds likes into a user's vector without training, so that the next answer already knows of them.

Nothing is kept: the vector follows at every request from what the graph holds then, so each replica sees a like as soon
as it is stored. See docs/decisions/010-fold-in.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph.priors import Prior
from graph.vectors import Vectors

TRUST = 5
"""A trained vector counts as much as so many likes, if it was learned from so many: what is newer tells more."""


def folded(prior: Prior, liked: Vectors) -> Vectors:
    """The most probable user by what k > 0 likes say: float32[d], in the form of stored vectors.

    `liked`: float32[k, d], the stored vectors of the items. With B and the damping of the prior,
    m + B Bᵀ Σ (v_i - c) / (1 + k damping); see gnn.prior.learn_prior. The order of likes does not matter.
    """
    tastes = liked[:, : len(prior.centre)].astype(np.float64)
    evidence = prior.basis.T @ (tastes - prior.centre).sum(axis=0)
    found = prior.mean.astype(np.float64)
    found[: len(prior.centre)] += prior.basis @ (evidence / (1 + len(liked) * prior.damping))
    return found.astype(np.float32)


def carried(prior: Prior, liked: Vectors, target: Vectors) -> NDArray[np.float64]:
    """By how much each of k likes raises a folded user's score of an item: float64[k]; less than 0 where it lowers it.

    `liked`: float32[k, d], `target`: float32[d], stored vectors. They and the score of the prior's mean user add up to
    the score by `folded`.
    """
    size = len(prior.centre)
    evidence = (liked[:, :size].astype(np.float64) - prior.centre) @ prior.basis
    wanted = target[:size].astype(np.float64) @ prior.basis
    found: NDArray[np.float64] = evidence @ (wanted / (1 + len(liked) * prior.damping))
    return found


def renewed(vector: Vectors, learned: int, prior: Prior, liked: Vectors, trust: int = TRUST) -> Vectors:
    """`vector` (float32[d]) with likes since then, `liked` (float32[k, d], k > 0), folded in: float32[d].

    The mean of it and of what those likes alone say, weighted by likes: it counts for the `learned` that it was learned
    from, at most `trust`, and for one where it was learned from a profile.
    """
    weight = min(max(learned, 1), trust)
    share = weight / (weight + len(liked))
    return (share * vector + (1 - share) * folded(prior, liked)).astype(np.float32)
