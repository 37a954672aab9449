"""What the arms of a bandit have earned, in the graph: counted from answers and what they led to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.client import Graph
from graph.feedback import attribute
from graph.models import utc
from graph.settings import FeedbackSettings

AUTO = "auto"
"""Name of the strategy that is a bandit, and of its node."""
MOST_ANSWERS = 10_000
"""Answers that are counted in one transaction."""


@dataclass(frozen=True, slots=True)
class ArmEarnings:
    """What an arm earned with a group of users: `rewards` of 0 to 1 each, in `trials`."""

    group: str
    arm: str
    trials: int
    rewards: float
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BanditUpdate:
    """What an update counted: `answers`, of which `trials` for the first time, and the `rewards` that came new."""

    answers: int
    trials: int
    rewards: float


def update_bandit(
    graph: Graph,
    settings: FeedbackSettings,
    *,
    hours: float,
    fewest: int,
    settle_seconds: float = 0.0,
    name: str = AUTO,
    most: int = MOST_ANSWERS,
) -> BanditUpdate:
    """Count what answers of the last `hours` led to, each once and what changed since; nothing below `fewest` answers.

    Answers within the last `settle_seconds` wait. Safe to run as often, and by as many, as one likes.
    """
    _attribute_late(graph, settings, hours)
    total = BanditUpdate(0, 0, 0.0)
    while True:
        rows = graph.write(
            "bandit/update_bandit",
            name=name,
            hours=hours,
            settle=round(settle_seconds * 1000),
            fewest=fewest,
            most=most,
        )
        if not rows:
            return total
        (row,) = rows
        trials, rewards = total.trials + row["trials"], total.rewards + row["rewards"]
        total = BanditUpdate(total.answers + row["answers"], trials, rewards)
        if row["answers"] < most:
            return total
        fewest = 1


def arm_earnings(graph: Graph, name: str = AUTO) -> list[ArmEarnings]:
    """What each arm has earned so far, by group and name."""
    return [
        ArmEarnings(row["group"], row["arm"], row["trials"], row["rewards"], utc(row["updatedAt"]))
        for row in graph.read("bandit/arms_of_bandit", name=name)
    ]


def _attribute_late(graph: Graph, settings: FeedbackSettings, hours: float) -> None:
    rows = graph.read("feedback/late_feedback", hours=hours, most=MOST_ANSWERS)
    if rows:
        ids = [row["feedbackId"] for row in rows]
        graph.in_transaction(lambda transaction: attribute(transaction, ids, settings))


@dataclass(frozen=True, slots=True)
class Decision:
    """An arm that was chosen for a user of a group, how probable it was, and what came of it: 0 to 1."""

    arm: str
    group: str
    propensity: float
    reward: float


def decisions(graph: Graph, hours: float) -> list[Decision]:
    """What was decided in the last `hours` and is counted, oldest first. Reads every answer that there is."""
    rows = graph.read("bandit/decisions", hours=hours)
    return [Decision(row["arm"], row["group"], row["propensity"], row["reward"]) for row in rows]
