"""What a model of churn sees of users as of a moment: all that was there, and nothing that came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from gnn.churn.table import FeatureTable, feature_table, labelled_table
from graph.churn_features import FeatureRules, event_span
from graph.client import Graph
from graph.feedback import Feedback, record_feedback
from graph.impressions import Shown, ShownItem, record_impressions
from graph.ingest import write_items
from graph.records import Event, Item
from graph.settings import FeedbackSettings, PopularitySettings, PreferenceSettings
from tests.worlds.leavers import RULES
from tests.worlds.telling import tell

RULES_OF_FEATURES = FeatureRules(RULES, PreferenceSettings(), FeedbackSettings())
CUT = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def ago(days: float, name: str, item: str = "a", kind: str = "view", **more: float) -> Event:
    return Event(name, "ann", item, kind, CUT - timedelta(days=days), more.get("value"))


def show(graph: Graph, request: str, at: datetime) -> None:
    listed = (ShownItem("a", 1, "als", 1.0), ShownItem("b", 2, "als", 0.5))
    record_impressions(graph, [Shown(request, "ann", "visit", at, "hybrid", "als", listed)])


def react(graph: Graph, name: str, request: str, kind: str, at: datetime) -> None:
    told = Feedback(feedback_id=name, item_id="a", type=kind, at=at, request_id=request)
    record_feedback(graph, [told], PreferenceSettings(), PopularitySettings(), FeedbackSettings())


@pytest.fixture
def ann(graph: Graph) -> Graph:
    """What Ann did by the cut, and Bob, who shares an item with her."""
    items = [Item("a", "film", tags={"x": 1.0, "y": 1.0}), Item("b", "book", tags={"y": 1.0}), Item("c", "book")]
    write_items(graph, items)
    tell(
        graph,
        ago(40, "e1", "c", "purchase", value=30.0),
        ago(20, "e2", "b", "purchase", value=8.0),
        ago(20 - 10 / 1440, "e3", "b", "rate", value=2.0),
        ago(2, "e4", "a", "purchase", value=12.0),
        ago(1, "e5", "a", "return", value=-12.0),
        *(Event(f"b{k}", "bob", "a", "view", CUT - timedelta(days=20)) for k in range(2)),
    )
    for number in (1, 2):
        show(graph, f"r{number}", CUT - timedelta(days=3))
    react(graph, "f1", "r1", "dismiss", CUT - timedelta(days=3))
    return graph


def of_ann(graph: Graph) -> dict[str, float]:
    table = feature_table(graph, millis(CUT), RULES_OF_FEATURES)
    return dict(zip(table.names, table.values[table.user_ids.index("ann")].tolist(), strict=True))


def test_features_are_what_they_say(ann: Graph) -> None:
    # The half of the window that is newer begins 14 days before the cut; day numbers are whole days of UTC.
    expected = {
        "recencyDays": 2.0,
        "tenureDays": 40.0,
        "activeDays": 3,
        "events": 4,
        "meanPauseDays": 19.0,
        "longestPauseDays": 20,
        "overdue": 2 / 19,
        "totalValue": 38.0,
        "windowValue": 8.0,
        "meanValue": 8 / 3,
        "meanRating": 2.0,
        "newerDays": 1,
        "olderDays": 1,
        "newerEvents": 1,
        "olderEvents": 2,
        "newerValue": 12.0,
        "olderValue": 8.0,
        "beforeDays": 1,
        "items": 2,
        "kinds": 2,
        "tags": 2,
        "repeatShare": 1 / 3,
        "sessions": 2,
        "sessionMinutes": 5.0,
        "sessionEvents": 1.5,
        "weekendShare": 1 / 3,
        "nightShare": 1.0,
        "mainDayShare": 2 / 3,
        "negativeShare": 3 / 6,
        "newNegativeShare": 3 / 5,
        "answers": 2,
        "takenShare": 0.0,
        "dismissedShare": 0.5,
        "neighbourActivity": 0.0,
    }
    found = of_ann(ann)
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found.keys() - expected.keys() == {"centroidDistance"}
    assert 0 <= found["centroidDistance"] < 1


def test_nothing_that_came_later_is_seen(ann: Graph) -> None:
    before = feature_table(ann, millis(CUT), RULES_OF_FEATURES)
    later = CUT + timedelta(hours=1)
    tell(
        ann,
        *(
            Event(f"n{k}", user, item, "purchase", CUT + timedelta(hours=k), 5.0)
            for k, (user, item) in enumerate([("ann", "a"), ("ann", "c"), ("bob", "a"), ("bob", "b"), ("new", "a")])
        ),
    )
    show(ann, "r3", later)
    react(ann, "f2", "r2", "like", later)
    react(ann, "f3", "r3", "dismiss", later)
    after = feature_table(ann, millis(CUT), RULES_OF_FEATURES)
    assert after.user_ids == before.user_ids
    np.testing.assert_array_equal(after.values, before.values)
    moved = feature_table(ann, millis(CUT + timedelta(days=1)), RULES_OF_FEATURES)
    ann_now = moved.values[moved.user_ids.index("ann")]
    told = dict(zip(moved.names, ann_now.tolist(), strict=True))
    assert (told["answers"], told["takenShare"], told["recencyDays"]) == (
        3,
        pytest.approx(1 / 3),
        pytest.approx(23 / 24),
    )


def test_the_outcome_is_activity_within_the_horizon_alone(ann: Graph) -> None:
    def gone() -> bool:
        table = labelled_table(ann, millis(CUT), RULES_OF_FEATURES)
        return bool(table.gone[table.table.user_ids.index("ann")])

    tell(ann, Event("late", "ann", "a", "view", CUT + timedelta(days=14)))
    tell(ann, Event("passive", "ann", "a", "return", CUT + timedelta(days=1), -1.0))
    assert gone()
    tell(ann, Event("back", "ann", "a", "view", CUT + timedelta(days=13, hours=23)))
    assert not gone()


def test_those_who_are_judged_were_active_and_have_some_history(ann: Graph) -> None:
    tell(ann, Event("once", "cat", "a", "view", CUT - timedelta(days=1)))
    tell(ann, *(Event(f"old{k}", "dan", "a", "view", CUT - timedelta(days=29 + k)) for k in range(3)))
    assert feature_table(ann, millis(CUT), RULES_OF_FEATURES).user_ids == ["ann", "bob"]
    fewer = replace(RULES_OF_FEATURES, churn=RULES.model_copy(update={"least_events": 1}))
    assert feature_table(ann, millis(CUT), fewer).user_ids == ["ann", "bob", "cat"]


def test_what_lies_ahead_of_the_clock_is_not_looked_at(ann: Graph) -> None:
    tell(ann, Event("ahead", "ann", "a", "view", CUT + timedelta(days=400)))
    assert event_span(ann, millis(CUT)) == (millis(CUT - timedelta(days=40)), millis(CUT - timedelta(days=1)))


def test_tables_of_nobody_are_empty(graph: Graph) -> None:
    found = feature_table(graph, millis(CUT), RULES_OF_FEATURES)
    assert isinstance(found, FeatureTable)
    assert (found.user_ids, found.values.shape) == ([], (0, len(found.names)))
