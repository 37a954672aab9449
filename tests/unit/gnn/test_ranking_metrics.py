from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as published

from gnn import metrics
from gnn.metrics import average_precision, evaluate, hit_rate, hits, list_auc, ndcg, precision, recall, reciprocal_rank
from gnn.ranking import pair_matrix
from graph.training_data import PreferenceArrays

USERS, ITEMS = 4, 7
SEEDS = st.integers(0, 10_000)


def pairs_of(matrix: np.ndarray) -> PreferenceArrays:
    users, items = matrix.nonzero()
    return PreferenceArrays(
        [f"u{k}" for k in range(USERS)],
        [f"i{k}" for k in range(ITEMS)],
        users.astype(np.int64),
        items.astype(np.int64),
        np.ones(len(users), dtype=np.float32),
        np.zeros(len(users), dtype=np.int64),
    )


def lists(seed: int, top_k: int) -> tuple[np.ndarray, np.ndarray]:
    """Random lists of up to `top_k` of 12 items, some of them short, and what is relevant: bool[u, 12]."""
    random = np.random.default_rng(seed)
    ranked = np.array([random.permutation(12)[:top_k] for _ in range(USERS)])
    ranked[np.arange(top_k) >= random.integers(0, top_k + 1, size=(USERS, 1))] = -1
    relevant = random.random((USERS, 12)) < random.random()
    relevant[:, random.integers(12)] = True
    return ranked, relevant


def found_in(ranked: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    return np.array([[item >= 0 and row[item] for item in items] for items, row in zip(ranked, relevant, strict=True)])


@given(SEEDS, st.integers(1, 9))
def test_evaluate_equals_ranking_and_counting_by_hand(seed: int, top_k: int) -> None:
    random = np.random.default_rng(seed)
    states = random.integers(3, size=(USERS, ITEMS))
    users = random.integers(-2, 3, size=(USERS, 2)).astype(np.float32)
    items = random.integers(-2, 3, size=(ITEMS, 2)).astype(np.float32)
    found = evaluate(users, items, pairs_of(states == 1), pairs_of(states == 2), top_k)
    expected = []
    for user in np.flatnonzero((states == 2).any(axis=1)):
        scores = users[user] @ items.T
        unseen = [item for item in range(ITEMS) if states[user, item] != 1]
        ranked = sorted(unseen, key=lambda item: (-scores[item], item))[:top_k]
        gains = [1 / math.log2(place + 2) for place, item in enumerate(ranked) if states[user, item] == 2]
        relevant = int((states[user] == 2).sum())
        ideal = sum(1 / math.log2(place + 2) for place in range(min(relevant, top_k)))
        expected.append((sum(gains) / ideal, len(gains) / relevant))
    assert np.allclose(list(zip(found["ndcg"], found["recall"], strict=True)), np.reshape(expected, (-1, 2)))


@given(SEEDS, st.integers(1, 12))
def test_metrics_equal_counting_by_hand(seed: int, top_k: int) -> None:
    ranked, relevant = lists(seed, top_k)
    counts = relevant.sum(axis=1)
    found = found_in(ranked, relevant)
    for user in range(USERS):
        positions = [place + 1 for place in range(top_k) if ranked[user, place] in np.flatnonzero(relevant[user])]
        best = min(top_k, int(counts[user]))
        gain = sum(1 / math.log2(position + 1) for position in positions)
        precisions = [number / position for number, position in enumerate(positions, 1)]
        assert recall(found, counts)[user] == pytest.approx(len(positions) / counts[user])
        assert precision(found)[user] == pytest.approx(len(positions) / top_k)
        assert hit_rate(found)[user] == (1 if positions else 0)
        assert reciprocal_rank(found)[user] == pytest.approx(1 / positions[0] if positions else 0)
        assert average_precision(found, counts)[user] == pytest.approx(sum(precisions) / best)
        assert ndcg(found, counts)[user] == pytest.approx(gain / sum(1 / math.log2(place + 2) for place in range(best)))


@pytest.mark.parametrize("top_k", [1, 5, 10])
def test_metrics_equal_those_of_trec_eval(top_k: int) -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="trec_eval has no wheel for this machine")
    measures = {f"{name}.{top_k}" for name in ("recall", "P", "success", "map_cut", "ndcg_cut")} | {"recip_rank"}
    for seed in range(20):
        ranked, relevant = lists(seed, top_k)
        wanted = {f"u{u}": {f"i{i}": 1 for i in np.flatnonzero(relevant[u])} for u in range(USERS)}
        given_lists = {
            f"u{u}": {f"i{i}": float(-place) for place, i in enumerate(ranked[u]) if i >= 0} for u in range(USERS)
        }
        theirs = pytrec_eval.RelevanceEvaluator(wanted, measures).evaluate(given_lists)
        rows = [u for u in range(USERS) if given_lists[f"u{u}"]]
        counts = relevant.sum(axis=1)
        ours = all_metrics(found_in(ranked, relevant), counts)
        # trec_eval divides by all that is relevant, also where K places have no room for it.
        ours["map_cut"] *= np.minimum(counts, top_k) / counts
        for name, values in ours.items():
            key = name if name == "recip_rank" else f"{name}_{top_k}"
            assert values[rows] == pytest.approx([theirs[f"u{u}"][key] for u in rows]), (name, seed)


def all_metrics(found: np.ndarray, counts: np.ndarray) -> dict[str, Any]:
    return {
        "recall": recall(found, counts),
        "P": precision(found),
        "success": hit_rate(found),
        "map_cut": average_precision(found, counts),
        "ndcg_cut": ndcg(found, counts),
        "recip_rank": reciprocal_rank(found),
    }


@pytest.mark.parametrize("top_k", [1, 4, 12])
def test_metrics_equal_those_of_scikit_learn(top_k: int) -> None:
    for seed in range(20):
        _, relevant = lists(seed, top_k)
        scores = np.random.default_rng(seed).permutation(12).astype(np.float64)
        ranked = np.tile(np.argsort(-scores)[:top_k], (USERS, 1))
        found, counts = found_in(ranked, relevant), relevant.sum(axis=1)
        chosen = np.isin(np.arange(12), ranked[0])
        for user in range(USERS):
            truth = relevant[user]
            assert ndcg(found, counts)[user] == pytest.approx(published.ndcg_score([truth], [scores], k=top_k))
            assert recall(found, counts)[user] == pytest.approx(published.recall_score(truth, chosen))
            assert precision(found)[user] == pytest.approx(published.precision_score(truth, chosen))
            if top_k == 12:
                theirs = published.average_precision_score(truth, scores)
                assert average_precision(found, counts)[user] == pytest.approx(theirs)


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 12))
def test_auc_of_a_list_is_that_of_scores_that_tie_the_rest(seed: int, top_k: int) -> None:
    ranked, relevant = lists(seed, top_k)
    listed = (ranked >= 0).sum(axis=1)
    counts = relevant.sum(axis=1)
    ours = list_auc(found_in(ranked, relevant), listed, counts, counts, np.full(USERS, 12))
    for user in range(USERS):
        scores = np.full(12, -99.0)
        for place, item in enumerate(ranked[user, : listed[user]]):
            scores[item] = -place
        if counts[user] == 12:
            assert np.isnan(ours[user])
        else:
            assert ours[user] == pytest.approx(published.roc_auc_score(relevant[user], scores))


def test_what_cannot_be_recommended_is_below_all_else() -> None:
    # Five candidates, one of them relevant and first; another relevant item is no candidate.
    found = np.array([[True, False]])
    auc = list_auc(found, np.array([2]), np.array([2]), np.array([1]), np.array([5]))
    assert auc == pytest.approx([(4 + 0) / (2 * 4)])


def test_hits_are_looked_up_by_user_and_item() -> None:
    relevant = np.zeros((USERS, ITEMS))
    relevant[2, 3] = relevant[1, 0] = 1
    ranked = np.array([[3, 0, -1], [0, 3, -1]])
    assert hits(ranked, np.array([1, 2]), pair_matrix(pairs_of(relevant))).tolist() == [
        [False, True, False],
        [False, True, False],
    ]


def test_nobody_has_no_hits() -> None:
    assert hits(
        np.empty((0, 3), dtype=np.int64), np.array([], dtype=np.int64), pair_matrix(pairs_of(np.eye(4, 7)))
    ).shape == (0, 3)


def test_a_perfect_ranking_scores_one() -> None:
    found, counts = np.array([[True, True, False]]), np.array([2])
    for metric in (ndcg, recall, average_precision):
        assert metric(found, counts) == pytest.approx([1.0])
    assert metrics.average_precision(np.ones((1, 3), dtype=np.bool_), np.array([9])) == pytest.approx([1.0])
