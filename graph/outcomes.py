"""What became of the variants of an experiment, as sums over the people who were shown them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from graph.client import Graph

PEOPLE, WALK = 2_000, 200
"""People of a variant, and answers to each, that what it showed is told from."""


class Sums(NamedTuple):
    """Of a quantity over people: its total, of its squares, and of its products with their answers."""

    total: float
    squares: float
    with_answers: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Sums over the `people` of a variant.

    Of their answers, `taken` led to something good and `dismissed` to something else; `rewards` are those of the best.
    """

    variant: str
    people: int
    answers: float
    answers2: float
    taken: Sums
    rewards: Sums
    dismissed: Sums

    def of(self, metric: str) -> Sums:
        """The sums that a metric is made of."""
        return {"ctr": self.taken, "reward": self.rewards, "dismissals": self.dismissed}[metric]


@dataclass(frozen=True, slots=True)
class ShownOften:
    """What a variant showed in a sample of `answers`: how often, by item, and how many users like each of them."""

    variant: str
    answers: int
    times: Mapping[str, int]
    likers: Mapping[str, int]


def outcomes(graph: Graph, experiment: str) -> list[Outcome]:
    """One per variant, in order."""
    return [
        Outcome(
            row["variant"],
            row["people"],
            row["answers"],
            row["answers2"],
            Sums(row["taken"], row["taken2"], row["answersTaken"]),
            Sums(row["rewards"], row["rewards2"], row["answersRewards"]),
            Sums(row["dismissed"], row["dismissed2"], row["answersDismissed"]),
        )
        for row in graph.read("experiments/outcomes", name=experiment)
    ]


class Preferred(NamedTuple):
    """People who took more of what the first of two variants picked, more of the second one's, or as much of both."""

    first: int
    second: int
    neither: int


def preferred(graph: Graph, experiment: str) -> Preferred:
    """What the people of an interleaved experiment took."""
    (row,) = graph.read("experiments/preferred_variant", name=experiment)
    return Preferred(row["first"], row["second"], row["neither"])


def shown_often(graph: Graph, experiment: str) -> list[ShownOften]:
    """One per variant, in order; of up to PEOPLE people and WALK answers to each."""
    return [
        ShownOften(
            row["variant"],
            row["answers"],
            {item: times for item, times, _ in row["items"]},
            {item: likers for item, _, likers in row["items"]},
        )
        for row in graph.read("experiments/shown_by_variant", name=experiment, people=PEOPLE, walk=WALK)
    ]
