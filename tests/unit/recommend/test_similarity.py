"""The blocked sparse products against the definition, pair by pair."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from recommend import similarity
from recommend.settings import Measure
from recommend.similarity import TopK, co_occurrence_top_k, content_top_k, strongest, tag_vectors

Matrix = NDArray[np.float64]

few = settings(max_examples=60, deadline=None, derandomize=True)
measures = st.sampled_from(["cosine", "jaccard", "lift"])


@st.composite
def matrices(draw: st.DrawFn, values: st.SearchStrategy[float]) -> Matrix:
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    cells = draw(st.lists(values, min_size=rows * columns, max_size=rows * columns))
    return np.array(cells, dtype=np.float64).reshape(rows, columns)


def like(measure: Measure, common: float, d: float, e: float, users: int) -> float:
    if measure == "jaccard":
        return common / (d + e - common)
    return common * users / (d * e) if measure == "lift" else common / math.sqrt(d * e)


def naive_top_k(scores: dict[tuple[int, int], float], items: int, top_k: int) -> list[list[tuple[int, float]]]:
    lists = []
    for item in range(items):
        near = [(other, scores[item, other]) for other in range(items) if other != item and scores[item, other] > 0]
        lists.append(sorted(near, key=lambda pair: (-pair[1], pair[0]))[:top_k])
    return lists


def pairs(found: list[TopK]) -> list[list[tuple[int, float]]]:
    assert [one.row for one in found] == list(range(len(found)))
    return [list(zip(one.others.tolist(), one.scores.tolist(), strict=True)) for one in found]


@few
@given(likes=matrices(st.sampled_from([0.0, 1.0])), more=st.integers(0, 3), measure=measures, top_k=st.integers(1, 5))
def test_co_occurrence_equals_its_definition(likes: Matrix, more: int, measure: Measure, top_k: int) -> None:
    users, items = likes.shape
    degrees = likes.sum(axis=0).astype(np.int64) + more
    scores = {}
    for a, b in product(range(items), repeat=2):
        common = float((likes[:, a] * likes[:, b]).sum())
        shrunk = common / (common + 2.0)
        scores[a, b] = shrunk * like(measure, common, int(degrees[a]), int(degrees[b]), users) if common else 0.0
    found = co_occurrence_top_k(sparse.csr_array(likes), degrees, top_k, measure=measure, shrink=2.0)
    assert pairs(list(found)) == naive_top_k(scores, items, top_k)


@few
@given(weights=matrices(st.sampled_from([0.0, 0.0, 0.25, 1.0])), top_k=st.integers(1, 5))
def test_content_is_the_cosine_of_tf_idf(weights: Matrix, top_k: int) -> None:
    items, tags = weights.shape
    idf = [math.log(items / max(1, np.count_nonzero(weights[:, tag]))) for tag in range(tags)]
    vectors = [[weights[item, tag] * idf[tag] for tag in range(tags)] for item in range(items)]
    found = list(content_top_k(tag_vectors(sparse.csr_array(weights), items), top_k))
    for one, item in zip(found, range(items), strict=True):
        near = {
            other: sum(a * b for a, b in zip(vectors[item], vectors[other], strict=True))
            / (math.hypot(*vectors[item]) * math.hypot(*vectors[other]) or 1.0)
            for other in range(items)
            if other != item
        }
        expected = sorted((score for score in near.values() if score > 0), reverse=True)[:top_k]
        assert one.scores.tolist() == pytest.approx(expected)
        assert [near[other] for other in one.others.tolist()] == pytest.approx(expected)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    likes = sparse.csr_array((np.random.default_rng(7).random((40, 30)) < 0.3).astype(np.float64))
    degrees = np.asarray(likes.sum(axis=0)).astype(np.int64)
    whole = pairs(list(co_occurrence_top_k(likes, degrees, 6)))
    monkeypatch.setattr(similarity, "BLOCK_ROWS", 7)
    assert pairs(list(co_occurrence_top_k(likes, degrees, 6))) == whole


def test_a_rare_tag_says_more() -> None:
    common, rare = 0, 1
    weights = np.zeros((6, 2))
    weights[:5, common] = 1.0
    weights[[0, 1], rare] = 1.0
    vectors = tag_vectors(sparse.csr_array(weights), 6).toarray()
    assert vectors[0, rare] > 3 * vectors[0, common] > 0


def test_a_tag_on_too_many_items_brings_nothing_together_but_keeps_its_length() -> None:
    weights = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    whole = tag_vectors(sparse.csr_array(weights), 3).toarray()
    cut = tag_vectors(sparse.csr_array(weights), 2).toarray()
    assert cut[:, 0].tolist() == [0.0] * 5
    assert cut[:, 1].tolist() == whole[:, 1].tolist()


def test_the_strongest_of_each_group_then_the_newest_then_the_first() -> None:
    groups = np.array([1, 0, 1, 1, 0, 1])
    weights = np.array([2.0, 1.0, 3.0, 2.0, 1.0, 2.0])
    newest = np.array([5, 1, 1, 9, 1, 5])
    assert strongest(groups, weights, newest, 1).tolist() == [False, True, True, False, False, False]
    assert strongest(groups, weights, newest, 2).tolist() == [False, True, True, True, True, False]
    assert strongest(groups, weights, newest, 3).tolist() == [True, True, True, True, True, False]
    assert strongest(groups[:0], weights[:0], newest[:0], 3).tolist() == []
