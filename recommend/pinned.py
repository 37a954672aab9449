"""Strategies that one run serves, whichever is active, so that two runs of a model can be compared side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from graph.client import Graph
from graph.errors import ModelError, UnknownStrategy
from graph.models import ITEM_ITEM, MODELS, TRAINED, ready_run
from recommend.catalogue import Catalogue
from recommend.hybrid import HybridRecommender
from recommend.item_item import ItemItemRecommender
from recommend.learned import LearnedRecommender
from recommend.pins import base_of, run_of
from recommend.protocol import Recommender
from recommend.settings import RecommendSettings

MOST = 2 * len(TRAINED)
"""Held at once, since each may hold all items of its run: as many as there are slots."""


class PinnedRuns:
    """Recommenders by names such as `lightgcn@RUN`, made when first asked for. Safe to share between threads."""

    def __init__(
        self,
        graph: Graph,
        components: Mapping[str, Recommender],
        settings: RecommendSettings,
        catalogue: Catalogue | None = None,
    ) -> None:
        self._graph = graph
        self._catalogue = catalogue or Catalogue(graph)
        self._components = components
        self._settings = settings
        self._made = lru_cache(MOST)(self._make)

    def recommender(self, name: str) -> Recommender:
        """The one of that name. Raises UnknownStrategy where its run could not serve the strategy."""
        return self._made(name)

    def _make(self, name: str) -> Recommender:
        model, run_id = base_of(name), run_of(name) or ""
        try:
            fits = ready_run(self._graph, run_id).model == model
        except ModelError as error:
            raise UnknownStrategy(f"There is no strategy {name!r}. {error}") from error
        if not fits:
            raise UnknownStrategy(f"There is no strategy {name!r}: that is no run of {model}. See edgewise models.")
        if model in MODELS:
            return LearnedRecommender(self._graph, model, self._settings, run_id, self._catalogue)
        if model == ITEM_ITEM:
            return ItemItemRecommender(self._graph, self._settings, run_id, self._catalogue)
        return HybridRecommender(self._graph, self._components, self._settings, run_id)
