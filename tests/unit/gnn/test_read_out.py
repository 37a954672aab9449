from __future__ import annotations

import numpy as np
import pytest
import torch

from gnn.factors import Factors
from gnn.model_settings import LightGCNSettings
from gnn.read_out import Score, read_out_of
from graph.training_data import preference_arrays

USERS = 3
NODES = torch.tensor([[3.0, 4.0], [0.0, 2.0], [-1.0, 0.0], [6.0, 8.0], [1.0, 0.0]])
DATA = preference_arrays(["a", "b", "c", "c"], ["x", "x", "x", "y"], [1.0] * 4, [0] * 4)


def read(score: Score, **settings: object) -> Factors:
    chosen = LightGCNSettings.model_validate({"score": score, "loss": "user_softmax", **settings})
    return read_out_of(DATA, chosen)(NODES, USERS)


def test_cosines_are_of_length_one() -> None:
    factors = read("cosine")
    assert np.linalg.norm(factors.users, axis=1) == pytest.approx(1)
    assert factors.users[0] @ factors.items[0] == pytest.approx(1)
    assert factors.embedding_size == 2


def test_inner_products_are_left_alone() -> None:
    factors = read("inner")
    np.testing.assert_array_equal(factors.items, NODES[USERS:].numpy())


def test_bpr_ranks_by_what_it_learned() -> None:
    np.testing.assert_array_equal(read("cosine", loss="bpr").items, NODES[USERS:].numpy())


def test_popularity_adds_the_log_of_an_items_users() -> None:
    factors = read("popularity", temperature=0.2, popularity_score=0.5)
    cosines = read("cosine").users @ read("cosine").items.T
    expected = cosines / 0.2 + 0.5 * np.log([3, 1])
    np.testing.assert_allclose(factors.users @ factors.items.T, expected, rtol=1e-5)
    assert factors.embedding_size == 2
    assert factors.items.shape == (2, 3)
    assert factors.users.dtype == factors.items.dtype == np.float32
