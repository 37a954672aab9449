"""Features of users as of a moment as a matrix: what the graph's queries say, and what follows from shared items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.churn.company import company_features
from gnn.churn.retention import Stays, stays_of
from graph.churn_features import (
    FeatureRules,
    Features,
    WindowItems,
    activities,
    feature_names,
    returned_users,
    user_features,
    window_items,
)
from graph.client import Graph

FloatMatrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """What is known of the users who are judged as of `cut_millis` (milliseconds since 1970).

    `values`: float64[users, features], rows in the order of `user_ids`, columns of `names`; NaN: nothing to say.
    """

    cut_millis: int
    user_ids: list[str]
    names: tuple[str, ...]
    values: FloatMatrix


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """The same with the outcome: `gone`, bool[users], who did nothing within the horizon after the cut.

    `stays`: which items those turned to who stayed.
    """

    table: FeatureTable
    gone: NDArray[np.bool_]
    stays: Stays


def feature_table(graph: Graph, cut_millis: int, rules: FeatureRules) -> FeatureTable:
    """Of everyone with enough events who was active in the window before the cut, in the order of their ids."""
    return _with_items(graph, cut_millis, rules)[0]


def _with_items(
    graph: Graph, cut_millis: int, rules: FeatureRules, most: int | None = None
) -> tuple[FeatureTable, dict[str, WindowItems]]:
    """The table, and the items of everyone in the window.

    With `most`, of so many users, drawn by the cut; whom they share items with is seen among all.
    """
    everyone = [
        one.user_id
        for one in activities(graph, cut_millis, rules.churn)
        if one.in_window > 0 and one.events >= rules.churn.least_events
    ]
    drawn = _drawn(len(everyone), most, cut_millis)
    user_ids = [everyone[place] for place in drawn]
    items = window_items(graph, everyone, cut_millis, rules.churn)
    more = company_features([items[user_id] for user_id in everyone], cut_millis, rules.churn.window_millis)
    names = feature_names()
    pages = [_matrix(page, names) for page in user_features(graph, user_ids, cut_millis, rules)]
    told = np.concatenate([np.empty((0, len(names))), *pages])
    values = np.column_stack([told, *(column[drawn] for column in more.values())])
    return FeatureTable(cut_millis, user_ids, (*names, *more), values), items


def labelled_table(graph: Graph, cut_millis: int, rules: FeatureRules) -> LabelledTable:
    """The features as of a past cut whose horizon is over, and who was gone after it; of `most_users` at most."""
    table, items = _with_items(graph, cut_millis, rules, rules.churn.most_users)
    returned = returned_users(graph, table.user_ids, cut_millis, rules.churn)
    gone = np.array([user_id not in returned for user_id in table.user_ids], dtype=np.bool_)
    return LabelledTable(table, gone, stays_of([items[user_id].item_ids for user_id in table.user_ids], gone))


def _drawn(count: int, most: int | None, seed: int) -> NDArray[np.int64]:
    if most is None or count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def _matrix(page: dict[str, Features], names: Sequence[str]) -> FloatMatrix:
    rows = [[features.get(name) for name in names] for features in page.values()]
    return np.array(rows, dtype=np.float64)
