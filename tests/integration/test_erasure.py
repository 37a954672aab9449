"""A user who is erased leaves nothing of their own, and takes nothing from others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from graph.churn import Score, write_scores
from graph.client import Graph
from graph.erasure import Erased, erase_user
from graph.errors import UnknownUser
from graph.feedback import Feedback, record_feedback
from graph.impressions import Shown, ShownItem, record_impressions
from graph.ingest import record_events, write_items
from graph.models import CHURN, start_run
from graph.records import Event, Item
from graph.settings import FeedbackSettings, Neo4jSettings, PopularitySettings, PreferenceSettings
from graph.statistics import counts
from tests.environment import name_server

AT = datetime(2026, 3, 2, tzinfo=UTC)
RULES = PreferenceSettings(), PopularitySettings()


@pytest.fixture
def two(graph: Graph) -> Graph:
    """Ann and Bob, who did the same."""
    write_items(graph, [Item("a"), Item("b")])
    start_run(graph, CHURN, "run-1", {}, {})
    for user in ("ann", "bob"):
        record_events(graph, [Event(f"e-{user}", user, "a", "like", AT)], *RULES, create_users=True)
        shown = (ShownItem("b", 1, "als", 1.0),)
        record_impressions(graph, [Shown(f"r-{user}", user, "visit", AT, "hybrid", "als", shown)])
        led = Feedback(feedback_id=f"f-{user}", item_id="b", type="click", at=AT, request_id=f"r-{user}")
        alone = Feedback(feedback_id=f"g-{user}", item_id="a", type="click", at=AT, user_id=user)
        record_feedback(graph, [led, alone], *RULES, FeedbackSettings())
    scores = [Score(user, 0.5, [1.0], [0.1]) for user in ("ann", "bob")]
    write_scores(graph, scores, run="run-1", as_of_millis=0, scoring="s", keep=9)
    return graph


def test_nothing_of_theirs_is_left_and_all_of_the_others(two: Graph) -> None:
    before = counts(two)
    assert erase_user(two, "ann") == Erased(events=3, answers=1, feedback=2, scores=1)
    after = counts(two)
    for name in ("users", "events", "preferences", "answers", "feedback"):
        assert getattr(before, name) == 2 * getattr(after, name), name
    left = two._driver.execute_query(
        "MATCH (n) WHERE any(key IN keys(n) WHERE toStringOrNull(n[key]) CONTAINS 'ann') RETURN count(n) AS left"
    )
    assert left.records[0]["left"] == 0


def test_who_is_not_there_is_refused(two: Graph) -> None:
    with pytest.raises(UnknownUser, match="nothing was erased"):
        erase_user(two, "cat")


def test_the_command_asks_before(two: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    name_server(neo4j_settings, monkeypatch)
    runner = CliRunner()
    assert runner.invoke(app, ["erase-user", "ann"], input="n\n").exit_code == 1
    assert counts(two).users == 2
    done = runner.invoke(app, ["erase-user", "ann", "--yes"])
    assert done.exit_code == 0, done.output
    assert "3 events" in done.output
    assert counts(two).users == 1
