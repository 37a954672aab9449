"""Features that need more than one user: how lively a user's neighbours are, and how far the newest items lie.

Both come from who turned to what in the window before a moment, and from nothing after it. Stored embeddings would not
do for a past moment, as they were learned from what came later; so items get vectors of the window itself (truncated
singular value decomposition of users by items, Deerwester et al. 1990), as of that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from graph.churn_features import WindowItems

NEIGHBOURS = "neighbourActivity"
DISTANCE = "centroidDistance"
DIMENSIONS = 16
SEED = 7
NOTHING = 1e-12
"""A product of lengths below this has no direction."""
Vector = NDArray[np.float64]


def company_features(windows: Sequence[WindowItems], cut_millis: int, window_millis: int) -> dict[str, Vector]:
    """float64[users] each, in the order of `windows`; NaN where there is nothing to say."""
    shared = _matrix(windows)
    newest = [np.asarray(one.last_millis, dtype=np.int64) >= cut_millis - window_millis // 2 for one in windows]
    lively = np.array([bool(one.any()) for one in newest], dtype=np.float64)
    fresh = np.concatenate([np.zeros(0, dtype=np.bool_), *newest])
    return {NEIGHBOURS: neighbour_activity(shared, lively), DISTANCE: centroid_distance(shared, fresh)}


def neighbour_activity(shared: sparse.csr_array, lively: Vector) -> Vector:
    """The share of others with the same items who were active in the newer half, averaged over the user's items.

    `shared`: 0/1 float64[users, items]; `lively`: 0/1 float64[users]. An item that nobody else has says nothing.
    """
    others = np.asarray(shared.sum(axis=0)).ravel() - 1
    alive = shared.T @ lively
    rows = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
    columns = shared.indices
    known = others[columns] > 0
    rows, columns = rows[known], columns[known]
    shares = (alive[columns] - lively[rows]) / others[columns]
    size = shared.shape[0]
    return _mean(np.bincount(rows, shares, size), np.bincount(rows, minlength=size).astype(np.int64))


def centroid_distance(shared: sparse.csr_array, fresh: NDArray[np.bool_], dimensions: int = DIMENSIONS) -> Vector:
    """1 - cosine between the centroid of a user's items of the newer half and that of all items in the window.

    `fresh`: bool[entries of shared], whether the entry's item was turned to in the newer half.
    """
    kept = min(dimensions, min(shared.shape) - 1)
    if kept < 1:
        return np.full(shared.shape[0], np.nan)
    _, scale, items = svds(shared, k=kept, rng=np.random.default_rng(SEED))
    vectors = items.T * scale
    new = sparse.csr_array((fresh.astype(np.float64), shared.indices, shared.indptr), shape=shared.shape)
    here, everywhere = np.asarray(new @ vectors), np.asarray(shared @ vectors)
    lengths = np.linalg.norm(here, axis=1) * np.linalg.norm(everywhere, axis=1)
    cosine = np.divide(
        (here * everywhere).sum(axis=1), lengths, out=np.full(len(lengths), np.nan), where=lengths > NOTHING
    )
    return np.asarray(1 - cosine)


def _matrix(windows: Sequence[WindowItems]) -> sparse.csr_array:
    """0/1 float64[users, items], entries of a row in the order of the user's list."""
    numbers: dict[str, int] = {}
    columns = [numbers.setdefault(item_id, len(numbers)) for one in windows for item_id in one.item_ids]
    starts = np.concatenate([[0], np.cumsum([len(one.item_ids) for one in windows])]).astype(np.int64)
    entries = np.asarray(columns, dtype=np.int64)
    return sparse.csr_array((np.ones(len(entries)), entries, starts), shape=(len(windows), len(numbers)))


def _mean(sums: NDArray[Any], counts: NDArray[np.int64]) -> Vector:
    return np.asarray(np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0))
