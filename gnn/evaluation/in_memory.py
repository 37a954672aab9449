"""Recommendations of a fold without a database: by models that are fitted and ranked in memory, and by popularity.

The lists are those of the serving code, but for items whose scores differ by rounding alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.blending import blend_in_memory, by_popularity
from gnn.evaluation.asking import Asked
from gnn.evaluation.folds import Fold
from gnn.ranking import Rows, Scorer, ranked_by_scores
from gnn.recommended import Recommended
from recommend.fallback import LAST

YEAR_2000 = 946_684_800_000
"""Milliseconds: where popularity is decayed from, as in graph.after_ingest."""


def seen_items(fold: Fold) -> csr_array:
    """Users x items, ones where a pair has an event for training, of whatever sign: nobody is recommended these."""
    rows, columns = np.divmod(fold.seen, max(len(fold.items), 1))
    shape = (len(fold.users), len(fold.items))
    return csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)


def popularity(fold: Fold, half_life_millis: float) -> NDArray[np.float64]:
    """float64[m]: each item's forward-decayed popularity by the events for training; see graph.after_ingest."""
    history = fold.history
    counted = fold.kept & (history.weights > 0)
    grown = 2.0 ** ((history.at[counted] - YEAR_2000) / half_life_millis)
    added = history.weights[counted] * grown
    return np.bincount(history.items[counted], weights=added, minlength=len(fold.items)).astype(np.float64)


def rank_popular(fold: Fold, scores: NDArray[np.float64], top_k: int) -> Asked:
    """Everybody's list: by `scores` (float64[m]), then those without any by id."""
    found = ranked_by_scores(LAST, by_popularity(scores), fold.split, top_k, seen=seen_items(fold), allowed=fold.items)
    given = int((found.ranked >= 0).sum())
    return Asked(found, given, given)


def rank_scored(strategy: str, fold: Fold, scorer: Scorer, popular: Recommended) -> Asked:
    """By scores, -inf for what the strategy does not list; filled up from `popular`.

    That is all that users get for whom it lists nothing.
    """
    top_k = popular.ranked.shape[1]
    found = ranked_by_scores(strategy, scorer, fold.split, top_k, seen=seen_items(fold), allowed=fold.items)
    known = (found.ranked >= 0).any(axis=1)
    auc = None if found.auc is None or popular.auc is None else np.where(known, found.auc, popular.auc)
    return _asked(strategy, found.rows, found.ranked, popular, auc)


def rank_blend(
    strategy: str, fold: Fold, scorers: Mapping[str, Scorer], weights: Mapping[str, float], popular: Recommended
) -> Asked:
    """By the blend of strategies with `weights`, filled up alike. Its AUC is that of the list."""
    rows, top_k = popular.rows, popular.ranked.shape[1]
    own = blend_in_memory(scorers, weights, rows, seen_items(fold), top_k, allowed=fold.items)
    return _asked(strategy, rows, own.items, popular, None)


def _asked(strategy: str, rows: Rows, own: Rows, popular: Recommended, auc: NDArray[np.float64] | None) -> Asked:
    ranked = filled(own, popular.ranked)
    return Asked(Recommended(strategy, rows, ranked, auc), int((own >= 0).sum()), int((ranked >= 0).sum()))


def filled(ranked: NDArray[np.int64], rest: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lists (int64[u, k], -1 at the end where they are short) filled up from the lists `rest`, in their order."""
    full = ranked.copy()
    for row in np.flatnonzero((ranked < 0).any(axis=1)):
        own = ranked[row][ranked[row] >= 0]
        joined = np.concatenate([own, rest[row][~np.isin(rest[row], own)]])[: ranked.shape[1]]
        full[row, : len(joined)] = joined
    return full
