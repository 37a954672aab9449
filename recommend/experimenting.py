"""Applies the experiments that go on to requests that leave open how they are answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from graph.client import Graph
from graph.errors import GraphError, InputError
from graph.experiments import STRATEGY, Experiment, Variant, list_experiments
from graph.models import BLEND
from graph.user_states import UserState
from recommend.assignment import assigned, takes_part
from recommend.bandit import group_of
from recommend.pins import base_of, pin
from recommend.protocol import AS_SET, KNOB_LIMITS, NOBODY, Ask, RerankAsk

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request is to be answered: by `strategy`, None being the default one, with what the ask has been given.

    `variants`: as experiment/variant; `propensity`: how probable they were among those of their experiments.
    """

    ask: Ask
    strategy: str | None = None
    variants: tuple[str, ...] = ()
    propensity: float = 1.0


class Experimenting:
    """Knows which experiments go on, as the graph has it; looks again every `refresh_seconds`.

    `clock` gives monotonic seconds, `now` the time. `group_bounds`: likes at which groups of users begin. `random`
    draws who picks first in interleaved lists. Safe to share between threads.
    """

    def __init__(
        self,
        graph: Graph,
        refresh_seconds: float,
        group_bounds: Sequence[int],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        *,
        random: Random,
    ) -> None:
        self._graph = graph
        self._refresh_seconds = refresh_seconds
        self._bounds = tuple(group_bounds)
        self._clock = clock
        self._now = now
        self.random = random
        self._lock = threading.Lock()
        self._known: tuple[Experiment, ...] = ()
        self._due = -1.0

    def going_on(self) -> list[Experiment]:
        """Those that people are shown now, by name. One round trip now and then."""
        with self._lock:
            if self._clock() >= self._due:
                self._due = self._clock() + self._refresh_seconds
                self._refresh()
            known = self._known
        now = self._now()
        return [one for one in known if one.runs_at(now)]

    def look_again(self) -> None:
        """At the next request, as something has changed."""
        with self._lock:
            self._due = -1.0

    def strategies(self, experiments: Sequence[Experiment]) -> list[str]:
        """Those that variants are answered by, each once."""
        named = [served_by(variant) for one in experiments for variant in one.variants]
        return list(dict.fromkeys(name for name in named if name is not None))

    def variants(
        self, state: UserState, experiments: Sequence[Experiment] | None = None
    ) -> list[tuple[Experiment, Variant]]:
        """What a user is shown in each that they are in, both where lists are interleaved; None: of all that go on."""
        found = self.going_on() if experiments is None else experiments
        shown = [(experiment, self._shown(experiment, state.user_id, state)) for experiment in found]
        return [(experiment, variant) for experiment, variants in shown for variant in variants]

    def plans(self, ask: Ask, state: UserState, experiments: Sequence[Experiment]) -> list[Plan]:
        """How a request of somebody with this state is to be answered; as asked where that is not left open.

        Two plans where an experiment interleaves the lists of its variants.
        """
        # What is known of the user depends on how old their likes may be, which a variant may change.
        plans = [Plan(replace(ask, state=state))]
        for experiment in experiments if open_to_plans(ask) else ():
            shown = self._shown(experiment, ask.visitor or ask.user_id, state)
            plans = [_with(plan, experiment, variant) for plan in plans for variant in shown] or plans
        return plans

    def _shown(self, experiment: Experiment, person: str, state: UserState) -> tuple[Variant, ...]:
        if experiment.groups and group_of(state.liked, self._bounds) not in experiment.groups:
            return ()
        if experiment.interleaved:
            return experiment.variants if takes_part(experiment, person) else ()
        variant = assigned(experiment, person)
        return () if variant is None else (variant,)

    def _refresh(self) -> None:
        try:
            found = list_experiments(self._graph)
        except GraphError as error:
            LOGGER.warning("experiments cannot be read; those that were known go on: %s", error)
            return
        self._known = tuple(sorted((one for one in found if one.ended_at is None), key=lambda one: one.name))


def _with(plan: Plan, experiment: Experiment, variant: Variant) -> Plan:
    return Plan(
        replace(
            plan.ask,
            state=None if variant.rerank else plan.ask.state,
            weights=tuple(sorted(variant.weights.items())) or plan.ask.weights,
            rerank=_with_knobs(plan.ask.rerank, variant.rerank),
        ),
        served_by(variant) or plan.strategy,
        (*plan.variants, f"{experiment.name}/{variant.name}"),
        plan.propensity * (1.0 if experiment.interleaved else experiment.share_of(variant)),
    )


def _with_knobs(rerank: RerankAsk, knobs: Mapping[str, float]) -> RerankAsk:
    values = {name: knobs.get(name, getattr(rerank, name)) for name in KNOB_LIMITS}
    return RerankAsk(**values, rules=rerank.rules)


def open_to_plans(ask: Ask) -> bool:
    """Whether a request leaves open how it is answered, and is of a user or of a session with an id."""
    known = ask.user_id != NOBODY or ask.visitor != NOBODY
    return known and not ask.weights and ask.rerank == AS_SET


def served_by(variant: Variant) -> str | None:
    """The strategy that answers for a variant; None: the default one."""
    if variant.run_id is not None:
        return pin(variant.model or "", variant.run_id)
    return BLEND if variant.weights else variant.strategy


def check_variants(variants: Sequence[Variant], strategies: Sequence[str]) -> None:
    """Raise InputError for a strategy, weights or a knob that there is not."""
    for one in variants:
        if one.strategy is not None and base_of(one.strategy) not in strategies:
            raise InputError(
                f"{one.name}: there is no strategy {one.strategy!r}; choose one of {', '.join(strategies)}."
            )
        if one.weights and one.strategy not in {None, BLEND}:
            raise InputError(f"{one.name}: weights are those of {BLEND}; {one.strategy} has none.")
        if one.run_id is not None and (one.strategy or one.weights):
            raise InputError(f"{one.name}: a run answers by itself; leave {STRATEGY} and weights out.")
        if unknown := sorted(set(one.weights) - set(strategies)):
            raise InputError(f"{one.name}: weights names {', '.join(unknown)}; there are {', '.join(strategies)}.")
        for knob, value in one.rerank.items():
            if knob not in KNOB_LIMITS:
                raise InputError(f"{one.name}: there is no knob {knob!r}; choose among {', '.join(KNOB_LIMITS)}.")
            if not 0 <= value <= KNOB_LIMITS[knob]:
                raise InputError(f"{one.name}: {knob} is {value:g}; it must be 0 to {KNOB_LIMITS[knob]:,g}.")
