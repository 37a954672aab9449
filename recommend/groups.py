"""Answers many requests in groups that are answered together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

G = TypeVar("G", bound=Hashable)
K = TypeVar("K")
V = TypeVar("V")


def in_groups(asked: Sequence[K], group_of: Callable[[K], G], answer: Callable[[G, list[K]], Sequence[V]]) -> list[V]:
    """The values of `asked`, in order; those of one group are answered by one call."""
    groups: defaultdict[G, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        groups[group_of(one)].append(place)
    values: dict[int, V] = {}
    for group, places in groups.items():
        values.update(zip(places, answer(group, [asked[place] for place in places]), strict=True))
    return [values[place] for place in range(len(asked))]
