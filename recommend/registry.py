"""Every strategy by name. A new one is a file beside this one and a line here."""

from __future__ import annotations

from graph.client import Graph
from recommend.protocol import Recommender
from recommend.settings import RecommendSettings


def strategies(graph: Graph, settings: RecommendSettings) -> dict[str, Recommender]:
    """All strategies, ready to be asked; keys are their names."""
    recommenders: list[Recommender] = []
    return {recommender.strategy: recommender for recommender in recommenders}
