"""Splits of preferences into what a model learns from and what it is judged by; nothing leaks from the future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.training_data import PreferenceArrays


@dataclass(frozen=True, slots=True)
class Split:
    """Two disjoint sets of pairs over the same user and item rows."""

    train: PreferenceArrays
    test: PreferenceArrays


def leave_last(data: PreferenceArrays, last: int = 1, least: int = 1) -> Split:
    """Hold out each user's `last` newest pairs, of users who keep at least `least` for training.

    Pairs of the same moment are ordered by item row, so that the split is the same every time.
    """
    held = _newness(data) < last
    kept = np.bincount(data.users[~held], minlength=len(data.user_ids))
    held &= kept[data.users] >= least
    return Split(data.where(~held), data.where(held))


def _newness(data: PreferenceArrays) -> NDArray[np.int64]:
    """For each pair, how many of its user's pairs are newer: int64[n]."""
    order = np.lexsort((data.items, data.last_at, data.users))
    ends = np.cumsum(np.bincount(data.users, minlength=len(data.user_ids)))
    newness = np.empty(len(data), dtype=np.int64)
    newness[order] = ends[data.users[order]] - 1 - np.arange(len(data))
    return newness


def temporal(data: PreferenceArrays, cut: int, until: int | None = None) -> Split:
    """Train on pairs before `cut`, test on those from it up to `until` (milliseconds since 1970; None: the end)."""
    before = data.last_at < cut
    after = ~before if until is None else ~before & (data.last_at < until)
    return Split(data.where(before), data.where(after))


def rolling_cuts(data: PreferenceArrays, cuts: int, first_share: float = 0.5) -> Iterator[Split]:
    """Temporal splits at `cuts` moments with equally many pairs between them, each tested up to the next one.

    The first cut has `first_share` of the pairs before it. Fewer splits come where many pairs share a moment.
    """
    shares = np.linspace(first_share, 1.0, cuts + 1)
    times = np.sort(data.last_at)
    moments = [int(times[min(int(share * len(times)), len(times) - 1)]) for share in shares[:-1]]
    ends: list[int | None] = [*moments[1:], None]
    for moment, end in zip(moments, ends, strict=True):
        split = temporal(data, moment, end)
        if len(split.train) and len(split.test):
            yield split
