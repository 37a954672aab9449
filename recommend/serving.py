"""The service as it serves: with every strategy, under the settings of the environment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from graph.client import Graph
from graph.settings import read_settings
from recommend.catalogue import Catalogue
from recommend.last_known import LastKnown
from recommend.registry import strategies
from recommend.rerank import Reranker
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings, RerankSettings


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def serving_service(
    graph: Graph,
    catalogue: Catalogue | None = None,
    last_known: LastKnown | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> RecommendationService:
    """What answers the API, and whoever wants the same answers. Raises ConfigurationError."""
    settings, items = read_settings(RecommendSettings), catalogue or Catalogue(graph)
    return RecommendationService(
        graph,
        strategies(graph, settings, items),
        settings,
        catalogue=items,
        last_known=last_known,
        reranker=Reranker(read_settings(RerankSettings), items.get, clock),
    )
