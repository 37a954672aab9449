"""What the API is built on. One value, made by the composition root and shared by all requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from api.answer_cache import AnswerCache
from api.cache import Cache
from api.changed_users import ChangedUsers
from api.impressions import Impressions
from api.latencies import Latencies
from api.settings import ApiSettings, CacheSettings
from graph.client import Graph
from graph.settings import ChurnSettings, FeedbackSettings, PopularitySettings, PreferenceSettings
from recommend.answering import Answering
from recommend.catalogue import Catalogue
from recommend.experimenting import Experimenting
from recommend.service import RecommendationService
from recommend.serving import utc_now
from recommend.settings import BanditSettings, StatisticsSettings


@dataclass(frozen=True)
class Services:
    """The graph, the recommenders on it, and the rules for what comes in. `clock` gives aware times in UTC."""

    graph: Graph
    recommendations: RecommendationService
    answering: Answering
    preferences: PreferenceSettings
    popularity: PopularitySettings
    cache: Cache
    catalogue: Catalogue
    impressions: Impressions
    answers: AnswerCache
    changed_users: ChangedUsers
    cache_settings: CacheSettings
    feedback: FeedbackSettings
    bandit: BanditSettings
    churn: ChurnSettings
    statistics: StatisticsSettings
    experimenting: Experimenting
    settings: ApiSettings = field(default_factory=ApiSettings)
    latencies: Latencies = field(default_factory=Latencies)
    clock: Callable[[], datetime] = utc_now
