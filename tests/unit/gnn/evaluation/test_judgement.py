from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gnn.evaluation.judge import judge
from gnn.evaluation.judgement import Judgement, UserValues, pool
from graph.errors import InputError
from tests.worlds.judged import random_states, ranking, split_of


def of_split(seed: int, names: tuple[str, ...] = ("good", "bad"), top_k: int = 3, users: int = 30) -> Judgement:
    states = random_states(seed, users)
    random = np.random.default_rng(seed)
    return judge([ranking(name, states, random, top_k) for name in names], split_of(states), top_ks=(top_k,))


def test_the_pooled_users_are_those_of_all_splits() -> None:
    parts = [of_split(1), of_split(2)]
    pooled = pool(parts)
    assert pooled.users.tolist() == [*parts[0].users.tolist(), *parts[1].users.tolist()]
    assert pooled.train_pairs == (*parts[0].train_pairs, *parts[1].train_pairs)
    assert pooled.test_pairs == (*parts[0].test_pairs, *parts[1].test_pairs)
    assert len(pooled.profile_sizes) == len(pooled.users)
    for group, mask in pooled.groups.items():
        for k, strategy in enumerate(pooled.strategies):
            sizes = [part.groups[group].sum() for part in parts]
            values = [part.strategies[k].metrics["ndcg@3"].over(part.groups[group]) for part in parts]
            assert strategy.metrics["ndcg@3"].over(mask) == pytest.approx(np.average(values, weights=sizes))
            shown = parts[0].strategies[k].exposure[3] + parts[1].strategies[k].exposure[3]
            assert strategy.exposure[3].tolist() == shown.tolist()


def test_one_split_pools_to_itself() -> None:
    one = of_split(1)
    pooled = pool([one])
    assert pooled.users.tolist() == one.users.tolist()
    assert pooled.coverage(pooled.strategies[0], 3) == one.coverage(one.strategies[0], 3)
    assert pooled.gini(pooled.strategies[0], 3) == one.gini(one.strategies[0], 3)


def test_a_catalogue_is_what_any_split_could_recommend() -> None:
    first, second = of_split(1), of_split(2)
    pooled = pool([replace(first, catalogue=np.arange(24) < 3), replace(second, catalogue=np.arange(24) > 20)])
    assert np.flatnonzero(pooled.catalogue).tolist() == [0, 1, 2, 21, 22, 23]


@pytest.mark.parametrize(
    "other", [of_split(2, names=("good",)), of_split(2, top_k=4), of_split(2, users=31)], ids=["names", "K", "users"]
)
def test_what_differs_is_not_pooled(other: Judgement) -> None:
    with pytest.raises(InputError, match="can be pooled only"):
        pool([of_split(1), other])


def test_nothing_is_not_pooled() -> None:
    with pytest.raises(InputError, match="No split was judged"):
        pool([])


def test_a_value_is_the_sum_over_the_sum_of_weights() -> None:
    metric = UserValues(np.array([1.0, 4.0, 9.0]), np.array([2.0, 2.0, 0.0]))
    assert metric.over(np.array([True, True, False])) == 1.25
    assert np.isnan(metric.over(np.array([False, False, True])))
