"""What an item is there for: the fewest interactions without which it does not come."""

from __future__ import annotations

from itertools import combinations

import pytest

from graph.client import Graph
from graph.errors import InputError
from recommend.because import because
from recommend.histories import History
from recommend.protocol import Answer, Ask, Filters, Recommendation
from recommend.registry import strategies
from recommend.service import RecommendationService
from tests.worlds.checkerboard import CHECKERBOARD, USERS
from tests.worlds.strategies import AUTO


def liked_by(user: str) -> list[str]:
    return sorted(item for (one, item), weight in CHECKERBOARD.prefers.items() if one == user and weight > 0)


@pytest.mark.parametrize("strategy", ["co-occurrence", "item-item", "hybrid", "lightgcn", "content"])
def test_without_what_is_told_the_item_does_not_come(board: Graph, strategy: str) -> None:
    service = RecommendationService(board, strategies(board, AUTO), AUTO)
    found_some = False
    for user in USERS[:4]:
        ask = Ask(user, 2)
        (answer,) = service.recommend([ask], strategy)
        item = answer.recommendations[-1].item_id
        found = service.because(ask, item, strategy)
        if not found.item_ids:
            continue
        found_some = True

        def lists(gone: tuple[str, ...], ask: Ask = ask) -> set[str]:
            changed = Ask(ask.user_id, 2, Filters(exclude_ids=gone), History(without=gone))
            (without,) = service.recommend([changed], strategy)
            return {one.item_id for one in without.recommendations}

        assert item not in lists(found.item_ids)
        if found.smallest:
            for size in range(1, len(found.item_ids)):
                assert all(item in lists(fewer) for fewer in combinations(liked_by(user), size))
    assert found_some


def test_what_is_not_in_the_list_has_no_because(board: Graph) -> None:
    service = RecommendationService(board, strategies(board, AUTO), AUTO)
    with pytest.raises(InputError, match="is not among the 2 items"):
        service.because(Ask("u00", 2), "no-such-item")


def made_of(needed: list[set[str]]) -> tuple[list[int], object]:
    """A list that holds "x" as long as one of `needed` is whole."""
    sizes: list[int] = []

    def recommend(asks: list[Ask]) -> list[Answer]:
        sizes.append(len(asks))
        answers = []
        for ask in asks:
            left = [one for one in needed if not one & set(ask.history.without)]
            items = (Recommendation("x", float(len(left)), 1, "als"),) if left else ()
            answers.append(Answer("ann", "als", "als", items))
        return answers

    return sizes, recommend


LIKED = [f"i{k}" for k in range(12)]


@pytest.mark.parametrize(
    ("needed", "expected", "smallest"),
    [
        ([{"i3"}], {"i3"}, True),
        ([{"i3"}, {"i5"}], {"i3", "i5"}, True),
        ([{"i3"}, {"i5"}, {"i7"}, {"i9"}], {"i3", "i5", "i7", "i9"}, False),
        ([set()], set(), False),
    ],
)
def test_the_fewest_are_found_or_it_is_said_that_they_were_not(
    needed: list[set[str]], expected: set[str], smallest: bool
) -> None:
    sizes, recommend = made_of(needed)
    found = because(recommend, Ask("ann", 5), "x", LIKED)  # type: ignore[arg-type]  # of this form
    assert set(found.item_ids) == expected
    assert found.smallest is smallest
    assert found.tried == sum(sizes) <= 12 + 45 + 23 + 12 * 25


def test_who_likes_nothing_has_no_because() -> None:
    _, recommend = made_of([set()])
    assert because(recommend, Ask("ann", 5), "x", []).tried == 0  # type: ignore[arg-type]  # likewise
