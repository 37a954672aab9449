"""Items in the order of their scores as rows of a copy in memory, named only where somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from graph.records import Scored
from recommend.item_rows import ItemRows, Rows
from recommend.protocol import Ask


@dataclass(frozen=True, slots=True)
class Ranked:
    """`places`: int64[n], rows of `rows`; `scores`: float64[n], descending, ties by row."""

    rows: ItemRows
    places: Rows
    scores: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.places)

    def named(self) -> list[Scored]:
        """The same by id."""
        ids = self.rows.ids
        return list(map(Scored, [ids[row] for row in self.places.tolist()], self.scores.tolist()))


Found: TypeAlias = Ranked | list[Scored]
"""What a strategy lists for one request."""


@runtime_checkable
class FindsRows(Protocol):
    """A strategy that can leave the naming of what it lists to others."""

    def found(self, asks: Sequence[Ask]) -> Sequence[Found]:
        """As Recommender.candidates."""


def ranked(rows: ItemRows, kept: Rows, scores: NDArray[np.float64], first: int) -> Ranked:
    """The `first` highest `scores` of `kept`, rows that ascend; descending, ties by row."""
    order = np.argsort(-scores, kind="stable")[:first]
    return Ranked(rows, kept[order], scores[order])


def named(found: Found) -> list[Scored]:
    """The same by id."""
    return found.named() if isinstance(found, Ranked) else found


class Numbering:
    """Rows that several copies have in common, found anew where other copies come. Safe to share between threads."""

    def __init__(self) -> None:
        self._held: tuple[tuple[ItemRows, ...], ItemRows, dict[int, Rows]] = ((), ItemRows(()), {})

    def of(self, lists: Sequence[Found]) -> tuple[ItemRows, list[Rows]]:
        """Rows that hold all of `lists`, and for each int64[n]: where its items are among them."""
        rows, places = self._common(tuple(dict.fromkeys(one.rows for one in lists if isinstance(one, Ranked))))
        found = [places[id(one.rows)][one.places] if isinstance(one, Ranked) else _rows_of(rows, one) for one in lists]
        known = all(len(own) == len(one) for own, one in zip(found, lists, strict=True))
        return (rows, found) if known else _by_name(lists)

    def _common(self, copies: tuple[ItemRows, ...]) -> tuple[ItemRows, dict[int, Rows]]:
        _, rows, places = self._held
        if any(id(copy) not in places for copy in copies):
            rows = ItemRows(sorted({item for copy in copies for item in copy.ids}))
            places = {id(copy): rows.rows_of(copy.ids) for copy in copies}
            self._held = copies, rows, places  # holding the copies keeps their ids from being given to others
        return rows, places


def _by_name(lists: Sequence[Found]) -> tuple[ItemRows, list[Rows]]:
    """Where an item is in a list by name that no copy has."""
    by_name = [named(one) for one in lists]
    rows = ItemRows(sorted({one.item_id for scored in by_name for one in scored}))
    return rows, [_rows_of(rows, scored) for scored in by_name]


def _rows_of(rows: ItemRows, scored: Sequence[Scored]) -> Rows:
    return rows.rows_of([one.item_id for one in scored])


def scores_of(found: Found) -> NDArray[np.float64]:
    """float64[n]: the scores of a list."""
    return found.scores if isinstance(found, Ranked) else np.asarray([one.score for one in found], dtype=np.float64)
