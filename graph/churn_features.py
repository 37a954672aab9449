"""What a model of churn sees of users as of a moment: one query a group, none of which looks past it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.client import Graph
from graph.paging import keyed_pages, portions
from graph.queries import load_queries
from graph.settings import ChurnSettings, FeedbackSettings, PreferenceSettings

USERS_PER_PAGE = 2_000

Features = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class FeatureRules:
    """The settings that features depend on."""

    churn: ChurnSettings
    preferences: PreferenceSettings
    feedback: FeedbackSettings

    def parameters(self) -> dict[str, Any]:
        """By the names that the queries give them."""
        return {
            "windowMillis": self.churn.window_millis,
            "passive": list(self.churn.passive),
            "pauseMillis": round(self.churn.session_minutes * 60_000),
            "against": list(self.feedback.against),
            **self.preferences.parameters(),
        }


GROUPS: dict[str, tuple[str, ...]] = {
    "churn/recency_features": ("passive",),
    "churn/value_features": ("windowMillis",),
    "churn/trend_features": ("windowMillis", "passive"),
    "churn/variety_features": ("windowMillis", "passive"),
    "churn/session_features": ("windowMillis", "passive", "pauseMillis"),
    "churn/weekday_features": ("windowMillis", "passive"),
    "churn/negative_features": (
        "windowMillis",
        "weights",
        "defaultWeight",
        "ratingMidpoint",
        "ratingHalfrange",
    ),
    "churn/feedback_features": ("windowMillis", "against"),
}
"""The queries, with the parameters that each takes beside the users and the moment."""


@dataclass(frozen=True, slots=True)
class WindowItems:
    """The items that a user turned to in the window before a moment, and when last (milliseconds since 1970)."""

    item_ids: list[str]
    last_millis: list[int]


@dataclass(frozen=True, slots=True)
class Activity:
    """How many events a user has before a moment, and how many of these lie in the window before it."""

    user_id: str
    events: int
    in_window: int


def activities(graph: Graph, cut_millis: int, settings: ChurnSettings) -> Iterator[Activity]:
    """Every user, in the order of their ids."""
    rule = {"cutMillis": cut_millis, "windowMillis": settings.window_millis, "passive": list(settings.passive)}
    for page in keyed_pages(graph, "churn/active_users", "userId", USERS_PER_PAGE, **rule):
        for row in page:
            yield Activity(row["userId"], row["events"], row["inWindow"])


def returned_users(graph: Graph, user_ids: Sequence[str], cut_millis: int, settings: ChurnSettings) -> set[str]:
    """Those of the users who did anything within the horizon after the moment: the outcome, never a feature."""
    rule = {"cutMillis": cut_millis, "horizonMillis": settings.horizon_millis, "passive": list(settings.passive)}
    return {
        row["userId"]
        for ids in portions(user_ids, USERS_PER_PAGE)
        for row in graph.read("churn/returned_users", userIds=ids, **rule)
    }


def feature_names() -> tuple[str, ...]:
    """The names of what the queries of GROUPS tell: the columns that their files declare."""
    queries = load_queries()
    return tuple(name for query in GROUPS for name in queries[query].columns if name != "userId")


def user_features(
    graph: Graph, user_ids: Sequence[str], cut_millis: int, rules: FeatureRules
) -> Iterator[dict[str, Features]]:
    """What the queries of GROUPS say of each user as of the moment, a page of users at a time; None: nothing to say."""
    parameters = rules.parameters()
    for ids in portions(user_ids, USERS_PER_PAGE):
        found: dict[str, Features] = {user_id: {} for user_id in ids}
        for query, names in GROUPS.items():
            chosen = {name: parameters[name] for name in names}
            for row in graph.read(query, userIds=ids, cutMillis=cut_millis, **chosen):
                features = found[row["userId"]]
                features.update((name, value) for name, value in row.items() if name != "userId")
        yield found


def event_span(graph: Graph, now_millis: int) -> tuple[int, int] | None:
    """When the first and the last event was that happened by now (milliseconds since 1970); None: there is none."""
    (row,) = graph.read("churn/event_span", nowMillis=now_millis)
    return None if row["oldestMillis"] is None else (row["oldestMillis"], row["newestMillis"])


def window_items(
    graph: Graph, user_ids: Sequence[str], cut_millis: int, settings: ChurnSettings
) -> dict[str, WindowItems]:
    """What each user turned to in the window before the moment."""
    rule = {"cutMillis": cut_millis, "windowMillis": settings.window_millis, "passive": list(settings.passive)}
    return {
        row["userId"]: WindowItems(row["itemIds"], row["lastMillis"])
        for ids in portions(user_ids, USERS_PER_PAGE)
        for row in graph.read("churn/window_items", userIds=ids, **rule)
    }
