from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gnn.inner_product import searchable_items, searchable_users

# Whole numbers, so that inner products are exact and ties are real.
VECTORS = arrays(np.float32, st.tuples(st.integers(1, 12), st.just(4)), elements=st.integers(-9, 9).map(float))
VECTOR = arrays(np.float32, (1, 4), elements=st.integers(-9, 9).map(float))


@given(VECTORS, VECTOR)
def test_cosine_order_is_inner_product_order(items: np.ndarray, user: np.ndarray) -> None:
    if not user.any() or not items.any():
        return
    stored = searchable_items(items).astype(np.float64)
    query = searchable_users(user).astype(np.float64)[0]
    cosines = stored @ query / (np.linalg.norm(stored, axis=1) * np.linalg.norm(query))
    products = (items.astype(np.float64) @ user.astype(np.float64).T)[:, 0]
    for a in range(len(items)):
        for b in range(len(items)):
            if products[a] > products[b]:
                assert cosines[a] > cosines[b]


@given(VECTORS, VECTOR)
def test_inner_products_stay_and_lengths_agree(items: np.ndarray, user: np.ndarray) -> None:
    stored = searchable_items(items)
    assert stored.dtype == np.float32
    assert np.array_equal(stored[:, :-1], items)
    assert np.allclose(stored @ searchable_users(user)[0], items @ user[0])
    assert np.allclose(np.linalg.norm(stored, axis=1), np.linalg.norm(items, axis=1).max(), rtol=1e-5)
