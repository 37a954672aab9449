"""Who is shown what: as stated, for ever, independent of other experiments, and unmoved by a ramp."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from graph.experiments import Experiment, Variant
from recommend.assignment import assigned, uniform

PEOPLE = [f"user-{k}" for k in range(20_000)]
THREE = Experiment("three", (Variant("a", 1), Variant("b", 2), Variant("c", 1)))


def shown(experiment: Experiment) -> list[str | None]:
    found = (assigned(experiment, person) for person in PEOPLE)
    return [one.name if one is not None else None for one in found]


def test_people_are_shared_out_as_stated() -> None:
    names = shown(THREE)
    counts = [names.count(one.name) for one in THREE.variants]
    assert sum(counts) == len(PEOPLE)
    assert chisquare(counts, [5_000, 10_000, 5_000]).pvalue > 0.001


def test_numbers_are_uniform() -> None:
    numbers = [uniform("x", "in", person) for person in PEOPLE]
    assert kstest(numbers, "uniform").pvalue > 0.001
    assert all(0 <= one < 1 for one in numbers)


def test_experiments_know_nothing_of_each_other() -> None:
    one, other = shown(THREE), shown(replace(THREE, name="other"))
    table = np.asarray(
        [[sum(a == x and b == y for a, b in zip(one, other, strict=True)) for y in "abc"] for x in "abc"]
    )
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / len(PEOPLE)
    assert chisquare(table.ravel(), expected.ravel(), ddof=4).pvalue > 0.001


@given(st.text(max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_a_ramp_moves_nobody(person: str, share: float, other: float) -> None:
    few, many = sorted((share, other))
    before = assigned(replace(THREE, rollout=few), person)
    assert before is None or assigned(replace(THREE, rollout=many), person) == before


@pytest.mark.parametrize("rollout", [0.0, 0.1, 0.5, 1.0])
def test_it_is_for_the_stated_share_of_the_people(rollout: float) -> None:
    inside = sum(one is not None for one in shown(replace(THREE, rollout=rollout)))
    assert inside == pytest.approx(rollout * len(PEOPLE), abs=4 * np.sqrt(len(PEOPLE) / 4))


def test_who_saw_a_stopped_variant_is_in_it_no_more_and_others_stay() -> None:
    before = shown(THREE)
    stopped = replace(THREE.variants[1], stopped_at=datetime(2026, 1, 1, tzinfo=UTC))
    after = shown(replace(THREE, variants=(THREE.variants[0], stopped, THREE.variants[2])))
    assert after == [None if name == "b" else name for name in before]


def test_it_is_the_same_for_ever() -> None:
    assert [uniform("wider", "variant", f"user-{k}") for k in range(3)] == pytest.approx(FIRST, abs=1e-12)


FIRST = [0.46823889450029543, 0.286169525552205, 0.07236246816146485]
"""Another hash would show everybody something else in the middle of an experiment."""
