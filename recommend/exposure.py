"""How what is shown is spread over the items: how much of the catalogue, how evenly, how novel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposed:
    """The three, of items that were shown; None where nothing was."""

    coverage: float | None
    gini: float | None
    novelty: float | None


def exposed(times: Mapping[str, int], owners: Mapping[str, int], items: int, users: int) -> Exposed:
    """Of items that were shown so many `times`, of `items` in all, and that so many of the `users` like (`owners`)."""
    if not times:
        return Exposed(None, None, None)
    shown = np.zeros(max(items, len(times)), dtype=np.int64)
    shown[: len(times)] = list(times.values())
    told = self_information(np.asarray([owners[item] for item in times]), users)
    return Exposed(coverage(shown), gini(shown), float(np.average(told, weights=list(times.values()))))


def coverage(shown: NDArray[np.int64]) -> float:
    """Share of the catalogue that is in at least one list; `shown`: int64[c], exposure of the items of the catalogue.

    Herlocker et al., Evaluating collaborative filtering recommender systems (2004), catalogue coverage. It grows with
    the number of users, so compare strategies on the same users only. NaN where the catalogue is empty.
    """
    return float(np.mean(shown > 0)) if len(shown) else float("nan")


def gini(shown: NDArray[np.int64]) -> float:
    """Gini index of exposure over the catalogue: 0 where all items are shown equally often, near 1 where one has all.

    `shown`: int64[c], items that are never shown included. NaN where nothing is shown.
    G = Σ (2k - c - 1) x_k / (c Σ x_k) with x ascending, k from 1; Gunawardana & Shani (2015), section 8.3.3.3, divide
    by c - 1 instead of c.
    """
    total = shown.sum()
    if not total:
        return float("nan")
    count = len(shown)
    ranks = 2 * np.arange(1, count + 1) - count - 1
    return float((ranks * np.sort(shown)).sum() / (count * total))


def self_information(owners: NDArray[np.int64], users: int) -> Values:
    """Bits that seeing an item tells: -log2 of the share of users that have it; `owners`: int64[m], how many do.

    Its mean over a list is the novelty of Zhou et al., Solving the apparent diversity-accuracy dilemma (2010).
    An item that nobody has would tell without bound; it counts as if one user had it.
    """
    return np.log2(max(users, 1) / np.maximum(owners, 1))
