"""The service as it serves: with every strategy, under the settings of the environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random
from time import monotonic

from graph.client import Graph
from graph.settings import read_settings
from recommend.auto import Auto, check_arms
from recommend.catalogue import Catalogue
from recommend.experimenting import Experimenting
from recommend.last_known import LastKnown
from recommend.learned import LearnedRecommender
from recommend.likeness import by_tags, by_vectors
from recommend.protocol import Recommender
from recommend.registry import strategies
from recommend.rerank import Reranker
from recommend.service import RecommendationService
from recommend.settings import BanditSettings, RecommendSettings, RerankSettings


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def serving_service(
    graph: Graph,
    catalogue: Catalogue | None = None,
    last_known: LastKnown | None = None,
    clock: Callable[[], datetime] = utc_now,
    *,
    random: Random | None = None,
    experimenting: Experimenting | None = None,
) -> RecommendationService:
    """What answers the API, and whoever wants the same answers; without experiments unless they are given.

    Raises ConfigurationError.
    """
    settings, items = read_settings(RecommendSettings), catalogue or Catalogue(graph)
    arms, known = read_settings(BanditSettings), strategies(graph, settings, items)
    check_arms(arms, set(known))
    return RecommendationService(
        graph,
        known,
        settings,
        catalogue=items,
        last_known=last_known,
        reranker=reranker_of(read_settings(RerankSettings), known, items, clock),
        auto=Auto(graph, arms, random or Random(), monotonic),  # noqa: S311  no secret hangs on it
        experimenting=experimenting,
    )


def reranker_of(
    settings: RerankSettings, known: Mapping[str, Recommender], items: Catalogue, clock: Callable[[], datetime]
) -> Reranker:
    """What puts lists in order, with the likeness of items that the settings name; `known`: the strategies."""
    likeness, model = by_tags(items.get), known.get(settings.diversity_by)
    if isinstance(model, LearnedRecommender):
        likeness = by_vectors(model.tastes, likeness)
    return Reranker(settings, items.get, clock, likeness)


def serving_experiments(
    graph: Graph, clock: Callable[[], datetime] = utc_now, random: Random | None = None
) -> Experimenting:
    """The experiments that go on, under the settings of the environment."""
    settings = read_settings(BanditSettings)
    drawn = random or Random()  # noqa: S311  no secret hangs on it
    bounds = settings.group_bounds
    return Experimenting(graph, settings.refresh_seconds, bounds, monotonic, clock, random=drawn)
