"""Counts a day anew from raw events and answers, and keeps what came of it on the day's node."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.client import Graph, Row
from graph.day_marks import DAY_MILLIS

LONGEST_GAP = 27
"""Days since the last activity that are told apart; with it one knows who was active within 28 days of any day."""
WEEKS = 13
"""Weeks for which cohorts are followed, the first included."""
USERS_AT_ONCE = 10_000
"""Users whose events are read at once, where all are."""


class _Active(NamedTuple):
    """Users of a day who are alike, by the names of the columns: see rollups/count_activity."""

    gap: int | None
    firstWeek: int | None  # noqa: N815 - as the column is called
    newInWeek: bool  # noqa: N815 - likewise
    users: int
    sessions: int
    minutes: float


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
    _keep_day_events(graph, epoch_day, counted, types, [_Active(**row) for row in rows])


def count_all_events(graph: Graph, counted: Mapping[int, int], pause_millis: int) -> Iterator[int]:
    """Count and keep the events of many days, by day, in one pass over all events; gives each day when it is kept.

    `counted`: the changes up to each of the days that were known before.
    """
    types: dict[int, dict[str, list[float]]] = defaultdict(dict)
    for row in graph.read("rollups/count_types_by_day"):
        types[row["epochDay"]][row["type"]] = [row["events"], row["value"]]
    active: dict[int, list[_Active]] = defaultdict(list)
    after, rule = "", {"size": USERS_AT_ONCE, "pauseMillis": pause_millis, "longestGap": LONGEST_GAP}
    while (page := graph.read("rollups/count_activity_by_day", after=after, **rule)) and page[0]["lastUser"]:
        for day, *told in page[0]["days"]:
            active[day].append(_Active(*told))
        after = page[0]["lastUser"]
    for day in counted:
        _keep_day_events(graph, day, counted[day], types.get(day, {}), active.get(day, ()))
        yield day


def _keep_day_events(
    graph: Graph, epoch_day: int, counted: int, types: Mapping[str, Sequence[float]], active: Sequence[_Active]
) -> None:
    week = (epoch_day + 3) // 7
    cohorts: dict[str, int] = defaultdict(int)
    gaps = [0] * LONGEST_GAP
    for one in active:
        if one.newInWeek and one.firstWeek is not None and week - one.firstWeek < WEEKS:
            cohorts[str(one.firstWeek)] += one.users
        if one.gap is not None and one.gap <= LONGEST_GAP:
            gaps[one.gap - 1] += one.users
    graph.write(
        "rollups/record_day_events",
        epochDay=epoch_day,
        counted=counted,
        events=sum(int(one[0]) for one in types.values()),
        active=sum(one.users for one in active),
        newUsers=sum(one.users for one in active if one.gap is None),
        sessions=sum(one.sessions for one in active),
        minutes=float(sum(one.minutes for one in active)),
        gaps=gaps,
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
    return {"fromMillis": epoch_day * DAY_MILLIS, "untilMillis": (epoch_day + 1) * DAY_MILLIS}
