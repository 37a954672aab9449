from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from gnn.model_settings import LightGCNSettings
from gnn.starts import graph_directions, singular_vectors, start_embeddings
from graph.training_data import PreferenceArrays, preference_arrays


@pytest.fixture
def communities() -> PreferenceArrays:
    """Two groups of ten users who like eight of their group's ten items each, and one user who likes across."""
    pairs = [(u, i) for u in range(20) for i in range(20) if u % 2 == i % 2 and (u + i) // 2 % 5]
    pairs += [(20, 0), (20, 1)]
    users, items = [f"u{u:02}" for u, _ in pairs], [f"i{i:02}" for _, i in pairs]
    return preference_arrays(users, items, [1.0] * len(pairs), [0] * len(pairs))


def test_singular_vectors_are_those_of_a_dense_decomposition() -> None:
    random = np.random.default_rng(1)
    # Singular values that fall fast, so that each vector is well determined but for its sign.
    left, right = (np.linalg.qr(random.normal(size=(n, 12)))[0] for n in (60, 40))
    matrix = (left * 0.5 ** np.arange(12)) @ right.T
    found = singular_vectors(csr_array(matrix.astype(np.float32)), 5, random)
    for ours, theirs in zip(found, (left, right), strict=True):
        assert np.abs((ours * theirs[:, :5]).sum(axis=0)) == pytest.approx(np.ones(5), abs=1e-4)


def test_the_second_direction_tells_the_communities_apart(communities: PreferenceArrays) -> None:
    directions = graph_directions(communities, 4, np.random.default_rng(1))
    # The first is the same for all nodes: where a random walk over the graph ends up is where nobody stands apart.
    assert np.ptp(directions[:, 0]) < 1e-4
    sides = directions[:, 1] > 0
    assert len(set(sides[:20:2])) == len(set(sides[1:20:2])) == 1
    assert sides[0] != sides[1]
    assert (sides[21:] == sides[np.arange(20) % 2]).all()


@pytest.mark.parametrize("start", ["normal", "svd"])
def test_rows_have_the_length_asked_for_and_none_is_empty(communities: PreferenceArrays, start: str) -> None:
    settings = LightGCNSettings(embedding_size=32, start=start, start_length=0.05)
    half = communities.where(communities.items > 0)  # an item that nobody has is still there
    rows = start_embeddings(half, settings, seed=1)
    lengths = np.linalg.norm(rows, axis=1)
    assert rows.dtype == np.float32
    assert rows.shape == (41, 32)
    assert lengths.mean() == pytest.approx(0.05, rel=0.1)
    assert lengths.min() > 0
    assert np.array_equal(rows, start_embeddings(half, settings, seed=1))
    assert not np.array_equal(rows, start_embeddings(half, settings, seed=2))
