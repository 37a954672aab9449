"""Which of a user's interactions an item is there for: the fewest whose removal lets it fall out of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from graph.errors import InputError
from recommend.protocol import Answer, Ask, Recommendation

MOST_ALONE = 40
"""Likes that are tried one by one, the strongest first."""
MOST_PAIRED = 10
"""Likes of which all pairs are tried: those without which the item fell furthest."""
MOST_TOGETHER = 25
"""Likes that are removed one after the other, those first without which the item fell furthest."""

MOST_LISTS = MOST_ALONE + MOST_PAIRED * (MOST_PAIRED - 1) // 2 + 2 * MOST_TOGETHER
"""About as many lists are made for one item at most."""

Recommend = Callable[[Sequence[Ask]], Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Because:
    """`item_ids`: without the interactions with these the item is not in the list; empty where none were found.

    `smallest`: whether fewer would not do, as far as those were tried that count most. `tried`: lists that were made.
    """

    item_ids: tuple[str, ...]
    smallest: bool
    tried: int


def check_listed(item_id: str, listed: Sequence[str]) -> None:
    """Raise InputError unless an item is among those of an answer."""
    if item_id not in listed:
        raise InputError(f"{item_id!r} is not among the {len(listed)} items of this answer.")


def because(recommend: Recommend, ask: Ask, item_id: str, liked: Sequence[str]) -> Because:
    """Look for them among `liked`, the strongest first: one by one, in pairs, then one after the other.

    What is left out does not come back into the list in the meantime, so that it does not take the item's place.
    """
    search = _Search(recommend, ask, item_id)
    alone = [(one,) for one in liked[:MOST_ALONE]]
    if found := search.first_that_does(alone):
        return Because(found, smallest=True, tried=search.tried)
    order = [gone for (gone,) in sorted(alone, key=lambda one: search.left[one])]
    if found := search.first_that_does(list(combinations(order[:MOST_PAIRED], 2))):
        return Because(found, smallest=True, tried=search.tried)
    together = [tuple(order[:size]) for size in range(3, min(len(order), MOST_TOGETHER) + 1)]
    found = search.first_that_does(together)
    while found:
        fewer = search.first_that_does([tuple(one for one in found if one != gone) for gone in reversed(found)])
        if not fewer:
            break
        found = fewer
    return Because(found, smallest=False, tried=search.tried)


class _Search:
    """Tries sets, many at a time. `left`: the score that the item kept without each, -inf where it is gone."""

    def __init__(self, recommend: Recommend, ask: Ask, item_id: str) -> None:
        self._recommend = recommend
        self._ask = ask
        self._item_id = item_id
        self.tried = 0
        self.left: dict[tuple[str, ...], float] = {}

    def first_that_does(self, sets: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The first of these without which the item does not come; an empty one where it always does."""
        if not sets:
            return ()
        self.tried += len(sets)
        for gone, answer in zip(sets, self._recommend([self._without(one) for one in sets]), strict=True):
            there = self._there(answer)
            self.left[gone] = float("-inf") if there is None else there.score
        return next((one for one in sets if self.left[one] == float("-inf")), ())

    def _without(self, gone: tuple[str, ...]) -> Ask:
        history, filters = self._ask.history, self._ask.filters
        return replace(
            self._ask,
            history=replace(history, without=history.without + gone),
            filters=replace(filters, exclude_ids=filters.exclude_ids + gone),
        )

    def _there(self, answer: Answer) -> Recommendation | None:
        return next((one for one in answer.recommendations if one.item_id == self._item_id), None)
