"""The one door to recommendations: picks the strategy, falls back, tops up, explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.client import Graph
from graph.errors import InputError, UnknownStrategy
from graph.records import Explanation, Scored
from recommend.protocol import MOST, Answer, Ask, Filters, Recommender
from recommend.settings import RecommendSettings

Reason = tuple[str, str, str]
"""User id, item id and the strategy that recommended it."""


class RecommendationService:
    """Answers with any strategy, and always answers: see `recommend`. Keeps no state; safe to share."""

    def __init__(self, graph: Graph, recommenders: Mapping[str, Recommender], settings: RecommendSettings) -> None:
        self._graph = graph
        self._recommenders = recommenders
        self._settings = settings

    @property
    def strategies(self) -> tuple[str, ...]:
        """The names that `recommend` takes, sorted."""
        return tuple(sorted(self._recommenders))

    def recommend(self, asks: Sequence[Ask], strategy: str | None = None) -> list[Answer]:
        """One answer per ask, in order; round trips do not grow with the number of asks.

        What `strategy` (default: settings.default_strategy) cannot fill comes from the layers after it, popularity
        last, so that `first` items come whenever so many unseen ones match; `note` says so.
        Raises UnknownStrategy; InputError if `first` is not within 1..50.
        """
        raise NotImplementedError

    def explain(self, reasons: Sequence[Reason]) -> list[Explanation | None]:
        """Why each item was recommended, in order; None where that strategy would not have. Raises UnknownStrategy."""
        raise NotImplementedError

    def similar(self, item_ids: Sequence[str], first: int = 10, by: str | None = None) -> list[list[Scored]]:
        """Items similar to each, in order of likeness: by co-occurrence, then by content, then popular of its kind.

        `by` keeps to one kind of similarity. Scores are comparable within one kind only; the order counts.
        An unknown item gets an empty list. One round trip. Raises InputError.
        """
        raise NotImplementedError

    def popular(self, first: int = 10, filters: Filters | None = None) -> list[Scored]:
        """The most popular items, decayed to the newest event. Raises InputError."""
        raise NotImplementedError
