"""What a learned item-item model leads to, by its edges in the graph."""

from __future__ import annotations

from collections.abc import Sequence

from graph.client import Graph
from graph.item_item import item_item, leading_items
from graph.models import ITEM_ITEM
from graph.records import Explanation, Scored
from graph.user_states import RunKey
from recommend.catalogue import Catalogue
from recommend.explanations import as_stored, because_of
from recommend.item_edges import ItemEdgesCache
from recommend.narrowing import narrowed
from recommend.pins import pin
from recommend.protocol import Ask, Pair
from recommend.ranked import Found, named
from recommend.requests import explained, wanted
from recommend.settings import RecommendSettings
from recommend.states import with_pair_histories, with_states


class ItemItemRecommender:
    """Serves the active run of item-item, or the one of `run_id`: the sum of its SIMILAR edges over what a user likes.

    What the edges weigh is learned (gnn.item_item), and every like counts once, as in learning,
    whatever it weighs, less only what age takes from it where that is asked for. More likes than
    settings.item_item_history_cap are not followed: the strongest, then the newest are. Up to settings.edge_copy_limit
    edges are followed in a copy in memory, more of them in the graph; both give the same. Raises ModelNotTrained.
    """

    def __init__(
        self,
        graph: Graph,
        settings: RecommendSettings,
        run_id: str | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        self.strategy = pin(ITEM_ITEM, run_id)
        self._key = RunKey(ITEM_ITEM, run_id)
        self._graph = graph
        self._settings = settings
        self._catalogue = catalogue or Catalogue(graph)
        self._edges = ItemEdgesCache(graph, settings.edge_copy_limit)

    @property
    def runs(self) -> tuple[RunKey, ...]:
        return (self._key,)

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. One round trip, also for hundreds of items per user."""
        return [named(one) for one in self.found(asks)]

    def found(self, asks: Sequence[Ask]) -> Sequence[Found]:
        """See FindsRows."""
        if not asks:
            return []
        known = with_states(self._graph, asks, self.runs)
        edges = self._edges.of(known[0][1].run(self._key))
        catalogue = self._catalogue.at(known[0][1].catalogue)
        if edges is None:
            return narrowed([ask for ask, _ in known], catalogue, self._in_graph)
        most = self._settings.item_item_history_cap
        return [
            edges.best(
                state.likes(most),
                ask.first,
                catalogue.allowed(ask.filters),
                [*state.seen, *ask.filters.exclude_ids],
            )
            for ask, state in known
        ]

    def _in_graph(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        return item_item(
            self._graph,
            wanted(asks),
            history_walk=self._settings.history_walk_cap,
            history_cap=self._settings.item_item_history_cap,
            run_id=self._key.run_id,
        )

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """The path user, PREFERS, liked item, SIMILAR, item that carries most of the score; None where it is 0.

        `share` is its part of the score; of what speaks for the item, where an edge speaks against it.
        """
        pairs = with_pair_histories(self._graph, pairs)
        found = leading_items(
            self._graph,
            explained(pairs),
            history_walk=self._settings.history_walk_cap,
            history_cap=self._settings.item_item_history_cap,
            run_id=self._key.run_id,
        )
        return [
            because_of(
                ITEM_ITEM, ask.user_id, as_stored(ask, one), f"what people like with it leads to {one.item.title}"
            )
            if one
            else None
            for (ask, _), one in zip(pairs, found, strict=True)
        ]
