"""Blending lists equals a plain loop over users and items, and does what a product of opinions should."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend.blend import LOGITS, SMOOTHING, Lists, blend, entries, terms

ITEMS = 8
NAMES = ("lightgcn", "item-item", "popular")
Plain = list[tuple[int, float]]
"""One user's list: item rows and scores, best first."""


def as_lists(users: list[Plain]) -> Lists:
    width = max((len(one) for one in users), default=0) + 1
    lists = Lists(np.full((len(users), width), -1, dtype=np.int64), np.full((len(users), width), np.nan))
    for row, one in enumerate(users):
        for place, (item, score) in enumerate(one):
            lists.items[row, place], lists.scores[row, place] = item, score
    return lists


def naive_terms(name: str, one: Plain) -> dict[int, float]:
    """By the definition: the logarithm of an opinion less that of an item that is not listed."""
    if name in LOGITS:
        return {item: score - min(other for _, other in one) for item, score in one}
    best = max((score for _, score in one), default=0.0)
    shares = {item: score / best for item, score in one if score > 0}
    return {item: log(share + SMOOTHING) - log(SMOOTHING) for item, share in shares.items()}


def naive_blend(lists: dict[str, Plain], weights: dict[str, float]) -> dict[int, float]:
    total: dict[int, float] = {}
    for name, one in lists.items():
        for item, term in naive_terms(name, one).items():
            if weights[name] > 0:
                total[item] = total.get(item, 0.0) + weights[name] * term
    return total


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, list[Plain]], dict[str, float]]:
    users = draw(st.integers(1, 4))
    scores = st.lists(st.integers(-4, 40), max_size=ITEMS)
    lists = {}
    for name in NAMES:
        lists[name] = [
            list(zip(draw(st.permutations(range(ITEMS))), sorted((s / 8 for s in draw(scores)), reverse=True)))  # noqa: B905 - the shorter one ends the list
            for _ in range(users)
        ]
    return lists, {name: draw(st.sampled_from([0.0, 0.5, 1.0, 3.0])) for name in NAMES}


@settings(deadline=None)
@given(worlds())
def test_it_is_the_sum_of_weighted_logarithms(world: tuple[dict[str, list[Plain]], dict[str, float]]) -> None:
    lists, weights = world
    users = len(lists[NAMES[0]])
    found = blend({name: as_lists(own) for name, own in lists.items()}, weights, ITEMS, ITEMS, users)
    for user in range(users):
        expected = naive_blend({name: own[user] for name, own in lists.items()}, weights)
        listed = found.items[user] >= 0
        got = dict(zip(found.items[user][listed].tolist(), found.scores[user][listed].tolist(), strict=True))
        assert got == pytest.approx(expected, abs=1e-12)
        assert not listed[len(expected) :].any()
        ordered = list(zip(found.scores[user][listed].tolist(), found.items[user][listed].tolist(), strict=True))
        assert ordered == sorted(ordered, key=lambda one: (-one[0], one[1]))


def test_fewer_are_the_first_of_more() -> None:
    lists = {"lightgcn": as_lists([[(3, 2.0), (1, 1.0), (0, 0.5)]]), "item-item": as_lists([[(1, 4.0), (2, 1.0)]])}
    more = blend(lists, {"lightgcn": 1.0, "item-item": 1.5}, ITEMS, 4, 1)
    fewer = blend(lists, {"lightgcn": 1.0, "item-item": 1.5}, ITEMS, 2, 1)
    assert more.items.tolist() == [[1, 2, 3, 0]]
    assert fewer.items.tolist() == [[1, 2]]
    assert more.scores[0, 2] == 1.5


def test_one_strategy_alone_keeps_its_order() -> None:
    own = as_lists([[(5, 3.0), (2, 1.0), (7, 0.25)]])
    for name in NAMES:
        assert blend({name: own}, {name: 2.0}, ITEMS, 5, 1).items.tolist() == [[5, 2, 7, -1, -1]]


def test_a_shift_of_logits_and_a_scale_of_sums_change_nothing() -> None:
    own = as_lists([[(5, 3.0), (2, 1.0), (7, 0.25)]])
    shifted, scaled = Lists(own.items, own.scores - 40), Lists(own.items, own.scores * 40)
    assert terms("lightgcn", shifted) == pytest.approx(terms("lightgcn", own))
    assert terms("item-item", scaled) == pytest.approx(terms("item-item", own))


def test_nothing_blended_is_nothing() -> None:
    assert blend({}, {"lightgcn": 1.0}, ITEMS, 3, 2).items.tolist() == [[-1] * 3] * 2
    assert blend({"lightgcn": as_lists([[], []])}, {"lightgcn": 1.0}, ITEMS, 1, 2).items.tolist() == [[-1], [-1]]
    assert entries({"lightgcn": as_lists([[(1, 2.0)]])}, ITEMS).terms.tolist() == [[0.0]]
