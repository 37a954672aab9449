"""Makes vectors that rank by inner product searchable by cosine, the only angle that a vector index knows.

Bachrach et al., Speeding Up the Xbox Recommender System Using a Euclidean Transformation for Inner-Product Spaces
(2014): with M the largest length of an item, item [v, √(M² - |v|²)] and user [u, 0]. All items then have length M,
so the cosine is u·v / (|u| M), which for one user orders items as u·v does.
"""

from __future__ import annotations

import numpy as np

from gnn.factors import Vectors


def searchable_items(items: Vectors) -> Vectors:
    """Append √(M² - |v|²) to each row: float32[m, d] → float32[m, d + 1], all of length M (up to rounding)."""
    squared = (items.astype(np.float64) ** 2).sum(axis=1)
    missing = np.sqrt(squared.max(initial=0.0) - squared)
    return np.column_stack([items, missing]).astype(np.float32)


def searchable_users(users: Vectors) -> Vectors:
    """Append 0 to each row: float32[n, d] → float32[n, d + 1]; inner products with items stay what they were."""
    return np.column_stack([users, np.zeros(len(users))]).astype(np.float32)
