"""Every strategy by name. A new one is a file beside this one and a line here."""

from __future__ import annotations

from graph.client import Graph
from graph.models import BLEND, MODELS
from recommend.co_occurrence import CoOccurrenceRecommender
from recommend.content import ContentRecommender
from recommend.hybrid import HybridRecommender
from recommend.item_item import ItemItemRecommender
from recommend.learned import LearnedRecommender
from recommend.popular import PopularRecommender
from recommend.protocol import Recommender
from recommend.settings import RecommendSettings
from recommend.trending import TrendingRecommender


def strategies(graph: Graph, settings: RecommendSettings) -> dict[str, Recommender]:
    """All strategies, ready to be asked; keys are their names."""
    recommenders: list[Recommender] = [
        PopularRecommender(graph, settings),
        TrendingRecommender(graph, settings),
        CoOccurrenceRecommender(graph, settings),
        ContentRecommender(graph, settings),
        *(LearnedRecommender(graph, model, settings) for model in MODELS),
        ItemItemRecommender(graph, settings),
    ]
    components = {recommender.strategy: recommender for recommender in recommenders}
    return components | {BLEND: HybridRecommender(graph, components, settings)}
