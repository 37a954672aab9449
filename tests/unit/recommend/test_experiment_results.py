"""Results of experiments: right, and still right for who looks again and again."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from graph.experiments import Experiment, Guardrail, Variant
from graph.outcomes import Outcome, Sums
from recommend.experiment_results import MISMATCH, broken, difference, mismatch, rate, results

TWO = Experiment("x", (Variant("a"), Variant("b")), guardrails=(Guardrail("ctr", 0.05), Guardrail("dismissals")))
Numbers = NDArray[np.float64]


def outcome(name: str, answers: Numbers, taken: Numbers, dismissed: Numbers | None = None) -> Outcome:
    def sums(values: Numbers) -> Sums:
        return Sums(float(values.sum()), float((values**2).sum()), float((values * answers).sum()))

    against = np.zeros(len(answers)) if dismissed is None else dismissed
    return Outcome(
        name,
        len(answers),
        float(answers.sum()),
        float((answers**2).sum()),
        sums(taken),
        sums(0.3 * taken),
        sums(against),
    )


def people(seed: int, count: int, ctr: float) -> tuple[Numbers, Numbers]:
    """How many answers each got, and how many of them they took; some people take far more than others."""
    random = np.random.default_rng(seed)
    answers = random.integers(1, 20, count).astype(float)
    inclined = random.beta(2 * ctr, 2 * (1 - ctr), count)
    return answers, random.binomial(answers.astype(int), inclined).astype(float)


def test_a_rate_is_per_answer_and_its_spread_that_of_people() -> None:
    answers, taken = people(1, 4_000, 0.2)
    found = rate(outcome("a", answers, taken), "ctr")
    assert found is not None
    assert found.value == taken.sum() / answers.sum()
    random = np.random.default_rng(2)
    again = [random.integers(0, 4_000, 4_000) for _ in range(400)]
    spread = np.std([taken[rows].sum() / answers[rows].sum() for rows in again])
    # At the size that it is tuned to, an interval that holds at all looks is some 1.5 times one that holds at one.
    assert 2.4 * spread < (found.high - found.low) / 2 < 3.6 * spread


@pytest.mark.parametrize("taken", [0.0, 1.0])
def test_a_few_people_who_did_the_same_do_not_prove_that_all_would(taken: float) -> None:
    found = rate(outcome("a", np.ones(25), np.full(25, taken)), "ctr")
    assert found is not None
    assert (found.value, found.high - found.low > 0.1) == (taken, True)
    assert 0 <= found.low <= found.high <= 1


def test_who_looks_a_hundred_times_is_rarely_misled() -> None:
    misled = misled_by_one_look = 0
    for seed in range(150):
        sides = [people(2 * seed + side, 6_000, 0.1) for side in (0, 1)]
        looks = []
        for seen in range(60, 6_001, 60):
            one, control = (outcome("ab"[k], answers[:seen], taken[:seen]) for k, (answers, taken) in enumerate(sides))
            looks.append(difference(one, control, "ctr"))
        misled += any(look is not None and not look.low <= 0 <= look.high for look in looks)
        # What a test at 5 % would say, were it asked at each look: 1.96 standard errors.
        naive = [_fixed(sides, seen) for seen in range(60, 6_001, 60)]
        misled_by_one_look += any(abs(value) > 1.96 for value in naive)
    assert misled / 150 <= 0.05 + 0.04
    assert misled_by_one_look / 150 > 0.2


def _fixed(sides: list[tuple[Numbers, Numbers]], seen: int) -> float:
    rates, variances = [], []
    for answers, taken in sides:
        a, t = answers[:seen], taken[:seen]
        ratio = t.sum() / a.sum()
        rates.append(ratio)
        variances.append(((t - ratio * a) ** 2).sum() / (seen - 1) / a.mean() ** 2 / seen)
    return float((rates[0] - rates[1]) / np.sqrt(sum(variances)))


def test_a_real_difference_is_found() -> None:
    one, control = outcome("b", *people(1, 5_000, 0.15)), outcome("a", *people(2, 5_000, 0.1))
    found = difference(one, control, "ctr")
    assert found is not None
    assert 0 < found.low < 0.05 < found.high


def test_few_people_have_no_rate() -> None:
    (one,) = results([outcome("a", np.ones(1), np.ones(1))])
    assert (one.people, one.ctr, one.lift) == (1, None, None)
    assert results([]) == []


def test_people_who_are_shared_out_otherwise_are_told() -> None:
    def of(*counts: int) -> float:
        return mismatch(TWO, [outcome(name, np.ones(n), np.zeros(n)) for name, n in zip("ab", counts, strict=True)])

    assert of(5_000, 5_060) < 1
    assert of(0, 0) == pytest.approx(1)
    assert of(5_000, 5_600) > MISMATCH
    random = np.random.default_rng(4)
    alarms = 0
    for _ in range(100):
        first = np.cumsum(random.random(5_000) < 0.5)
        alarms += any(of(int(first[n - 1]), n - int(first[n - 1])) >= MISMATCH for n in range(100, 5_001, 100))
    assert alarms == 0


def test_a_guardrail_stops_what_is_surely_worse_and_nothing_else() -> None:
    good, bad = people(1, 4_000, 0.2), people(2, 4_000, 0.1)
    assert set(broken(TWO, [outcome("a", *good), outcome("b", *bad)])) == {"b"}
    assert "ctr differs by -0.0" in broken(TWO, [outcome("a", *good), outcome("b", *bad)])["b"]
    assert broken(TWO, [outcome("a", *bad), outcome("b", *good)]) == {}
    few = [outcome(name, *(column[:20] for column in side)) for name, side in (("a", good), ("b", bad))]
    assert broken(TWO, few) == {}
    many = np.ones(4_000)
    dismissed = [
        outcome("a", many, 0 * many, 0 * many),
        outcome("b", many, 0 * many, many * (np.arange(4_000) % 5 == 0)),
    ]
    assert "dismissals differs" in broken(TWO, dismissed)["b"]


def test_a_loss_that_is_allowed_stops_nothing() -> None:
    sides = [outcome("a", *people(1, 20_000, 0.2)), outcome("b", *people(2, 20_000, 0.18))]
    lenient = Experiment("x", TWO.variants, guardrails=(Guardrail("ctr", 0.3),))
    assert broken(lenient, sides) == {}
    assert set(broken(Experiment("x", TWO.variants, guardrails=(Guardrail("ctr", 0.0),)), sides)) == {"b"}
