"""Jobs in the graph: a lock with an expiry, and the history of what ran, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from graph.client import Graph
from graph.models import utc

NIGHTLY = "nightly"
"""The job that keeps models fresh; its lock has this name too."""
StepStatus = Literal["succeeded", "failed", "skipped", "blocked"]
"""`skipped`: nothing had changed; `blocked`: a step that it needs failed."""
Task = Literal["train", "evaluate", "reindex", "churn"]
JobStatus = Literal["waiting", "running", "succeeded", "failed", "killed"]


@dataclass(frozen=True, slots=True)
class StepRecord:
    """How a step ended. `state`: a fingerprint of what it was done from, by which it is skipped next time."""

    name: str
    status: StepStatus
    seconds: float = 0.0
    attempts: int = 0
    metrics: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Requested:
    """A run that is asked for. `names`: the models to train or the strategies to evaluate."""

    run_id: str
    task: Task
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One run of a job; `finished_at` is None until it is over. One that waits has been asked for and not begun."""

    run_id: str
    status: JobStatus
    created_at: datetime
    finished_at: datetime | None
    steps: Sequence[StepRecord]


def take_lock(graph: Graph, name: str, owner: str, now: datetime, seconds: float) -> bool:
    """Take a lock until `seconds` after `now`, or keep it for so long if it is one's own; False if another has it."""
    return bool(graph.write("jobs/take_lock", name=name, owner=owner, nowMillis=_millis(now), seconds=float(seconds)))


def release_lock(graph: Graph, name: str, owner: str) -> None:
    """Give it back; that of another stays."""
    graph.write("jobs/release_lock", name=name, owner=owner)


def request_job(graph: Graph, job: str, asked: Requested, now: datetime) -> str:
    """Ask whoever does the job for a task; returns the run's id, an older one's if that waits for the same."""
    rows = graph.write(
        "jobs/request_job",
        job=job,
        runId=asked.run_id,
        task=asked.task,
        names=list(asked.names),
        nowMillis=_millis(now),
    )
    return str(rows[0]["runId"])


def waiting_job(graph: Graph, job: str) -> Requested | None:
    """What has been waiting longest; None where nobody asked."""
    rows = graph.read("jobs/waiting_job", job=job)
    return Requested(str(rows[0]["runId"]), rows[0]["task"], tuple(rows[0]["names"])) if rows else None


def start_job(graph: Graph, job: str, run_id: str, now: datetime) -> int:
    """Record that a run begins, by whoever has the lock; returns how many earlier ones turn out to have been killed.

    `run_id` is a new one, or that of a run which waits.
    """
    return int(graph.write("jobs/start_job", job=job, runId=run_id, nowMillis=_millis(now))[0]["killed"])


def record_step(graph: Graph, run_id: str, position: int, step: StepRecord) -> None:
    """Record how a step ended."""
    graph.write(
        "jobs/record_step",
        runId=run_id,
        name=step.name,
        position=position,
        status=step.status,
        seconds=step.seconds,
        attempts=step.attempts,
        metrics=json.dumps(step.metrics, sort_keys=True),
        error=step.error,
        state=step.state,
    )


def finish_job(graph: Graph, run_id: str, status: JobStatus, now: datetime) -> None:
    """Record how a run ended."""
    graph.write("jobs/finish_job", runId=run_id, status=status, nowMillis=_millis(now))


def step_states(graph: Graph, job: str) -> dict[str, str]:
    """From which state each step was last done with success, by its name."""
    return {str(row["name"]): str(row["state"]) for row in graph.read("jobs/step_states", job=job)}


def list_jobs(graph: Graph, job: str, first: int = 20) -> list[JobRecord]:
    """The latest runs, newest first."""
    return [
        JobRecord(
            row["runId"],
            row["status"],
            utc(row["createdAt"]),
            None if row["finishedAt"] is None else utc(row["finishedAt"]),
            [StepRecord(**{**step, "metrics": json.loads(step["metrics"])}) for step in row["steps"]],
        )
        for row in graph.read("jobs/list_jobs", job=job, first=first)
    ]


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
