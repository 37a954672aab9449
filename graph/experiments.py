"""Experiments in the graph: ways of recommending that are compared on people, each variant shown to a share of them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graph.client import Graph, Row
from graph.errors import InputError
from graph.models import ready_run, utc

FEWEST_VARIANTS = 2
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
GUARDED = ("ctr", "reward", "dismissals")
"""Metrics that a guardrail may watch; of dismissals less is better."""
STRATEGY = "strategy"


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of recommending. What it leaves open is as for everybody; with nothing set it is a feature flag.

    `share`: its part of the people, by ratio. `strategy` answers, or `run_id` of its model; `weights` are those of
    hybrid; `rerank` has knobs by name. One that was stopped is shown to nobody any more.
    """

    name: str
    share: float = 1.0
    strategy: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    rerank: Mapping[str, float] = field(default_factory=dict)
    run_id: str | None = None
    model: str | None = None
    stopped_at: datetime | None = None
    stopped_because: str | None = None

    @property
    def knobs(self) -> set[str]:
        """What it sets."""
        chosen = {STRATEGY} if self.strategy or self.run_id or self.weights else set[str]()
        return chosen | {f"rerank.{name}" for name in self.rerank}


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A variant is stopped once its `metric` is surely worse than the first one's, by more than a share `worst`."""

    metric: str
    worst: float = 0.0


@dataclass(frozen=True, slots=True)
class Experiment:
    """`variants`, the first of which the others are compared with, are shown to a share `rollout` of the people.

    `groups`: of users by activity, as a bandit has them; empty: all. It begins at `starts_at` and ends at `ends_at`,
    where these are set. `ended_at` None: it goes on. `interleaved`: everybody is shown both variants, in one list.
    """

    name: str
    variants: tuple[Variant, ...]
    rollout: float = 1.0
    groups: tuple[str, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    interleaved: bool = False

    @property
    def knobs(self) -> set[str]:
        """What any of its variants sets."""
        return set[str]().union(*(one.knobs for one in self.variants))

    def share_of(self, variant: Variant) -> float:
        """The part of the people in it that a variant is for: all of them sum to 1."""
        return variant.share / sum(one.share for one in self.variants)

    def runs_at(self, now: datetime) -> bool:
        """Whether people are shown its variants at this moment."""
        begun = self.starts_at is None or self.starts_at <= now
        return begun and self.ended_at is None and (self.ends_at is None or now < self.ends_at)


def start_experiment(graph: Graph, experiment: Experiment) -> None:
    """Let an experiment go on; all of it or, where a part cannot be, nothing.

    Until it ends no training takes the slot of a run that serves a variant; see graph.slots. One that has ended may be
    begun anew under its name, and what it found is gone. Raises InputError for what makes no sense, a name that goes on
    or another experiment that sets the same; ModelError for a run that could not serve.
    """
    check(experiment)
    for other in list_experiments(graph):
        if other.ended_at is None and other.name != experiment.name and other.knobs & experiment.knobs:
            both = ", ".join(sorted(other.knobs & experiment.knobs))
            raise InputError(f"The experiment {other.name!r} goes on and sets {both}, too: end it first.")
        if other.ended_at is None and other.name != experiment.name and other.interleaved and experiment.interleaved:
            raise InputError(f"The experiment {other.name!r} is interleaved, and a list has two teams: end it first.")
    rows = graph.write(
        "experiments/start_experiment",
        name=experiment.name,
        rollout=experiment.rollout,
        groups=list(experiment.groups),
        guardrails=[[one.metric, one.worst] for one in experiment.guardrails],
        startsAt=experiment.starts_at,
        endsAt=experiment.ends_at,
        interleaved=experiment.interleaved,
        variants=[_row(one) for one in experiment.variants],
    )
    if rows:
        return
    for variant in experiment.variants:
        if variant.run_id is not None:
            ready_run(graph, variant.run_id)
    raise InputError(
        f"The experiment {experiment.name!r} goes on already. End it first: edgewise experiments end {experiment.name}"
    )


def check(experiment: Experiment) -> None:
    """Raise InputError unless an experiment makes sense; strategies and knobs are checked by who knows them."""
    variants, names = experiment.variants, [one.name for one in experiment.variants]
    if len(variants) < FEWEST_VARIANTS:
        raise InputError(f"An experiment compares {FEWEST_VARIANTS} variants or more; {len(variants)} was given.")
    if wrong := [one for one in (experiment.name, *names) if not NAME.fullmatch(one)]:
        raise InputError(f"{wrong[0]!r} is no name: up to 64 letters, digits, dots, dashes and underscores are.")
    if len(set(names)) < len(names):
        raise InputError("Two variants have one name; each needs its own.")
    if any(not (math.isfinite(one.share) and one.share > 0) for one in variants):
        raise InputError("A variant's share must be above 0; end the experiment or leave the variant out.")
    check_rollout(experiment.rollout)
    if wrong := [one.metric for one in experiment.guardrails if one.metric not in GUARDED]:
        raise InputError(f"A guardrail watches {', '.join(GUARDED)}; {wrong[0]!r} is none of them.")
    if any(not 0 <= one.worst < 1 for one in experiment.guardrails):
        raise InputError("What a guardrail allows to be lost is a share from 0 to below 1.")
    if experiment.interleaved:
        _check_interleaved(experiment)
    starts, ends = experiment.starts_at, experiment.ends_at
    if starts is not None and ends is not None and ends <= starts:
        raise InputError("An experiment must end after it starts.")


def _check_interleaved(experiment: Experiment) -> None:
    if len(experiment.variants) != FEWEST_VARIANTS or not any(one.knobs for one in experiment.variants):
        raise InputError("An interleaved experiment has two variants, of which one or both set something.")
    if experiment.guardrails:
        raise InputError("A guardrail compares people, but in an interleaved experiment everybody sees both variants.")


def check_rollout(rollout: float) -> None:
    """Raise InputError unless it is a share of the people."""
    if not 0 <= rollout <= 1:
        raise InputError(f"The share of people that an experiment is for is 0 to 1; {rollout:g} was given.")


def ramp_experiment(graph: Graph, name: str, rollout: float) -> None:
    """Show it to another share of the people: who was in it keeps their variant, unless it shrinks.

    Raises InputError where no such experiment goes on.
    """
    check_rollout(rollout)
    _require(graph.write("experiments/ramp_experiment", name=name, rollout=rollout), name)


def stop_variant(graph: Graph, name: str, variant: str, because: str) -> bool:
    """Show a variant to nobody any more; False if it was stopped already or the experiment does not go on."""
    return bool(graph.write("experiments/stop_variant", name=name, variant=variant, because=because))


def end_experiment(graph: Graph, name: str) -> None:
    """Let nobody be in it any more, and trainings have the slots. Raises InputError where none of that name goes on."""
    _require(graph.write("experiments/end_experiment", name=name), name)


def list_experiments(graph: Graph) -> list[Experiment]:
    """All of them, the latest first."""
    return [_experiment(row) for row in graph.read("experiments/list_experiments")]


def experiment_named(graph: Graph, name: str) -> Experiment:
    """One of them. Raises InputError where there is none."""
    found = [one for one in list_experiments(graph) if one.name == name]
    if not found:
        raise InputError(f"There is no experiment {name!r}: edgewise experiments list")
    return found[0]


def _require(rows: Sequence[Row], name: str) -> None:
    if not rows:
        raise InputError(f"No experiment {name!r} goes on: edgewise experiments list")


def _row(one: Variant) -> list[object]:
    weights, rerank = (json.dumps(dict(value)) if value else None for value in (one.weights, one.rerank))
    return [one.name, one.share, one.strategy, weights, rerank, one.run_id]


def _experiment(row: Row) -> Experiment:
    return Experiment(
        name=row["name"],
        variants=tuple(_variant(one) for one in row["variants"]),
        rollout=row["rollout"],
        groups=tuple(row["groups"]),
        guardrails=tuple(Guardrail(metric, worst) for metric, worst in zip(*row["guardrails"], strict=True)),
        starts_at=_moment(row["startsAt"]),
        ends_at=_moment(row["endsAt"]),
        started_at=_moment(row["startedAt"]),
        ended_at=_moment(row["endedAt"]),
        interleaved=row["interleaved"],
    )


def _variant(row: Row) -> Variant:
    return Variant(
        name=row["name"],
        share=row["share"],
        strategy=row["strategy"],
        weights=json.loads(row["weights"] or "{}"),
        rerank=json.loads(row["rerank"] or "{}"),
        run_id=row["run"],
        model=row["model"],
        stopped_at=_moment(row["stoppedAt"]),
        stopped_because=row["because"],
    )


def _moment(value: object) -> datetime | None:
    return None if value is None else utc(value)
