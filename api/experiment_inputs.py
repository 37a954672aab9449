"""Experiments as clients send them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import strawberry
from strawberry import ID

from api.arguments import StrategyWeight
from api.checks import checking, wrong_zone
from api.described import sent
from api.reranking import RerankInput
from api.validation import utc
from graph.experiments import Experiment, Guardrail, Variant


@sent
class VariantInput:
    """One way of recommending. What it leaves open is as for everybody; with nothing set it is a feature flag."""

    name: str
    share: float = strawberry.field(default=1.0, description="Its part of the people; only the ratios count.")
    strategy: str | None = None
    weights: list[StrategyWeight] | None = strawberry.field(default=None, description="What hybrid blends.")
    rerank: RerankInput | None = None
    run: ID | None = strawberry.field(default=None, description="A run of a model that answers, whichever is active.")


@sent
class GuardrailInput:
    """Stops a variant once it is surely worse than the first one."""

    metric: str = strawberry.field(description="ctr, reward or dismissals.")
    worst: float = strawberry.field(default=0.0, description="Share of the first one's value that may be lost.")


@sent
class ExperimentInput:
    """What is to be compared; the first variant is the one that others are compared with."""

    name: str
    variants: list[VariantInput]
    rollout: float = strawberry.field(default=1.0, description="Share of the people that it is for, 0 to 1.")
    groups: list[str] | None = strawberry.field(
        default=None, description="Only users of these activity groups, such as 5-19; without: all."
    )
    guardrails: list[GuardrailInput] | None = None
    starts_at: datetime | None = strawberry.field(default=None, description="With its time zone; without: now.")
    ends_at: datetime | None = strawberry.field(default=None, description="With its time zone.")
    interleaved: bool = strawberry.field(
        default=False, description="Whether everybody is shown both variants in one list, item by item."
    )


def experiment_of(given: ExperimentInput) -> Experiment:
    """The same as a record; whether it makes sense is for others to say. Raises InputError: a moment has no zone."""
    with checking() as problems:
        for place, at in (("startsAt", given.starts_at), ("endsAt", given.ends_at)):
            problems.add(f"experiment.{place}", None if at is None else wrong_zone(at))
    return Experiment(
        name=given.name,
        variants=tuple(_variant_record(one) for one in given.variants),
        rollout=given.rollout,
        groups=tuple(given.groups or ()),
        guardrails=tuple(Guardrail(one.metric, one.worst) for one in given.guardrails or ()),
        starts_at=utc(given.starts_at),
        ends_at=utc(given.ends_at),
        interleaved=given.interleaved,
    )


def _variant_record(one: VariantInput) -> Variant:
    knobs = {} if one.rerank is None else asdict(one.rerank)
    knobs.pop("rules", None)
    return Variant(
        name=one.name,
        share=one.share,
        strategy=one.strategy,
        weights={weight.strategy: weight.weight for weight in one.weights or ()},
        rerank={name: value for name, value in knobs.items() if value is not None},
        run_id=one.run,
    )
