from __future__ import annotations

import numpy as np
import pytest
import torch

import gnn.sampled_graph
from gnn.adjacency import adjacency, edge_index
from gnn.lightgcn import train_lightgcn
from gnn.objectives import Batch, batch_of
from gnn.propagation import FullGraph, LightGCN
from gnn.sampled_graph import SampledGraph
from graph.training_data import PreferenceArrays, preference_arrays
from tests.worlds.communities import plain

LAYERS, SIZE = 3, 4


@pytest.fixture
def data() -> PreferenceArrays:
    """Users of very different activity."""
    random = np.random.default_rng(4)
    pairs = sorted({(int(u), int(i)) for u in range(15) for i in random.geometric(0.2, 2 + u) % 11})
    users, items = [f"u{u:02}" for u, _ in pairs], [f"i{i:02}" for _, i in pairs]
    return preference_arrays(users, items, [1.0] * len(pairs), [0] * len(pairs))


def nodes_of(data: PreferenceArrays) -> int:
    return len(data.user_ids) + len(data.item_ids)


def model_of(data: PreferenceArrays, *, sparse: bool) -> LightGCN:
    start = torch.randn(nodes_of(data), SIZE, generator=torch.Generator().manual_seed(1))
    return LightGCN(start, len(data.user_ids), sparse=sparse)


def batch() -> Batch:
    """Users and items that repeat, out of order."""
    none = np.empty(0, dtype=np.int64)
    users, items = np.array([14, 2, 7, 2]), np.array([5, 0, 5, 9, 1])
    return batch_of(users=users, items=items, rows=none, preferred=none, drawn=None, penalised=none, pairs=1)


def whole(data: PreferenceArrays) -> FullGraph:
    return FullGraph(adjacency(edge_index(data), nodes_of(data)), LAYERS)


def sampled(data: PreferenceArrays, *fan_out: int) -> SampledGraph:
    return SampledGraph(edge_index(data), nodes_of(data), fan_out)


@pytest.mark.parametrize("every_item", [False, True])
def test_a_fan_out_of_the_largest_degree_is_exact_and_so_is_its_gradient(
    data: PreferenceArrays, every_item: bool
) -> None:
    wanted = batch()
    if every_item:
        wanted = Batch(wanted.users, None, wanted.rows, wanted.preferred, None, wanted.penalised, 1)
    results = []
    for graph, sparse in ((whole(data), False), (sampled(data, 50, 50, 50), True)):
        model = model_of(data, sparse=sparse)
        users, items = graph.embed(model, wanted, np.random.default_rng(1))
        (users.square().sum() + items.exp().sum()).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        gradient = model.embedding.grad
        assert gradient is not None
        assert gradient.is_sparse == sparse
        results.append((users.detach(), items.detach(), gradient.to_dense()))
    for ours, theirs in zip(*results, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_smaller_fan_out_is_right_on_average(data: PreferenceArrays) -> None:
    model, graph = model_of(data, sparse=False), sampled(data, 3, 2, 1)
    exact = torch.cat(whole(data).embed(model, batch(), np.random.default_rng(0))).detach().numpy()
    random = np.random.default_rng(1)
    with torch.no_grad():
        drawn = np.stack([torch.cat(graph.embed(model, batch(), random)).numpy() for _ in range(800)])
    errors = drawn.mean(axis=0) - exact
    standard = drawn.std(axis=0, ddof=1) / np.sqrt(len(drawn))
    assert drawn.std(axis=0).mean() > 0.05
    # 36 numbers: a normal one is beyond 4 standard errors once in 16,000; a bias shows as many beyond 2.
    assert np.abs(errors / standard).max() < 4
    assert np.sqrt(((errors / standard) ** 2).mean()) < 1.4


@pytest.mark.parametrize("at_once", [4, 1_000])
def test_final_embeddings_by_blocks_are_exact(
    data: PreferenceArrays, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gnn.sampled_graph, "NODES_AT_ONCE", at_once)
    model = model_of(data, sparse=True)
    assert torch.allclose(sampled(data, 1, 1, 1).everywhere(model), whole(data).everywhere(model), atol=1e-6)


def test_a_node_without_neighbours_keeps_its_own_embedding(data: PreferenceArrays) -> None:
    lonely = data.where((data.users != 2) & (data.items != 9))
    model = model_of(data, sparse=True)
    users, items = sampled(lonely, 2, 2, 2).embed(model, batch(), np.random.default_rng(1))
    assert torch.allclose(users[1], model.embedding[2] / (LAYERS + 1))
    assert torch.allclose(items[3], model.embedding[len(data.user_ids) + 9] / (LAYERS + 1))


@pytest.mark.parametrize("loss", ["user_softmax", "softmax", "bpr"])
def test_it_learns_who_likes_what_from_samples(taste: PreferenceArrays, loss: str) -> None:
    settings = plain(loss=loss, propagation="sampled", fan_out=(2,), epochs=60)
    factors = train_lightgcn(taste, settings, seed=1).factors()
    for user, row in enumerate(factors.users @ factors.items.T):
        assert set(np.argsort(-row)[:5] % 2) == {user % 2}
