from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch_geometric.data import Data
from torch_geometric.loader import LinkLoader
from torch_geometric.sampler import NegativeSampling, NodeSamplerInput, SamplerOutput

from gnn.neighbour_sampling import NeighbourSampler, distinct, neighbours_of

NODES = 12


def sample(sampler: NeighbourSampler, seeds: list[int], seed: int = 1) -> SamplerOutput:
    sampler.random = np.random.default_rng(seed)
    return sampler.sample_from_nodes(NodeSamplerInput(input_id=None, node=torch.tensor(seeds)))


def hops(output: SamplerOutput) -> list[list[tuple[int, int]]]:
    """The edges of each hop as (source, target) in the nodes of the whole graph."""
    nodes = output.node.numpy()
    assert output.num_sampled_edges is not None
    ends = np.cumsum(output.num_sampled_edges)
    pairs = list(zip(nodes[output.row.numpy()].tolist(), nodes[output.col.numpy()].tolist(), strict=True))
    return [pairs[end - count : end] for end, count in zip(ends, output.num_sampled_edges, strict=True)]


graphs = st.sets(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=60)


@given(graphs, st.sets(st.integers(0, NODES - 1), min_size=1), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_each_hop_draws_distinct_neighbours_of_all_nodes_so_far(
    pairs: set[tuple[int, int]], seeds: set[int], fan_out: list[int]
) -> None:
    edges = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    output = sample(NeighbourSampler(neighbours_of(edges, NODES), fan_out), sorted(seeds))
    known = list(seeds)
    assert output.node[: len(seeds)].tolist() == sorted(seeds)
    assert len(set(output.node.tolist())) == len(output.node)
    for drawn, most in zip(hops(output), fan_out, strict=True):
        assert set(drawn) <= pairs
        assert len(set(drawn)) == len(drawn)
        for target in known:
            degree = sum(end == target for _, end in pairs)
            assert sum(end == target for _, end in drawn) == min(degree, most)
        assert {end for _, end in drawn} <= set(known)
        known = sorted({*known, *(source for source, _ in drawn)})
    assert sorted(output.node.tolist()) == known


def test_targets_come_in_the_order_of_the_nodes() -> None:
    random = np.random.default_rng(2)
    sampler = NeighbourSampler(neighbours_of(random.integers(NODES, size=(2, 80)), NODES), [3, 2])
    output = sample(sampler, [5, 1, 9])
    assert output.num_sampled_edges is not None
    for targets in output.col.split(output.num_sampled_edges):
        assert (targets.diff() >= 0).all()


def test_the_generator_decides_what_is_drawn() -> None:
    random = np.random.default_rng(2)
    sampler = NeighbourSampler(neighbours_of(random.integers(NODES, size=(2, 90)), NODES), [2, 2])
    first, again, other = (hops(sample(sampler, [0, 1, 2], seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_set_of_neighbours_is_equally_likely() -> None:
    drawn = np.sort(distinct(np.full(30_000, 5), 3, np.random.default_rng(1)), axis=1)
    sets, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(sets) == 10
    assert (np.diff(sets, axis=1) > 0).all()
    assert np.abs(counts - 3_000).max() < 4 * np.sqrt(3_000)


def test_sizes_of_their_own_bound_each_row() -> None:
    sizes = np.arange(2, 50)
    drawn = distinct(sizes, 2, np.random.default_rng(1))
    assert (drawn < sizes[:, None]).all()
    assert (drawn >= 0).all()
    assert drawn.max() > 30


def test_pygs_loader_of_edges_takes_it_too() -> None:
    random = np.random.default_rng(2)
    edges = random.integers(NODES, size=(2, 50))
    sampler = NeighbourSampler(neighbours_of(edges, NODES), [2])
    held = Data(edge_index=torch.empty((2, 0), dtype=torch.int64), degree=torch.arange(NODES), num_nodes=NODES)
    for batch in LinkLoader(held, sampler, edge_label_index=torch.from_numpy(edges), batch_size=20):
        ends = batch.n_id[batch.edge_label_index]
        assert ends.tolist() == edges[:, batch.input_id].tolist()
        assert batch.degree.tolist() == batch.n_id.tolist()


def test_negatives_are_refused_since_objectives_draw_them() -> None:
    sampler = NeighbourSampler(neighbours_of(np.array([[0], [1]]), 2), [1])
    with pytest.raises(ValueError, match="without neg_sampling"):
        sampler.sample_from_edges(None, NegativeSampling("binary"))
