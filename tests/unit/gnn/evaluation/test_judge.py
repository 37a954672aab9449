from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from gnn.evaluation.judge import judge
from gnn.evaluation.judgement import Judged, Judgement
from gnn.ranking import ranked_by_scores
from gnn.recommended import Catalogue, Recommended
from gnn.splits import Split
from graph.errors import InputError
from tests.worlds.judged import by_factors, random_states, ranking, split_of

SEEDS = st.integers(0, 10_000)
TOP_K = 4


class Oracle:
    """The same figures, by loops over users and items."""

    def __init__(self, states: np.ndarray, ranked: dict[int, list[int]], features: np.ndarray) -> None:
        self.states = states
        self.ranked = ranked
        self.features = features
        self.known_users = int((states == 1).any(axis=1).sum())
        self.owners = (states == 1).sum(axis=0).tolist()

    def popularity(self, item: int) -> float:
        return float(self.owners[item] / self.known_users)

    def mean(self, values: list[float]) -> float:
        defined = [value for value in values if not math.isnan(value)]
        return sum(defined) / len(defined) if defined else math.nan

    def cold_recall(self, cold_below: int) -> float:
        values = []
        for user, ranked in self.ranked.items():
            cold = {i for i in np.flatnonzero(self.states[user] == 2) if self.owners[i] < cold_below}
            if cold:
                values.append(len(cold & set(ranked)) / len(cold))
        return self.mean(values)

    def novelty(self) -> float:
        return self.mean(
            [
                float(np.mean([-math.log2(max(self.owners[item], 1) / self.known_users) for item in ranked]))
                for ranked in self.ranked.values()
            ]
        )

    def popularity_bias(self) -> float:
        lists, profiles = [], []
        for user, ranked in self.ranked.items():
            own = np.flatnonzero(self.states[user] == 1).tolist()
            if own:
                lists.append(np.mean([self.popularity(item) for item in ranked]))
                profiles.append(np.mean([self.popularity(item) for item in own]))
        return float(np.mean(lists) / np.mean(profiles)) if lists else math.nan

    def diversity(self) -> float:
        values = []
        for ranked in self.ranked.values():
            known = [self.features[item] for item in ranked if self.features[item].any()]
            cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in combinations(known, 2)]
            if cosines:
                values.append(1 - float(np.mean(cosines)))
        return self.mean(values)


def over_all(judgement: Judgement, metric: str, group: str = "all") -> float:
    return judgement.strategies[0].metrics[metric].over(judgement.groups[group])


@given(SEEDS, st.integers(1, 4))
def test_what_goes_beyond_accuracy_equals_counting_by_hand(seed: int, cold_below: int) -> None:
    states = random_states(seed, users=8, items=9)
    random = np.random.default_rng(seed)
    features = random.integers(0, 3, size=(9, 2)) * (random.random((9, 2)) < 0.7).astype(np.float64)
    given_lists = ranking("some", states, random, TOP_K)
    catalogue = Catalogue(np.ones(9, dtype=np.bool_), csr_array(features))
    judgement = judge([given_lists], split_of(states), catalogue, (TOP_K,), cold_items_below=cold_below)
    ranked = {
        int(user): [item for item in row.tolist() if item >= 0]
        for user, row in zip(given_lists.rows, given_lists.ranked, strict=True)
    }
    oracle = Oracle(states, ranked, features)
    expected = {
        f"cold_recall@{TOP_K}": oracle.cold_recall(cold_below),
        f"novelty@{TOP_K}": oracle.novelty(),
        f"popularity_bias@{TOP_K}": oracle.popularity_bias(),
        f"diversity@{TOP_K}": oracle.diversity(),
    }
    for name, value in expected.items():
        assert over_all(judgement, name) == pytest.approx(value, nan_ok=True), name
    shown = [sum(item in row for row in ranked.values()) for item in range(9)]
    assert judgement.strategies[0].exposure[TOP_K].tolist() == shown
    assert judgement.coverage(judgement.strategies[0], TOP_K) == np.mean([count > 0 for count in shown])


def test_metrics_at_k_look_at_k_positions() -> None:
    """Users 0 and 1 have test items 3 and 4; user 0 finds hers first and third, user 1 none in time."""
    states = np.zeros((2, 6), dtype=np.int64)
    states[:, 0] = 1
    states[0, [3, 4]] = states[1, 3] = 2
    ranked = np.array([[3, 1, 4], [1, 2, 3]])
    judgement = judge([Recommended("some", np.array([0, 1]), ranked)], split_of(states), top_ks=(2, 3))
    values = {name: metric.values.tolist() for name, metric in judgement.strategies[0].metrics.items()}
    assert values["recall@2"] == [0.5, 0]
    assert values["precision@2"] == [0.5, 0]
    assert values["hit_rate@2"] == [1, 0]
    assert values["mrr@3"] == pytest.approx([1, 1 / 3])
    assert values["map@3"] == pytest.approx([(1 + 2 / 3) / 2, 1 / 3])
    assert values["ndcg@2"] == pytest.approx([1 / (1 + 1 / math.log2(3)), 0])
    # Items 1 to 5 are candidates. User 0: 3 is above three others, 4 above two; user 1: 3 above two of four.
    assert values["auc"] == pytest.approx([5 / 6, 2 / 4])
    assert not judgement.strategies[0].auc_exact


def test_groups_are_of_users_by_their_train_pairs() -> None:
    states = np.zeros((4, 8), dtype=np.int64)
    for user, pairs in enumerate([0, 1, 2, 4]):
        states[user, :pairs] = 1
        states[user, 7] = 2
    split = split_of(states)
    judgement = judge([ranking("some", states, np.random.default_rng(0), 3)], split, top_ks=(3,))
    members = {name: np.flatnonzero(mask).tolist() for name, mask in judgement.groups.items()}
    assert members == {"all": [0, 1, 2, 3], "cold": [0], "low": [1], "medium": [2], "high": [3]}
    assert judgement.profile_sizes.tolist() == [0, 1, 2, 4]
    few = judge([ranking("some", states, np.random.default_rng(0), 3)], split, top_ks=(3,), cold_users_below=3)
    assert np.flatnonzero(few.groups["cold"]).tolist() == [0, 1, 2]


@given(SEEDS)
def test_auc_of_a_whole_list_is_that_of_the_scores(seed: int) -> None:
    states = random_states(seed, users=6, items=8)
    allowed = np.random.default_rng(seed).random(8) < 0.8
    scorer = by_factors(np.random.default_rng(seed).normal(size=(6, 8)), np.eye(8))
    scored = ranked_by_scores("some", scorer, split_of(states), 8, allowed=allowed)
    listed = Recommended("some", scored.rows, scored.ranked)
    of_scores, of_lists = (
        judge([one], split_of(states), Catalogue(allowed), (8,)).strategies[0] for one in (scored, listed)
    )
    assert of_lists.metrics["auc"].values == pytest.approx(of_scores.metrics["auc"].values)
    assert of_lists.metrics["auc"].weights.tolist() == of_scores.metrics["auc"].weights.tolist()
    assert of_scores.auc_exact


def test_a_catalogue_without_features_has_no_diversity() -> None:
    states = random_states(1)
    judgement = judge([ranking("some", states, np.random.default_rng(1), 5)], split_of(states), top_ks=(5,))
    assert math.isnan(over_all(judgement, "diversity@5"))


def test_only_items_of_the_catalogue_count_for_coverage() -> None:
    states = random_states(1)
    known = np.arange(24) < 12
    scorer = by_factors(np.ones((30, 1)), np.ones((24, 1)))
    found = ranked_by_scores("some", scorer, split_of(states), 5, allowed=known)
    judgement = judge([found], split_of(states), Catalogue(known), (5,))
    strategy: Judged = judgement.strategies[0]
    assert judgement.coverage(strategy, 5) == np.mean(strategy.exposure[5][:12] > 0)
    assert judgement.gini(strategy, 5) < 0.8


WRONG = {
    "an item twice": [[1, 1, 2], [0, 1, 2]],
    "already has in train": [[0, 1, 2], [1, 2, 3]],
    "not in the catalogue": [[5, 1, 2], [1, 2, 3]],
    "after an empty position": [[1, -1, 2], [1, 2, 3]],
    "not enough to judge 3": [[1, 2], [1, 2]],
}


@pytest.mark.parametrize("problem", WRONG)
def test_what_no_strategy_may_recommend_is_refused(problem: str) -> None:
    states = np.zeros((2, 6), dtype=np.int64)
    states[:, 0], states[:, 4] = 1, 2
    catalogue = Catalogue(np.arange(6) < 5)
    with pytest.raises(InputError, match=problem):
        judge([Recommended("some", np.array([0, 1]), np.array(WRONG[problem]))], split_of(states), catalogue, (3,))


def test_a_strategy_that_was_asked_for_others_is_refused() -> None:
    states = np.zeros((3, 4), dtype=np.int64)
    states[1:, 3] = 2
    with pytest.raises(InputError, match="exactly the 2 users"):
        judge([Recommended("some", np.array([0, 1]), np.zeros((2, 1), dtype=np.int64))], split_of(states), top_ks=(1,))


def test_nothing_to_judge_by_is_refused() -> None:
    train = split_of(random_states(1)).train
    with pytest.raises(InputError, match="no test pairs"):
        judge([], Split(train, train.where(np.zeros(len(train), dtype=np.bool_))))


def test_forms_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="one row of items to each user"):
        Recommended("some", np.array([0, 1]), np.zeros((3, 2), dtype=np.int64))
    with pytest.raises(InputError, match="AUC"):
        Recommended("some", np.array([0]), np.zeros((1, 2), dtype=np.int64), np.zeros(2))
    with pytest.raises(InputError, match="3 items have features"):
        Catalogue(np.ones(2, dtype=np.bool_), csr_array((3, 1)))
