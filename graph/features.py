"""What models see of users, items and the two together, as of a moment: for debugging, and for models of others."""

from __future__ import annotations

from collections.abc import Mapping

from graph.activity import BUDGET
from graph.churn_features import FeatureRules, user_features
from graph.client import Graph
from graph.errors import UnknownItem, UnknownUser
from graph.settings import PreferenceSettings

Told = Mapping[str, float | None]


def features_of_user(graph: Graph, user_id: str, cut_millis: int, rules: FeatureRules) -> Told:
    """Those that churn is foreseen by, from nothing after the moment. Raises UnknownUser.

    Without the two that need everybody else (see gnn.churn.company).
    """
    if not graph.read("ingest/unknown_users", userIds=[user_id], first=1):
        (page,) = user_features(graph, [user_id], cut_millis, rules)
        return page[user_id]
    raise UnknownUser(f"There is no user {user_id!r}.")


def features_of_item(graph: Graph, item_id: str, cut_millis: int) -> Told:
    """What was known of an item by the moment; tags and similar items are those of now. Raises UnknownItem."""
    rows = graph.read("features/item_features", itemIds=[item_id], cutMillis=cut_millis, budget=BUDGET)
    if not rows:
        raise UnknownItem(f"There is no item {item_id!r}.")
    return {name: value for name, value in rows[0].items() if name != "itemId"}


def features_of_pair(
    graph: Graph, user_id: str, item_id: str, cut_millis: int, preferences: PreferenceSettings
) -> Told:
    """What was known of a user and an item together by the moment. Raises UnknownItem if one of them is unknown."""
    rows = graph.read(
        "features/interaction_features",
        userId=user_id,
        itemId=item_id,
        cutMillis=cut_millis,
        budget=BUDGET,
        **preferences.parameters(),
    )
    if not rows:
        raise UnknownItem(f"There is no user {user_id!r}, or no item {item_id!r}.")
    return rows[0]
