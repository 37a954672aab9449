"""Peers that score an item by the items that a user has: EASE and item-based neighbours.

Each takes users x items (float32 ones, an entry in every row and column).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import psutil
from implicit.nearest_neighbours import bm25_weight, tfidf_weight
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array, vstack

from gnn.ranking import Floats, Rows, Scorer, best_rows
from graph.errors import InputError

Dense = NDArray[np.float64]
ITEMS_AT_ONCE = 1_000


def ease(train: csr_array, _seed: int, *, regularisation: float) -> Scorer:
    """Steck, Embarrassingly Shallow Autoencoders for Sparse Data (2019), equation 8, over whichever side is smaller.

    With P = (XᵀX + λI)⁻¹ the weights are B = I - P / diag(P). Where there are fewer users than items it is cheaper to
    solve A = (XXᵀ + λI)⁻¹ X: XP = A and diag(P) = (1 - diag(XᵀA)) / λ, so that the scores are XB = X - A / diag(P).
    Raises InputError if the dense matrices do not fit into what memory is free.
    """
    users, items = train.shape
    _refuse_too_large(8 * (2 * users**2 + 2 * users * items if users < items else 3 * items**2))
    matrix = train.astype(np.float64)
    if users < items:
        dense = matrix.toarray()
        halves = cho_solve(_regular(matrix @ matrix.T, regularisation), dense)
        diagonal = (1 - (dense * halves).sum(axis=0)) / regularisation
        return lambda rows: dense[rows] - halves[rows] / diagonal
    inverse = cho_solve(_regular(matrix.T @ matrix, regularisation), np.eye(items))
    weights = np.eye(items) - inverse / np.diag(inverse)
    return lambda rows: matrix[rows] @ weights


def _regular(gram: csr_array, regularisation: float) -> tuple[Dense, bool]:
    dense = gram.toarray()
    dense[np.diag_indices_from(dense)] += regularisation
    factor, lower = cho_factor(dense, overwrite_a=True)
    return factor, bool(lower)


def _refuse_too_large(needed: int) -> None:
    free = psutil.virtual_memory().available
    if needed > free:
        raise InputError(
            f"EASE needs {needed / 1e9:.1f} GB at once and {free / 1e9:.1f} GB are free; leave it out here."
        )


def item_knn(
    train: csr_array, _seed: int, *, neighbours: int, shrink: float, weighting: Literal["none", "tfidf", "bm25"]
) -> Scorer:
    """Sarwar et al., Item-based Collaborative Filtering Recommendation Algorithms (2001): the sum of similarities.

    Similarity is the cosine of what `weighting` makes of the columns, c / (|i| |j| + shrink), kept for each item's
    nearest `neighbours`. Items near to nothing that a user has come last, more popular ones first.
    """
    similar = _similarities(_weighted(train, weighting), neighbours, shrink)
    popularity = np.bincount(train.indices, minlength=train.shape[1]).astype(np.float32)

    def scores(rows: Rows) -> NDArray[np.float32]:
        found = (train[rows] @ similar).toarray()
        return np.where(found > 0, found, -1 / (1 + popularity)).astype(np.float32)

    return scores


def _weighted(train: csr_array, weighting: str) -> csr_array:
    """Items x users; idf weights are of users here: what one of many likes says is little."""
    weigh = {"none": csr_array, "tfidf": tfidf_weight, "bm25": bm25_weight}[weighting]
    return csr_array(weigh(csr_array(train.T)), dtype=np.float32)


def _similarities(items: csr_array, neighbours: int, shrink: float) -> csr_array:
    """Items x items: column j holds the similarities above 0 of the nearest to item j, without itself."""
    lengths = np.sqrt(items.multiply(items).sum(axis=1))
    users = csr_array(items.T)
    blocks = []
    for start in range(0, len(lengths), ITEMS_AT_ONCE):
        part = slice(start, start + ITEMS_AT_ONCE)
        products = (items[part] @ users).toarray()
        cosines = products / (np.outer(lengths[part], lengths) + shrink)
        cosines[products <= 0] = -np.inf
        cosines[np.arange(len(cosines)), start + np.arange(len(cosines))] = -np.inf
        blocks.append(_nearest(cosines, neighbours))
    return csr_array(vstack(blocks).T)


def _nearest(cosines: Floats, neighbours: int) -> csr_array:
    best = best_rows(cosines, neighbours)
    rows, places = np.nonzero(best >= 0)
    columns = best[rows, places]
    return csr_array((cosines[rows, columns], (rows, columns)), shape=cosines.shape)
