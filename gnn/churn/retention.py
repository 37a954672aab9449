"""Which items those who stay turn to: the share of an item's users, as of past cuts, who were not gone afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

PRIOR = 20.0
"""Users that stand behind every item, of whom as many stayed as of all: few users say little."""


@dataclass(frozen=True, slots=True)
class Stays:
    """How many of the users of each item there were as of a cut, and how many of these stayed."""

    users: Counter[str]
    stayed: Counter[str]


def stays_of(items: Sequence[Iterable[str]], gone: NDArray[Any]) -> Stays:
    """From the items of each user in the window before a cut, and who was gone after it (bool[users])."""
    users: Counter[str] = Counter()
    stayed: Counter[str] = Counter()
    for own, left in zip(items, gone.tolist(), strict=True):
        users.update(own)
        if not left:
            stayed.update(own)
    return Stays(users, stayed)


def retention(cuts: Iterable[Stays]) -> Mapping[str, float]:
    """0 to 1 for every item that anybody turned to: the share who stayed over all cuts, drawn to that of all items."""
    users: Counter[str] = Counter()
    stayed: Counter[str] = Counter()
    for one in cuts:
        users.update(one.users)
        stayed.update(one.stayed)
    mean = stayed.total() / max(1, users.total())
    return {item: (stayed[item] + PRIOR * mean) / (count + PRIOR) for item, count in users.items()}
