"""Trainings and nights as GraphQL types: what became of each, for whoever runs this."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry
from strawberry import ID

from api.context import Asked
from api.described import output, resolved
from api.principal import PrincipalKind
from api.stats import Metric
from graph.bandit import AUTO
from graph.errors import Forbidden, InputError
from graph.ids import new_id
from graph.jobs import NIGHTLY, JobRecord, Requested, StepRecord, Task, list_jobs, request_job
from graph.models import TRAINED, ModelRun, list_runs


@output
class TrainingRun:
    """One training, whether it serves or not."""

    id: ID
    model: str
    status: str = strawberry.field(description="training, writing, ready, failed or replaced.")
    serves: bool
    created_at: datetime
    age_seconds: float
    seconds: float | None = strawberry.field(description="How long it took, with writing.")
    embedding_size: int | None
    users: int | None
    items: int | None
    preferences: int | None
    metrics: list[Metric]
    settings: str = strawberry.field(description="A JSON object as text.")
    versions: str = strawberry.field(description="What it was made with: a JSON object as text.")
    held_back: str | None = strawberry.field(description="Why a finished one was not let to serve.")
    error: str | None
    vector_property: strawberry.Private[str | None]

    @resolved
    async def indexed_items(self, info: Asked) -> int | None:
        """Items that its vector index covers; null without one."""
        if self.vector_property is None:
            return None
        return await info.context.loaders.indexed_items.load(self.vector_property)


@output
class NightStep:
    """One step of a night."""

    name: str
    status: str = strawberry.field(description="succeeded, failed, skipped (nothing had changed) or blocked.")
    seconds: float
    attempts: int
    told: str = strawberry.field(description="What it told: a JSON object as text.")
    error: str | None


@output
class Night:
    """One run of the nightly job."""

    id: ID
    status: str = strawberry.field(description="waiting, running, succeeded, failed or killed.")
    created_at: datetime
    finished_at: datetime | None
    steps: list[NightStep]


async def load_training_runs(info: Asked, first: int) -> list[TrainingRun]:
    """The latest trainings, newest first. Raises Forbidden for others than admins."""
    require_admin(info)
    services = info.context.services
    now = services.clock()
    return [_training_run(run, now) for run in await info.context.offload(list_runs, services.graph, first)]


async def load_nights(info: Asked, first: int) -> list[Night]:
    """The latest nights, newest first. Raises Forbidden for others than admins."""
    require_admin(info)
    found = await info.context.offload(list_jobs, info.context.services.graph, NIGHTLY, first)
    return [_night(job) for job in found]


async def request_training(info: Asked, models: list[str]) -> ID:
    """Leave a job for the process that trains, and return its id. Raises Forbidden, or InputError for other models."""
    require_admin(info)
    return await _request(info, "train", _known(models, TRAINED, "model"))


async def request_evaluation(info: Asked, strategies: list[str]) -> ID:
    """The same for strategies that are to be judged. Raises Forbidden, or InputError for unknown ones."""
    require_admin(info)
    known = [name for name in info.context.services.recommendations.strategies if name != AUTO]
    return await _request(info, "evaluate", _known(strategies, known, "strategy"))


async def request_reindex(info: Asked) -> ID:
    """The same for the vector indexes, to be made anew. Raises Forbidden."""
    require_admin(info)
    return await _request(info, "reindex", [])


async def request_churn(info: Asked) -> ID:
    """The same for who leaves: to be learned, and everyone scored. Raises Forbidden."""
    require_admin(info)
    return await _request(info, "churn", [])


def _known(names: list[str], known: Sequence[str], what: str) -> list[str]:
    """Those of `known` that are named, in its order."""
    if not names or (unknown := sorted(set(names) - set(known))):
        wrong = f"There is no {what} {', '.join(unknown)}" if names else f"No {what} is named"
        raise InputError(f"{wrong}: choose of {', '.join(known)}.")
    return [name for name in known if name in names]


async def _request(info: Asked, task: Task, names: list[str]) -> ID:
    services = info.context.services
    asked = Requested(new_id(NIGHTLY), task, names)
    return ID(await info.context.offload(request_job, services.graph, NIGHTLY, asked, services.clock()))


def require_admin(info: Asked) -> None:
    """Raise Forbidden unless an admin asks."""
    if info.context.principal.kind is not PrincipalKind.ADMIN:
        raise Forbidden("Only admins may see how models are trained.")


def _training_run(run: ModelRun, now: datetime) -> TrainingRun:
    return TrainingRun(
        id=ID(run.id),
        model=run.model,
        status=run.status,
        serves=run.active,
        created_at=run.created_at,
        age_seconds=(now - run.created_at).total_seconds(),
        seconds=run.seconds,
        embedding_size=run.embedding_size,
        users=run.users,
        items=run.items,
        preferences=run.preferences,
        metrics=[Metric(name=name, value=value) for name, value in sorted(run.metrics.items())],
        settings=_text(run.settings),
        versions=_text(run.versions),
        held_back=run.refusal,
        error=run.error,
        vector_property=run.vector_property,
    )


def _night(job: JobRecord) -> Night:
    return Night(
        id=ID(job.run_id),
        status=job.status,
        created_at=job.created_at,
        finished_at=job.finished_at,
        steps=[_step(step) for step in job.steps],
    )


def _step(step: StepRecord) -> NightStep:
    return NightStep(
        name=step.name,
        status=step.status,
        seconds=step.seconds,
        attempts=step.attempts,
        told=_text(step.metrics),
        error=step.error,
    )


def _text(values: Mapping[str, object]) -> str:
    return json.dumps(dict(values), sort_keys=True)
