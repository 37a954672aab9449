"""Ranks all items for users in memory, from vectors or from any scores, a block of users at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.ratio import ratio
from gnn.recommended import Recommended
from gnn.splits import Split
from graph.errors import ModelError
from graph.training_data import PreferenceArrays

Floats: TypeAlias = NDArray[np.floating[Any]]
Rows: TypeAlias = NDArray[np.int64]
Scorer: TypeAlias = Callable[[Rows], Floats]
"""Scores of all m items for a block of b user rows, int64[b] to float[b, m]: a new array, which is written to."""

USERS_AT_ONCE = 512
"""Users per block: their scores of 100,000 items are 0.2 GB."""
FOLDED = 16
"""Columns that are left per item wanted, when looking for a bound of the best."""
CROWDED = 32
"""Scores that reach the bound per item wanted, above which a row is worked on by itself."""


def pair_matrix(data: PreferenceArrays) -> csr_array:
    """Users x items, float32 ones where a pair is."""
    ones = np.ones(len(data), dtype=np.float32)
    return csr_array((ones, (data.users, data.items)), shape=(len(data.user_ids), len(data.item_ids)))


def ranked_by_scores(
    strategy: str,
    scorer: Scorer,
    split: Split,
    top_k: int,
    *,
    seen: csr_array | None = None,
    allowed: NDArray[np.bool_] | None = None,
    auc: bool = True,
) -> Recommended:
    """The best `top_k` items by score for each user with a test pair, and the exact AUC of the scores.

    Never among them are items that the user has in `seen` (users x items, by default the train pairs) or that are not
    `allowed` (bool[m], by default all are); see Catalogue. Ties go to the lower item row, so that of a user whose
    scores are all equal nothing is known. Raises ModelError where a score is NaN.
    """
    rows = np.unique(split.test.users)
    relevant = pair_matrix(split.test)
    hidden = pair_matrix(split.train) if seen is None else seen
    forbidden = None if allowed is None else np.flatnonzero(~allowed)
    ranked = np.empty((len(rows), top_k), dtype=np.int64)
    areas = np.empty(len(rows))
    for start in range(0, len(rows), USERS_AT_ONCE):
        block = slice(start, start + USERS_AT_ONCE)
        scores = masked(scorer(rows[block]), hidden[rows[block]], forbidden)
        ranked[block] = best_rows(scores, top_k)
        if auc:
            areas[block] = exact_auc(scores, relevant[rows[block]])
    return Recommended(strategy, rows, ranked, areas if auc else None)


def rank_items(users: Floats, items: Floats, rows: Rows, seen: csr_array, top_k: int) -> Rows:
    """The best `top_k` item rows by inner product for each of the user `rows`, seen ones never: int64[u, top_k].

    `users`: [n, d], `items`: [m, d], `seen`: n x m. Ties go to the lower item row. Where fewer than `top_k` items
    are left, the rest is -1.
    """
    ranked = np.empty((len(rows), top_k), dtype=np.int64)
    for start in range(0, len(rows), USERS_AT_ONCE):
        part = rows[start : start + USERS_AT_ONCE]
        ranked[start : start + USERS_AT_ONCE] = best_rows(masked(users[part] @ items.T, seen[part]), top_k)
    return ranked


def masked(scores: Floats, seen: csr_array, forbidden: Rows | None = None) -> Floats:
    """`scores` (float[b, m], written to) with -inf where `seen` (b x m) has an entry and in `forbidden` columns."""
    users = np.repeat(np.arange(seen.shape[0]), np.diff(seen.indptr))
    scores[users, seen.indices] = -np.inf
    if forbidden is not None:
        scores[:, forbidden] = -np.inf
    return scores


def best_rows(scores: Floats, top_k: int) -> Rows:
    """The columns with the `top_k` highest of `scores` (float[b, m]), best first; -1 in place of those at -inf.

    Equal scores are in the order of their columns, so the result does not depend on how the highest are found.
    Raises ModelError where a score is NaN.
    """
    width = min(top_k, scores.shape[1])
    best = np.full((len(scores), top_k), -1, dtype=np.int64)
    if not best.size or not width:
        return best
    users, columns = np.divmod(np.flatnonzero(scores >= _bounds(scores, width)[:, None]), scores.shape[1])
    counts = np.bincount(users, minlength=len(scores))
    crowded = counts > CROWDED * width
    for user in np.flatnonzero(crowded):
        best[user, :width] = _best_of_row(scores[user], width)
    few = ~crowded[users]
    users, columns = users[few], columns[few]
    order = np.lexsort((-scores[users, columns], users))
    users, columns = users[order], columns[order]
    starts = np.searchsorted(users, users)
    places = np.arange(len(users)) - starts
    kept = (places < width) & (scores[users, columns] > -np.inf)
    best[users[kept], places[kept]] = columns[kept]
    return best


def _bounds(scores: Floats, width: int) -> Floats:
    """float[b]: for each row a score that at least `width` of its m >= `width` scores reach, and few more than that.

    The columns are folded onto fewer, each the maximum of some: the last but `width` of these maxima are so many
    different scores. Finding them is much cheaper than partitioning all. Raises ModelError where one is NaN.
    """
    columns = scores.shape[1]
    folds = max(1, columns // (FOLDED * width))
    size = columns // folds
    highest = scores[:, :size].copy()
    for start in range(size, columns, size):
        part = scores[:, start : start + size]
        np.maximum(highest[:, : part.shape[1]], part, out=highest[:, : part.shape[1]])
    if np.isnan(highest).any():
        raise ModelError("A score is not a number: the model diverged. Train it again with a lower learning rate.")
    bounds: Floats = np.partition(highest, size - width, axis=1)[:, size - width]
    return bounds


def _best_of_row(scores: Floats, width: int) -> Rows:
    """The same for one row, float[m], where so many scores are equal that sorting all that reach a bound is dear."""
    worst = np.partition(scores, len(scores) - width)[len(scores) - width]
    above = np.flatnonzero(scores > worst)
    tied = np.flatnonzero(scores == worst)[: width - len(above)]
    ordered = above[np.argsort(-scores[above], kind="stable")]
    return np.concatenate([ordered, tied if worst > -np.inf else np.full(len(tied), -1)])


@dataclass(frozen=True, slots=True)
class _Counted:
    """Of the finite scores of one user: how many there are, and of them relevant ones."""

    candidates: Rows
    relevant: Rows


def exact_auc(scores: Floats, relevant: csr_array) -> NDArray[np.float64]:
    """float64[b]: how often a relevant item is above one that is not, ties half; NaN where there are no such pairs.

    `scores`: float[b, m], -inf where an item is no candidate; `relevant`: b x m. Relevant items that are no candidates
    (they cannot be recommended) are below all. Mann & Whitney (1947): the ranks of the relevant ones are enough.
    """
    users = np.repeat(np.arange(relevant.shape[0]), np.diff(relevant.indptr))
    own = scores[users, relevant.indices]
    counted = _Counted((scores > -np.inf).sum(axis=1), np.bincount(users[own > -np.inf], minlength=len(scores)))
    below = np.zeros(len(scores))
    for user, score in zip(users.tolist(), own, strict=True):
        if score > -np.inf:
            row = scores[user]
            above = np.count_nonzero(row > score) + np.count_nonzero(row >= score)
            below[user] += counted.candidates[user] - above / 2
    # Each pair of relevant items, and each with itself, was counted as half a pair.
    below -= counted.relevant.astype(np.float64) ** 2 / 2
    others = counted.candidates - counted.relevant
    return ratio(below, np.diff(relevant.indptr) * others)
