"""Uneven exposure is told in words, over items and over users."""

from __future__ import annotations

import pytest

from recommend.fairness import Answers, unfair
from recommend.settings import StatisticsSettings

SETTINGS = StatisticsSettings(attribute="country", least_answers=50)


@pytest.mark.parametrize(
    ("groups", "warns"),
    [
        ({"head": 80, "middle": 10, "tail": 10}, False),
        ({"head": 81, "tail": 19}, True),
        ({}, False),
        ({"tail": 5}, False),
    ],
)
def test_too_much_of_what_is_popular_is_a_warning(groups: dict[str, int], warns: bool) -> None:
    assert ("EDGEWISE_STATISTICS_MOST_HEAD" in (unfair(groups, {}, SETTINGS) or "")) is warns


@pytest.mark.parametrize(
    ("attributes", "warns"),
    [
        ({"CH": (100, 20), "DE": (100, 17)}, False),
        ({"CH": (100, 20), "DE": (100, 15)}, True),
        ({"CH": (100, 20), "DE": (49, 0)}, False),
        ({"CH": (100, 20)}, False),
        ({"CH": (100, 0), "DE": (100, 0)}, False),
        ({"CH": (100, 20), "DE": (100, 20), "unknown": (1000, 10)}, True),
    ],
)
def test_a_group_that_finds_much_less_than_another_is_a_warning(attributes: dict[str, Answers], warns: bool) -> None:
    assert ("EDGEWISE_STATISTICS_LEAST_RATIO" in (unfair({}, attributes, SETTINGS) or "")) is warns


def test_both_are_told_and_who_it_is() -> None:
    told = unfair({"head": 9, "tail": 1}, {"CH": (100, 20), "DE": (100, 5)}, SETTINGS) or ""
    assert "90% of impressions" in told
    assert "Users whose country is 'DE' take something from 5.0% of their answers, those with 'CH' from 20.0%" in told
