"""What more people like now than shortly before."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from graph import candidates
from graph.client import Graph
from graph.records import Explanation, Scored
from graph.user_states import RunKey
from recommend.catalogue import Catalogue
from recommend.explanations import explain_trending
from recommend.narrowing import narrowed_in
from recommend.protocol import Ask, Pair
from recommend.requests import wanted
from recommend.settings import RecommendSettings


def trend(recent: int, previous: int, smoothing: float) -> float:
    """How far `recent` users exceed the `previous` ones, in standard deviations of a Poisson count.

    (recent - previous) / √(previous + smoothing): ten more than ten is news, ten more than a thousand is not.
    """
    return (recent - previous) / sqrt(previous + smoothing)


class TrendingRecommender:
    """Items whose trend is above zero, as the last refresh found it. Answers everyone, unknown users too."""

    strategy = "trending"
    runs: tuple[RunKey, ...] = ()

    def __init__(self, graph: Graph, settings: RecommendSettings, catalogue: Catalogue | None = None) -> None:
        self._graph = graph
        self._catalogue = catalogue or Catalogue(graph)
        self._settings = settings

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. One round trip."""
        return narrowed_in(self._graph, self._catalogue, asks, self._plain)

    def _plain(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        return candidates.trending(self._graph, wanted(asks))

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """See Recommender.explain."""
        return explain_trending(self._graph, pairs, self._settings)
