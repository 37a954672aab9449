from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.given_split import given_split, validation_like
from graph.errors import InputError
from graph.training_data import PreferenceArrays, preference_arrays

Named = set[tuple[str, str]]
PAIRS = st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("stuvwxyz")), max_size=12)


def arrays(pairs: Named) -> PreferenceArrays:
    ordered = sorted(pairs)
    return preference_arrays([u for u, _ in ordered], [i for _, i in ordered], [1.0] * len(pairs), [0] * len(pairs))


def named(data: PreferenceArrays) -> Named:
    return {(data.user_ids[u], data.item_ids[i]) for u, i in zip(data.users, data.items, strict=True)}


@given(PAIRS, PAIRS)
def test_given_parts_keep_their_pairs_by_name(train: Named, test: Named) -> None:
    found = given_split(arrays(train), arrays(test))
    assert named(found.split.train) == train
    assert named(found.split.test) == test - train
    assert found.repeated == len(test & train)
    assert found.new_users == len({u for u, _ in test - train} - {u for u, _ in train})
    assert found.new_items == len({i for _, i in test - train} - {i for _, i in train})
    assert found.split.train.user_ids == found.split.test.user_ids == sorted({u for u, _ in train | test})
    assert found.split.train.item_ids == found.split.test.item_ids == sorted({i for _, i in train | test})


def test_weights_and_times_stay_with_their_pairs() -> None:
    train = preference_arrays(["b", "a"], ["x", "z"], [2.0, 3.0], [20, 30])
    test = preference_arrays(["c", "a"], ["y", "x"], [4.0, 5.0], [40, 50])
    split = given_split(train, test).split
    assert split.train.users.tolist() == [1, 0]
    assert split.train.items.tolist() == [0, 2]
    assert split.test.users.tolist() == [2, 0]
    assert split.test.items.tolist() == [1, 0]
    assert (split.test.weights.tolist(), split.test.last_at.tolist()) == ([4.0, 5.0], [40, 50])


def test_validation_is_as_large_a_share_of_train_as_test_is_of_all() -> None:
    everything = {(f"u{user}", f"i{item:02}") for user in range(5) for item in range(20)}
    test = {(user, item) for user, item in everything if item < "i05"}
    split = given_split(arrays(everything - test), arrays(test)).split
    inner = validation_like(split, users=5, seed=1)
    assert np.bincount(inner.test.users).tolist() == [4] * 5
    assert named(inner.train) | named(inner.test) == everything - test
    few = validation_like(split, users=2, seed=1)
    assert sorted(np.bincount(few.test.users, minlength=5).tolist()) == [0, 0, 0, 4, 4]
    assert named(few.train) | named(few.test) == everything - test


@pytest.mark.parametrize("part", ["train", "test"])
def test_no_validation_without_train_and_test(part: str) -> None:
    some, none = arrays({("a", "x"), ("a", "y")}), arrays(set())
    split = given_split(some, none).split if part == "test" else given_split(none, some).split
    with pytest.raises(InputError):
        validation_like(split, users=5, seed=1)
