"""Experiments whose variants share every list, and those of sessions, on a real graph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from graph.client import Graph
from graph.errors import InputError
from graph.experiments import Experiment, Variant, experiment_named, start_experiment
from graph.impressions import Shown, ShownItem, record_impressions, shown_by
from graph.outcomes import outcomes, preferred
from graph.settings import Neo4jSettings
from recommend.assignment import assigned
from recommend.protocol import Ask
from tests.environment import name_server
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.reactions import react
from tests.worlds.world import write_world

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ASK = """query ($user: ID!, $strategy: String) {
  recommendations(userId: $user, first: 3, strategy: $strategy) {
    requestId strategy layer variants recommendations { item { id } reasons { sentence } } } }"""
LIST = """{ experiments { interleaved results { mismatchOdds preferred { first second neither odds }
  variants { people lift { value } } } } }"""
SESSION = """query ($session: ID) { sessionRecommendations(items: ["film-1"], first: 3, sessionId: $session) {
  layer variants } }"""
VARIANTS = (Variant("crowd", strategy="popular"), Variant("likes", strategy="co-occurrence"))
WAYS = Experiment("ways", VARIANTS)
MIXED = Experiment("ways", VARIANTS, interleaved=True)
TAGS = ("ways/crowd", "ways/likes")
DEFAULT = "content"


@pytest.fixture
def world(graph: Graph) -> Graph:
    write_world(graph, shelf())
    return graph


@pytest.fixture
def client(world: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("EDGEWISE_RECOMMEND_DEFAULT_STRATEGY", DEFAULT)
    monkeypatch.setenv("EDGEWISE_BANDIT_REFRESH_SECONDS", "0.001")
    with running_client(world) as running:
        yield running


def give(graph: Graph, request: str, user: str, *teams: str) -> None:
    """An answer of film-20 and so on, each picked by one of the teams; sent twice, as after a lost reply."""
    listed = tuple(ShownItem(f"film-{20 + k}", k + 1, "als", 1.0) for k in range(len(teams)))
    shown = Shown(request, user, "", NOW, "als", "als", listed, variants=TAGS, teams=teams)
    record_impressions(graph, [shown])
    record_impressions(graph, [shown])


def test_both_variants_are_shown_in_one_list(client: Client, world: Graph) -> None:
    start_experiment(world, MIXED)
    assert experiment_named(world, "ways").interleaved
    seen = set()
    for k in range(10):
        answer = client.ask(ASK, user=f"user-{k}")["recommendations"]
        assert (answer["strategy"], answer["variants"]) == (DEFAULT, list(TAGS))
        assert len({one["item"]["id"] for one in answer["recommendations"]}) == 3
        assert all(one["reasons"] for one in answer["recommendations"])
        client.services.impressions.flush()
        shown = shown_by(world, answer["requestId"])
        assert shown is not None
        assert [one.item_id for one in shown.items] == [one["item"]["id"] for one in answer["recommendations"]]
        assert sorted(shown.teams.count(tag) for tag in TAGS) == [1, 2]
        by = {"ways/crowd": "popular", "ways/likes": "co-occurrence"}
        assert all(one.strategy == by[team] for one, team in zip(shown.items, shown.teams, strict=True))
        seen.add(shown.teams[0])
    assert seen == set(TAGS), "either begins"
    named = client.ask(ASK, user="user-1", strategy="content")["recommendations"]
    assert (named["layer"], named["variants"]) == ("content", [])


def test_each_item_is_explained_as_whoever_picked_it_found_it(client: Client, world: Graph) -> None:
    weighted = Variant("tags", strategy="hybrid", weights={"content": 1.0})
    start_experiment(world, Experiment("ways", (Variant("crowd", strategy="popular"), weighted), interleaved=True))
    service, ask = client.services.recommendations, Ask("user-1", 6)
    (answer,) = service.recommend([ask])
    drafts = answer.drafted(ask)
    assert {(one.strategy, one.asked.weights) for one in drafts} == {
        ("popular", ()),
        ("hybrid", (("content", 1.0),)),
    }
    for draft, one in zip(drafts, answer.recommendations, strict=True):
        (reasons,) = service.reasons([(draft.asked, one.item_id, one.strategy)])  # by the variant's own weights
        assert [reason.source or reason.strategy for reason in reasons] == [
            "popular" if draft.strategy == "popular" else "content"
        ]
        assert service.because(draft.asked, one.item_id, draft.strategy).tried > 0
    asked = client.ask(
        """query ($item: ID!) { recommendations(userId: "user-1", first: 6) { because(itemId: $item) { tried } } }""",
        item=next(one.item_id for one in answer.recommendations),
    )
    assert asked["recommendations"]["because"]["tried"] > 0


def test_an_item_counts_for_who_picked_it(world: Graph) -> None:
    start_experiment(world, MIXED)
    for k in range(4):
        give(world, f"r{k}", f"user-{k}", "ways/likes", "ways/crowd", "ways/likes")
    react(world, "r0", "click", "film-20")
    react(world, "r0", "enroll", "film-20")
    react(world, "r1", "click", "film-20")
    react(world, "r1", "click", "film-21")
    react(world, "r2", "click", "film-20")
    react(world, "r2", "click", "film-22")
    react(world, "r2", "dismiss", "film-21")
    crowd, likes = outcomes(world, "ways")
    assert [(one.people, one.answers) for one in (crowd, likes)] == [(4, 4), (4, 4)]
    assert [one.taken.total for one in (crowd, likes)] == [1, 4]
    assert [one.dismissed.total for one in (crowd, likes)] == [1, 0]
    assert preferred(world, "ways") == (0, 2, 2)


def test_another_experiment_counts_beside_it_as_ever(world: Graph) -> None:
    start_experiment(world, MIXED)
    start_experiment(world, Experiment("badge", (Variant("off"), Variant("on"))))
    listed = tuple(ShownItem(f"film-{20 + k}", k + 1, "als", 1.0) for k in range(2))
    record_impressions(
        world, [Shown("r", "user-1", "", NOW, "als", "als", listed, variants=(*TAGS, "badge/on"), teams=TAGS)]
    )
    react(world, "r", "click", "film-20")
    react(world, "r", "click", "film-21")
    assert [one.taken.total for one in outcomes(world, "badge")] == [0, 1], "an answer is taken once"
    assert [one.taken.total for one in outcomes(world, "ways")] == [1, 1]


def test_which_is_preferred_is_told(
    client: Client, world: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_experiment(world, MIXED)
    for k in range(10):
        give(world, f"r{k}", f"user-{k}", *TAGS)
        react(world, f"r{k}", "click", "film-21")
    (found,) = client.ask(LIST)["experiments"]
    assert found["interleaved"]
    assert found["results"]["preferred"] == {"first": 0, "second": 10, "neither": 0, "odds": pytest.approx(2**10 / 11)}
    assert found["results"]["mismatchOdds"] == 0
    assert found["results"]["variants"] == [{"people": 10, "lift": None}] * 2
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    told = CliRunner().invoke(app, ["experiments", "show", "ways"]).output
    assert "10 more of likes" in told
    assert "likes is preferred" in told


def test_it_is_started_by_the_command_line(
    world: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    start = [
        "experiments",
        "start",
        "ways",
        "--variant",
        "crowd=popular",
        "--variant",
        "likes=content",
        "--interleaved",
    ]
    done = CliRunner().invoke(app, start)
    assert done.exit_code == 0, done.output or done.exception
    assert experiment_named(world, "ways").interleaved
    told = CliRunner().invoke(app, ["experiments", "show", "ways"]).output
    assert "they can be told apart" in " ".join(told.split())


def test_only_one_goes_on_at_a_time(world: Graph) -> None:
    start_experiment(world, MIXED)
    order = (Variant("plain"), Variant("spread", rerank={"diversity": 0.5}))
    with pytest.raises(InputError, match="is interleaved, and a list has two teams"):
        start_experiment(world, Experiment("order", order, interleaved=True))
    start_experiment(world, Experiment("order", order))


def test_a_session_with_an_id_is_in_experiments_too(client: Client, world: Graph) -> None:
    start_experiment(world, WAYS)
    seen = set()
    for k in range(8):
        variant = assigned(WAYS, f"visit-{k}")
        assert variant is not None
        for _ in range(2):
            answer = client.ask(SESSION, session=f"visit-{k}")["sessionRecommendations"]
            assert (answer["layer"], answer["variants"]) == (variant.strategy, [f"ways/{variant.name}"])
        seen.add(variant.name)
    assert seen == {"crowd", "likes"}
    assert client.ask(SESSION)["sessionRecommendations"]["variants"] == []
    client.services.impressions.flush()
    assert sum(one.people for one in outcomes(world, "ways")) == 8
