"""Batches of pairs and items to compare them with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def batches(count: int, size: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Row numbers 0 … count - 1 in a random order, `size` at a time (the last batch may be smaller)."""
    order = random.permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]


def ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """starts[0], starts[0] + 1, … (counts[0] of them), then those from starts[1], and so on: int64[sum of counts]."""
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(int(counts.sum()))


def unseen_items(
    users: NDArray[np.int64], seen: NDArray[np.int64], items: int, random: np.random.Generator, tries: int = 20
) -> NDArray[np.int64]:
    """One uniformly drawn item row per user row that the user has not seen: int64[len(users)].

    `seen`: sorted keys `user * items + item`, int64. A draw that hits a seen item is repeated up to `tries` times;
    a user who has seen nearly everything may keep a seen one.
    """
    drawn = random.integers(items, size=len(users))
    for _ in range(tries):
        wrong = np.flatnonzero(_contains(seen, users * items + drawn))
        if not len(wrong):
            break
        drawn[wrong] = random.integers(items, size=len(wrong))
    return drawn


def _contains(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: NDArray[np.bool_] = keys[places] == wanted
    return found
