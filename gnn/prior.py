"""What a trained model expects of a user of whom it knows nothing, from how the users that it knows differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gnn.factors import Factors, Vectors
from gnn.inner_product import searchable_users
from graph.priors import Prior

Floats = NDArray[np.float64]
EVENNESS = 0.1
"""Variance added in every direction, in mean variances: what few users never showed is not impossible."""
MOST_DIRECTIONS = 128
"""Directions kept, those in which users differ most: what is kept with a run stays below a megabyte or so."""


def learn_prior(factors: Factors, known: int) -> Prior:
    """The prior of a model whose first `known` > 0 users have preferences; those after them have profiles alone.

    Users are taken as normal, with the mean m and covariance S of their tastes. A like of item i adds v_i·u - log Z(u)
    to the logarithm of a user's likelihood, where Z sums e^score over all items; at m its gradient is v_i - c and its
    curvature C, c and C being the mean and covariance of the items' tastes under that softmax. In coordinates w with
    u = m + Bw in which S is the identity and C the diagonal `damping`, k likes then give the most probable user
    w = Bᵀ Σ (v_i - c) / (1 + k damping): one step of Newton's method from m (Laplace's approximation; MacKay,
    Information Theory, 2003, chapter 27). Where scores times a `sharpness` s other than 1 are the logits, the gradient
    is s times that, shared out here between the two factors B.
    """
    size, sharpness = factors.embedding_size, factors.sharpness
    users = factors.users[:known].astype(np.float64)
    mean = users.mean(axis=0)
    spread = _directions(users[:, :size] - mean[:size])
    centre, covariance = _choices(factors, mean)
    damping, turned = np.linalg.eigh(sharpness**2 * (spread.T @ covariance @ spread))
    stored: Vectors = searchable_users(mean[None].astype(np.float32))[0]
    return Prior(stored, centre, np.sqrt(sharpness) * (spread @ turned), np.maximum(damping, 0.0))


def _directions(deviations: Floats) -> Floats:
    """float64[e, r] whose product with its transpose is the covariance of `deviations` (float64[n, e]), made even."""
    covariance = deviations.T @ deviations / len(deviations)
    variances, vectors = np.linalg.eigh(covariance)
    even = variances + EVENNESS * variances.mean()
    kept = np.argsort(-even)[:MOST_DIRECTIONS]
    directions: Floats = vectors[:, kept] * np.sqrt(np.maximum(even[kept], 0.0))
    return directions


def _choices(factors: Factors, mean: Floats) -> tuple[Floats, Floats]:
    """Mean (float64[e]) and covariance (float64[e, e]) of the tastes of what a user with vector `mean` would choose."""
    logits = factors.sharpness * (factors.items.astype(np.float64) @ mean)
    chances = np.exp(logits - logits.max())
    chances /= chances.sum()
    tastes = factors.items[:, : factors.embedding_size].astype(np.float64)
    centre = chances @ tastes
    return centre, (tastes * chances[:, None]).T @ tastes - np.outer(centre, centre)
