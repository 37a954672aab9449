"""The blend in memory: the lists of its components by their scores, and those blended as in serving."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.factors import Learned, Vectors
from gnn.item_item import item_item_scorer
from gnn.ranking import USERS_AT_ONCE, Floats, Rows, Scorer, best_rows, masked
from recommend.blend import DEPTH, Lists, blend
from recommend.fallback import FOR_EVERYONE


def by_vectors(learned: Learned, user_ids: list[str], item_ids: list[str]) -> Scorer:
    """Scores by inner product over the rows of these ids; -inf for a user or an item that has no vector."""
    users, known_users = spread(learned.user_ids, learned.factors.users, user_ids)
    items, known_items = spread(learned.item_ids, learned.factors.items, item_ids)
    columns, unknown = np.ascontiguousarray(items.T), np.flatnonzero(~known_items)

    def scores(rows: Rows) -> Floats:
        found: Floats = users[rows] @ columns
        found[~known_users[rows]] = -np.inf
        found[:, unknown] = -np.inf
        return found

    return scores


def by_item_item(likes: csr_array, weights: csr_array) -> Scorer:
    """Scores by gnn.item_item; -inf for what nothing speaks for."""
    scorer = item_item_scorer(likes, weights)

    def scores(rows: Rows) -> Floats:
        found = scorer(rows)
        return np.where(found > 0, found, -np.inf)

    return scores


def by_popularity(popularity: NDArray[np.float64]) -> Scorer:
    """The same scores, float64[m], for everyone."""
    return lambda rows: np.tile(popularity, (len(rows), 1))


def top_lists(
    scorer: Scorer, rows: Rows, seen: csr_array, allowed: NDArray[np.bool_] | None = None, depth: int = DEPTH
) -> Lists:
    """The best `depth` items of each of the user `rows`: none in `seen` (n x m), of those `allowed` (bool[m]; all)."""
    forbidden = None if allowed is None else np.flatnonzero(~allowed)
    lists = Lists(np.empty((len(rows), depth), dtype=np.int64), np.empty((len(rows), depth)))
    for start in range(0, len(rows), USERS_AT_ONCE):
        block = slice(start, start + USERS_AT_ONCE)
        scores = masked(scorer(rows[block]), seen[rows[block]], forbidden)
        lists.items[block] = best_rows(scores, depth)
        lists.scores[block] = np.take_along_axis(scores, np.maximum(lists.items[block], 0), axis=1)
    return lists


def blend_in_memory(
    scorers: Mapping[str, Scorer],
    weights: Mapping[str, float],
    rows: Rows,
    seen: csr_array,
    top_k: int,
    *,
    allowed: NDArray[np.bool_] | None = None,
) -> Lists:
    """What HybridRecommender gives the user `rows` by these `weights`, the components being in memory.

    `scorers`: by strategy, over the same n user and m item rows; `seen`: n x m, what is never listed; `allowed`:
    bool[m], what may be (by default all). Blocks of users keep the memory small.
    """
    blended = Lists(np.empty((len(rows), top_k), dtype=np.int64), np.empty((len(rows), top_k)))
    for start in range(0, len(rows), USERS_AT_ONCE):
        block = slice(start, start + USERS_AT_ONCE)
        part = rows[block]
        lists = {name: top_lists(scorers[name], part, seen, allowed) for name in scorers if weights.get(name, 0) > 0}
        found = blend(lists, weights, seen.shape[1], top_k, len(part))
        personal = [own.items[:, 0] >= 0 for name, own in lists.items() if name not in FOR_EVERYONE]
        known = np.any(personal, axis=0) if personal else np.zeros(len(part), dtype=np.bool_)
        blended.items[block] = np.where(known[:, None], found.items, -1)
        blended.scores[block] = found.scores
    return blended


def spread(ids: list[str], vectors: Vectors, all_ids: list[str]) -> tuple[Vectors, NDArray[np.bool_]]:
    """`vectors` (float32[n, d]) of `ids` at the rows of `all_ids`, zeros elsewhere; and bool, which rows have one."""
    row_of = {name: row for row, name in enumerate(all_ids)}
    pairs = [(row_of[name], k) for k, name in enumerate(ids) if name in row_of]
    rows, sources = (np.asarray(part, dtype=np.int64) for part in (zip(*pairs, strict=True) if pairs else ((), ())))
    found = np.zeros((len(all_ids), vectors.shape[1]), dtype=np.float32)
    found[rows] = vectors[sources]
    known = np.zeros(len(all_ids), dtype=np.bool_)
    known[rows] = True
    return found, known
