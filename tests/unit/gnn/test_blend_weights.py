"""Weights learned on held-out preferences: a world with a known best mix, and one where nothing helps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.blend_weights import _Table, learn_weights
from gnn.metrics import hits, ndcg
from gnn.ranking import best_rows
from recommend.blend import Lists, blend

TOP_K = 20


def top(scores: NDArray[np.float64], length: int) -> Lists:
    items = best_rows(scores, length)
    return Lists(items, np.take_along_axis(scores, np.maximum(items, 0), axis=1))


def drawn(logits: NDArray[np.float64], each: int, random: np.random.Generator) -> csr_array:
    """Users x items: `each` items per user, drawn without replacement with probabilities that grow as exp(logits)."""
    noisy = logits + random.gumbel(size=logits.shape)
    rows = np.repeat(np.arange(len(logits)), each)
    return csr_array((np.ones(len(rows)), (rows, np.argsort(-noisy, axis=1)[:, :each].ravel())), shape=logits.shape)


@pytest.fixture(scope="module")
def opinions() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Three independent opinions of 60 items by 800 users."""
    random = np.random.default_rng(5)
    one, other, third = (random.normal(size=(800, 60)) for _ in range(3))
    return one, other, third


def test_the_best_mix_is_found(opinions: tuple[NDArray[np.float64], ...]) -> None:
    one, other, noise = opinions
    # What is liked follows both, the second with twice the weight; it comes on another scale, and the noise is noise.
    held = drawn(1.5 * one + 3.0 * other, 3, np.random.default_rng(1))
    lists = {"lightgcn": top(one, 60), "lightfm": top(other / 10, 60), "two": top(np.exp(noise), 60)}
    found = learn_weights(lists, held, TOP_K)
    assert found.weights["lightfm"] == 1.0
    assert 0.025 <= found.weights["lightgcn"] <= 0.1  # 0.05 is the mix that the likes were drawn from
    assert found.weights.get("two", 0.0) < 0.2 * found.weights["lightgcn"]
    assert found.value > max(found.alone.values()) + 0.02
    assert found.alone["lightfm"] > found.alone["lightgcn"] > found.alone["two"]


def test_one_that_nothing_helps_stays_alone() -> None:
    held = csr_array(np.eye(30))
    right = top(np.eye(30) + np.linspace(0, 0.5, 30), 30)
    wrong = top(-np.eye(30) + np.linspace(0.5, 0, 30), 30)
    found = learn_weights({"lightfm": wrong, "lightgcn": right}, held, 5)
    assert found.weights == {"lightgcn": 1.0}
    assert found.value == found.alone["lightgcn"] == 1.0


def test_a_strategy_that_knows_nothing_is_no_obstacle() -> None:
    held = csr_array(np.eye(4))
    nothing = Lists(np.full((4, 3), -1), np.zeros((4, 3)))
    found = learn_weights({"item-item": nothing, "lightgcn": top(np.eye(4), 4)}, held, 2)
    assert found.weights == {"lightgcn": 1.0}
    assert found.alone["item-item"] == 0.0


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=3, max_size=3).filter(any))
def test_the_table_judges_what_is_served(seed: int, weights: list[float]) -> None:
    random = np.random.default_rng(seed)
    # Eighths are exact in single precision, so ties are ties.
    lists = {name: top(random.integers(0, 40, (12, 25)) / 8, 6) for name in ("lightgcn", "lightfm", "other")}
    lists["other"].items[:, 3:] = -1
    held = drawn(np.zeros((12, 25)), 4, random)
    named = dict(zip(lists, weights, strict=True))
    served = blend(lists, {**named, "other": 0.0}, 25, 5, 12)
    found = hits(served.items, np.arange(12), held)
    expected = float(ndcg(found, np.diff(held.indptr)).mean())
    assert _Table(lists, held, 5).value(np.asarray([*weights[:2], 0.0])) == pytest.approx(expected)
