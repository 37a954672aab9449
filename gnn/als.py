"""Alternating least squares on implicit feedback, by the library implicit.

Hu, Koren & Volinsky, Collaborative Filtering for Implicit Feedback Datasets (2008).
"""

from __future__ import annotations

from implicit.cpu.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from gnn.factors import Epoch, Factors, Watch, float32, unwatched
from gnn.model_settings import ALSSettings
from gnn.ranking import pair_matrix
from gnn.sharpness import sharpened
from graph.training_data import PreferenceArrays


def fit_als(data: PreferenceArrays, settings: ALSSettings, seed: int, watch: Watch = unwatched) -> Factors:
    """Vectors of the users and items of `data`, row by row, whose products are near 1 for what users have."""

    def told(iteration: int, _seconds: float, _loss: float | None = None) -> None:
        watch(Epoch("als", iteration + 1, settings.iterations))

    # The library has threads of its own, which those of the linear algebra would fight.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=settings.embedding_size,
            regularization=settings.regularisation,
            alpha=settings.confidence,
            iterations=settings.iterations,
            random_state=seed,
        )
        model.fit(csr_matrix(pair_matrix(data)), show_progress=False, callback=told)
    users, items = (float32(one) for one in (model.user_factors, model.item_factors))
    return sharpened(Factors(users, items, settings.embedding_size), data, seed)
