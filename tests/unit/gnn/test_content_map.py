from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gnn.content_map import learn_content_map
from gnn.factors import Factors, Learned
from graph.content_maps import ContentMap
from graph.training_data import ItemContent
from recommend.placing import placed_vector

KINDS, TAGS, SIZE = ("book", "film"), ("a", "b", "c", "d"), 3


def world(count: int, noise: float, seed: int = 7) -> tuple[Learned, list[ItemContent], np.ndarray]:
    """Items whose vectors are told by a kind and two tags of half weight, but for noise; without noise are the last."""
    random = np.random.default_rng(seed)
    of = {name: random.normal(size=SIZE) for name in (*KINDS, *TAGS)}
    contents, vectors = [], []
    for k in range(count):
        kind, tags = random.choice(KINDS), random.choice(TAGS, size=2, replace=False)
        contents.append(ItemContent(f"i{k:03}", str(kind), {str(tag): 0.5 for tag in tags}))
        vectors.append(2.0 + of[kind] + 0.5 * sum(of[tag] for tag in tags))
    exact = np.stack(vectors)
    items = (exact + noise * random.normal(size=exact.shape)).astype(np.float32)
    users = np.ones((1, SIZE), dtype=np.float32)
    return Learned(["u"], [one.item_id for one in contents], Factors(users, items, SIZE)), contents, exact


def placed(content_map: ContentMap, contents: list[ItemContent]) -> np.ndarray:
    found = [placed_vector(content_map, content) for content in contents]
    return np.stack([vector[:-1] for vector in found if vector is not None])


def test_vectors_that_content_tells_are_found_for_items_that_were_not_there() -> None:
    learned, contents, exact = world(400, noise=0.01)
    content_map = learn_content_map(learned, 300, contents)
    assert content_map is not None
    assert content_map.kinds.keys() == set(KINDS)
    assert content_map.tags.keys() == set(TAGS)
    assert np.abs(placed(content_map, contents[300:]) - exact[300:]).max() < 0.02


def test_where_content_tells_nothing_everyone_gets_nearly_the_mean() -> None:
    learned, contents, _ = world(400, noise=0.0)
    noise = np.random.default_rng(1).normal(size=(400, SIZE)).astype(np.float32)
    learned = replace(learned, factors=Factors(learned.factors.users, noise, SIZE))
    content_map = learn_content_map(learned, 400, contents)
    assert content_map is not None
    found = placed(content_map, contents)
    assert np.abs(found - noise.mean(axis=0)).max() < 0.25, "the penalty holds back what is chance"


def test_only_items_with_preferences_teach() -> None:
    learned, contents, _ = world(100, noise=0.1)
    before = learn_content_map(learned, 60, contents)
    changed = learned.factors.items.copy()
    changed[60:] *= 0.5
    after = learn_content_map(replace(learned, factors=replace(learned.factors, items=changed)), 60, contents)
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(before.base, after.base)
    assert all(np.array_equal(before.tags[tag], after.tags[tag]) for tag in TAGS)


def test_a_tag_of_one_item_tells_nothing() -> None:
    learned, contents, _ = world(50, noise=0.1)
    contents[0] = replace(contents[0], tags=contents[0].tags | {"of one": 1.0})
    content_map = learn_content_map(learned, 50, contents)
    assert content_map is not None
    assert content_map.tags.keys() == set(TAGS)


@pytest.mark.parametrize("contents", [[], [ItemContent("i000", "rare", {"one": 1.0}), ItemContent("i001", None, {})]])
def test_without_shared_content_there_is_no_map(contents: list[ItemContent]) -> None:
    assert learn_content_map(world(50, noise=0.1)[0], 50, contents) is None
