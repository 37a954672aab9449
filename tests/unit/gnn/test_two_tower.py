from __future__ import annotations

import numpy as np
import pytest
import torch

from gnn.factors import Epoch
from gnn.features import features
from gnn.model_settings import TwoTowerSettings
from gnn.tower import Tower
from gnn.two_tower import Towers, fit_two_tower
from graph.errors import ModelError
from graph.training_data import ItemContent, PreferenceArrays, UserProfile

SMALL = TwoTowerSettings(
    embedding_size=8, hidden=8, epochs=60, batch_size=16, learning_rate=0.02, profile_least_users=3, id_dropout=0.3
)


def test_it_learns_who_likes_what_and_places_newcomers(
    taste: PreferenceArrays, contents: list[ItemContent], profiles: list[UserProfile]
) -> None:
    told: list[Epoch] = []
    user_ids, item_ids, factors = fit_two_tower(taste, contents, SMALL, 1, told.append, profiles=profiles)
    assert user_ids == [*taste.user_ids, "new-town", "new-village"]
    assert item_ids == [*taste.item_ids, "j-new"]
    assert {factors.users.dtype, factors.items.dtype} == {np.dtype(np.float32)}
    scores = factors.users @ factors.items.T
    for user, row in enumerate(scores[:, :10]):
        assert set(np.argsort(-row)[:5] % 2) == {user % 2}, user_ids[user]
    # An item of even tags, and a user who lives where those live who like even items.
    assert scores[:12:2, 10].min() > scores[1:12:2, 10].max()
    assert [epoch.number for epoch in told] == list(range(1, SMALL.epochs + 1))
    assert told[-1].loss is not None
    assert told[0].loss is not None
    assert told[-1].loss < told[0].loss


def test_the_same_seed_gives_the_same_vectors_and_another_others(taste: PreferenceArrays) -> None:
    quick = SMALL.model_copy(update={"epochs": 2})
    first, second, other = (fit_two_tower(taste, (), quick, seed)[2] for seed in (5, 5, 6))
    assert np.array_equal(first.items, second.items)
    assert not np.array_equal(first.items, other.items)


def test_a_training_leaves_torch_as_random_as_it_was(taste: PreferenceArrays) -> None:
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    fit_two_tower(taste, (), SMALL.model_copy(update={"epochs": 1}), 5)
    assert torch.rand(1) == expected


def towers() -> Towers:
    both = features(["a", "b", "c"], {})
    return Towers(both, both, SMALL.model_copy(update={"id_dropout": 0.0, "temperature": 0.5}), seed=1)


def test_the_loss_is_the_corrected_softmax_over_the_batch() -> None:
    model, share = towers(), np.array([0.5, 0.3, 0.2])
    users, items = np.array([0, 1, 2, 0]), np.array([0, 1, 2, 1])
    found = model.loss(users, items, torch.from_numpy(np.log(share)).float(), np.random.default_rng(0))
    kept = np.ones(3, dtype=np.bool_)
    u, v = (tower(np.arange(3), kept).detach().numpy() for tower in (model.users, model.items))
    surprises = []
    for row, (user, item) in enumerate(zip(users, items, strict=True)):
        # Written again by hand: others of the batch, each less how often it is drawn; the item itself once.
        rivals = [other for place, other in enumerate(items) if place == row or other != item]
        logits = np.array([u[user] @ v[other] / 0.5 - np.log(share[other]) for other in rivals])
        own = u[user] @ v[item] / 0.5 - np.log(share[item])
        surprises.append(np.log(np.exp(logits).sum()) - own)
    assert float(found.detach()) == pytest.approx(np.mean(surprises), abs=1e-5)


def test_vectors_are_of_length_one_before_the_temperature(taste: PreferenceArrays) -> None:
    factors = fit_two_tower(taste, (), SMALL.model_copy(update={"epochs": 1}), 5)[2]
    assert np.allclose(np.linalg.norm(factors.items, axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(factors.users, axis=1), 1 / SMALL.temperature, atol=1e-3)


def test_who_is_not_kept_is_placed_by_attributes_alone() -> None:
    tower = Tower(features(["a", "b"], {"a": {("tag", "war"): 1.0}, "b": {("tag", "war"): 3.0}}), 4, 4)
    by_tag = tower(np.arange(2), np.zeros(2, dtype=np.bool_)).detach().numpy()
    assert np.allclose(by_tag[0], by_tag[1])
    kept = tower(np.arange(2), np.ones(2, dtype=np.bool_)).detach().numpy()
    assert not np.allclose(kept[0], kept[1])


def test_a_training_that_diverges_says_so(taste: PreferenceArrays) -> None:
    wild = SMALL.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(ModelError, match="EDGEWISE_TWO_TOWER_LEARNING_RATE"):
        fit_two_tower(taste, (), wild, 1)
