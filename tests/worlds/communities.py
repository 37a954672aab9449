"""Users and items in groups, large enough to be judged by, and settings of LightGCN that the defaults do not move."""

from __future__ import annotations

from typing import Any

import numpy as np

from gnn.model_settings import LightGCNSettings
from gnn.splits import Split, leave_last
from graph.training_data import PreferenceArrays, preference_arrays

SEED = 3
PLAIN: dict[str, Any] = {
    "embedding_size": 8,
    "layers": 2,
    "epochs": 15,
    "batch_size": 16,
    "learning_rate": 0.02,
    "schedule": "constant",
    "loss": "softmax",
    "negatives": 6,
    "negative_weight": 2_048.0,
    "popularity": 1.0,
    "temperature": 0.1,
    "score": "cosine",
    "start": "normal",
    "start_length": 0.8,
    "propagation": "full",
    "validation_every": 0,
}
GROUPS, USERS, ITEMS = 6, 150, 90


def communities() -> PreferenceArrays:
    """Users who mostly like the items of their group, the first ones of it most, and at times any item."""
    random = np.random.default_rng(SEED)
    pairs: set[tuple[int, int]] = set()
    for user in range(USERS):
        for place in random.geometric(0.12, size=14) - 1:
            within = GROUPS * (int(place) % (ITEMS // GROUPS)) + user % GROUPS
            pairs.add((user, within if random.random() < 0.8 else int(random.integers(ITEMS))))
    rows = sorted(pairs)
    users, items = [f"u{u:03}" for u, _ in rows], [f"i{i:02}" for _, i in rows]
    times = random.permutation(len(rows)).tolist()
    return preference_arrays(users, items, [1.0] * len(rows), times)


def exam() -> Split:
    """Each user's two newest likes are held out."""
    return leave_last(communities(), 2)


def plain(**changed: Any) -> LightGCNSettings:
    """Settings for tests of the machinery: `PLAIN`, but for what is `changed`."""
    return LightGCNSettings(**{**PLAIN, **changed})
