"""What follows from events, summed over all of them in memory: each pair's preference, each item's popularity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.errors import SourceError
from graph.event_weights import event_weights, forward_decayed
from graph.settings import PopularitySettings, PreferenceSettings


@dataclass(slots=True)
class PairSums:
    """Sums events of `user_ids` on `item_ids`; 28 bytes an event until `preferences` is asked for."""

    user_ids: Sequence[str]
    item_ids: Sequence[str]
    preferences: PreferenceSettings
    popularity: PopularitySettings
    decayed: NDArray[np.float64] = field(init=False)
    """float64[items]: the forward-decayed popularity of each."""
    _parts: list[pl.DataFrame] = field(default_factory=list)
    _users: pl.Enum = field(init=False)
    _items: pl.Enum = field(init=False)

    def __post_init__(self) -> None:
        self.decayed = np.zeros(len(self.item_ids))
        self._users, self._items = pl.Enum(self.user_ids), pl.Enum(self.item_ids)

    def add(self, events: pl.DataFrame) -> None:
        """Add a table of events. Raises SourceError if one names a user or an item that there is not."""
        users, items = _codes(events["userId"], self._users), _codes(events["itemId"], self._items)
        values = events["value"].fill_null(np.nan).to_numpy()
        at = events["at"].dt.timestamp("ms")
        names = events["type"].unique(maintain_order=True).to_list()
        codes = events["type"].cast(pl.Enum(names)).to_physical().to_numpy()
        weights = event_weights(names, codes, values, self.preferences)
        added = forward_decayed(weights, at.to_numpy(), self.popularity)
        self.decayed += np.bincount(items.to_numpy(), added, minlength=len(self.item_ids))
        self._parts.append(pl.DataFrame({"user": users, "item": items, "weight": weights, "at": at}))

    def pairs(self) -> pl.DataFrame:
        """One row per pair, by user and item: userId, itemId, weight, events, lastAt."""
        if not self._parts:
            return pl.DataFrame()
        events = pl.concat(self._parts)
        self._parts.clear()
        summed = (
            events.group_by("user", "item")
            .agg(
                weight=pl.col("weight").sum(),
                events=pl.len().cast(pl.Int64),
                lastAt=pl.col("at").max().cast(pl.Datetime("ms", "UTC")),
            )
            .sort("user", "item")
        )
        ids = pl.Series(self.user_ids, dtype=pl.String), pl.Series(self.item_ids, dtype=pl.String)
        return summed.select(
            userId=ids[0].gather(summed["user"]),
            itemId=ids[1].gather(summed["item"]),
            weight="weight",
            events="events",
            lastAt="lastAt",
        )


def _codes(ids: pl.Series, known: pl.Enum) -> pl.Series:
    codes = ids.cast(known, strict=False)
    if codes.null_count():
        missing = ids.filter(codes.is_null()).unique().head(3).to_list()
        raise SourceError(f"The source has events of {ids.name} {', '.join(missing)}, which it does not list.")
    return codes.to_physical().cast(pl.Int64)
