"""Which properties of users become features, and what each user is made of."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.features import features
from gnn.model_settings import LightFMSettings
from gnn.profiles import user_features
from graph.training_data import PreferenceArrays, UserProfile, preference_arrays

SETTINGS = LightFMSettings(profile_least_users=2, profile_most_values=3, profile_bins=4)
Value = str | int | float | bool


def likers(*user_ids: str) -> PreferenceArrays:
    users = list(user_ids)
    return preference_arrays(users, ["item"] * len(users), [1.0] * len(users), [0] * len(users))


def profiles(**properties: Mapping[str, Value]) -> list[UserProfile]:
    return [UserProfile(user, dict(told)) for user, told in properties.items()]


def groups(
    data: PreferenceArrays, told: list[UserProfile], settings: LightFMSettings = SETTINGS
) -> list[tuple[str, ...]]:
    """For each feature that is not a user, those who have it; features that the same users have are told once."""
    found = user_features(data, told, settings)
    shared = found.matrix.toarray()[:, found.known :] > 0
    return sorted({tuple(found.ids[row] for row in np.flatnonzero(column)) for column in shared.T})


def test_text_and_yes_or_no_count_as_they_are() -> None:
    told = profiles(
        a={"country": "NL", "paying": True},
        b={"country": "NL", "paying": False},
        c={"country": "BE", "paying": True},
        d={"country": "BE", "paying": False},
    )
    assert groups(likers("a", "b", "c", "d"), told) == [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]


def test_what_too_few_share_is_left_out() -> None:
    told = profiles(a={"email": "a@x", "city": "Gent"}, b={"email": "b@x", "city": "Gent"}, c={"city": "Brugge"})
    assert groups(likers("a", "b", "c"), told) == [("a", "b")]


def test_sharing_is_counted_over_those_with_preferences() -> None:
    told = profiles(a={"city": "Gent"}, b={}, new={"city": "Gent"}, newer={"city": "Gent"})
    assert groups(likers("a", "b"), told) == []
    assert user_features(likers("a", "b"), told, SETTINGS).ids == ["a", "b"]


def test_of_many_values_the_commonest_are_kept() -> None:
    sizes = {"v5": 5, "v4": 4, "v3": 3, "v2": 2}
    told = [UserProfile(f"{value}-{k}", {"city": value}) for value, size in sizes.items() for k in range(size)]
    kept = groups(likers(*(profile.user_id for profile in told)), told)
    assert sorted(len(users) for users in kept) == [3, 4, 5]


def test_numbers_fall_into_ranges_with_equally_many_users() -> None:
    told = [UserProfile(f"u{k:02}", {"age": 20 + k, "height": 1.5 + k / 100}) for k in range(20)]
    told += profiles(young={"age": 3}, old={"age": 99.5}, odd={"age": math.nan}, endless={"age": math.inf})
    data = likers(*(f"u{k:02}" for k in range(20)))
    sizes = [sum(user.startswith("u") for user in users) for users in groups(data, told)]
    assert set(sizes) <= {4, 5, 6}
    found = user_features(data, told, SETTINGS)
    assert found.ids[20:] == ["old", "young"]
    same = found.matrix.toarray()[:, 20:] > 0
    age = [column for column in same.T if column[20:].any()]
    assert any(column[0] and column[found.ids.index("young")] for column in age)
    assert any(column[19] and column[found.ids.index("old")] for column in age)


def test_few_numbers_are_kept_apart() -> None:
    told = [UserProfile(f"u{k}", {"children": k % 3}) for k in range(9)]
    assert sorted(len(users) for users in groups(likers(*(f"u{k}" for k in range(9))), told)) == [3, 3, 3]


def test_yes_is_no_number() -> None:
    told = [UserProfile(f"u{k}", {"level": value}) for k, value in enumerate([True, True, 1, 1])]
    assert groups(likers("u0", "u1", "u2", "u3"), told) == [("u0", "u1"), ("u2", "u3")]


def test_the_known_are_themselves_and_more_the_new_are_what_they_share() -> None:
    told = profiles(a={"country": "NL"}, b={"country": "NL"}, new={"country": "NL", "language": "fy"}, bare={})
    found = user_features(likers("a", "b"), told, SETTINGS)
    assert found.ids == ["a", "b", "new"]
    assert found.matrix.toarray().tolist() == [[0.5, 0, 0.5], [0, 0.5, 0.5], [0, 0, 1]]


def test_without_profiles_everyone_is_just_themselves() -> None:
    found = user_features(likers("a", "b"), [], SETTINGS)
    assert found.ids == ["a", "b"]
    assert found.matrix.toarray().tolist() == [[1, 0], [0, 1]]


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.dictionaries(st.sampled_from("xyz"), st.floats(0.1, 9))))
def test_every_row_sums_to_one_and_every_column_is_trained(described: dict[str, dict[str, float]]) -> None:
    told = {name: {("is", key): weight for key, weight in one.items()} for name, one in described.items()}
    found = features(["a", "c", "h"], told)
    dense = found.matrix.toarray()
    assert found.ids[:3] == ["a", "c", "h"]
    assert np.allclose(dense.sum(axis=1), 1)
    assert dense[:3].any(axis=0).all()
    trained = {feature for name in "ach" for feature in told.get(name, ())}
    assert set(found.ids[3:]) == {name for name in told if name not in "ach" and trained & told[name].keys()}
    assert found.ids[3:] == sorted(found.ids[3:])


@pytest.mark.parametrize("value", ["", " "])
def test_text_without_anything_in_it_says_nothing(value: str) -> None:
    assert groups(likers("a", "b"), profiles(a={"city": value}, b={"city": value})) == []
