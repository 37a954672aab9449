from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.held_likes import Floats, hidden_fifths
from benchmarks.newcomers import COUNTS, Newcomers
from benchmarks.returning import LATER, NEWER, Returning
from gnn.factors import Factors, Learned
from gnn.ranking import Rows
from graph.training_data import PreferenceArrays, preference_arrays

USERS, ITEMS = 12, 30


def data() -> PreferenceArrays:
    """User k likes items k % 3, k % 3 + 1, … in this order, 14 or (every second one) 20 of them; u11 likes only 4."""
    pairs = [
        (user, (user % 3 + step) % ITEMS, step)
        for user in range(USERS)
        for step in range(4 if user == USERS - 1 else 14 + 6 * (user % 2))
    ]
    users, items = [f"u{u:02}" for u, _, _ in pairs], [f"i{i:02}" for _, i, _ in pairs]
    return preference_arrays(users, items, [1.0] * len(pairs), [step for _, _, step in pairs])


def test_fifths_are_disjoint_and_drawn_alike() -> None:
    one, other = hidden_fifths(100, 7)
    assert (len(one), len(other), set(one.tolist()) & set(other.tolist())) == (20, 20, set())
    assert not np.array_equal(one, hidden_fifths(100, 8)[0])
    np.testing.assert_array_equal(one, hidden_fifths(100, 7)[0])


def test_who_likes_too_little_is_left_out_and_the_first_likes_are_the_oldest() -> None:
    newcomers = Newcomers.of(data(), np.arange(USERS))
    assert newcomers.users.tolist() == list(range(USERS - 1))
    assert newcomers.likes[1][:3].tolist() == [1, 2, 3]
    known = newcomers.pairs(slice(2))
    assert known.sum() == 2 * (USERS - 1)
    assert set(newcomers.data.last_at[known].tolist()) == {0, 1}


def test_who_knows_the_rest_is_perfect_and_who_lists_what_is_known_is_not_helped() -> None:
    newcomers = Newcomers.of(data(), np.arange(USERS))
    width = len(newcomers.data.item_ids)
    backwards = np.arange(width, dtype=np.float64)
    for count in COUNTS:
        np.testing.assert_allclose(newcomers.judge(partial(_next, width), count), 1.0)
        by_number = newcomers.judge(lambda _likes: backwards.copy(), count)
        with_known = newcomers.judge(lambda likes: _marked(likes, width) + backwards, count)
        np.testing.assert_array_equal(with_known, by_number)


def _next(width: int, likes: Rows) -> Floats:
    """Those after what is known, in their order, as everybody likes them."""
    columns = np.arange(width, dtype=np.float64)
    return np.where(columns > likes.max(), width - columns, 0.0)


def _marked(rows: Rows, width: int) -> Floats:
    scores = np.zeros(width)
    scores[rows] = 1e6
    return scores


def test_later_likes_judge_and_a_vector_of_much_trust_stays() -> None:
    """Items are known by a number of their own, and users like nothing so far but what the training says."""
    returning = Returning.of(data(), np.arange(USERS))
    assert all(len(own) == 20 for own in returning.likes)
    assert returning.pairs(slice(-LATER, None)).sum() == LATER * len(returning.users)
    items = np.eye(len(returning.data.item_ids), dtype=np.float32)
    random = np.random.default_rng(1)
    users = random.normal(size=(USERS, len(items))).astype(np.float32)
    for row, own in zip(returning.users.tolist(), returning.likes, strict=True):
        users[row, own[-LATER:]] += 100
    learned = Learned(returning.data.user_ids, returning.data.item_ids, Factors(users, items, len(items)))
    np.testing.assert_allclose(returning.judge(learned, USERS, 5, 0), 1.0)
    np.testing.assert_allclose(returning.judge(learned, USERS, 10**9, NEWER), 1.0)
