"""What was shown and taken is counted on its day, and told by GraphQL and by commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from edgewise.main import app
from graph.client import Graph
from graph.days import Bucket, Days, Granularity
from graph.feedback import Feedback, record_feedback
from graph.impressions import Shown, ShownItem, record_impressions
from graph.ingest import write_items
from graph.jobs import release_lock
from graph.records import Event, Item
from graph.settings import FeedbackSettings, Neo4jSettings, PopularitySettings, PreferenceSettings
from recommend.daily import count_days, popularity_groups
from recommend.settings import StatisticsSettings
from tests.environment import name_server
from tests.worlds.api import Client, running_client
from tests.worlds.telling import tell

SETTINGS = StatisticsSettings()


@pytest.fixture
def items(graph: Graph) -> Graph:
    write_items(graph, [Item(f"item-{k}") for k in range(5)])
    return graph


def shown(graph: Graph, request: str, day: int, *listed: str, asked: str = "hybrid", layer: str = "als") -> None:
    at = datetime(2026, 3, day, 12, tzinfo=UTC)
    seen = tuple(ShownItem(item, k, layer, 1.0) for k, item in enumerate(listed, 1))
    record_impressions(graph, [Shown(request, "user-1", "visit", at, asked, layer, seen, variants=("test/b",))])


def react(graph: Graph, name: str, request: str, item: str, kind: str = "click") -> None:
    at = datetime(2026, 3, 9, tzinfo=UTC)
    told = Feedback(feedback_id=name, item_id=item, type=kind, at=at, request_id=request)
    record_feedback(graph, [told], PreferenceSettings(), PopularitySettings(), FeedbackSettings())


@pytest.fixture
def answered(items: Graph) -> Graph:
    """Three answers on two days, from the first of which something was taken, days later."""
    tell(items, Event("e1", "user-1", "item-0", "like", datetime(2026, 3, 1, tzinfo=UTC)))
    shown(items, "r1", 2, "item-0", "item-1")
    shown(items, "r2", 2, "item-0", "item-2", layer="popular")
    shown(items, "r3", 3, "item-1", asked="popular")
    count_days(items, SETTINGS)
    react(items, "f1", "r1", "item-1")
    react(items, "f2", "r2", "item-0", "dismiss")
    count_days(items, SETTINGS)
    return items


def day(graph: Graph, number: int) -> Bucket:
    (found,) = Days(graph, date(2026, 3, number), date(2026, 3, number)).buckets(Granularity.DAY)
    return found


def test_answers_are_counted_on_their_day_with_what_came_of_them_later(answered: Graph) -> None:
    found = day(answered, 2)
    assert (found.answers, found.impressions, found.taken, found.dismissed, found.answers_taken) == (2, 4, 1, 1, 1)
    assert found.strategies == {"hybrid": (2, 1)}
    assert found.layers == {"als": (1, 1), "popular": (1, 0)}
    assert found.variants == {"test/b": (2, 1)}
    assert found.positions == [(2, 0), (2, 1)]
    assert found.coverage == pytest.approx(3 / 5)
    assert found.groups == {"head": 0, "middle": 2, "tail": 2}
    assert day(answered, 3).strategies == {"popular": (1, 0)}
    (both,) = Days(answered, date(2026, 3, 1), date(2026, 3, 31)).buckets(Granularity.MONTH)
    assert both.strategies == {"hybrid": (2, 1), "popular": (1, 0)}
    assert both.positions == [(3, 0), (2, 1)]
    assert both.coverage == pytest.approx((3 / 5 + 1 / 5) / 2)


def test_answers_are_told_apart_by_an_attribute_of_users(answered: Graph) -> None:
    shown(answered, "r4", 5, "item-1")
    count_days(answered, SETTINGS.model_copy(update={"attribute": "country"}))
    assert day(answered, 5).attributes == {"unknown": (1, 0)}


def test_popularity_groups() -> None:
    owners = {f"i{k:02}": 100 - k for k in range(20)}
    groups = popularity_groups(owners, SETTINGS)
    assert [list(groups.values()).count(name) for name in ("head", "middle", "tail")] == [1, 3, 16]
    assert groups["i00"] == "head"


ASK = """query ($from: Date!, $to: Date!, $granularity: Granularity!, $limit: Int!, $after: String) {
  statistics(from: $from, to: $to, granularity: $granularity, limit: $limit, after: $after) {
    buckets { first last events activeUsers weeklyActiveUsers answers ctr warning
      eventsByType { type events value } byStrategy { name answers ctr } positions { position ctr }
      exposure { group share } }
    endCursor hasNextPage } }"""


@pytest.fixture
def client(answered: Graph) -> Iterator[Client]:
    with running_client(answered) as running:
        yield running


def asked(
    client: Client, granularity: str = "DAY", limit: int = 400, after: str | None = None, **span: str
) -> dict[str, Any]:
    dates = {"from": "2026-03-01", "to": "2026-03-31", **span}
    found: dict[str, Any] = client.ask(ASK, granularity=granularity, limit=limit, after=after, **dates)["statistics"]
    return found


def test_statistics_come_page_by_page(client: Client) -> None:
    whole = asked(client)
    buckets = whole["buckets"]
    assert (len(buckets), whole["hasNextPage"]) == (31, False)
    second = buckets[1]
    assert (second["first"], second["answers"], second["ctr"]) == ("2026-03-02", 2, 0.5)
    assert second["exposure"] == [
        {"group": "head", "share": 0.0},
        {"group": "middle", "share": 0.5},
        {"group": "tail", "share": 0.5},
    ]
    paged: list[Any] = []
    after = None
    for _ in range(4):
        page = asked(client, limit=10, after=after)
        paged += page["buckets"]
        after = page["endCursor"]
    assert paged == buckets
    assert not page["hasNextPage"]


def test_a_page_of_statistics_is_one_database_call(client: Client) -> None:
    spans = {"from": "2026-03-01", "to": "2026-03-31", "limit": 400, "granularity": "DAY"}
    assert client.calls(ASK, **spans) == ["rollups/days"]


@pytest.mark.parametrize(
    ("span", "said"),
    [({"to": "2026-02-01"}, "before from"), ({"to": "2036-02-01"}, "1100 days"), ({"from": "0001-01-01"}, "1100 days")],
)
def test_wrong_spans_are_refused(client: Client, span: dict[str, str], said: str) -> None:
    dates = {"from": "2026-03-01", "to": "2026-03-31", **span}
    refused = client.refused(ASK, granularity="DAY", limit=10, **dates)
    assert refused["extensions"]["code"] == "BAD_INPUT"
    assert said in refused["message"]


def test_retention_is_told_by_week(client: Client) -> None:
    found = client.ask("{ retention(first: 50) { week users retained } }")["retention"]
    assert {"week": "2026-02-23", "users": 1}.items() <= found[0].items()
    assert found[0]["retained"][:3] == [1.0, 0.0, 1.0]


def test_the_api_counts_by_itself(client: Client, answered: Graph) -> None:
    from api.counting import count

    tell(answered, Event("new", "user-2", "item-0", "view", datetime(2026, 3, 20, tzinfo=UTC)))
    count(client.services)
    buckets = asked(client)["buckets"]
    assert buckets[19]["events"] == 1


def test_one_process_counts_for_all_until_it_is_gone(client: Client, answered: Graph) -> None:
    from api.counting import LOCK, count_for_all

    now = datetime(2026, 3, 20, tzinfo=UTC)
    services = replace(client.services, clock=lambda: now)
    later = replace(services, clock=lambda: now + timedelta(hours=1))
    tell(answered, Event("for all", "user-2", "item-0", "view", now))
    assert count_for_all(services, "one")
    assert asked(client)["buckets"][19]["events"] == 1
    tell(answered, Event("for all too", "user-2", "item-1", "view", now))
    assert not count_for_all(services, "other")
    assert count_for_all(services, "one"), "whoever has begun goes on"
    assert count_for_all(later, "other"), "where the one was killed"
    release_lock(answered, LOCK, "other")
    assert count_for_all(services, "one"), "where the other has ended"
    release_lock(answered, LOCK, "one")


def test_a_refresh_counts_what_was_loaded(
    answered: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    tell(answered, Event("loaded", "user-2", "item-0", "view", datetime(2026, 3, 20, tzinfo=UTC)))
    told = CliRunner().invoke(app, ["refresh"])
    assert told.exit_code == 0, told.output
    assert "statistics of" in told.output
    assert count_days(answered, SETTINGS) == 0


def test_the_commands_show_and_write_what_was_counted(
    answered: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    tell(answered, Event("uncounted", "user-2", "item-0", "view", datetime(2026, 3, 20, tzinfo=UTC)))
    runner = CliRunner()
    for name, read in (("d.csv", pl.read_csv), ("d.parquet", pl.read_parquet)):
        options = ["--from", "2026-03-01", "--to", "2026-03-31", "--out", str(tmp_path / name)]
        told = runner.invoke(app, ["stats", "days", *options])
        assert told.exit_code == 0, told.output
        frame = read(tmp_path / name)
        assert frame["events"].sum() == 3 + 1
        assert frame["answers_hybrid"].sum() == 2
        assert not any("user" in column and column != "new_users" for column in frame.columns)
    assert "2026-03-20" in told.output
    assert "2026-03-16" in runner.invoke(app, ["stats", "retention", "--to", "2026-03-31"]).output
    assert runner.invoke(app, ["stats", "days", "--from", "2026-03-01", "--to", "2026-02-01"]).exit_code == 2
    wrong = runner.invoke(app, ["stats", "days", "--from", "2026-03-01", "--to", "2026-03-31", "--out", "x.xls"])
    assert "ends neither" in str(wrong.exception)


def test_what_is_kept_of_a_day_is_readable(answered: Graph) -> None:
    (row,) = answered.read("rollups/days", fromDay=20514, toDay=20514)
    assert json.loads(row["day"]["strategies"]) == {"hybrid": [2, 1]}
