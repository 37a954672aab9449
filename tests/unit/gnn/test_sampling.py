from __future__ import annotations

import numpy as np

from gnn.sampling import batches, unseen_items


def test_batches_hold_every_row_once() -> None:
    parts = list(batches(10, 4, np.random.default_rng(1)))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert sorted(np.concatenate(parts).tolist()) == list(range(10))


def test_the_same_seed_gives_the_same_batches() -> None:
    first, second = (np.concatenate(list(batches(50, 7, np.random.default_rng(3)))) for _ in range(2))
    assert np.array_equal(first, second)


def test_sampled_items_are_unseen_and_cover_the_rest() -> None:
    users = np.repeat(np.arange(3), 400)
    seen = np.array([0 * 5 + 1, 0 * 5 + 2, 1 * 5 + 4])
    drawn = unseen_items(users, seen, 5, np.random.default_rng(1), tries=50)
    assert set(drawn[users == 0].tolist()) == {0, 3, 4}
    assert set(drawn[users == 1].tolist()) == {0, 1, 2, 3}
    assert set(drawn[users == 2].tolist()) == {0, 1, 2, 3, 4}


def test_a_user_who_has_seen_everything_does_not_hang() -> None:
    assert len(unseen_items(np.zeros(4, dtype=np.int64), np.arange(5), 5, np.random.default_rng(1))) == 4
