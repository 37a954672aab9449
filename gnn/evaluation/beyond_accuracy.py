"""What accuracy does not tell: how much of the catalogue is recommended, how novel, how diverse, how popular.

Everywhere here `ranked` is int64[u, K], item rows with -1 (at the end) where there are fewer. A value of a user is NaN
where it is not defined for that user, who is then left out of the mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from gnn.ratio import ratio

Ranked = NDArray[np.int64]
Values = NDArray[np.float64]


def exposure(ranked: Ranked, items: int) -> NDArray[np.int64]:
    """int64[items]: in how many lists each item is."""
    return np.bincount(ranked[ranked >= 0], minlength=items)


def list_mean(ranked: Ranked, values: Values) -> Values:
    """float64[u]: the mean of `values` (float64[m], one per item) over each list; NaN for an empty one."""
    listed = ranked >= 0
    sums = np.where(listed, values[np.maximum(ranked, 0)], 0.0).sum(axis=1) if len(values) else np.zeros(len(ranked))
    return ratio(sums, listed.sum(axis=1))


def profile_popularity(train: csr_array, popularity: Values) -> Values:
    """float64[n]: the mean of `popularity` (float64[m]) over each user's items in `train` (n x m); NaN for none."""
    return ratio(train @ popularity, np.diff(train.indptr))


def unit_rows(features: csr_array) -> csr_array:
    """Rows scaled to length 1; those without features stay empty."""
    lengths = np.sqrt(features.multiply(features).sum(axis=1))
    return csr_array(diags_array(1.0 / np.where(lengths > 0, lengths, 1.0)) @ features)


def diversity(ranked: Ranked, directions: csr_array) -> Values:
    """Intra-list diversity: 1 minus the mean cosine over all pairs of a list (Smyth & McClave 2001).

    `directions`: float[m, f], rows of length 1, or empty where nothing is known of an item: such an item is left out
    of its list, since it is neither near nor far. NaN for a list with fewer than two items that have features.
    """
    known = np.diff(directions.indptr) > 0
    users, positions = np.nonzero(ranked >= 0)
    items = ranked[users, positions]
    kept = known[items]
    users, items = users[kept], items[kept]
    lists = csr_array((np.ones(len(items)), (users, items)), shape=(len(ranked), directions.shape[0]))
    sums = csr_array(lists @ directions)
    counts = np.bincount(users, minlength=len(ranked)).astype(np.float64)
    # |Σv|² is the sum of all cosines, each item with itself included.
    cosines = np.asarray(sums.multiply(sums).sum(axis=1)).ravel() - counts
    return 1.0 - ratio(cosines, counts * (counts - 1))
