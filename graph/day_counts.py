"""Counts a day anew from raw events and answers, and keeps what came of it on the day's node."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.client import Graph, Row
from graph.day_marks import MILLIS_PER_DAY

LONGEST_GAP = 27
"""Days since the last activity that are told apart; with it one knows who was active within 28 days of any day."""
WEEKS = 13
"""Weeks for which cohorts are followed, the first included."""
Shares = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DayAnswers:
    """What was shown on a day and what came of it; the breakdowns are [answers, answers with something taken]."""

    answers: int = 0
    impressions: int = 0
    taken: int = 0
    dismissed: int = 0
    answers_taken: int = 0
    strategies: Mapping[str, Sequence[int]] = field(default_factory=dict)
    layers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    variants: Mapping[str, Sequence[int]] = field(default_factory=dict)
    attributes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    positions: Sequence[Sequence[int]] = ()
    """[shown, taken] at each position, from the first."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How what was shown is spread; `groups`: impressions by the popularity of items. None: nothing was shown."""

    coverage: float | None
    gini: float | None
    novelty: float | None
    groups: Mapping[str, int]


def count_day_events(graph: Graph, epoch_day: int, counted: int, pause_millis: int) -> None:
    """Count and keep the events of a day; `counted`: the changes up to it that were known before."""
    span = _span(epoch_day)
    types = {row["type"]: [row["events"], row["value"]] for row in graph.read("rollups/count_event_types", **span)}
    rows = graph.read("rollups/count_activity", **span, pauseMillis=pause_millis)
    week = (epoch_day + 3) // 7
    cohorts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["newInWeek"] and week - row["firstWeek"] < WEEKS:
            cohorts[str(row["firstWeek"])] += row["users"]
    graph.write(
        "rollups/record_day_events",
        epochDay=epoch_day,
        counted=counted,
        events=sum(one[0] for one in types.values()),
        active=sum(row["users"] for row in rows),
        newUsers=sum(row["users"] for row in rows if row["gap"] is None),
        sessions=sum(row["sessions"] for row in rows),
        minutes=float(sum(row["minutes"] for row in rows)),
        gaps=[sum(row["users"] for row in rows if row["gap"] == gap) for gap in range(1, LONGEST_GAP + 1)],
        types=json.dumps(types),
        cohorts=json.dumps(cohorts),
    )


def read_day_answers(graph: Graph, epoch_day: int, attribute: str | None) -> DayAnswers:
    """Count the answers of a day, by an attribute of users too where one is named."""
    span = _span(epoch_day)
    rows = graph.read("rollups/count_answers", **span, attribute=attribute)
    variants = graph.read("rollups/count_variants", **span)
    positions = graph.read("rollups/count_positions", **span)
    return DayAnswers(
        answers=sum(row["answers"] for row in rows),
        impressions=sum(row["items"] for row in rows),
        taken=sum(row["taken"] for row in rows),
        dismissed=sum(row["dismissed"] for row in rows),
        answers_taken=sum(row["answersTaken"] for row in rows),
        strategies=_by(rows, "asked"),
        layers=_by(rows, "layer"),
        variants=_by(variants, "variant"),
        attributes=_by(rows, "attribute") if attribute else {},
        positions=[[row["shown"], row["taken"]] for row in positions],
    )


def day_exposures(graph: Graph, epoch_day: int) -> dict[str, int]:
    """How often each item was shown on a day."""
    return {row["itemId"]: row["shown"] for row in graph.read("rollups/count_exposures", **_span(epoch_day))}


def keep_day_answers(graph: Graph, epoch_day: int, counted: int, answers: DayAnswers, spread: Spread) -> None:
    """Keep what was counted; `counted`: the changes of the day that were known before."""
    graph.write(
        "rollups/record_day_answers",
        epochDay=epoch_day,
        counted=counted,
        answers=answers.answers,
        impressions=answers.impressions,
        taken=answers.taken,
        dismissed=answers.dismissed,
        answersTaken=answers.answers_taken,
        strategies=json.dumps(answers.strategies),
        layers=json.dumps(answers.layers),
        variants=json.dumps(answers.variants),
        attributes=json.dumps(answers.attributes),
        positions=json.dumps(answers.positions),
        groups=json.dumps(spread.groups),
        coverage=spread.coverage,
        gini=spread.gini,
        novelty=spread.novelty,
    )


def _by(rows: Sequence[Row], name: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        kept = found.setdefault("unknown" if row[name] is None else row[name], [0, 0])
        kept[0] += row["answers"]
        kept[1] += row["answersTaken"]
    return found


def _span(epoch_day: int) -> dict[str, int]:
    return {"fromMillis": epoch_day * MILLIS_PER_DAY, "untilMillis": (epoch_day + 1) * MILLIS_PER_DAY}
