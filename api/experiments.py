"""Experiments as GraphQL types: what is compared, on whom, and what was found so far."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import ID

from api.checks import checking, wrong_id
from api.context import Asked
from api.described import output, resolved
from api.experiment_inputs import ExperimentInput, experiment_of
from api.trainings import require_admin
from graph import experiments as graph_experiments
from graph.client import Graph
from graph.experiments import experiment_named, list_experiments
from graph.outcomes import outcomes, preferred, shown_often
from graph.statistics import counts
from graph.user_states import user_states
from recommend import experiment_results, interleaving
from recommend.experiment_results import MISMATCH, mismatch, results
from recommend.experimenting import check_variants
from recommend.exposure import Exposed, exposed


@output
class Interval:
    """A value, and between what it lies: with 95 % confidence at all looks together, however often one looks."""

    value: float
    low: float
    high: float


@output
class VariantResult:
    """What was found of one variant. Rates are per answer, and null while fewer than two people have seen it."""

    name: str
    people: int
    answers: int
    ctr: Interval | None = strawberry.field(description="Answers that led to something good, of those given.")
    reward: Interval | None
    dismissals: Interval | None
    lift: Interval | None = strawberry.field(description="Its ctr less that of the first variant.")
    coverage: float | None = strawberry.field(description="Share of all items that it showed, in a sample of answers.")
    gini: float | None = strawberry.field(description="0: all items shown equally often; near 1: one has all.")
    novelty: float | None = strawberry.field(description="Bits that an item shown tells: the fewer like it, the more.")


@output
class Preferred:
    """Of the people who saw both variants in one list: whose items they took more of."""

    first: int
    second: int
    neither: int
    odds: float = strawberry.field(
        description="Against chance, that people prefer one; from 20 on with 95 % confidence, however often one looks."
    )


@output
class ExperimentResults:
    """What an experiment has found so far."""

    variants: list[VariantResult]
    preferred: Preferred | None = strawberry.field(description="Of one that is interleaved.")
    mismatch_odds: float = strawberry.field(
        description="Odds against chance that people are not shared out as stated; something is wrong from 1,000 on."
    )
    warning: str | None


@output
class Variant:
    """One way of recommending."""

    name: str
    share: float
    strategy: str | None
    run: ID | None
    stopped_at: datetime | None
    stopped_because: str | None


@output
class Experiment:
    """Ways of recommending that are compared on people."""

    name: str
    rollout: float
    groups: list[str]
    starts_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    interleaved: bool = strawberry.field(description="Whether everybody is shown both variants in one list.")
    goes_on: bool = strawberry.field(description="Whether people are shown its variants now.")
    variants: list[Variant]
    record: strawberry.Private[graph_experiments.Experiment]

    @resolved
    async def results(self, info: Asked) -> ExperimentResults:
        """What was found so far."""
        return await info.context.offload(_results, info, self.record)


@output
class Assignment:
    """What somebody is shown in one experiment."""

    experiment: str
    variant: str


async def load_experiments(info: Asked) -> list[Experiment]:
    """All of them, the latest first. Raises Forbidden."""
    require_admin(info)
    found = await info.context.offload(list_experiments, info.context.services.graph)
    return [_experiment(one, info) for one in found]


async def load_assignments(info: Asked, user_id: str) -> list[Assignment]:
    """What a user is shown in each experiment that goes on. Raises InputError."""
    with checking() as problems:
        problems.add("userId", wrong_id(user_id))
    services = info.context.services
    states = await info.context.offload(user_states, services.graph, [user_id], [])
    found = await info.context.offload(services.experimenting.variants, states[user_id])
    return [Assignment(experiment=experiment.name, variant=variant.name) for experiment, variant in found]


async def started(info: Asked, given: ExperimentInput) -> Experiment:
    """Start one. Raises Forbidden, InputError, ModelError."""
    require_admin(info)
    record = experiment_of(given)
    services = info.context.services
    check_variants(record.variants, services.recommendations.strategies)
    await info.context.offload(graph_experiments.start_experiment, services.graph, record)
    return await _changed(info, given.name)


async def ramped(info: Asked, name: str, rollout: float) -> Experiment:
    """Show one to another share of the people. Raises Forbidden, InputError."""
    require_admin(info)
    await info.context.offload(graph_experiments.ramp_experiment, info.context.services.graph, name, rollout)
    return await _changed(info, name)


async def ended(info: Asked, name: str) -> Experiment:
    """End one. Raises Forbidden, InputError."""
    require_admin(info)
    await info.context.offload(graph_experiments.end_experiment, info.context.services.graph, name)
    return await _changed(info, name)


async def _changed(info: Asked, name: str) -> Experiment:
    services = info.context.services
    services.experimenting.look_again()
    await services.answers.drop_all()
    return _experiment(await info.context.offload(experiment_named, services.graph, name), info)


def _experiment(record: graph_experiments.Experiment, info: Asked) -> Experiment:
    return Experiment(
        name=record.name,
        rollout=record.rollout,
        groups=list(record.groups),
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        ended_at=record.ended_at,
        interleaved=record.interleaved,
        goes_on=record.runs_at(info.context.services.clock()),
        variants=[
            Variant(
                name=one.name,
                share=one.share,
                strategy=one.strategy,
                run=None if one.run_id is None else ID(one.run_id),
                stopped_at=one.stopped_at,
                stopped_because=one.stopped_because,
            )
            for one in record.variants
        ],
        record=record,
    )


def _results(info: Asked, record: graph_experiments.Experiment) -> ExperimentResults:
    graph = info.context.services.graph
    found, sizes = outcomes(graph, record.name), counts(graph)
    shown = {
        one.variant: exposed(one.times, one.likers, sizes.items, sizes.users) for one in shown_often(graph, record.name)
    }
    odds = mismatch(record, found)
    warning = "The people are not shared out as stated: do not trust the results." if odds >= MISMATCH else None
    return ExperimentResults(
        variants=[_result(one, shown[one.name]) for one in results(found, apart=not record.interleaved)],
        preferred=_preferred(graph, record.name) if record.interleaved else None,
        mismatch_odds=odds,
        warning=warning,
    )


def _preferred(graph: Graph, name: str) -> Preferred:
    found = preferred(graph, name)
    return Preferred(**found._asdict(), odds=interleaving.odds(found.first, found.second))


def _result(one: experiment_results.VariantResult, shown: Exposed) -> VariantResult:
    return VariantResult(
        name=one.name,
        people=one.people,
        answers=one.answers,
        ctr=_interval(one.ctr),
        reward=_interval(one.reward),
        dismissals=_interval(one.dismissals),
        lift=_interval(one.lift),
        coverage=shown.coverage,
        gini=shown.gini,
        novelty=shown.novelty,
    )


def _interval(one: experiment_results.Interval | None) -> Interval | None:
    return None if one is None else Interval(value=one.value, low=one.low, high=one.high)
