"""Peers that factorise, as their libraries have them: ALS and BPR of implicit, LightFM with WARP.

Each takes users x items (float32 ones, an entry in every row and column) and gives scores by inner product.
"""

from __future__ import annotations

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from lightfm import LightFM
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from gnn.ranking import Floats, Scorer


def als(train: csr_array, seed: int, *, factors: int, regularisation: float, alpha: float, iterations: int) -> Scorer:
    """Hu, Koren & Volinsky, Collaborative Filtering for Implicit Feedback Datasets (2008)."""
    # implicit has threads of its own, which those of the linear algebra would fight.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=factors, regularization=regularisation, alpha=alpha, iterations=iterations, random_state=seed
        )
        model.fit(csr_matrix(train), show_progress=False)
    return _inner_products(model.user_factors, model.item_factors)


def bpr(
    train: csr_array, seed: int, *, factors: int, regularisation: float, learning_rate: float, iterations: int
) -> Scorer:
    """Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback (2009); one thread, to be repeatable."""
    model = BayesianPersonalizedRanking(
        factors=factors,
        regularization=regularisation,
        learning_rate=learning_rate,
        iterations=iterations,
        num_threads=1,
        random_state=seed,
    )
    model.fit(csr_matrix(train), show_progress=False)
    return _inner_products(model.user_factors, model.item_factors)


def lightfm(
    train: csr_array,
    seed: int,
    *,
    factors: int,
    regularisation: float,
    learning_rate: float,
    max_sampled: int,
    epochs: int,
) -> Scorer:
    """Kula (2015), WARP without features; one thread, to be repeatable."""
    model = LightFM(
        no_components=factors,
        loss="warp",
        learning_rate=learning_rate,
        item_alpha=regularisation,
        user_alpha=regularisation,
        max_sampled=max_sampled,
        random_state=seed,
    )
    model.fit(csr_matrix(train).tocoo(), epochs=epochs, num_threads=1)
    items = np.column_stack([model.item_embeddings, model.item_biases])
    users = np.column_stack([model.user_embeddings, np.ones(len(model.user_embeddings), dtype=np.float32)])
    return _inner_products(users, items)


def _inner_products(users: Floats, items: Floats) -> Scorer:
    columns = np.ascontiguousarray(items.T)
    return lambda rows: users[rows] @ columns
