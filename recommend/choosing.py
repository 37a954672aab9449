"""Answers requests that leave open how: by an arm of a bandit, or by the variants of experiments."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from random import Random

from graph.bandit import AUTO
from graph.errors import UnknownStrategy
from graph.experiments import Experiment
from graph.user_states import RunKey, UserState
from recommend.auto import Auto
from recommend.experimenting import Experimenting, Plan
from recommend.fallback import Attempt
from recommend.groups import in_groups
from recommend.interleaving import as_one
from recommend.protocol import Answer, Ask, Choice, Recommender

LOGGER = logging.getLogger(__name__)
PASSED_OVER_SECONDS = 5.0
"""For which an experiment whose run is gone is not looked at again: that takes a round trip and fills the log."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """What it needs of the service: `default` is the strategy where none is named, `recommend` answers by a named one.

    `read` gives asks the states of their users, with runs; `recommender` finds one by name, or raises UnknownStrategy.
    """

    default: str
    auto: Auto | None
    experimenting: Experimenting | None
    recommender: Callable[[str], Recommender]
    read: Callable[[Sequence[Ask], Sequence[RunKey]], list[tuple[Ask, UserState]]]
    recommend: Callable[[Sequence[Ask], str, Attempt], list[Answer]]
    _passed_over: dict[str, float] = field(default_factory=dict)
    """Until when an experiment is not looked at again, by name, in monotonic seconds."""

    def answers(self, asks: Sequence[Ask], strategy: str | None, attempt: Attempt) -> list[Answer] | None:
        """The answers, where it is for a bandit or experiments to choose; else None. `strategy` None: none is named."""
        if strategy is None and self.experimenting is not None:
            going_on = self._usable(self.experimenting)
            if going_on:
                return self._planned(self.experimenting, going_on, asks, attempt)
        if (strategy or self.default) == AUTO and self.auto is not None:
            return self._chosen(self.auto, asks, attempt)
        return None

    def _chosen(self, auto: Auto, asks: Sequence[Ask], attempt: Attempt) -> list[Answer]:
        """An arm whose strategy does not answer at the moment is not blamed for it."""
        chosen = [(auto.choose(state), ask) for ask, state in self._with_states(asks, [AUTO])]

        def answers(strategy: str, alike: Sequence[tuple[Choice, Ask]]) -> list[Answer]:
            given = [replace(ask, weights=one.weights) for one, ask in alike]
            found = self.recommend(given, strategy, attempt)
            return [_by_arm(*both) for both in zip(found, (one for one, _ in alike), given, strict=True)]

        return in_groups(chosen, lambda pair: pair[0].strategy, answers)

    def _planned(
        self, experimenting: Experimenting, experiments: Sequence[Experiment], asks: Sequence[Ask], attempt: Attempt
    ) -> list[Answer]:
        names = [self.default, *experimenting.strategies(experiments)]
        states = [state for _, state in self._with_states(asks, names)]
        plans = [experimenting.plans(ask, state, experiments) for ask, state in zip(asks, states, strict=True)]

        def answers(strategy: str, alike: Sequence[Plan]) -> list[Answer]:
            given = [one.ask for one in alike]
            found = self.answers(given, strategy, attempt) or self.recommend(given, strategy, attempt)
            return [_by_plan(*both) for both in zip(found, alike, strict=True)]

        found = iter(in_groups(list(chain(*plans)), lambda plan: plan.strategy or self.default, answers))
        return [self._in_one_list([next(found) for _ in own], own, experimenting.random) for own in plans]

    def _in_one_list(self, answers: Sequence[Answer], plans: Sequence[Plan], random: Random) -> Answer:
        """What a request gets that had one plan, or two."""
        if len(answers) == 1:
            return answers[0]
        one, other = plans
        tags = [next(tag for tag in a.variants if tag not in b.variants) for a, b in ((one, other), (other, one))]
        ask = replace(one.ask, state=None)
        return as_one((answers[0], answers[1]), (tags[0], tags[1]), ask, self.default, random)

    def _usable(self, experimenting: Experimenting) -> list[Experiment]:
        """Those that go on, but for one with a strategy that there is no more: no answer fails by it."""
        found: list[Experiment] = []
        for experiment in experimenting.going_on():
            if time.monotonic() < self._passed_over.get(experiment.name, 0.0):
                continue
            try:
                self._runs(experimenting.strategies([experiment]))
            except UnknownStrategy as error:
                LOGGER.warning("the experiment %s is passed over: %s", experiment.name, error)
                self._passed_over[experiment.name] = time.monotonic() + PASSED_OVER_SECONDS
                continue
            found.append(experiment)
        return found

    def _with_states(self, asks: Sequence[Ask], names: Sequence[str]) -> list[tuple[Ask, UserState]]:
        """With all runs that strategies of these names are served from, so that a user is read once."""
        return self.read(asks, self._runs(names))

    def expanded(self, names: Sequence[str]) -> list[str]:
        """The names, with those of its arms in the place of `auto`."""
        return [one for name in names for one in (self.auto.strategies if self.auto and name == AUTO else (name,))]

    def _runs(self, names: Sequence[str]) -> tuple[RunKey, ...]:
        return tuple(dict.fromkeys(chain.from_iterable(self.recommender(one).runs for one in self.expanded(names))))


def _by_arm(answer: Answer, choice: Choice, ask: Ask) -> Answer:
    choice = replace(choice, worked=answer.worked)
    return replace(answer, strategy=AUTO, choice=choice, propensity=choice.propensity, asked=replace(ask, state=None))


def _by_plan(answer: Answer, plan: Plan) -> Answer:
    if not plan.variants:
        return answer
    asked = answer.asked or replace(plan.ask, state=None)
    propensity = answer.propensity if answer.choice else plan.propensity
    return replace(answer, variants=plan.variants, propensity=propensity, asked=asked)
