"""Churn in words: the level of a risk, and what moved it most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from graph.churn import ABOVE
from graph.settings import ChurnSettings

FEWEST_ODDS = 0.05
"""Contributions to the log-odds below this are not worth a sentence."""


class Level(StrEnum):
    """What a risk is called."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


WORDS: Mapping[str, str] = {
    "recencyDays": "{:.0f} days since the last activity",
    "tenureDays": "{:.0f} days since the first activity",
    "activeDays": "activity on {:.0f} days in all",
    "events": "{:.0f} events in all",
    "meanPauseDays": "usually {:.1f} days between two days with activity",
    "longestPauseDays": "a longest pause of {:.0f} days so far",
    "overdue": "the present pause is {:.1f} times the usual one",
    "totalValue": "a value of {:,.2f} in all",
    "windowValue": "a value of {:,.2f} lately",
    "meanValue": "a mean value of {:,.2f} an event lately",
    "meanRating": "a mean rating of {:.1f}",
    "newerDays": "activity on {:.0f} days in the newer half of the window",
    "olderDays": "activity on {:.0f} days in the older half of the window",
    "newerEvents": "{:.0f} events in the newer half of the window",
    "olderEvents": "{:.0f} events in the older half of the window",
    "newerValue": "a value of {:,.2f} in the newer half of the window",
    "olderValue": "a value of {:,.2f} in the older half of the window",
    "beforeDays": "activity on {:.0f} days in the window before",
    "items": "{:.0f} different items lately",
    "kinds": "{:.0f} kinds of items lately",
    "tags": "{:.0f} different tags lately",
    "repeatShare": "{:.0%} of recent events on items seen before",
    "sessions": "{:.0f} visits lately",
    "sessionMinutes": "visits of {:.0f} minutes",
    "sessionEvents": "{:.1f} events a visit",
    "weekendShare": "{:.0%} of events at weekends",
    "nightShare": "{:.0%} of events between 18 and 6 o'clock (UTC)",
    "mainDayShare": "{:.0%} of events on one day of the week",
    "negativeShare": "{:.0%} of all events negative",
    "newNegativeShare": "{:.0%} of recent events negative",
    "answers": "{:.0f} recommendations shown lately",
    "takenShare": "{:.0%} of recommendations taken up",
    "dismissedShare": "{:.0%} of recommendations waved away",
    "neighbourActivity": "{:.0%} of those with the same items are active",
    "centroidDistance": "newest items {:.2f} away from the usual taste (0: none, 1: unlike)",
}
"""How each feature is told, given its value."""


@dataclass(frozen=True, slots=True)
class ChurnReason:
    """What moved a risk: the feature, its value, what it added to the log-odds, and both in words."""

    feature: str
    value: float | None
    contribution: float
    sentence: str


def level_of(risk: float, settings: ChurnSettings) -> Level:
    """What the settings call a risk."""
    bounds = level_bounds(settings)
    return next(level for level in reversed(Level) if risk >= bounds[level][0])


def level_bounds(settings: ChurnSettings) -> dict[Level, tuple[float, float]]:
    """From which risk each level goes, and below which it stays; above 1 for the highest."""
    starts = (0.0, settings.medium, settings.high, settings.critical, ABOVE)
    return {level: (starts[place], starts[place + 1]) for place, level in enumerate(Level)}


def bounds_of(level: Level | None, settings: ChurnSettings) -> tuple[float, float]:
    """The same of one level, or of all of them."""
    return level_bounds(settings)[level] if level else (0.0, ABOVE)


def reasons_of(values: Mapping[str, float | None], contributions: Mapping[str, float], first: int) -> list[ChurnReason]:
    """What moved the risk most, up or down, largest first; features that nothing is known of are told as such."""
    order = sorted(contributions, key=lambda name: (-abs(contributions[name]), name))
    return [
        ChurnReason(name, values[name], contributions[name], sentence(name, values[name], contributions[name]))
        for name in order[:first]
        if abs(contributions[name]) >= FEWEST_ODDS
    ]


def sentence(feature: str, value: float | None, contribution: float) -> str:
    """The feature and which way it moves the risk."""
    told = f"nothing known of {feature}" if value is None else WORDS.get(feature, feature + " {:.2f}").format(value)
    return f"{told}: {'raises' if contribution > 0 else 'lowers'} the risk"
