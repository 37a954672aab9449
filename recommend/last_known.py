"""What was popular when the database last answered: the layer that needs nothing but memory."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from graph.records import Explanation, Scored
from graph.user_states import RunKey
from recommend.catalogue import Catalogue
from recommend.protocol import Ask, Filters, Pair

LOGGER = logging.getLogger(__name__)
LAST_KNOWN = "last-known"
KEY = "last-known-popularity"
KEPT_SECONDS = 7 * 86_400.0


class Shelf(Protocol):
    """Where the list is kept beside memory, for replicas that start while the database is away."""

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`."""

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep `value` under `key` for `seconds`."""


@dataclass(frozen=True, slots=True)
class Popular:
    """The most popular items as of `at`, most popular first."""

    at: datetime
    items: tuple[Scored, ...] = ()


class LastKnown:
    """A strategy that recommends what it was last told to be popular; see recommend.protocol.Recommender.

    Filters hold as the catalogue stood last; what a user has seen is left out where that is known.
    """

    strategy = LAST_KNOWN
    runs: tuple[RunKey, ...] = ()

    def __init__(self, catalogue: Catalogue, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._shelf = shelf
        self._clock = clock
        self._held: Popular | None = None

    def learn(self, popular: Sequence[Scored]) -> None:
        """Keep what is popular now; an empty list is no news."""
        if not popular:
            return
        self._held = Popular(self._clock(), tuple(popular))
        kept = {"at": self._held.at.isoformat(), "items": self._held.items}
        self._shelf.set(KEY, json.dumps(kept).encode(), KEPT_SECONDS)

    def popular(self) -> Popular:
        """What is held, or else was kept; empty where nothing ever was."""
        if self._held is None:
            self._held = self._kept()
        return self._held or Popular(self._clock())

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. No round trip."""
        return [self._of(ask, self.popular().items) for ask in asks]

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """Nothing is known but that it was popular, for which there is no path."""
        return [None] * len(pairs)

    def _of(self, ask: Ask, items: Sequence[Scored]) -> list[Scored]:
        seen = ask.state.seen if ask.state else ask.history.session or ()
        without = {*ask.filters.exclude_ids, *seen}
        left = [one for one in items if one.item_id not in without]
        if ask.filters.without_ids() != Filters():
            left = self._catalogue.kept(ask.filters, left)
        return left[: ask.first]

    def _kept(self) -> Popular | None:
        kept = self._shelf.get(KEY)
        if kept is None:
            return None
        try:
            found = json.loads(kept)
            items = tuple(Scored(str(item), float(score)) for item, score in found["items"])
            return Popular(datetime.fromisoformat(found["at"]), items)
        except (ValueError, KeyError, TypeError) as error:
            LOGGER.warning("what was kept as last known popularity cannot be read, and is passed over: %s", error)
            return None
