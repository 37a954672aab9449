"""Features of items: one for the item itself, one per kind, one per tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array

from graph.training_data import ItemContent, PreferenceArrays


@dataclass(frozen=True, slots=True)
class ItemFeatures:
    """`matrix`: float32[m, f] with rows that sum to 1; row k describes `item_ids[k]`.

    The first items, in the order of the preferences, have a feature of their own; those after them, which nobody
    prefers yet, are described by their content alone. Items without either are left out.
    """

    item_ids: list[str]
    matrix: csr_array


def item_features(data: PreferenceArrays, contents: Sequence[ItemContent]) -> ItemFeatures:
    """Describe the items of `data` and, from `contents`, those that nobody prefers yet."""
    described = {content.item_id: _content(content) for content in contents}
    known = set(data.item_ids)
    fresh = sorted(item for item, features in described.items() if features and item not in known)
    names = {name: k for k, name in enumerate(sorted({name for features in described.values() for name in features}))}
    own = len(data.item_ids)
    entries = [(k, k, 1.0) for k in range(own)]
    for row, item in enumerate([*data.item_ids, *fresh]):
        features = described.get(item, {})
        entries.extend((row, own + names[name], weight) for name, weight in features.items())
    rows, columns, values = zip(*entries, strict=True)
    shape = (own + len(fresh), own + len(names))
    places = np.asarray(rows, dtype=np.int32), np.asarray(columns, dtype=np.int32)
    matrix = csr_array((np.asarray(values, dtype=np.float32), places), shape=shape)
    return ItemFeatures([*data.item_ids, *fresh], _rows_to_one(matrix))


def _content(content: ItemContent) -> dict[str, float]:
    """Features by name; the prefix keeps a kind and a tag of the same name apart."""
    kind = {f"kind {content.kind}": 1.0} if content.kind else {}
    return kind | {f"tag {name}": weight for name, weight in content.tags.items() if weight > 0}


def _rows_to_one(matrix: csr_array) -> csr_array:
    sums = matrix.sum(axis=1)
    return csr_array(diags_array(1.0 / np.maximum(sums, np.finfo(np.float32).tiny)) @ matrix, dtype=np.float32)
