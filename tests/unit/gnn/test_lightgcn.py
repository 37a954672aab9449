from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from gnn.adjacency import (
    Adjacency,
    adjacency,
    edge_index,
    edge_weights,
    row_starts,
    transposed_by_sorting,
    transposed_csr,
)
from gnn.factors import Epoch
from gnn.lightgcn import train_lightgcn
from gnn.propagation import LightGCN
from graph.training_data import PreferenceArrays
from tests.worlds.communities import plain

SMALL = plain(batch_size=131_072)


def dense(data: PreferenceArrays) -> np.ndarray:
    """D^-1/2 A D^-1/2 by the book."""
    users, nodes = len(data.user_ids), len(data.user_ids) + len(data.item_ids)
    matrix = np.zeros((nodes, nodes))
    matrix[data.users, users + data.items] = matrix[users + data.items, data.users] = 1
    scale = np.diag(1 / np.sqrt(matrix.sum(axis=1)))
    return np.asarray(scale @ matrix @ scale)


def model_of(data: PreferenceArrays, size: int) -> LightGCN:
    start = np.random.default_rng(1).normal(size=(len(data.user_ids) + len(data.item_ids), size))
    return LightGCN(torch.from_numpy(start), len(data.user_ids))


def test_both_directions_weigh_more_than_nothing(taste: PreferenceArrays) -> None:
    edges = edge_index(taste)
    assert edges.shape == (2, 2 * len(taste))
    assert (edge_weights(edges, 22) > 0).all()


def test_one_direction_weighs_nothing(taste: PreferenceArrays) -> None:
    assert not edge_weights(edge_index(taste)[:, : len(taste)], 22).any()


def test_propagation_and_its_gradient_equal_the_dense_formula(taste: PreferenceArrays) -> None:
    model = model_of(taste, 4)
    graph = adjacency(edge_index(taste), 22)
    hops = [Adjacency(graph.arriving.double(), graph.leaving.double())] * 3
    weights = torch.from_numpy(np.random.default_rng(1).normal(size=(22, 4)))
    final = model(hops, model.embedding)
    (final * weights).sum().backward()
    once = dense(taste)
    spread = sum((np.linalg.matrix_power(once, k) for k in range(4)), start=np.zeros((22, 22))) / 4
    assert np.allclose(final.detach().numpy(), spread @ model.embedding.detach().numpy(), atol=1e-6)
    assert model.embedding.grad is not None
    assert np.allclose(model.embedding.grad.numpy(), spread.T @ weights.numpy(), atol=1e-6)


def test_gradients_go_against_the_direction_of_edges() -> None:
    graph = adjacency(np.array([[0, 1, 2], [1, 2, 0]]), 3)
    model = LightGCN(torch.ones(3, 2), users=1)
    model([graph], model.embedding)[0].sum().backward()
    # Node 0 hears of itself and of node 2, half and half.
    assert model.embedding.grad is not None
    assert model.embedding.grad.tolist() == [[0.5, 0.5], [0.0, 0.0], [0.5, 0.5]]


def test_a_graph_that_is_its_own_transpose_is_held_once(taste: PreferenceArrays) -> None:
    both = adjacency(edge_index(taste), 22)
    assert both.leaving is both.arriving
    one_way = adjacency(edge_index(taste)[:, : len(taste)], 22)
    assert one_way.leaving is not one_way.arriving


@pytest.mark.parametrize("transpose", [transposed_csr, transposed_by_sorting])
def test_a_transpose_is_that_of_the_dense_matrix(transpose: Callable[..., torch.Tensor]) -> None:
    matrix = np.random.default_rng(1).integers(3, size=(7, 4)) * np.random.default_rng(2).normal(size=(7, 4))
    matrix[3] = 0
    rows, columns = matrix.nonzero()
    starts = row_starts(torch.from_numpy(np.bincount(rows, minlength=7)))
    turned = transpose(starts, torch.from_numpy(columns), torch.from_numpy(matrix[rows, columns]), (7, 4))
    assert np.array_equal(turned.to_dense().numpy(), matrix.T)


@pytest.mark.parametrize("loss", ["softmax", "bpr"])
def test_it_learns_who_likes_what(taste: PreferenceArrays, loss: str) -> None:
    settings = SMALL.model_copy(update={"loss": loss, "epochs": 60})
    factors = train_lightgcn(taste, settings, seed=1).factors()
    scores = factors.users @ factors.items.T
    for user, row in enumerate(scores):
        assert set(np.argsort(-row)[:5] % 2) == {user % 2}


def test_the_same_seed_gives_the_same_vectors(taste: PreferenceArrays) -> None:
    first, second = (train_lightgcn(taste, SMALL, seed=5).factors() for _ in range(2))
    assert np.array_equal(first.items, second.items)
    assert not np.array_equal(first.items, train_lightgcn(taste, SMALL, seed=6).factors().items)


def test_cosine_scores_come_of_vectors_of_length_one(taste: PreferenceArrays) -> None:
    factors = train_lightgcn(taste, SMALL.model_copy(update={"score": "cosine"}), seed=5).factors()
    assert np.allclose(np.linalg.norm(factors.items, axis=1), 1, atol=1e-5)


def test_every_epoch_is_told_with_a_falling_loss(taste: PreferenceArrays) -> None:
    told: list[Epoch] = []
    train_lightgcn(taste, SMALL, seed=5, watch=told.append)
    assert [epoch.number for epoch in told] == list(range(1, 16))
    assert told[0].loss is not None
    assert told[-1].loss is not None
    assert told[-1].loss < told[0].loss
