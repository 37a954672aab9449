"""A model of items by items: how much a like of one speaks for another, kept as a few edges per item.

Two closed forms. `walk`: three steps at random over the graph of who likes what, with popularity damped at each end,
as in Paudel et al., Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications (2017),
and a power on each entry as in Park et al., Turbo-CF (arXiv 2404.14243). `ease`: Steck, Embarrassingly Shallow
Autoencoders for Sparse Data (arXiv 1905.03375), eq. 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from gnn.ranking import Rows, Scorer, pair_matrix
from gnn.settings import ItemItemSettings
from graph.errors import ModelError
from graph.training_data import PreferenceArrays

MOST_DENSE = 15_000
"""Items up to which `ease` is computed: it takes 8 bytes for each pair of them, several times over."""
Square = NDArray[np.float64]


def fit_item_item(data: PreferenceArrays, settings: ItemItemSettings) -> csr_array:
    """What a like of item i (row) adds to the score of item j (column), the `top_k` strongest of a row: float32[m, m].

    A user's score of j is the sum over the items that the user likes. Raises ModelError for `ease` beyond MOST_DENSE.
    """
    likes = pair_matrix(data)
    whole = walk(likes, settings) if settings.form == "walk" else ease(likes, settings.regularisation)
    return strongest(whole, settings.top_k)


def walk(likes: csr_array, settings: ItemItemSettings) -> csr_array:
    """(D_i^-s Rᵀ D_u^-a R D_j^-t)^p elementwise without its diagonal: float32[m, m].

    `likes` is R, users x items of ones; D_u, D_i how many ones a row and a column has; a, s, t and p the exponents
    `user_degree`, `source_degree`, `target_degree` and `power`. Nothing here is negative.
    """
    users, items = np.diff(likes.indptr), np.bincount(likes.indices, minlength=likes.shape[1])
    damped = diags_array(_inverse(users, settings.user_degree)) @ likes
    common = csr_array(csr_array(likes.T) @ damped)
    scaled = diags_array(_inverse(items, settings.source_degree)) @ common
    weights: csr_array = csr_array(scaled @ diags_array(_inverse(items, settings.target_degree))).astype(np.float32)
    np.power(weights.data, np.float32(settings.power), out=weights.data)
    weights.setdiag(0)
    weights.eliminate_zeros()
    return weights


def ease(likes: csr_array, regularisation: float) -> csr_array:
    """-P_ij / P_jj off the diagonal with P = (RᵀR + λI)^-1: float32[m, m], negative where i speaks against j.

    The inverse is taken on the smaller side of R: P = (I - Rᵀ(RRᵀ + λI)^-1 R) / λ.
    """
    users, items = likes.shape
    if items > MOST_DENSE:
        raise ModelError(
            f"ease takes up to {MOST_DENSE:,} items, there are {items:,}: set EDGEWISE_ITEM_ITEM_FORM=walk."
        )
    wide = likes.astype(np.float64)
    inverse: Square
    if users < items:
        small = np.linalg.inv((wide @ wide.T).toarray() + regularisation * np.eye(users))
        # From the right, and then again: R is sparse, the inverse is not.
        inverse = -(wide.T @ (wide.T @ small).T) / regularisation
        inverse[np.diag_indices(items)] += 1.0 / regularisation
    else:
        inverse = np.linalg.inv((wide.T @ wide).toarray() + regularisation * np.eye(items))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return csr_array(weights.astype(np.float32))


def strongest(weights: csr_array, top_k: int) -> csr_array:
    """Of each row the `top_k` entries that are largest by magnitude; ties go to the lower column."""
    weights.sort_indices()
    kept = np.ones(weights.nnz, dtype=np.bool_)
    for row in np.flatnonzero(np.diff(weights.indptr) > top_k):
        span = slice(weights.indptr[row], weights.indptr[row + 1])
        kept[span] = _largest(np.abs(weights.data[span]), top_k)
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))[kept]
    return csr_array((weights.data[kept], (rows, weights.indices[kept])), shape=weights.shape)


def item_item_scorer(likes: csr_array, weights: csr_array) -> Scorer:
    """Scores of all items for rows of `likes` (users x items), by the sum of `weights` over what they like."""

    def scores(rows: Rows) -> NDArray[np.float32]:
        found: NDArray[np.float32] = (likes[rows] @ weights).toarray()
        return found

    return scores


def _largest(sizes: NDArray[np.float32], top_k: int) -> NDArray[np.bool_]:
    bound = np.partition(sizes, len(sizes) - top_k)[len(sizes) - top_k]
    above: NDArray[np.bool_] = sizes > bound
    equal = np.flatnonzero(sizes == bound)
    above[equal[: top_k - int(above.sum())]] = True
    return above


def _inverse(degrees: NDArray[np.int64], power: float) -> NDArray[np.float32]:
    return (np.maximum(degrees, 1) ** -power).astype(np.float32)
