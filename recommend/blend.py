"""Blends the lists of several strategies into one: a logarithmic opinion pool.

The pool multiplies what the strategies think of an item, each raised to its weight, so it adds their logarithms:
Genest & Zidek, Combining Probability Distributions (1986), eq. 3.8; Hinton, Training Products of Experts (2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]

DEPTH = 300
"""Items that each strategy is asked for; on a validation part of gowalla 100 to 1,000 did alike. See decision 006."""
SMOOTHING = 0.03
"""Share of a list's best score that is added to each before the logarithm is taken."""
LOGITS = frozenset({"lightgcn", "lightfm", "two-tower"})
"""Strategies whose scores are logarithms already; the others' are sums of what speaks for an item."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of u users, best first. `items`: int64[u, n], item rows, -1 at the end of one that is shorter.

    `scores`: float64[u, n], of whatever value where there is no item.
    """

    items: Rows
    scores: Scores


@dataclass(frozen=True, slots=True)
class Entries:
    """The items in any list of each user, e in all: by user, then by item.

    `users`: int64[e], places in the lists; `items`: int64[e], item rows; `terms`: float64[e, c], see `terms`.
    """

    users: Rows
    items: Rows
    terms: Scores


def listed(strategy: str, lists: Lists) -> NDArray[np.bool_]:
    """Where a strategy lists an item: bool[u, n]. A sum of 0 or less speaks for nothing, so it lists none."""
    there = lists.items >= 0
    return there if strategy in LOGITS else there & (lists.scores > 0)


def terms(strategy: str, lists: Lists) -> Scores:
    """What each listed item gets of a strategy, before its weight: float64[u, n], at least 0; 0 where there is none.

    It is the logarithm of what the strategy thinks of the item, less that of what it thinks of an item which it does
    not list: for logits the score less the list's last, for sums log(score / best + SMOOTHING) - log(SMOOTHING). What
    is subtracted is the same for all items of a user, so it changes no order, and makes missing items count 0.
    """
    there = listed(strategy, lists)
    if not there.any():
        return np.zeros(lists.items.shape)
    if strategy in LOGITS:
        last = np.where(there, lists.scores, np.inf).min(axis=1, keepdims=True)
        return np.where(there, lists.scores - np.where(np.isfinite(last), last, 0.0), 0.0)
    given = np.where(there, lists.scores, 0.0)
    best = given.max(axis=1, keepdims=True)
    shares = np.divide(given, best, out=np.zeros_like(given), where=best > 0)
    logarithms: Scores = np.log1p(shares / SMOOTHING)
    return logarithms


def entries(lists: Mapping[str, Lists], items: int) -> Entries:
    """The union of the `lists` by strategy, all of the same u users over `items` item rows."""
    keys: list[Rows] = []
    values: list[Scores] = []
    for strategy, own in lists.items():
        there = listed(strategy, own)
        starts = items * np.arange(len(own.items))
        keys.append((starts[:, None] + own.items)[there])
        values.append(terms(strategy, own)[there])
    if not keys:
        return Entries(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 0)))
    # Sorting takes a fifth of the time of np.unique, which hashes.
    union = np.sort(np.concatenate(keys))
    union = union[np.diff(union, prepend=-1) > 0]
    joined = np.zeros((len(union), len(keys)))
    for column, (own_keys, own_values) in enumerate(zip(keys, values, strict=True)):
        joined[np.searchsorted(union, own_keys), column] = own_values
    return Entries(*np.divmod(union, max(items, 1)), joined)


def totals(found: Entries, weights: Sequence[float]) -> Scores:
    """float64[e]: the weighted sum of each entry's terms; a weight per strategy, in the order of the lists."""
    summed = np.zeros(len(found.items))
    for column, weight in enumerate(weights):
        summed += weight * found.terms[:, column]
    return summed


def blend(lists: Mapping[str, Lists], weights: Mapping[str, float], items: int, first: int, users: int) -> Lists:
    """The `first` best of each of `users` users over `items` item rows; ties go to the lower row.

    A strategy of `weights` without lists, or with an empty one, is left out. An item that only strategies of weight 0
    list is not in the blend.
    """
    used = {name: own for name, own in lists.items() if weights.get(name, 0.0) > 0}
    found = entries(used, items)
    scores = totals(found, [weights[name] for name in used])
    order = np.lexsort((found.items, -scores, found.users))
    counts = np.bincount(found.users, minlength=users)
    places = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = order[places < first]
    rows, columns = found.users[kept], places[places < first]
    blended = Lists(np.full((users, first), -1, dtype=np.int64), np.zeros((users, first)))
    blended.items[rows, columns] = found.items[kept]
    blended.scores[rows, columns] = scores[kept]
    return blended


def shares(found: Entries, weights: Sequence[float], users: Rows, items: Rows) -> Scores:
    """float64[p, c]: which part of the score of each pair, int64[p] each, a strategy carries.

    A row sums to 1; all of it is 0 for a pair that is no entry or has a score of 0.
    """
    carried = np.zeros((len(users), len(weights)))
    if not len(found.items):
        return carried
    width = int(max(found.items.max(), items.max(initial=0))) + 1
    keys, wanted = found.users * width + found.items, users * width + items
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    there = (keys[places] == wanted) & (items >= 0)
    carried[there] = found.terms[places[there]] * np.asarray(weights)
    summed = carried.sum(axis=1, keepdims=True)
    np.divide(carried, summed, out=carried, where=summed > 0)
    return carried
