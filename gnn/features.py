"""Features as LightFM takes them: who or what has preferences is the mean of itself and of what describes it.

Those without preferences are what describes them alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array, diags_array

Feature: TypeAlias = tuple[str, str]
"""What is told, and what it says: ("tag", "war"), ("country", "NL")."""
Description: TypeAlias = Mapping[Feature, float]
"""Features of one user or item with weights > 0."""


@dataclass(frozen=True, slots=True)
class Features:
    """`matrix`: float32[n, f] with rows that sum to 1; row k is made of the features of `ids[k]`.

    The first `known` ids have preferences, and a feature of their own each (columns 0 to `known` - 1). Those after
    them, in order of id, have only features that they share with one of those: no other is ever trained.
    """

    ids: list[str]
    known: int
    matrix: csr_array


def features(known_ids: Sequence[str], described: Mapping[str, Description]) -> Features:
    """Features of `known_ids`, which have preferences, and of all others in `described` that share one with them."""
    known = set(known_ids)
    trained = sorted({feature for name in known_ids for feature in described.get(name, ())})
    column = {feature: len(known) + k for k, feature in enumerate(trained)}
    fresh = sorted(name for name, told in described.items() if name not in known and not column.keys().isdisjoint(told))
    entries = [(k, k, 1.0) for k in range(len(known))]
    for row, name in enumerate([*known_ids, *fresh]):
        told = described.get(name, {})
        entries.extend((row, column[feature], weight) for feature, weight in told.items() if feature in column)
    shape = (len(known) + len(fresh), len(known) + len(trained))
    return Features([*known_ids, *fresh], len(known), rows_to_one(weight_matrix(entries, shape)))


def weight_matrix(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    """float32 of `shape` from one or more (row, column, weight)."""
    rows, columns, values = zip(*entries, strict=True)
    places = np.asarray(rows, dtype=np.int32), np.asarray(columns, dtype=np.int32)
    return csr_array((np.asarray(values, dtype=np.float32), places), shape=shape)


def rows_to_one(matrix: csr_array) -> csr_array:
    """float32[n, f]: each row divided by its sum; empty ones stay empty."""
    sums = matrix.sum(axis=1)
    return csr_array(diags_array(1.0 / np.maximum(sums, np.finfo(np.float32).tiny)) @ matrix, dtype=np.float32)
