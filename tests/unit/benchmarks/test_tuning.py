"""Tuning is as fair as it says: as many settings for each peer, and validation alone decides."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from benchmarks.peers import PEERS, Peer
from benchmarks.tuning import tuned
from gnn.ranking import Scorer
from gnn.splits import Split, leave_last
from graph.errors import InputError
from graph.training_data import PreferenceArrays, preference_arrays

HABITS = [(0, 2)] * 6 + [(2, 0)] * 2 + [(1,)]
"""What each user comes to, in this order: most have item 0 and then like item 2."""


@pytest.fixture
def data() -> PreferenceArrays:
    pairs = [(f"u{user}", f"i{item}", at) for user, items in enumerate(HABITS) for at, item in enumerate(items)]
    users, items, times = zip(*pairs, strict=True)
    return preference_arrays(list(users), list(items), [1.0] * len(pairs), list(times))


@pytest.fixture
def fold(data: PreferenceArrays) -> Split:
    return leave_last(data)


def opinionated(trained_on: list[int]) -> Peer:
    """A peer that gives everyone the same item first, and notes how many pairs it was trained on."""

    def fit(train: csr_array, _seed: int, *, first: int) -> Scorer:
        trained_on.append(train.nnz)
        return lambda rows: np.tile(np.arange(train.shape[1]) == first, (len(rows), 1)).astype(np.float32)

    return Peer("opinionated", fit, {"first": 0}, {"first": (0, 1, 2)})


def test_the_best_on_validation_wins_and_learns_all(data: PreferenceArrays, fold: Split) -> None:
    trained_on: list[int] = []
    best = tuned(opinionated(trained_on), [fold, fold], budget=20, seed=1)
    assert (best.setting, best.ndcg, best.tried) == ({"first": 2}, 1.0, 20)
    assert trained_on == [len(fold.train)] * 40
    best.fitted(Split(data, fold.test), seed=1)
    assert trained_on[-1] == len(data)


def test_the_usual_setting_is_tried_first(fold: Split) -> None:
    second_place = (6 / np.log2(3) + 2) / 8
    assert tuned(opinionated([]), [fold], budget=1, seed=1).setting == {"first": 0}
    assert tuned(opinionated([]), [fold], budget=1, seed=1).ndcg == pytest.approx(second_place)


def test_the_seed_decides_what_is_drawn(fold: Split) -> None:
    ease = next(peer for peer in PEERS if peer.name == "ease")
    first, again, other = (tuned(ease, [fold], budget=5, seed=seed) for seed in (1, 1, 2))
    assert first.setting == again.setting
    drawn = [ease.draw(np.random.default_rng(seed)) for seed in (1, 2)]
    assert drawn[0] != drawn[1]
    assert other.tried == 5


def test_who_has_nothing_to_learn_from_does_not_count(fold: Split) -> None:
    with_a_stranger = Split(fold.train.where(fold.train.users != 0), fold.test)
    least = tuned(opinionated([]), [with_a_stranger], budget=1, seed=1).ndcg
    assert least == pytest.approx((5 / np.log2(3) + 2) / 7)
    only_strangers = Split(fold.train.where(fold.train.users == 8), fold.test)
    assert tuned(opinionated([]), [with_a_stranger, only_strangers], budget=1, seed=1).ndcg == pytest.approx(least)
    with pytest.raises(InputError, match="No user of the validation folds"):
        tuned(opinionated([]), [only_strangers], budget=1, seed=1)
