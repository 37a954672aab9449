"""Blends in memory: lists against sorting by hand, what is held out to learn by, and components fitted for it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_array

from gnn.blending import blend_in_memory, by_item_item, by_popularity, by_vectors, top_lists
from gnn.factors import Factors, Learned
from gnn.learn_blend import decayed, fit_scorer, held_out, learn_blend
from gnn.model_settings import ItemItemSettings, LightGCNSettings
from gnn.ranking import USERS_AT_ONCE
from gnn.settings import BlendSettings, TrainingSettings
from graph.errors import InputError
from graph.settings import PopularitySettings
from graph.training_data import PreferenceArrays, preference_arrays
from recommend.blend import SMOOTHING

DAY = 86_400_000
WALK = ItemItemSettings(form="walk")


def of(pairs: list[tuple[str, str, int]]) -> PreferenceArrays:
    users, items, days = zip(*pairs, strict=True)
    return preference_arrays(list(users), list(items), [1.0] * len(pairs), [day * DAY for day in days])


def test_lists_are_the_best_that_are_allowed_and_unseen() -> None:
    random = np.random.default_rng(3)
    scores = random.normal(size=(USERS_AT_ONCE + 5, 12))
    rows = np.arange(2, USERS_AT_ONCE + 5)
    seen = csr_array(random.random(scores.shape) < 0.3)
    allowed = random.random(12) < 0.8
    lists = top_lists(lambda block: scores[block].copy(), rows, seen, allowed, depth=4)
    for place, row in enumerate(rows.tolist()):
        free = [item for item in range(12) if allowed[item] and not seen[row, item]]
        best = sorted(free, key=lambda item: (-scores[row, item], item))[:4]
        assert lists.items[place].tolist() == best + [-1] * (4 - len(best))
        assert lists.scores[place, : len(best)].tolist() == [scores[row, item] for item in best]


def test_a_blend_of_two_by_hand_and_none_for_whom_only_popularity_knows() -> None:
    likes = csr_array(np.array([[1.0, 0, 0, 0], [0, 0, 0, 0]]))
    weights = csr_array(np.array([[0.0, 2, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))
    scorers = {"item-item": by_item_item(likes, weights), "popular": by_popularity(np.array([9.0, 1, 4, 0]))}
    found = blend_in_memory(scorers, {"item-item": 1.0, "popular": 2.0}, np.array([0, 1]), likes, 4)
    full, half, quarter = (math.log((share + SMOOTHING) / SMOOTHING) for share in (1.0, 0.5, 0.25))
    # Item 2 is the most popular that is unseen, item 1 has the strongest edge and a quarter of the popularity.
    assert found.items[0].tolist() == [1, 2, 3, -1]
    assert found.scores[0, :3].tolist() == pytest.approx([full + 2 * quarter, 2 * full, half])
    assert found.items[1].tolist() == [-1] * 4


def test_vectors_are_brought_to_the_rows_of_others() -> None:
    learned = Learned(["a", "z"], ["x", "w"], Factors(np.ones((2, 1), np.float32), np.array([[3], [5]], np.float32), 1))
    scores = by_vectors(learned, ["a", "b"], ["v", "w", "x"])(np.array([0, 1]))
    assert scores.tolist() == [[-np.inf, 5.0, 3.0], [-np.inf] * 3]


def test_the_newest_are_held_out_where_there_are_times() -> None:
    timed = of([("ann", item, day) for day, item in enumerate("ecbad")] + [("bob", "a", 9)])
    split = held_out(timed, BlendSettings(share=0.4), seed=1)
    assert [timed.item_ids[item] for item in split.test.items] == ["a", "d"]
    assert len(split.train) == 4
    untimed = of([("ann", item, 5) for item in "abcdefghij"])
    drawn = {tuple(held_out(untimed, BlendSettings(share=0.3), seed=seed).test.items.tolist()) for seed in range(6)}
    assert len(drawn) > 1
    assert {len(one) for one in drawn} == {3}
    newest = held_out(untimed, BlendSettings(share=0.3, held_out="newest"), seed=1)
    assert newest.test.items.tolist() == [7, 8, 9]
    assert held_out(timed, BlendSettings(share=0.4, held_out="random"), seed=4).test.items.tolist() != [0, 3]
    with pytest.raises(InputError, match="choose settings by"):
        held_out(of([("ann", "a", 1), ("bob", "b", 2)]), BlendSettings(), seed=1)


def test_nothing_is_held_out_of_users_who_judge_no_weights() -> None:
    data = of([(user, item, 5) for user in ("ann", "bob", "cid") for item in "abcde"])
    split = held_out(data, BlendSettings(share=0.4, users=2), seed=1)
    assert sorted(np.bincount(split.test.users, minlength=3).tolist()) == [0, 2, 2]
    assert sorted(np.bincount(split.train.users, minlength=3).tolist()) == [3, 3, 5]


def test_one_is_held_out_even_of_two() -> None:
    split = held_out(of([("ann", "a", 5), ("ann", "b", 5), ("bob", "a", 5)]), BlendSettings(share=0.1), seed=1)
    assert split.test.users.tolist() == [0]
    assert len(split.train) == 2


def test_popularity_halves_with_age() -> None:
    data = of([("ann", "a", 0), ("bob", "a", 40), ("ann", "b", 40), ("bob", "c", 0)])
    assert decayed(data, PopularitySettings(half_life_days=40)).tolist() == [1.5, 1.0, 0.5]


def test_items_that_a_component_has_not_met_are_not_listed(taste: PreferenceArrays) -> None:
    without = taste.where(taste.items != 3)
    settings = TrainingSettings(lightgcn=LightGCNSettings(embedding_size=4, epochs=2), item_item=WALK)
    for name in ("lightgcn", "item-item"):
        scores = fit_scorer(name, without, (), settings)(np.arange(12))
        assert (scores[:, 3] == -np.inf).all(), name
        assert (scores > -np.inf).any(axis=1).all()


def test_components_never_see_what_judges_them() -> None:
    """Nothing can be known of likes that follow no rule, but by having seen them."""
    random = np.random.default_rng(2)
    likes = [(f"u{user:02}", f"i{item:02}", 0) for user in range(60) for item in random.choice(60, 6, replace=False)]
    settings = TrainingSettings(item_item=WALK, blend=BlendSettings(share=0.2, top_k=2))
    assert learn_blend(["item-item"], of(likes), (), settings).value < 0.15


def test_the_same_weights_are_learned_again_and_do_no_worse_than_any_alone(taste: PreferenceArrays) -> None:
    settings = TrainingSettings(
        seed=3,
        lightgcn=LightGCNSettings(embedding_size=8, epochs=30),
        item_item=WALK,
        blend=BlendSettings(share=0.25, top_k=2),
    )
    found = learn_blend(["popular", "item-item", "lightgcn"], taste, (), settings)
    # Popularity does not know the groups: of the items that a user lacks one in six is right.
    assert found.alone["popular"] < 0.4 < found.alone["item-item"]
    assert found.value >= max(found.alone.values())
    assert found.weights.get("popular", 0.0) < 1.0
    assert learn_blend(["popular", "item-item", "lightgcn"], taste, (), settings) == found
