"""Small random splits and what strategies recommend on them, for tests of the evaluation."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from scipy.sparse import csr_array

from gnn.evaluation.intervals import Resampling
from gnn.evaluation.judge import judge
from gnn.evaluation.judgement import Judgement, pool
from gnn.evaluation.results import Conditions, Evaluation, SettingsChoice, summarise
from gnn.ranking import Floats, Scorer, ranked_by_scores
from gnn.recommended import Catalogue, Recommended
from gnn.splits import Split
from graph.training_data import PreferenceArrays


def pairs_of(matrix: np.ndarray) -> PreferenceArrays:
    """One pair for each entry that is not 0, users u000 … and items i000 …."""
    users, items = matrix.nonzero()
    ids = [f"u{k:03}" for k in range(matrix.shape[0])], [f"i{k:03}" for k in range(matrix.shape[1])]
    ones, zeros = np.ones(len(users), dtype=np.float32), np.zeros(len(users), dtype=np.int64)
    return PreferenceArrays(*ids, users.astype(np.int64), items.astype(np.int64), ones, zeros)


def split_of(states: np.ndarray) -> Split:
    """Pairs in train where `states` is 1, in test where it is 2."""
    return Split(pairs_of(states == 1), pairs_of(states == 2))


def random_states(seed: int, users: int = 30, items: int = 24) -> np.ndarray:
    """0: no pair, 1: train, 2: test; some users and items have no train pair, and there is a pair of either kind."""
    random = np.random.default_rng(seed)
    states = random.choice(3, p=[0.6, 0.25, 0.15], size=(users, items))
    new_users, new_items = random.random(users) < 0.2, random.random(items) < 0.15
    states[(states == 1) & (new_users[:, None] | new_items)] = 2
    states[0, 0], states[1, 1] = 1, 2
    return states


def judged(seed: int, strategies: tuple[str, ...] = ("good", "bad"), top_ks: tuple[int, ...] = (3, 5)) -> Judgement:
    """Two pooled splits; each strategy ranks by random vectors, `good` by ones that know the test."""
    judgements = []
    for part in range(2):
        states = random_states(seed + part)
        random = np.random.default_rng(seed)
        features = csr_array(random.random((states.shape[1], 4)) * (random.random((states.shape[1], 4)) < 0.7))
        catalogue = Catalogue(np.ones(states.shape[1], dtype=np.bool_), features)
        recommended = [ranking(name, states, random, max(top_ks)) for name in strategies]
        judgements.append(judge(recommended, split_of(states), catalogue, top_ks))
    return pool(judgements)


def ranking(name: str, states: np.ndarray, random: np.random.Generator, top_k: int) -> Recommended:
    users = random.normal(size=(states.shape[0], states.shape[1]))
    users += 2.0 * (states == 2) * (name == "good")
    return ranked_by_scores(name, by_factors(users, np.eye(states.shape[1])), split_of(states), top_k)


def by_factors(users: Floats, items: Floats) -> Scorer:
    """Scores by the inner product of vectors, users float[n, d] and items float[m, d]."""
    return lambda rows: users[rows] @ items.T


def evaluated(strategies: tuple[str, ...] = ("good", "bad"), choices: tuple[SettingsChoice, ...] = ()) -> Evaluation:
    """The result of `judged`, against the last of the strategies."""
    made = Conditions(
        dataset="a small world",
        split="Two splits at random.",
        asked="vectors in memory",
        made_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        seeds={"split": 7},
        versions={"numpy": "2"},
        hardware={"cores": 2},
        notes=("Nothing was dropped.",),
    )
    resampling = Resampling(resamples=50, seed=1)
    return summarise(judged(1, strategies), made, baseline=strategies[-1], choices=choices, resampling=resampling)
