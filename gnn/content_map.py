"""Learns how item vectors follow from content, for items that come later: ridge regression on kind and tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.factors import Learned, Vectors, float32
from gnn.features import Feature, weight_matrix
from graph.content_maps import ContentMap
from graph.training_data import ItemContent
from recommend.placing import placed_vector

MOST_FEATURES = 2_000
"""Kinds and tags that are learned of, those that describe most items: the work grows with their cube."""
LEAST_ITEMS = 2
"""Items that a feature must describe: one item tells it from nothing else."""
PENALTIES = 10.0 ** np.arange(-1.0, 5.5, 0.5)
Floats = NDArray[np.float64]


def with_placed(learned: Learned, known: int, contents: Sequence[ItemContent], only: Sequence[str] = ()) -> Learned:
    """`learned` and, behind its items, those of `contents` that it lacks, placed as they are served."""
    content_map = learn_content_map(learned, known, contents, only)
    if content_map is None:
        return learned
    have, factors = set(learned.item_ids), learned.factors
    found = {one.item_id: placed_vector(content_map, one) for one in contents if one.item_id not in have}
    new = {item: vector[:-1] for item, vector in found.items() if vector is not None}
    items = np.vstack([factors.items, *new.values()])
    return replace(learned, item_ids=[*learned.item_ids, *new], factors=replace(factors, items=items))


def learn_content_map(
    learned: Learned, known: int, contents: Sequence[ItemContent], only: Sequence[str] = ()
) -> ContentMap | None:
    """The map by which the first `known` items of `learned`, those with preferences, are told best from content.

    None where nothing describes at least LEAST_ITEMS of them. All items weigh the same, and so the vector of a new
    one is that of an average item with such content, however few users that has. `only`: kinds to place, if not all.
    """
    described = {content.item_id: content.features for content in contents}
    rows = [described.get(item, {}) for item in learned.item_ids[:known]]
    features = _shared(rows)
    if not features:
        return None
    column = {feature: k for k, feature in enumerate(features)}
    entries = [
        (row, column[one], weight) for row, told in enumerate(rows) for one, weight in told.items() if one in column
    ]
    weights = weight_matrix(entries, (known, len(features))).astype(np.float64)
    base, slopes = _regressed(weights, learned.factors.items[:known].astype(np.float64))
    of: dict[str, dict[str, Vectors]] = {"kind": {}, "tag": {}}
    for (what, value), vector in zip(features, slopes, strict=True):
        of[what][value] = vector
    return ContentMap(base, _length(learned.factors.items), of["kind"], of["tag"], tuple(only))


def _shared(rows: Sequence[Mapping[Feature, float]]) -> list[Feature]:
    """The features that describe enough items, those of most items first, and no more than can be learned of."""
    count = Counter(feature for row in rows for feature in row)
    enough = (feature for feature, items in count.items() if items >= LEAST_ITEMS)
    return sorted(enough, key=lambda feature: (-count[feature], feature))[:MOST_FEATURES]


def _regressed(features: csr_array, vectors: Floats) -> tuple[Vectors, Vectors]:
    """Intercept (float32[d]) and slopes (float32[f, d]) of `vectors` (float64[n, d]) on `features` (n x f).

    The penalty is that of the least generalised cross-validation n RSS / (n - degrees of freedom)² (Golub, Heath &
    Wahba 1979), by the eigenvectors of the features' scatter; the intercept goes without a penalty.
    """
    n = len(vectors)
    means, centre = np.asarray(features.mean(axis=0)).ravel(), vectors.mean(axis=0)
    scatter = (features.T @ features).toarray() - n * np.outer(means, means)
    spread, turn = np.linalg.eigh(scatter)
    spread = np.maximum(spread, 0.0)
    moments = turn.T @ (features.T @ vectors - n * np.outer(means, centre))
    total, powers = ((vectors - centre) ** 2).sum(), (moments**2).sum(axis=1)

    def doubt(penalty: float) -> float:
        kept = spread + penalty
        residual = total - (powers * (spread + 2 * penalty) / kept**2).sum()
        return float(residual / max(n - 1 - (spread / kept).sum(), 1e-9) ** 2)

    slopes = turn @ (moments / (spread + min(PENALTIES, key=doubt))[:, None])
    return float32(centre - means @ slopes), float32(slopes)


def _length(items: Vectors) -> float:
    return float(np.sqrt((items.astype(np.float64) ** 2).sum(axis=1).max()))
