"""The bandit on a real graph: what answers led to counts once, changes what comes next, and outlives everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from graph.bandit import BanditUpdate, Decision, arm_earnings, decisions, update_bandit
from graph.client import Graph
from graph.errors import ConfigurationError, InputError
from graph.feedback import Feedback, record_feedback
from graph.impressions import Shown, ShownItem, record_impressions, shown_by
from graph.settings import FeedbackSettings, Neo4jSettings, PopularitySettings, PreferenceSettings
from recommend.auto import Auto
from recommend.judging import judged
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import BanditSettings, RecommendSettings
from tests.environment import environment_of, name_server
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.reactions import react
from tests.worlds.world import write_world

REWARDS = FeedbackSettings()
ARMS = {"likes": {"strategy": "co-occurrence"}, "crowd": {"strategy": "popular"}}
BANDIT = BanditSettings.model_validate({"arms": ARMS, "least_chance": 0.05})
ASK = """query ($user: ID!) { recommendations(userId: $user, first: 3, strategy: "auto") {
  requestId strategy layer arm note recommendations { strategy item { id } reasons { sentence } } } }"""


@pytest.fixture
def world(graph: Graph) -> Graph:
    write_world(graph, shelf())
    return graph


@pytest.fixture
def client(world: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv(
        "EDGEWISE_BANDIT_ARMS", '{"likes": {"strategy": "co-occurrence"}, "crowd": {"strategy": "popular"}}'
    )
    monkeypatch.setenv("EDGEWISE_BANDIT_REFRESH_SECONDS", "0.001")
    with running_client(world) as running:
        yield running


def choosing(graph: Graph, settings: BanditSettings, **others: object) -> RecommendationService:
    """A service that may be asked for `auto`."""
    chosen = RecommendSettings.model_validate(others)
    auto = Auto(graph, settings, Random(3), lambda: 0.0)
    return RecommendationService(graph, strategies(graph, chosen), chosen, auto=auto)


def give(graph: Graph, request: str, arm: str = "likes", group: str = "1-4", hours: float = 1.0) -> None:
    """An answer of an arm, so many hours ago."""
    at = datetime.now(UTC) - timedelta(hours=hours)
    items = (ShownItem("film-20", 1, "als", 1.0), ShownItem("film-21", 2, "als", 0.5))
    shown = Shown(request, "user-1", "visit", at, "auto", "als", items, propensity=0.5, arm=arm, group=group)
    record_impressions(graph, [shown])


def earned_by_arm(graph: Graph) -> dict[tuple[str, str], tuple[float, float]]:
    return {(one.group, one.arm): (one.trials, one.rewards) for one in arm_earnings(graph)}


def update(graph: Graph, hours: float = 24.0, fewest: int = 1, settle: float = 0.0, most: int = 100) -> BanditUpdate:
    return update_bandit(graph, REWARDS, hours=hours, fewest=fewest, settle_seconds=settle, most=most)


def test_an_answer_counts_once_and_what_changes_of_it_later(world: Graph) -> None:
    give(world, "r1")
    give(world, "r2")
    assert update(world) == BanditUpdate(2, 2, 0.0)
    assert update(world) == BanditUpdate(0, 0, 0.0)
    react(world, "r1")
    assert astuple(update(world)) == pytest.approx((1, 0, 0.3))
    react(world, "r1", "enroll", "film-21")
    react(world, "r1", "dismiss", "film-21")
    assert astuple(update(world)) == pytest.approx((1, 0, 0.7))
    assert earned_by_arm(world)["1-4", "likes"] == pytest.approx((2, 1.0))


def test_updates_at_once_count_nothing_twice(world: Graph) -> None:
    for k in range(60):
        give(world, f"r{k}", ("likes", "crowd")[k % 2])
        if k % 3 == 0:
            react(world, f"r{k}")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: update(world, most=7), range(4)))
    assert sum(one.trials for one in done) == 60
    earned = earned_by_arm(world)
    assert sum(trials for trials, _ in earned.values()) == 60
    assert sum(rewards for _, rewards in earned.values()) == pytest.approx(20 * 0.3)


def test_too_few_wait_for_more(world: Graph) -> None:
    give(world, "r1")
    assert update(world, fewest=2).answers == 0
    give(world, "r2")
    assert update(world, fewest=2).answers == 2


def test_only_the_last_hours_count_and_what_became_of_older_ones_within_them(world: Graph) -> None:
    give(world, "new")
    give(world, "old", hours=30)
    give(world, "late", hours=30)
    react(world, "late")
    assert astuple(update(world)) == pytest.approx((2, 2, 0.3))
    assert update(world, hours=48) == BanditUpdate(1, 1, 0.0)


def test_an_answer_has_time_to_lead_to_something(world: Graph) -> None:
    give(world, "r1", hours=0)
    assert update(world, settle=3600).answers == 0
    assert update(world).answers == 1


def test_answers_of_no_arm_do_not_count(world: Graph) -> None:
    record_impressions(
        world, [Shown("r1", "user-1", "", datetime.now(UTC), "als", "als", (ShownItem("film-20", 1, "als", 1),))]
    )
    react(world, "r1")
    assert update(world).answers == 0


def test_feedback_that_came_before_its_answer_counts_too(world: Graph) -> None:
    told = Feedback("early", "film-20", "click", datetime.now(UTC), "r1", "user-1")
    record_feedback(world, [told], PreferenceSettings(), PopularitySettings(), REWARDS)
    give(world, "r1")
    assert astuple(update(world)) == pytest.approx((1, 1, 0.3))


def test_who_is_shown_what_works_is_shown_more_of_it(client: Client, world: Graph) -> None:
    """Users who like something click what their likes lead to, never what the crowd likes."""
    arms: list[str] = []
    for round_ in range(60):
        answer = client.ask(ASK, user=f"user-{round_ % 10}")["recommendations"]
        arms.append(answer["arm"])
        assert answer["strategy"] == "auto"
        assert answer["layer"] == {"likes": "co-occurrence", "crowd": "popular"}[answer["arm"]]
        client.impressions.flush()
        if answer["arm"] == "likes":
            react(world, answer["requestId"], "enroll", answer["recommendations"][0]["item"]["id"])
        update(world)
    assert Counter(arms[-20:])["likes"] >= 16
    assert Counter(arms)["crowd"] >= 1


def test_what_it_learned_outlives_the_process(world: Graph) -> None:
    for k in range(40):
        give(world, f"r{k}", ("likes", "crowd")[k % 2])
        if k % 2 == 0:
            react(world, f"r{k}", "enroll")
    update(world)
    odds = Auto(world, BANDIT, Random(1), lambda: 0.0).chances("1-4")
    assert odds == pytest.approx([0.95, 0.05], abs=0.01)


def test_propensity_and_group_are_recorded_as_they_were_drawn(client: Client, world: Graph) -> None:
    answer = client.ask(ASK, user="user-2")["recommendations"]
    client.impressions.flush()
    shown = shown_by(world, answer["requestId"])
    assert shown is not None
    assert (shown.asked, shown.arm, shown.group, shown.propensity) == ("auto", answer["arm"], "1-4", 0.5)


def test_an_arm_whose_layer_is_broken_is_not_blamed(world: Graph) -> None:
    broken = BanditSettings.model_validate({"arms": {"a": {"strategy": "lightgcn"}, "b": {"strategy": "lightfm"}}})
    (answer,) = choosing(world, broken).recommend([Ask("user-1", 3)], "auto")
    assert (answer.strategy, answer.layer) == ("auto", "co-occurrence")
    assert answer.choice is not None
    assert not answer.choice.worked
    shown = (ShownItem("film-20", 1, "co-occurrence", 1.0),)
    failed = Shown(
        "r1", "user-1", "", datetime.now(UTC), "auto", "co-occurrence", shown, arm="a", group="1-4", arm_failed=True
    )
    record_impressions(world, [failed])
    react(world, "r1")
    assert update(world).answers == 0
    assert decisions(world, 24) == [Decision("a", "1-4", 1.0, 0.0)]


def test_an_arm_that_knows_nothing_of_a_user_has_answered_with_what_it_falls_back_to(world: Graph) -> None:
    for answer in choosing(world, BANDIT).recommend([Ask(f"stranger-{k}", 3) for k in range(20)], "auto"):
        assert answer.layer == "popular"
        assert answer.choice is not None
        assert (answer.choice.worked, answer.choice.group, answer.propensity) == (True, "0", 0.5)


def test_weights_of_an_arm_are_those_of_its_blend(world: Graph) -> None:
    blends = {"a": {"co-occurrence": 1.0, "content": 1.0}, "b": {"co-occurrence": 1.0, "content": 5.0}}
    arms = {name: {"strategy": "hybrid", "weights": weights} for name, weights in blends.items()}
    service = choosing(world, BanditSettings.model_validate({"arms": arms}))
    for (answer,) in (service.recommend([Ask("user-1", 3)], "auto") for _ in range(4)):
        assert answer.choice is not None
        weights = tuple(blends[answer.choice.arm].items())
        (same,) = service.recommend([Ask("user-1", 3, weights=weights)], "hybrid")
        assert answer.recommendations == same.recommendations


def test_it_may_answer_by_default(world: Graph) -> None:
    service = choosing(world, BANDIT, default_strategy="auto")
    service.warm()
    assert service.recommend([Ask("user-1", 3)])[0].strategy == "auto"
    with pytest.raises(InputError, match="weights are those of hybrid"):
        service.recommend([Ask("user-1", 3, weights=(("content", 1.0),))], "auto")
    with pytest.raises(ConfigurationError, match="auto"):
        choosing(world, BANDIT, fallback=("auto", "popular"))


def test_an_arm_of_no_strategy_is_refused_at_the_start(world: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_BANDIT_ARMS", '{"a": {"strategy": "hybrid"}, "b": {"strategy": "magic"}}')
    with pytest.raises(ConfigurationError, match="the arm b is of 'magic'"), running_client(world):
        pytest.fail("it started")


def test_arms_are_told_to_admins(client: Client, world: Graph) -> None:
    give(world, "r1")
    react(world, "r1")
    update(world)
    found = client.ask("{ arms { name group answers meanReward chance } }")["arms"]
    assert [(one["name"], one["group"], one["answers"]) for one in found] == [("likes", "1-4", 1)]
    assert found[0]["meanReward"] == pytest.approx(0.3)
    assert 0.2 < found[0]["chance"] < 0.6


def test_the_command_counts_and_shows(
    world: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(neo4j_settings).items():
        monkeypatch.setenv(name, value)
    give(world, "r1", "hybrid")
    react(world, "r1")
    few = CliRunner().invoke(app, ["bandit", "update", "--hours", "24", "--min-interactions", "10"])
    assert (few.exit_code, "fewer than 10 answers" in few.output) == (0, True)
    done = CliRunner().invoke(app, ["bandit", "update", "--min-interactions", "1"])
    assert "1 answers with news, 1 new, reward +0.30." in done.output
    assert [(one.group, one.trials) for one in arm_earnings(world)] == [("1-4", 1)]
    shown = CliRunner().invoke(app, ["bandit", "show"]).output
    assert all(part in shown for part in ("1-4", "hybrid", "0.3000", "item-item", "none"))


def test_what_was_never_served_is_judged_from_what_was(
    world: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    few = CliRunner().invoke(app, ["bandit", "judge"])
    assert isinstance(few.exception, InputError)
    for k in range(40):
        give(world, f"r{k}", ("likes", "crowd")[k % 2])
        if k % 4 == 0:
            react(world, f"r{k}", "enroll")
    update(world)
    found = judged(decisions(world, 24))
    assert found["always likes"]["ipw"].value == pytest.approx(0.5)
    assert found["always crowd"]["dr"].value < 0.05
    assert found["the best of each group"]["snipw"].value == pytest.approx(0.5)
    assert found["always likes"]["ipw"].effective == pytest.approx(20)
    shown = CliRunner().invoke(app, ["bandit", "judge"]).output
    assert all(part in shown for part in ("always crowd", "the best of each group", "0.5000 ("))
