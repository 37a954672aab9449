from __future__ import annotations

import numpy as np
import pytest

from gnn.factors import Factors
from gnn.sharpness import SAMPLE, sharpened
from graph.training_data import preference_arrays

USERS, ITEMS, SIZE = 400, 60, 6


@pytest.mark.parametrize("scale", [0.01, 1.0, 30.0])
def test_the_sharpness_that_choices_were_made_by_is_found_again(scale: float) -> None:
    random = np.random.default_rng(3)
    users, items = random.normal(size=(USERS, SIZE)), random.normal(size=(ITEMS, SIZE))
    logits = users @ items.T
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    # Every item once, so that rows are items whoever chose them; then many choices.
    chosen = [(u, int(random.choice(ITEMS, p=chances[u]))) for u in range(USERS) for _ in range(4)]
    chosen += [(i, i) for i in range(ITEMS)]
    pairs = sorted(set(chosen))
    data = preference_arrays(
        [f"u{u:03}" for u, _ in pairs], [f"i{i:03}" for _, i in pairs], [1.0] * len(pairs), [0] * len(pairs)
    )
    assert len(pairs) > SAMPLE
    given = Factors((users * scale).astype(np.float32), items.astype(np.float32), SIZE)
    assert sharpened(given, data, 1).sharpness == pytest.approx(1 / scale, rel=0.25)


def test_scores_that_are_all_alike_stay_as_they_are() -> None:
    data = preference_arrays(["a", "b"], ["x", "y"], [1.0, 1.0], [0, 0])
    same = Factors(np.ones((2, 1), np.float32), np.ones((2, 1), np.float32), 1)
    assert sharpened(same, data, 1) is same
