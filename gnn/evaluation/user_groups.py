"""Users by how much is known of them: from no or few train pairs (cold) to many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EVERYONE = "all"
COLD = "cold"
ACTIVITY = ("low", "medium", "high")


def user_groups(train_pairs: NDArray[np.int64], cold_below: int = 1) -> dict[str, NDArray[np.bool_]]:
    """Masks, bool[u], by name: `all`, `cold` and three of activity; `train_pairs`: int64[u].

    Cold are users with fewer than `cold_below` train pairs. The others are split into terciles of their train pairs:
    low up to the first, high above the second. Users with equally many are always together, so that groups may differ
    in size and, where most are equal, be empty.
    """
    cold = train_pairs < cold_below
    groups = {EVERYONE: np.ones(len(train_pairs), dtype=np.bool_), COLD: cold}
    warm = train_pairs[~cold]
    bounds = np.quantile(warm, [1 / 3, 2 / 3], method="inverted_cdf") if len(warm) else np.zeros(2)
    place = np.searchsorted(bounds, train_pairs, side="left")
    return groups | {name: ~cold & (place == k) for k, name in enumerate(ACTIVITY)}
