"""Splits of preferences into what a model learns from and what it is judged by; nothing leaks from the future."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from graph.training_data import PreferenceArrays


@dataclass(frozen=True, slots=True)
class Split:
    """Two disjoint sets of pairs over the same user and item rows."""

    train: PreferenceArrays
    test: PreferenceArrays


SplitRule: TypeAlias = Callable[[PreferenceArrays], Split]
"""How a split is made, such as `partial(leave_last, last=5)`."""


def validation(split: Split, rule: SplitRule) -> Split:
    """Carve out of the train part of `split` what settings are chosen by, by the rule that carved out its test part.

    Both parts together are the train part, so no choice has seen a test pair. Raises InputError where either is empty.
    """
    carved = rule(split.train)
    if not len(carved.train) or not len(carved.test):
        raise InputError(
            f"Of {len(split.train)} train pairs {len(carved.train)} would be left to learn from and {len(carved.test)} "
            "to choose settings by. Use fixed settings, or an earlier cut."
        )
    return carved


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
    return _places_from_end(data, np.lexsort((data.items, data.last_at, data.users)))


def _places_from_end(data: PreferenceArrays, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[n]: how many of its user's pairs come after each in an `order` (int64[n]) that keeps users together."""
    ends = np.cumsum(np.bincount(data.users, minlength=len(data.user_ids)))
    places = np.empty(len(data), dtype=np.int64)
    places[order] = ends[data.users[order]] - 1 - np.arange(len(data))
    return places


def random_share(data: PreferenceArrays, share: float, seed: int, least: int = 1, fewest: int = 0) -> Split:
    """Hold out a random `share` in (0, 1) of each user's pairs, rounded half up, but at least `fewest`.

    What comes before either is that `least` are left in train. The same pairs and seed give the same split, whatever
    the order of the pairs. Raises InputError for another share.
    """
    held = _rounded_share(data, share, least, fewest)
    drawn = np.empty(len(data))
    drawn[np.lexsort((data.items, data.users))] = np.random.default_rng(seed).random(len(data))
    out = _places_from_end(data, np.lexsort((drawn, data.users))) < held[data.users]
    return Split(data.where(~out), data.where(out))


def newest_share(data: PreferenceArrays, share: float, least: int = 1, fewest: int = 0) -> Split:
    """The same with each user's newest pairs; those of one moment are ordered by item row."""
    out = _newness(data) < _rounded_share(data, share, least, fewest)[data.users]
    return Split(data.where(~out), data.where(out))


def _rounded_share(data: PreferenceArrays, share: float, least: int, fewest: int) -> NDArray[np.float64]:
    """float64[users]: how many of each user's pairs are a `share`, but `fewest`, `least` being left."""
    if not 0 < share < 1:
        raise InputError(f"A share of {share} cannot be held out; choose one above 0 and below 1, such as 0.2.")
    sizes = np.bincount(data.users, minlength=len(data.user_ids))
    held: NDArray[np.float64] = np.minimum(
        np.maximum(np.floor(share * sizes + 0.5), fewest), np.maximum(sizes - least, 0)
    )
    return held


def of_known_users(split: Split) -> Split:
    """Judged by those users alone who have a pair to learn from."""
    return Split(split.train, split.test.where(np.isin(split.test.users, split.train.users)))


def judged_by(split: Split, most: int, seed: int) -> Split:
    """Held out from at most `most` users alone, drawn at random; what the others had in test is learned from again.

    Whoever judges no setting need not lose a pair to the choice: so train is nearer to all there is, for which the
    choice is made. Not for splits in time, whose train parts would learn from the future of the others.
    """
    asked = sampled(split, most, seed)
    if len(asked.test) == len(split.test):
        return split
    given_back = ~np.isin(split.test.users, asked.test.users)
    return Split(_joined(split.train, split.test.where(given_back)), asked.test)


def sampled(split: Split, most: int, seed: int) -> Split:
    """Judged by at most `most` users, drawn at random; what the others had in test is left out."""
    users = np.unique(split.test.users)
    asked = np.random.default_rng(seed).choice(users, min(most, len(users)), replace=False)
    return Split(split.train, split.test.where(np.isin(split.test.users, asked)))


def carve(data: PreferenceArrays, share: float, seed: int, *, newest: bool | None = None) -> Split:
    """Hold out a share of each user's pairs, one at least of who has two, to choose settings by.

    They are the newest or random ones; by default the newest where times tell which those are.
    """
    if newest is None:
        newest = len(data) > 0 and bool(data.last_at.min() < data.last_at.max())
    return newest_share(data, share, fewest=1) if newest else random_share(data, share, seed, fewest=1)


def _joined(one: PreferenceArrays, other: PreferenceArrays) -> PreferenceArrays:
    """The pairs of both, over the same rows, by user and then by item."""
    users, items, weights, last_at = (
        np.concatenate([getattr(part, name) for part in (one, other)])
        for name in ("users", "items", "weights", "last_at")
    )
    order = np.lexsort((items, users))
    return replace(one, users=users[order], items=items[order], weights=weights[order], last_at=last_at[order])


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
