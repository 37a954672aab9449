"""What resembles, by its tags, what the user likes."""

from __future__ import annotations

from collections.abc import Sequence

from graph import candidates
from graph.client import Graph
from graph.records import Explanation, Scored
from graph.user_states import RunKey
from recommend.catalogue import Catalogue
from recommend.explanations import explain_content
from recommend.narrowing import narrowed_in
from recommend.protocol import Ask, Pair
from recommend.requests import wanted
from recommend.settings import RecommendSettings

BY = "content"
"""The `by` of its SIMILAR edges."""


class ContentRecommender:
    """Cosine between an item's tags and the user's profile, both weighted by TF-IDF, so that a rare tag says more.

    The profile is the sum over the user's likes of weight times the item's tag vector at length 1.
    """

    strategy = "content"
    runs: tuple[RunKey, ...] = ()

    def __init__(self, graph: Graph, settings: RecommendSettings, catalogue: Catalogue | None = None) -> None:
        self._graph = graph
        self._catalogue = catalogue or Catalogue(graph)
        self._settings = settings

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. One round trip."""
        return narrowed_in(self._graph, self._catalogue, asks, self._plain)

    def _plain(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        return candidates.content(self._graph, wanted(asks), caps=self._settings.caps())

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """See Recommender.explain."""
        return explain_content(self._graph, pairs, self._settings)
