"""Nights on a real graph: order, skipping, retries, the lock, a kill, and a week whose trainings are real."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from edgewise.tasks import night_steps
from gnn.model_settings import LightGCNSettings
from gnn.nightly.night import run_night
from gnn.nightly.settings import NightlySettings
from gnn.nightly.step import Step
from gnn.nightly.steps import default_steps, facts_state
from gnn.settings import TrainingSettings
from graph.client import Graph
from graph.errors import Locked
from graph.ingest import record_events
from graph.jobs import NIGHTLY, JobRecord, Requested, list_jobs, release_lock, request_job, start_job, take_lock
from graph.models import active_runs, list_runs
from graph.records import Event
from graph.settings import Neo4jSettings, PopularitySettings, PreferenceSettings
from recommend.settings import RecommendSettings
from tests.environment import environment_of, name_server
from tests.worlds.killed_training import killed
from tests.worlds.world import World, write_world

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
ONCE = NightlySettings(attempts=1, retry_seconds=0)
QUICK = TrainingSettings(seed=1, most_lost=1.0, lightgcn=LightGCNSettings(embedding_size=8, epochs=3))


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def step(name: str, done: list[str], *needs: str, state: str = "same", fails: int = 0) -> Step:
    """One that notes that it was done, after failing so often."""
    left = [fails]

    def run() -> dict[str, object]:
        if left[0]:
            left[0] -= 1
            raise RuntimeError("not yet")
        done.append(name)
        return {"times": done.count(name)}

    return Step(name, run, lambda: state, needs)


def statuses(job: JobRecord) -> dict[str, str]:
    return {one.name: one.status for one in job.steps}


def test_steps_are_done_in_order_and_recorded(graph: Graph) -> None:
    done: list[str] = []
    told: list[str] = []
    steps = [step("a", done), step("b", done, "a")]
    job = run_night(graph, steps, ONCE, at(MONDAY), told=lambda record: told.append(record.name))
    assert done == told == ["a", "b"]
    assert (job.status, job.created_at, job.finished_at) == ("succeeded", MONDAY, MONDAY)
    assert [dict(one.metrics) for one in job.steps] == [{"times": 1}, {"times": 1}]
    assert list_jobs(graph, NIGHTLY) == [job]


def test_what_has_not_changed_is_skipped_unless_a_step_before_it_was_done(graph: Graph) -> None:
    done: list[str] = []
    run_night(graph, [step("a", done), step("b", done, "a"), step("c", done)], ONCE, at(MONDAY))
    again = run_night(graph, [step("a", done), step("b", done, "a"), step("c", done)], ONCE, at(MONDAY))
    assert set(statuses(again).values()) == {"skipped"}
    changed = [step("a", done, state="other"), step("b", done, "a"), step("c", done)]
    job = run_night(graph, changed, ONCE, at(MONDAY + timedelta(days=1)))
    assert statuses(job) == {"a": "succeeded", "b": "succeeded", "c": "skipped"}
    forced = run_night(graph, changed, ONCE, at(MONDAY + timedelta(days=2)), force=True)
    assert set(statuses(forced).values()) == {"succeeded"}


def test_a_failure_is_tried_again_and_blocks_what_needs_it_alone(graph: Graph) -> None:
    done: list[str] = []
    steps = [step("a", done, fails=1), step("b", done, fails=9), step("c", done, "b"), step("d", done, "a")]
    job = run_night(graph, steps, NightlySettings(attempts=2, retry_seconds=0), at(MONDAY))
    assert job.status == "failed"
    assert statuses(job) == {"a": "succeeded", "b": "failed", "c": "blocked", "d": "succeeded"}
    assert [one.attempts for one in job.steps] == [2, 2, 0, 1]
    assert job.steps[1].error == "RuntimeError: not yet"
    # It is not skipped the next night, though nothing else has changed.
    mended = [step("a", done), step("b", done), step("c", done, "b"), step("d", done, "a")]
    assert statuses(run_night(graph, mended, ONCE, at(MONDAY + timedelta(days=1)))) == {
        "a": "skipped",
        "b": "succeeded",
        "c": "succeeded",
        "d": "skipped",
    }


def test_two_never_run_at_once_and_a_killed_one_is_in_the_way_for_minutes_only(graph: Graph) -> None:
    assert take_lock(graph, NIGHTLY, "killed", MONDAY, 300)
    start_job(graph, NIGHTLY, "killed", MONDAY)
    with pytest.raises(Locked, match="Another run"):
        run_night(graph, [step("a", [])], ONCE, at(MONDAY + timedelta(seconds=299)))
    release_lock(graph, NIGHTLY, "someone else")
    with pytest.raises(Locked):
        run_night(graph, [step("a", [])], ONCE, at(MONDAY + timedelta(seconds=299)))
    job = run_night(graph, [step("a", [])], ONCE, at(MONDAY + timedelta(seconds=301)))
    assert job.status == "succeeded"
    killed = list_jobs(graph, NIGHTLY)[-1]
    assert (killed.run_id, killed.status, killed.steps) == ("killed", "killed", [])
    assert take_lock(graph, NIGHTLY, "the next", MONDAY, 1)


def test_the_lock_is_kept_for_as_long_as_the_night_takes(graph: Graph) -> None:
    now = [MONDAY]

    def slow() -> dict[str, object]:
        now[0] += timedelta(seconds=1_000)
        deadline = datetime.now(UTC) + timedelta(seconds=6)
        while take_lock(graph, NIGHTLY, "another", now[0], 1):
            release_lock(graph, NIGHTLY, "another")
            assert datetime.now(UTC) < deadline, "the lock was not renewed"
        return {}

    job = run_night(
        graph, [Step("slow", slow, lambda: "")], NightlySettings(lock_seconds=3, attempts=1), lambda: now[0]
    )
    assert job.status == "succeeded", job.steps[0].error


@pytest.fixture
def taste(graph: Graph) -> Graph:
    users, items = [f"u{k:02}" for k in range(16)], [f"i{k}" for k in range(10)]
    write_world(graph, World(users=tuple(users), items=tuple(items)))
    likes = [(u, i) for u in range(16) for i in range(10) if u % 2 == i % 2 and (u // 2 + i // 2) % 4]
    record(graph, [(f"u{u:02}", f"i{i}") for u, i in likes], MONDAY - timedelta(days=1))
    return graph


def record(graph: Graph, pairs: list[tuple[str, str]], moment: datetime) -> None:
    events = [Event(f"{user}-{item}", user, item, "like", moment) for user, item in pairs]
    record_events(graph, events, PreferenceSettings(), PopularitySettings())


def test_a_week_whose_trainings_are_real_and_one_is_killed(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_server(neo4j_settings, monkeypatch)
    models = ("lightgcn", "item-item", "hybrid")
    training = QUICK.model_copy(update={"models": models})
    serving: list[dict[str, str]] = []
    for day in range(7):
        now = MONDAY + timedelta(days=day)
        if day % 2 == 0:
            record(taste, [(f"u{day:02}", f"i{day + 1}")], now - timedelta(hours=3))
        if day == 4:
            before = active_runs(taste)
            told = killed(models, ["models/write_item_edges"], tmp_path / "plan.json", now.isoformat())
            assert told == ["models/write_item_edges", str(int(signal.SIGKILL))]
            # LightGCN was done by then, and nothing else.
            assert [name for name, run in active_runs(taste).items() if run != before[name]] == ["lightgcn"]
            with pytest.raises(Locked):
                run_night(taste, [], ONCE, at(now))
            now += timedelta(seconds=ONCE.lock_seconds)
        steps = default_steps(taste, training, RecommendSettings(), PreferenceSettings())
        job = run_night(taste, steps, ONCE, at(now))
        assert job.status == "succeeded", job
        found = statuses(job)
        if day == 4:
            # What the killed night had done is not done again.
            assert [found.pop(name) for name in ("preferences", "refresh", "train lightgcn")] == ["skipped"] * 3
        assert set(found.values()) == ({"succeeded"} if day % 2 == 0 else {"skipped"})
        serving.append({model: run.id for model, run in active_runs(taste).items()})
    assert set(serving[0]) == {"lightgcn", "item-item", "hybrid"}
    for day in range(1, 7):
        for model in serving[0]:
            assert (serving[day][model] == serving[day - 1][model]) == (day % 2 == 1)
    assert sorted(job.status for job in list_jobs(taste, NIGHTLY)) == ["killed", *["succeeded"] * 7]
    (dead,) = [run for run in list_runs(taste, 50) if run.status == "failed"]
    assert (dead.model, (dead.error or "").startswith("killed with nightly-")) == ("item-item", True)


def test_an_evaluation_follows_the_trainings_where_one_is_set(taste: Graph) -> None:
    rules = QUICK.model_copy(update={"models": ("als",)}), RecommendSettings(), PreferenceSettings()
    alone, judging = NightlySettings(churn=False), NightlySettings(evaluate=("popular", "als"))
    names = [
        [step.name for step in night_steps(taste, nightly, *rules, run_id="tonight", clock=at(MONDAY))]
        for nightly in (alone, judging)
    ]
    trained = ["preferences", "refresh", "train als"]
    assert names == [
        [*trained, "statistics"],
        [*trained, "evaluate", "statistics", "train churn", "score churn"],
    ]


def test_a_night_counts_the_days_that_have_changed(taste: Graph) -> None:
    rules = QUICK.model_copy(update={"models": ()}), RecommendSettings(), PreferenceSettings()

    def counted() -> dict[str, object]:
        steps = night_steps(taste, NightlySettings(churn=False), *rules, run_id="tonight", clock=at(MONDAY))
        (step,) = [one for one in steps if one.name == "statistics"]
        before = step.state()
        told = dict(step.run())
        assert step.state() == before, "counting changes nothing that it goes by"
        return told | {"state": before}

    first = counted()
    assert first["days"]
    assert counted() == {"days": 0, "state": first["state"]}
    record(taste, [("u00", "i1")], MONDAY)
    again = counted()
    assert again["days"]
    assert again["state"] != first["state"]


def test_any_new_event_is_another_state(taste: Graph) -> None:
    before = facts_state(taste)
    assert facts_state(taste) == before
    record(taste, [("u00", "i1")], MONDAY)
    assert facts_state(taste) != before


def test_the_commands_run_a_night_and_list_it(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("EDGEWISE_TRAINING_MODELS", '["item-item"]')
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    first = runner.invoke(app, ["nightly"], catch_exceptions=False)
    assert (first.exit_code, "succeeded train item-item" in first.output) == (0, True)
    assert "skipped train item-item" in runner.invoke(app, ["nightly"], catch_exceptions=False).output
    monkeypatch.setenv("EDGEWISE_NIGHTLY_ATTEMPTS", "1")
    monkeypatch.setenv("EDGEWISE_TRAINING_LEAST_PREFERENCES", "1000")
    assert runner.invoke(app, ["nightly", "--force"], catch_exceptions=False).exit_code == 1
    listed = runner.invoke(app, ["nights"], catch_exceptions=False).output
    assert "too few to learn from" in listed
    assert listed.count("train item-item") == 3


def test_the_process_that_trains_takes_what_is_asked_for_until_it_is_stopped(
    taste: Graph, neo4j_settings: Neo4jSettings
) -> None:
    request_job(taste, NIGHTLY, Requested("asked", "train", ["item-item"]), MONDAY)
    process = subprocess.Popen(
        [sys.executable, "-m", "edgewise", "schedule"],
        env=environment_of(neo4j_settings, EDGEWISE_NIGHTLY_POLL_SECONDS="0.2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        deadline = time.monotonic() + 120
        while list_jobs(taste, NIGHTLY, 1)[0].status in {"waiting", "running"}:
            assert process.poll() is None
            assert time.monotonic() < deadline
    finally:
        process.terminate()
        told, complained = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert [(job.run_id, job.status) for job in list_jobs(taste, NIGHTLY)] == [("asked", "succeeded")]
    assert "succeeded train item-item" in told
    assert complained == ""
