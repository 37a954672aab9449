"""Levels and words of churn."""

from __future__ import annotations

import pytest

from graph.churn_features import feature_names
from graph.errors import ConfigurationError
from graph.settings import ChurnSettings, read_settings
from recommend.churn import WORDS, Level, level_bounds, level_of, reasons_of, sentence

SETTINGS = ChurnSettings(medium=0.2, high=0.5, critical=0.9)


@pytest.mark.parametrize(
    ("risk", "level"),
    [
        (0.0, "low"),
        (0.199, "low"),
        (0.2, "medium"),
        (0.5, "high"),
        (0.899, "high"),
        (0.9, "critical"),
        (1.0, "critical"),
    ],
)
def test_a_level_begins_at_its_bound(risk: float, level: str) -> None:
    assert level_of(risk, SETTINGS) == level
    least, below = level_bounds(SETTINGS)[Level(level)]
    assert least <= risk < below


def test_bounds_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="must rise"):
        read_settings(ChurnSettings, medium=0.5, high=0.4)


def test_every_feature_has_words() -> None:
    assert {*feature_names(), "neighbourActivity", "centroidDistance"} == set(WORDS)
    for name in WORDS:
        assert sentence(name, 1.5, 0.3).endswith("raises the risk")


def test_reasons_are_the_strongest_and_tell_what_is_unknown() -> None:
    values = {"recencyDays": 30.0, "events": 5.0, "meanPauseDays": None, "tags": 3.0}
    parts = {"recencyDays": 1.2, "events": -0.4, "meanPauseDays": 0.6, "tags": 0.01}
    found = reasons_of(values, parts, 9)
    assert [one.feature for one in found] == ["recencyDays", "meanPauseDays", "events"]
    assert found[0].sentence == "30 days since the last activity: raises the risk"
    assert found[1].sentence.startswith("nothing known of")
    assert found[2].sentence.endswith("lowers the risk")
    assert [one.feature for one in reasons_of(values, parts, 1)] == ["recencyDays"]
