"""What others like who like the same."""

from __future__ import annotations

from collections.abc import Sequence

from graph import candidates
from graph.client import Graph
from graph.records import Explanation, Scored
from graph.user_states import RunKey
from recommend.catalogue import Catalogue
from recommend.explanations import explain_co_occurrence
from recommend.narrowing import narrowed_in
from recommend.protocol import Ask, Pair
from recommend.requests import wanted
from recommend.settings import RecommendSettings

BY = "co-occurrence"
"""The `by` of its SIMILAR edges."""


class CoOccurrenceRecommender:
    """Item-based neighbourhoods: the sum over a user's likes of weight times similarity to the candidate.

    Similarity is the cosine (or Jaccard, or lift) of the sets of users that like two items; each set's size is the
    number of users with any preference for the item. Taken from SIMILAR edges where there are any, else walked
    within the degree budget. Sarwar et al., Item-based collaborative filtering (WWW 2001), eq. in 3.2.1.
    """

    strategy = "co-occurrence"
    runs: tuple[RunKey, ...] = ()

    def __init__(self, graph: Graph, settings: RecommendSettings, catalogue: Catalogue | None = None) -> None:
        self._graph = graph
        self._catalogue = catalogue or Catalogue(graph)
        self._settings = settings

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. One round trip."""
        return narrowed_in(self._graph, self._catalogue, asks, self._plain)

    def _plain(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        return candidates.co_occurrence(
            self._graph,
            wanted(asks),
            form=self._settings.co_occurrence_form,
            measure=self._settings.similarity,
            shrink=self._settings.similarity_shrink,
            caps=self._settings.caps(),
        )

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """See Recommender.explain."""
        return explain_co_occurrence(self._graph, pairs, self._settings)
