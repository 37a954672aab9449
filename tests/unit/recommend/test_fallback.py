"""Which layers follow a strategy, and what a person is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from graph.errors import ModelNotTrained
from graph.records import Explanation, Scored
from graph.user_states import Liking, RunKey, UserState
from recommend.fallback import Filling, LayerFailed, Missed, fill, layers, note
from recommend.protocol import Ask, Filters, Pair

LIKES = UserState("ann", exists=True, likings=(Liking("z", 1.0),))
NEW = UserState("ann", exists=True, likings=(Liking("z", -1.0),))
NOBODY = UserState("ann", exists=False)
ORDER = ("lightgcn", "lightfm", "co-occurrence", "content", "popular")


class Fixed:
    """A strategy that knows a fixed list, or has no run where that is None."""

    def __init__(self, strategy: str, known: list[str] | None) -> None:
        self.strategy = strategy
        self.runs: tuple[RunKey, ...] = ()
        self.known = known
        self.asked: list[Ask] = []

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        self.asked.extend(asks)
        if self.known is None:
            raise ModelNotTrained("no run")
        return [
            [Scored(item, 1.0) for item in self.known if item not in ask.filters.exclude_ids][: ask.first]
            for ask in asks
        ]

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        return [None] * len(pairs)


def read(asks: Sequence[Ask], _keys: Sequence[RunKey]) -> list[tuple[Ask, UserState]]:
    """Every ask here comes with its state."""
    return [(ask, ask.state) for ask in asks if ask.state is not None]


def known(**lists: list[str] | None) -> dict[str, Fixed]:
    return {name.replace("_", "-"): Fixed(name.replace("_", "-"), items) for name, items in lists.items()}


EVERY = known(lightgcn=[], lightfm=[], co_occurrence=[], content=[], popular=[], trending=[], other=[])


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("lightgcn", list(ORDER)),
        ("co-occurrence", ["co-occurrence", "content", "popular"]),
        ("popular", ["popular"]),
        ("trending", ["trending", "popular"]),
        ("other", ["other", *ORDER]),
    ],
)
def test_layers(strategy: str, expected: list[str]) -> None:
    assert layers(strategy, ORDER, EVERY) == expected


def test_popular_is_last_whatever_the_settings_say() -> None:
    assert layers("content", ("popular", "content", "lightfm"), EVERY) == ["content", "lightfm", "popular"]


def test_each_layer_gives_what_is_missing_and_not_again() -> None:
    strategies = known(content=["a", "b"], popular=["b", "x", "c", "d"])
    filling = Filling(Ask("ann", 4, Filters(exclude_ids=("x",))), LIKES)
    assert fill([filling], ["content", "popular"], strategies, read) == Missed()
    given = [(one.item_id, one.position, one.strategy) for one in filling.recommendations]
    assert given == [("a", 1, "content"), ("b", 2, "content"), ("c", 3, "popular"), ("d", 4, "popular")]
    assert strategies["popular"].asked == [Ask("ann", 2, Filters(exclude_ids=("x", "a", "b")))]
    assert note(filling, "content", Missed()) == "content knows 2 of 4; the rest: 2 by popular."


def test_a_full_answer_asks_nobody_else_and_needs_no_note() -> None:
    strategies = known(content=["a", "b"], popular=["c"])
    filling = Filling(Ask("ann", 2), LIKES)
    fill([filling], ["content", "popular"], strategies, read)
    assert strategies["popular"].asked == []
    assert note(filling, "content", Missed()) is None


def test_an_untrained_model_gives_way_and_the_note_says_so() -> None:
    strategies = known(lightgcn=None, popular=["a"])
    filling = Filling(Ask("ann", 1), LIKES)
    missed = fill([filling], ["lightgcn", "popular"], strategies, read)
    assert missed == Missed(untrained=["lightgcn"])
    assert note(filling, "lightgcn", missed) == "lightgcn has not been trained yet (edgewise train): 1 by popular."


@pytest.mark.parametrize(("state", "told"), [(NOBODY, "No user has the id 'ann'"), (NEW, "has liked nothing yet")])
def test_who_likes_nothing_is_not_asked_about(state: UserState, told: str) -> None:
    strategies = known(content=["a"], popular=["b"])
    filling = Filling(Ask("ann", 1), state)
    fill([filling], ["content", "popular"], strategies, read)
    assert strategies["content"].asked == []
    assert [one.item_id for one in filling.recommendations] == ["b"]
    assert told in (note(filling, "content", Missed()) or "")


def test_who_likes_nothing_may_be_known_by_a_profile() -> None:
    strategies = known(lightgcn=["x"], lightfm=["a"], content=["y"], popular=["a", "b"])
    filling = Filling(Ask("ann", 2), NEW)
    fill([filling], ["lightgcn", "lightfm", "content", "popular"], strategies, read)
    assert [(one.item_id, one.strategy) for one in filling.recommendations] == [("a", "lightfm"), ("b", "popular")]
    assert note(filling, "lightfm", Missed()) == "lightfm knows 1 of 2; the rest: 1 by popular."
    told = "This user has liked nothing yet, but has a profile: 1 by lightfm, 1 by popular."
    assert note(filling, "lightgcn", Missed()) == told


def test_nobody_has_no_profile() -> None:
    strategies = known(lightfm=["a"], popular=["b"])
    filling = Filling(Ask("ann", 1), NOBODY)
    fill([filling], ["lightfm", "popular"], strategies, read)
    assert strategies["lightfm"].asked == []


def test_too_few_items_are_admitted() -> None:
    filling = Filling(Ask("ann", 3), LIKES)
    fill([filling], ["popular"], known(popular=["a"]), read)
    assert note(filling, "popular", Missed()) == "No more than 1 unseen items match."


def test_a_layer_that_fails_gives_way_and_the_note_says_so() -> None:
    def attempt(layer: str, find: Callable[[], list[list[Scored]]]) -> list[list[Scored]]:
        if layer == "lightgcn":
            raise LayerFailed("it is slow")
        return find()

    strategies = known(lightgcn=["a"], content=["b"], popular=["c"])
    filling = Filling(Ask("ann", 2), LIKES)
    missed = fill([filling], ["lightgcn", "content", "popular"], strategies, read, attempt)
    assert missed == Missed(failed=["lightgcn"])
    assert strategies["lightgcn"].asked == []
    told = "lightgcn does not answer at the moment: 1 by content, 1 by popular."
    assert note(filling, "lightgcn", missed) == told
