"""Item-item models in closed form: how much a like of one item speaks for another.

`walk`: three steps at random over the graph of who likes what, with popularity damped at each end, as in Paudel et al.,
Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications (2017), and a power on each
entry as in Park et al., Turbo-CF (arXiv 2404.14243). `ease`: Steck, Embarrassingly Shallow Autoencoders for Sparse Data
(arXiv 1905.03375), eq. 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from gnn.model_settings import ItemItemSettings
from graph.errors import ModelError

MOST_DENSE = 15_000
"""Items up to which `ease` is computed: it takes 8 bytes for each pair of them, several times over."""
Square = NDArray[np.float64]


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


def _inverse(degrees: NDArray[np.int64], power: float) -> NDArray[np.float32]:
    return (np.maximum(degrees, 1) ** -power).astype(np.float32)
