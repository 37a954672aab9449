"""Every strategy by name. A new one is a file beside this one and a line here."""

from __future__ import annotations

from graph.client import Graph
from graph.models import BLEND, MODELS
from recommend.catalogue import Catalogue
from recommend.co_occurrence import CoOccurrenceRecommender
from recommend.content import ContentRecommender
from recommend.hybrid import HybridRecommender
from recommend.item_item import ItemItemRecommender
from recommend.learned import LearnedRecommender
from recommend.popular import PopularRecommender
from recommend.protocol import Recommender
from recommend.settings import RecommendSettings
from recommend.trending import TrendingRecommender


def strategies(graph: Graph, settings: RecommendSettings, catalogue: Catalogue | None = None) -> dict[str, Recommender]:
    """All strategies, ready to be asked; keys are their names. They share the `catalogue`."""
    items = catalogue or Catalogue(graph)
    recommenders: list[Recommender] = [
        PopularRecommender(graph, settings, items),
        TrendingRecommender(graph, settings, items),
        CoOccurrenceRecommender(graph, settings, items),
        ContentRecommender(graph, settings, items),
        *(LearnedRecommender(graph, model, settings, catalogue=items) for model in MODELS),
        ItemItemRecommender(graph, settings, catalogue=items),
    ]
    components = {recommender.strategy: recommender for recommender in recommenders}
    return components | {BLEND: HybridRecommender(graph, components, settings)}
