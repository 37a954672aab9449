from __future__ import annotations

import numpy as np

from gnn.content import item_features
from gnn.lightfm import fit_lightfm
from gnn.model_settings import LightFMSettings
from graph.training_data import ItemContent, PreferenceArrays, UserProfile

SMALL = LightFMSettings(embedding_size=8, epochs=30)


def test_features_are_the_item_its_kind_and_its_tags(taste: PreferenceArrays, contents: list[ItemContent]) -> None:
    features = item_features(taste, contents)
    assert features.ids == [*taste.item_ids, "j-new"]
    assert features.matrix.shape == (11, 10 + 3)
    assert np.allclose(features.matrix.sum(axis=1), 1)
    dense = features.matrix.toarray()
    assert (dense[:10, :10] > 0).tolist() == np.eye(10, dtype=bool).tolist()
    assert not dense[10, :10].any()


def test_a_kind_and_a_tag_of_one_name_stay_apart(taste: PreferenceArrays) -> None:
    assert item_features(taste, [ItemContent("i0", "odd", {"odd": 0.5})]).matrix.shape[1] == 10 + 2


def test_it_learns_who_likes_what_and_places_new_items(taste: PreferenceArrays, contents: list[ItemContent]) -> None:
    _, item_ids, factors = fit_lightfm(taste, contents, SMALL, seed=1)
    scores = factors.users @ factors.items.T
    assert factors.items.dtype == np.float32
    for user, row in enumerate(scores[:, :10]):
        assert set(np.argsort(-row)[:5] % 2) == {user % 2}
    new = scores[:, item_ids.index("j-new")]
    assert new[::2].min() > new[1::2].max()


def test_it_places_new_users_by_profile_and_new_items_by_tag(
    taste: PreferenceArrays, contents: list[ItemContent], profiles: list[UserProfile]
) -> None:
    odd = ItemContent("j-odd", "movie", {"odd": 1.0})
    user_ids, item_ids, factors = fit_lightfm(taste, [*contents, odd], SMALL, seed=1, profiles=profiles)
    assert user_ids == [*taste.user_ids, "new-town", "new-village"]
    scores = (factors.users @ factors.items.T)[12:]
    columns = [*range(10), item_ids.index("j-new"), item_ids.index("j-odd")]
    for colour, row in enumerate(scores[:, columns]):
        assert {columns[k] % 2 if columns[k] < 10 else k % 2 for k in np.argsort(-row)[:6]} == {colour}
    assert np.array_equal(scores.argmax(axis=1) % 2, [0, 1])


def test_a_new_user_is_the_mean_of_what_the_profile_says(taste: PreferenceArrays, profiles: list[UserProfile]) -> None:
    cats = [UserProfile(one.user_id, one.properties | {"cat": one.user_id < "u06"}) for one in profiles[:12]]
    new = [
        UserProfile("town", {"home": "town"}),
        UserProfile("cat", {"cat": True}),
        UserProfile("both", {"home": "town", "cat": True}),
    ]
    user_ids, _, factors = fit_lightfm(taste, [], SMALL, seed=1, profiles=[*cats, *new])
    town, cat, both = (factors.users[user_ids.index(one.user_id)] for one in new)
    assert np.allclose(both, (town + cat) / 2)


def test_without_profiles_new_users_have_no_row(taste: PreferenceArrays, profiles: list[UserProfile]) -> None:
    unaware = SMALL.model_copy(update={"profiles": False})
    without, blind = (
        fit_lightfm(taste, [], settings, seed=1, profiles=told) for settings, told in ((SMALL, []), (unaware, profiles))
    )
    assert without[0] == blind[0] == taste.user_ids
    assert np.array_equal(without[2].users, blind[2].users)


def test_a_tag_that_no_known_item_has_places_nothing(taste: PreferenceArrays, contents: list[ItemContent]) -> None:
    strange = ItemContent("l-strange", "opera", {"unheard of": 1.0})
    assert item_features(taste, [*contents, strange]).ids == [*taste.item_ids, "j-new"]


def test_the_bias_is_a_coordinate_that_users_multiply_by_one(taste: PreferenceArrays) -> None:
    *_, factors = fit_lightfm(taste, [], SMALL, seed=1)
    assert factors.embedding_size == 8
    assert factors.users.shape == (12, 9)
    assert (factors.users[:, 8] == 1).all()
    assert factors.items[:, 8].any()


def test_the_same_seed_gives_the_same_vectors(taste: PreferenceArrays, contents: list[ItemContent]) -> None:
    first, second = (fit_lightfm(taste, contents, SMALL, seed=5)[2] for _ in range(2))
    assert np.array_equal(first.items, second.items)
