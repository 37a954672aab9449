"""What an experiment has found so far, with intervals that hold however often one looks.

A rate is a ratio of sums over people (answers taken, of answers given), whose variance is that of its linear part:
Deng, Knoblich & Lu, Applying the Delta Method in Metric Analytics (KDD 2018). Intervals are asymptotic confidence
sequences: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, Time-uniform central limit theory and asymptotic confidence
sequences (Annals of Statistics 2024), theorem 2.2. Whether the people are shared out as they should be: Lindon & Malek,
Sequential Testing of Multinomial Hypotheses (2020).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import gammaln

from graph.experiments import Experiment, Guardrail
from graph.outcomes import Outcome, Sums

CONFIDENCE = 0.95
TUNED_TO = 2_000
"""People at whose number an interval is narrowest; elsewhere it is a little wider than it could be."""
MISMATCH = 1_000.0
"""Odds against chance from which it is told that the people are not shared out as they should be."""
CONCENTRATION = 1_000.0
"""How near to the stated shares the alternative is looked for, in people."""
FEWEST_PEOPLE = 30
"""People in each variant before a guardrail may stop one, since intervals are asymptotic."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, and between what it lies with the stated confidence at all looks together."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class VariantResult:
    """Rates per answer of one variant; `lift`: its difference in `ctr` from the first one, None for that itself."""

    name: str
    people: int
    answers: int
    ctr: Interval | None
    reward: Interval | None
    dismissals: Interval | None
    lift: Interval | None


def results(outcomes: Sequence[Outcome], *, apart: bool = True) -> list[VariantResult]:
    """One per variant, in order. Rates are None while fewer than two people have seen it.

    `apart`: whether nobody sees two, without which they have no lift.
    """
    control = outcomes[0] if outcomes else None
    return [
        VariantResult(
            one.variant,
            one.people,
            round(one.answers),
            rate(one, "ctr"),
            rate(one, "reward"),
            rate(one, "dismissals"),
            None if control is None or one is control or not apart else difference(one, control, "ctr"),
        )
        for one in outcomes
    ]


def rate(outcome: Outcome, metric: str) -> Interval | None:
    """A metric of one variant, per answer."""
    found = _ratio(outcome, metric)
    if found is None:
        return None
    value, variance = found
    around = _around(value, half_width(outcome.people, variance * outcome.people))
    return Interval(value, max(around.low, 0.0), min(around.high, 1.0))


def difference(outcome: Outcome, control: Outcome, metric: str) -> Interval | None:
    """How much more a variant has of a metric than another one."""
    found, other = _ratio(outcome, metric), _ratio(control, metric)
    if found is None or other is None:
        return None
    people = outcome.people + control.people
    return _around(found[0] - other[0], half_width(people, (found[1] + other[1]) * people))


def half_width(count: float, variance: float, confidence: float = CONFIDENCE) -> float:
    """Half of an interval around the mean of `count` values of this variance, that holds at all counts at once."""
    alpha = 1 - confidence
    rho2 = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / TUNED_TO
    scaled = count * rho2
    return math.sqrt(variance * 2 * (scaled + 1) / (count * scaled) * math.log(math.sqrt(scaled + 1) / alpha))


def _ratio(outcome: Outcome, metric: str) -> tuple[float, float] | None:
    """A rate per answer, and the variance of its estimate.

    Two made-up answers, one that led to something and one that did not, keep the variance from being 0 where all of a
    few people did the same.
    """
    people, answers = outcome.people, outcome.answers
    if people < 2 or not answers:  # noqa: PLR2004  no variance of one
        return None
    sums: Sums = outcome.of(metric)
    value = sums.total / answers
    spread = sums.squares - 2 * value * sums.with_answers + value**2 * outcome.answers2
    spread += (1 - value) ** 2 + value**2
    each = answers / people
    return value, max(spread, 0.0) / (people - 1) / each**2 / people


def _around(value: float, width: float) -> Interval:
    return Interval(value, value - width, value + width)


def mismatch(experiment: Experiment, outcomes: Sequence[Outcome]) -> float:
    """The odds, against chance, that people are not shared out among the variants as stated; tell from MISMATCH on.

    Valid however often one looks. Variants that were stopped are left out, as they gather nobody any more. 0 where
    everybody sees both.
    """
    if experiment.interleaved:
        return 0.0
    shares = {one.name: one.share for one in experiment.variants if one.stopped_at is None}
    counted = {one.variant: one.people for one in outcomes if one.variant in shares}
    total, people = sum(shares.values()), sum(counted.values())
    logarithm = gammaln(CONCENTRATION) - gammaln(CONCENTRATION + people)
    for name, share in shares.items():
        expected, seen = share / total, counted.get(name, 0)
        prior = CONCENTRATION * expected
        logarithm += gammaln(prior + seen) - gammaln(prior) - seen * math.log(expected)
    return math.exp(min(float(logarithm), 700.0))


def broken(experiment: Experiment, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The variants that a guardrail stops, with why."""
    if not outcomes or outcomes[0].people < FEWEST_PEOPLE:
        return {}
    stopped = {one.name for one in experiment.variants if one.stopped_at is not None}
    found: dict[str, str] = {}
    for one in outcomes[1:]:
        for guardrail in experiment.guardrails if one.variant not in stopped and one.people >= FEWEST_PEOPLE else ():
            why = _worse(one, outcomes[0], guardrail)
            if why is not None:
                found.setdefault(one.variant, why)
    return found


def _worse(one: Outcome, control: Outcome, guardrail: Guardrail) -> str | None:
    """Why a variant is surely worse than it may be; None if it is not."""
    against, apart = rate(control, guardrail.metric), difference(one, control, guardrail.metric)
    if against is None or apart is None:
        return None
    allowed = guardrail.worst * against.value
    bad = apart.low > allowed if guardrail.metric == "dismissals" else apart.high < -allowed
    if not bad:
        return None
    return (
        f"{guardrail.metric} differs by {apart.value:+.4f} ({apart.low:+.4f} to {apart.high:+.4f}) "
        f"from {against.value:.4f}, where {guardrail.worst:.0%} is allowed"
    )
