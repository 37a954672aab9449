"""What most people like, recent likes counting more."""

from __future__ import annotations

from collections.abc import Sequence

from graph import candidates
from graph.client import Graph
from graph.records import Explanation, Scored
from graph.user_states import RunKey
from recommend.catalogue import Catalogue
from recommend.explanations import explain_popular
from recommend.narrowing import narrowed_in
from recommend.protocol import Ask, Pair
from recommend.requests import wanted
from recommend.settings import RecommendSettings


class PopularRecommender:
    """Items by popularity that halves every `popularity.half_life_days`; the score is as of the newest event.

    Answers everyone, unknown users too. Items that nobody liked yet come last, by id, so that there is an answer as
    long as there are items.
    """

    strategy = "popular"
    runs: tuple[RunKey, ...] = ()

    def __init__(self, graph: Graph, settings: RecommendSettings, catalogue: Catalogue | None = None) -> None:
        self._graph = graph
        self._catalogue = catalogue or Catalogue(graph)
        self._settings = settings

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. At most two round trips."""
        return narrowed_in(self._graph, self._catalogue, asks, self._plain)

    def _plain(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        return candidates.popular(self._graph, wanted(asks), self._settings.half_life_millis)

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """See Recommender.explain."""
        return explain_popular(self._graph, pairs)
