"""Folds likes into a user's vector without training, so that the next answer already knows of them.

Nothing is kept: the vector follows at every request from what the graph holds then, so each replica sees a like as soon
as it is stored. See docs/decisions/010-fold-in.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.priors import Prior
from graph.vectors import Vectors

TRUST = 5
"""A trained vector counts as much as so many likes, if it was learned from so many: what is newer tells more."""


@dataclass(frozen=True, slots=True)
class Likes:
    """Likes as a run knows them. `vectors`: float32[k, d], stored ones; `weights`: float64[k] in (0, 1]."""

    vectors: Vectors
    weights: NDArray[np.float64]

    @classmethod
    def alike(cls, vectors: Vectors) -> Likes:
        """Each counts once."""
        return cls(vectors, np.ones(len(vectors)))

    def __len__(self) -> int:
        return len(self.weights)


def folded(prior: Prior, liked: Likes) -> Vectors:
    """The most probable user by what k likes say: float32[d], in the form of stored vectors; the mean user for none.

    With B and the damping of the prior, m + B Bᵀ Σ w_i (v_i - c) / (1 + Σ w_i damping); see gnn.prior.learn_prior. The
    order of likes does not matter.
    """
    found = prior.mean.astype(np.float64)
    if len(liked):
        evidence = _evidence(prior, liked).sum(axis=0)
        found[: len(prior.centre)] += prior.basis @ (evidence / (1 + liked.weights.sum() * prior.damping))
    return found.astype(np.float32)


def drops(prior: Prior, liked: Likes, target: Vectors) -> NDArray[np.float64]:
    """By how much the score that a `folded` user gives an item would fall without each of k likes: float64[k].

    `target`: float32[d], a stored vector. Less than 0 where the like speaks against the item.
    """
    evidence = _evidence(prior, liked)
    wanted = target[: len(prior.centre)].astype(np.float64) @ prior.basis
    together, count = evidence.sum(axis=0), liked.weights.sum()
    with_all = (together / (1 + count * prior.damping)) @ wanted
    fewer = count - liked.weights
    without = ((together - evidence) / (1 + fewer[:, None] * prior.damping)) @ wanted
    found: NDArray[np.float64] = with_all - without
    return found


def _evidence(prior: Prior, liked: Likes) -> NDArray[np.float64]:
    tastes = liked.vectors[:, : len(prior.centre)].astype(np.float64)
    found: NDArray[np.float64] = ((tastes - prior.centre) * liked.weights[:, None]) @ prior.basis
    return found


def trusted(learned: int, fresh: Likes, trust: int = TRUST) -> float:
    """The share in (0, 1] that a trained vector keeps beside `fresh` likes: it counts for the `learned` that it was
    learned from, at most `trust`, and for one where it was learned from a profile.
    """
    weight = min(max(learned, 1), trust)
    return weight / (weight + float(fresh.weights.sum()))


def renewed(vector: Vectors, learned: int, prior: Prior, fresh: Likes, trust: int = TRUST) -> Vectors:
    """`vector` (float32[d]) with the likes since then folded in: float32[d]. See `trusted`."""
    share = trusted(learned, fresh, trust)
    return (share * vector + (1 - share) * folded(prior, fresh)).astype(np.float32)


def lessened(vector: Vectors, prior: Prior, left: Likes, withheld: Likes) -> Vectors:
    """What a trained `vector` (float32[d]) would be, had it been learned from the likes that are `left` alone.

    The difference that the likes make to the most probable user stands for the one that they made in the training:
    an influence function, as in Koh & Liang, Understanding Black-box Predictions (ICML 2017).
    """
    both = Likes(np.vstack([left.vectors, withheld.vectors]), np.concatenate([left.weights, withheld.weights]))
    return (vector + (folded(prior, left) - folded(prior, both))).astype(np.float32)
