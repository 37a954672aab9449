"""Learns the weights of a blend from the lists of users for whom preferences were held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.metrics import ndcg
from gnn.ranking import best_rows
from recommend.blend import Entries, Lists, entries, listed

GRID = (0.0, 0.125, 0.18, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
"""Weights tried, about √2 apart, in units of how far apart a component's terms are; see LearnedWeights."""
SWEEPS = 6
"""Most times that all weights are tried; two or three usually change nothing any more."""
DIGITS = 4

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LearnedWeights:
    """The `weights` of a blend by strategy, 1 for the best that has one, and what they come to.

    `value`: the mean NDCG@K of the blend over the users; `alone`: that of each strategy by itself.
    """

    weights: dict[str, float]
    value: float
    alone: dict[str, float]


def learn_weights(lists: Mapping[str, Lists], held: csr_array, top_k: int) -> LearnedWeights:
    """The weights, at least 0, that do best by NDCG@`top_k`: coordinate search over GRID from the best one alone.

    `lists`: by strategy, of the same u users over m items; `held`: u x m, entries where a pair was held out, at least
    one per user. A weight changes only for something better, so where nothing helps the best strategy it stays alone.
    The same lists give the same weights.
    """
    table = _Table(lists, held, top_k)
    names = list(lists)
    single = np.eye(len(names))
    alone = [table.value(row * table.units) for row in single]
    order = sorted(range(len(names)), key=lambda k: -alone[k])
    chosen, value = _search(table, single[order[0]], alone[order[0]], order)
    first = next(k for k in order if chosen[k] > 0)
    raw = chosen * table.units
    weights = {names[k]: float(f"{raw[k] / raw[first]:.{DIGITS}g}") for k in order if raw[k] > 0}
    return LearnedWeights(weights, value, dict(zip(names, alone, strict=True)))


def _search(table: _Table, start: Weights, value: float, order: Sequence[int]) -> tuple[Weights, float]:
    chosen = start
    for _ in range(SWEEPS):
        before = value
        for column in order:
            for weight in GRID:
                tried = chosen.copy()
                tried[column] = weight
                # With a single strategy any weight is the same.
                if weight == chosen[column] or np.count_nonzero(tried) < min(2, len(tried)):
                    continue
                found = table.value(tried * table.units)
                if found > value:
                    chosen, value = tried, found
        if value == before:
            break
    return chosen, value


class _Table:
    """The terms of all lists side by side, by which any weights are judged without making the lists anew.

    A row per user, as wide as the longest union of lists; items in the order of their rows, so that ties are broken as
    in serving.
    """

    def __init__(self, lists: Mapping[str, Lists], held: csr_array, top_k: int) -> None:
        found = entries(lists, held.shape[1])
        users, counts = held.shape[0], np.bincount(found.users, minlength=held.shape[0])
        places = np.arange(len(found.users)) - np.repeat(np.cumsum(counts) - counts, counts)
        shape = (len(lists), users, int(counts.max(initial=0)))
        self._terms = np.zeros(shape, dtype=np.float32)
        self._terms[:, found.users, places] = found.terms.T
        self._listed = np.zeros(shape, dtype=np.bool_)
        for column, (name, own) in enumerate(lists.items()):
            rows, listed_at = np.nonzero(listed(name, own))
            marked = _marked(found, rows, own.items[rows, listed_at], held.shape[1])
            self._listed[column][found.users, places] = marked
        self._hit = np.zeros(shape[1:], dtype=np.bool_)
        pairs = held.tocoo()
        self._hit[found.users, places] = _marked(found, pairs.row, pairs.col, held.shape[1])
        self._relevant = np.diff(held.indptr)
        self._top_k = top_k
        self.units = np.asarray([_unit(terms, there) for terms, there in zip(self._terms, self._listed, strict=True)])

    def value(self, weights: Weights) -> float:
        """Mean NDCG@K over the users."""
        used = np.flatnonzero(weights)
        scores = np.where(self._listed[used].any(axis=0), np.float32(0), np.float32(-np.inf))
        for column in used:
            scores += np.float32(weights[column]) * self._terms[column]
        best = best_rows(scores, self._top_k)
        found = np.take_along_axis(self._hit, np.maximum(best, 0), axis=1) & (best >= 0)
        return float(ndcg(found, self._relevant).mean())


def _marked(
    found: Entries, users: NDArray[np.integer[Any]], items: NDArray[np.integer[Any]], width: int
) -> NDArray[np.bool_]:
    """bool[e]: which entries are among the pairs of `users` and `items`; pairs that are no entry are passed over."""
    keys, wanted = found.users * width + found.items, users.astype(np.int64) * width + items
    places = np.searchsorted(keys, wanted)
    there = places < len(keys)
    there[there] = keys[places[there]] == wanted[there]
    marked = np.zeros(len(keys), dtype=np.bool_)
    marked[places[there]] = True
    return marked


def _unit(terms: NDArray[np.float32], there: NDArray[np.bool_]) -> float:
    """One over the standard deviation of a strategy's terms within a list, in the mean over users; 1 if there is none.

    A logit of one model is not as large as that of another: in these units the same few weights do for all.
    """
    counts = np.maximum(there.sum(axis=1), 1)
    mean = terms.sum(axis=1, dtype=np.float64) / counts
    variance = np.where(there, (terms - mean[:, None]) ** 2, 0.0).sum(axis=1) / counts
    spread = float(np.sqrt(variance[there.any(axis=1)]).mean()) if there.any() else 0.0
    return 1.0 / spread if spread > 0 else 1.0
