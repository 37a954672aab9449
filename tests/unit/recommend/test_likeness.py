"""How alike items are, by tags and by vectors."""

from __future__ import annotations

import numpy as np
import pytest

from graph.item_catalogue import CatalogueItem
from recommend.likeness import by_tags, by_vectors, jaccard

TAGS = {"a": ("war", "sea"), "b": ("war",), "c": ("love",), "d": ()}
VECTORS = {"a": [1.0, 0.0], "c": [2.0, 0.0], "e": [-1.0, 1.0], "zero": [0.0, 0.0]}


def item_of(name: str) -> CatalogueItem | None:
    if name not in TAGS:
        return None
    return CatalogueItem(name, "film", None, None, None, dict.fromkeys(TAGS[name], 1.0), {})


def tastes(ids: object) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return {name: np.asarray(VECTORS[name], dtype=np.float32) for name in VECTORS if name in set(ids)}  # type: ignore[call-overload]


def test_tags_in_common_of_all_that_either_has() -> None:
    alike = by_tags(item_of)(["a", "b", "c", "d", "unknown"])
    assert alike[0].tolist() == [1.0, 0.5, 0.0, 0.0, 0.0]
    assert alike[3].tolist() == [0.0] * 5


def test_vectors_count_where_both_have_one_and_tags_elsewhere() -> None:
    ids = ["a", "b", "c", "e", "zero"]
    alike = by_vectors(tastes, by_tags(item_of))(ids)
    assert alike[0].tolist() == pytest.approx([1.0, 0.5, 1.0, 0.0, 0.0]), "of one direction, by tags, nothing below 0"
    assert alike[1].tolist() == pytest.approx([0.5, 1.0, 0.0, 0.0, 0.0])
    assert np.array_equal(alike, alike.T)
    assert alike[4].tolist() == [0.0] * 5, "a vector of no length is like nothing"


def test_likeness_is_the_share_of_tags_in_common() -> None:
    found = jaccard([{"a": 1.0, "b": 0.5}, {"b": 1.0, "c": 1.0}, {}, {"a": 1.0, "b": 1.0}])
    assert found.tolist() == [[1, 1 / 3, 0, 1], [1 / 3, 1, 0, 1 / 3], [0, 0, 0, 0], [1, 1 / 3, 0, 1]]
