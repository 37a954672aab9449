from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.content_maps import ContentMap
from graph.training_data import ItemContent
from recommend.placing import placed_vector


def vector(*numbers: float) -> np.ndarray:
    return np.asarray(numbers, dtype=np.float32)


MAP = ContentMap(vector(1, 0), 5.0, {"film": vector(0, 1)}, {"war": vector(2, 0), "joy": vector(0, -4)})


def test_a_vector_is_the_base_with_kind_and_weighed_tags_as_long_as_all_are() -> None:
    found = placed_vector(MAP, ItemContent("i", "film", {"war": 0.5, "joy": 0.25, "unknown": 1.0}))
    assert found is not None
    np.testing.assert_allclose(found[:2], [2, 0])
    assert np.isclose(np.linalg.norm(found), 5.0)


def test_of_what_the_map_does_not_name_nothing_is_known() -> None:
    assert placed_vector(MAP, ItemContent("i", "song", {"unknown": 1.0})) is None
    assert placed_vector(MAP, ItemContent("i", None, {"war": 0.0})) is None


def test_kinds_that_a_run_leaves_out_are_not_placed() -> None:
    films = replace(MAP, only=("film",))
    assert placed_vector(films, ItemContent("i", "film", {"war": 1.0})) is not None
    assert placed_vector(films, ItemContent("i", "song", {"war": 1.0})) is None


def test_one_longer_than_all_others_is_cut_to_their_length() -> None:
    found = placed_vector(MAP, ItemContent("i", None, {"war": 30.0}))
    assert found is not None
    np.testing.assert_allclose(found, [5, 0, 0], atol=1e-6)
