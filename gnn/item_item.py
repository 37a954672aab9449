"""A model of items by items: how much a like of one speaks for another, kept as a few edges per item.

The forms are those of gnn.closed_forms; on small catalogues one of them is chosen on held-out preferences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.closed_forms import MOST_DENSE, ease, walk
from gnn.metrics import of_lists
from gnn.model_settings import ItemItemSettings
from gnn.ranking import Rows, Scorer, pair_matrix, ranked_by_scores
from gnn.splits import Split, carve, judged_by, sampled
from graph.models import ITEM_ITEM
from graph.training_data import PreferenceArrays

REGULARISATIONS = (50.0, 150.0, 500.0, 1_500.0)
"""What `auto` tries of ease."""
QUICK = 6_000
"""Users or items, whichever are fewer, up to which it does: it takes some seconds then, and minutes for 15,000."""
HELD_OUT = 0.1
"""Share of each user's preferences by which `auto` chooses."""
MOST_USERS = 3_000
"""Users who are asked to judge a setting, or what keeping a few edges loses."""
SEED = 2026
"""Of the draw of both, which does not change from one training to the next."""
TOP_K = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """The best of `tried` settings, and its NDCG@20 on what was held out; none is tried where there is no choice."""

    settings: ItemItemSettings
    tried: int = 0
    value: float | None = None


def fit_item_item(data: PreferenceArrays, settings: ItemItemSettings) -> csr_array:
    """What a like of item i (row) adds to the score of item j (column), the `top_k` strongest of a row: float32[m, m].

    A user's score of j is the sum over the items that the user likes. Raises ModelError for `ease` beyond MOST_DENSE.
    """
    chosen = choose(data, settings).settings
    return strongest(whole(data, chosen), chosen.top_k)


def whole(data: PreferenceArrays, settings: ItemItemSettings) -> csr_array:
    """The same with all edges, by settings.form, which must not be `auto`."""
    likes = pair_matrix(data)
    return ease(likes, settings.regularisation) if settings.form == "ease" else walk(likes, settings)


def choose(data: PreferenceArrays, settings: ItemItemSettings) -> Choice:
    """For the form `auto` the best of `candidates` on the newest, or where times do not tell random, preferences.

    Each is judged as it would serve, with `top_k` edges per item; the first of equally good ones is taken. Where there
    is one candidate alone, or nothing can be held out, that is the first.
    """
    if settings.form != "auto":
        return Choice(settings)
    tried = list(candidates(settings, *pair_matrix(data).shape))
    split = judged_by(carve(data, HELD_OUT, SEED), MOST_USERS, SEED)
    best = Choice(tried[0])
    if len(tried) == 1 or not len(split.test):
        return best
    for one in tried:
        value = judge(strongest(whole(split.train, one), one.top_k), split)["ndcg"]
        if best.value is None or value > best.value:
            best = Choice(one, len(tried), value)
    return best


def candidates(settings: ItemItemSettings, users: int, items: int) -> Iterator[ItemItemSettings]:
    """What `auto` tries on so many users and items: walk as set and, where that is quick, ease."""
    yield settings.model_copy(update={"form": "walk"})
    if items <= MOST_DENSE and min(users, items) <= QUICK:
        for regularisation in REGULARISATIONS:
            yield settings.model_copy(update={"form": "ease", "regularisation": regularisation})


def truncation(split: Split, settings: ItemItemSettings, top_k: int = TOP_K) -> dict[str, float]:
    """Mean `ndcg` and `recall` at `top_k` with settings.top_k edges per item, and of all edges (`dense_…`).

    On a sample of up to 3,000 users with test pairs; settings.form must not be `auto`.
    """
    sample = sampled(split, MOST_USERS, SEED)
    dense = whole(sample.train, settings)
    kept = judge(strongest(dense, settings.top_k), sample, top_k)
    return kept | {f"dense_{name}": value for name, value in judge(dense, sample, top_k).items()}


def judge(weights: csr_array, split: Split, top_k: int = TOP_K) -> dict[str, float]:
    """Mean `ndcg` and `recall` at `top_k` over the users with test pairs."""
    scorer = item_item_scorer(pair_matrix(split.train), weights)
    given = ranked_by_scores(ITEM_ITEM, scorer, split, top_k, auc=False)
    found = of_lists(given.ranked, pair_matrix(split.test)[given.rows])
    return {name: float(values.mean()) for name, values in found.items()}


def strongest(weights: csr_array, top_k: int) -> csr_array:
    """Of each row the `top_k` entries that are largest by magnitude; ties go to the lower column."""
    weights.sort_indices()
    kept = np.ones(weights.nnz, dtype=np.bool_)
    for row in np.flatnonzero(np.diff(weights.indptr) > top_k):
        span = slice(weights.indptr[row], weights.indptr[row + 1])
        kept[span] = _largest(np.abs(weights.data[span]), top_k)
    starts = np.concatenate([[0], np.cumsum(np.minimum(np.diff(weights.indptr), top_k))])
    return csr_array((weights.data[kept], weights.indices[kept], starts), shape=weights.shape)


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
