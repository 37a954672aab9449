"""How alike items are: by tags in common, or by the vectors that a model learned of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from graph.item_catalogue import CatalogueItem
from graph.vectors import Vectors

Alike = NDArray[np.float64]
Likeness = Callable[[Sequence[str]], Alike]
"""float64[n, n] of n items by id: 0 to 1."""
ItemOf = Callable[[str], CatalogueItem | None]
"""What is known of an item."""
TastesOf = Callable[[Sequence[str]], Mapping[str, Vectors]]
"""float32[d] of those of some items, by id, that a model knows."""


def by_tags(item_of: ItemOf) -> Likeness:
    """Tags in common, of all that either of two has."""

    def tags(item_id: str) -> Mapping[str, float]:
        item = item_of(item_id)
        return item.tags if item is not None else {}

    return lambda ids: jaccard([tags(one) for one in ids])


def by_vectors(tastes_of: TastesOf, otherwise: Likeness) -> Likeness:
    """The cosine of tastes, nothing where it is below 0; `otherwise` where one of two items has none."""

    def alike(ids: Sequence[str]) -> Alike:
        found, known = otherwise(ids), tastes_of(ids)
        places = [place for place, one in enumerate(ids) if one in known]
        if places:
            vectors = np.stack([known[ids[place]] for place in places]).astype(np.float64)
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            tastes = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
            found[np.ix_(places, places)] = np.clip(tastes @ tastes.T, 0.0, 1.0)
        return found

    return alike


def jaccard(tags: Sequence[Mapping[str, float]]) -> Alike:
    """Tags in common, of all that either of two has (Jaccard, 1901): float64[n, n], 0 to 1."""
    column_of: dict[str, int] = {}
    columns = [column_of.setdefault(tag, len(column_of)) for own in tags for tag in own]
    has = np.zeros((len(tags), max(len(column_of), 1)))
    has[np.repeat(np.arange(len(tags)), [len(own) for own in tags]), columns] = 1.0
    common = has @ has.T
    counts = has.sum(axis=1)
    either = counts[:, None] + counts[None, :] - common
    alike: Alike = np.divide(common, either, out=np.zeros_like(common), where=either > 0)
    return alike
