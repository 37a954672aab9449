from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.vectors import ItemVectors
from recommend.vectors import ItemMatrix, best, inner_products


def matrix_of(random: np.random.Generator, count: int) -> tuple[ItemVectors, ItemMatrix]:
    """Few distinct numbers, so that many items tie."""
    items = ItemVectors(
        ids=tuple(f"i{k:02}" for k in range(count)),
        vectors=random.integers(-1, 2, size=(count, 3)).astype(np.float32),
    )
    return items, ItemMatrix(items)


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 12), st.sampled_from([None, 0.0, 0.1, 0.5]))
def test_best_equals_sorting_what_is_allowed(seed: int, count: int, first: int, share: float | None) -> None:
    random = np.random.default_rng(seed)
    items, matrix = matrix_of(random, count)
    user = random.integers(-2, 3, size=3).astype(np.float32)
    mask = None if share is None else random.random(count) < share
    excluded = ["i00", "i05", "unknown"]
    found = matrix.best(user, first, lambda _rows: mask, excluded)
    expected = sorted(
        (-float(vector @ user), item)
        for k, (item, vector) in enumerate(zip(items.ids, items.vectors, strict=True))
        if item not in excluded and (mask is None or mask[k])
    )[:first]
    assert [(-one.score, one.item_id) for one in found.named()] == expected


def test_a_score_does_not_depend_on_the_rows_beside_it() -> None:
    vectors = np.random.default_rng(1).normal(size=(501, 65)).astype(np.float32)
    user = np.random.default_rng(2).normal(size=65).astype(np.float32)
    alone = [inner_products(vectors[k : k + 1], user)[0] for k in range(501)]
    assert alone == inner_products(vectors, user).tolist()


def test_ties_go_by_id() -> None:
    assert [one.item_id for one in best(["b", "c", "a"], np.array([1.0, 2.0, 1.0]), 3)] == ["c", "a", "b"]


def test_vectors_are_found_by_id() -> None:
    items, matrix = matrix_of(np.random.default_rng(1), 4)
    found = matrix.vectors_of(["i02", "no-such-item"])
    assert list(found) == ["i02"]
    assert np.array_equal(found["i02"], items.vectors[items.ids.index("i02")])
    assert len(matrix.rows) == 4
