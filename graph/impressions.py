"""What was shown to whom: one Answer node for each answer, which lists its impressions in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.client import Graph, Transaction
from graph.day_marks import mark_days
from graph.event_batch import milliseconds


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of an answer; `position` counts from 1, `strategy` found it and gave it its score."""

    item_id: str
    position: int
    strategy: str
    score: float


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer that was given. `request_id` is unique; `asked` is the strategy that was asked for.

    `session`: whom it was shown to where the graph knows no such user. `propensity` in (0, 1]: how probable it was that
    this strategy answers. `variants`: those of experiments that it was of, as experiment/variant. `arm`: of a bandit,
    which chose it for users of this `group`; `arm_failed`: it could not answer, so that this is not its merit. `teams`:
    who of an interleaved experiment picked each item, as experiment/variant.
    """

    request_id: str
    user_id: str | None
    session: str
    at: datetime
    asked: str
    layer: str
    items: tuple[ShownItem, ...]
    run: str | None = None
    variants: tuple[str, ...] = ()
    propensity: float = 1.0
    arm: str | None = None
    group: str | None = None
    arm_failed: bool = False
    teams: tuple[str, ...] = ()

    def row(self) -> list[object]:
        """The form that the query takes."""
        viewer = [self.request_id, self.user_id, self.session, milliseconds(self.at)]
        items = zip(*((one.item_id, one.strategy, one.score) for one in self.items), strict=True)
        ids, strategies, scores = map(list, items) if self.items else ([], [], [])
        answer = [self.asked, self.layer, self.run, list(self.variants) or None, self.propensity]
        return [
            *viewer,
            *answer,
            ids,
            strategies,
            scores,
            self.arm,
            self.group,
            self.arm_failed,
            list(self.teams) or None,
        ]


def record_impressions(graph: Graph, shown: Sequence[Shown]) -> int:
    """Record answers, all or nothing; returns how many were new.

    One that is recorded already is passed over, so it is safe to send them again.
    """
    if not shown:
        return 0

    def work(transaction: Transaction) -> int:
        (row,) = transaction.run("impressions/record_impressions", rows=[one.row() for one in shown])
        if row["written"]:
            mark_days(transaction, "answers", shown[0].request_id, (milliseconds(one.at) for one in shown))
        return int(row["written"])

    return graph.in_transaction(work)


def shown_by(graph: Graph, request_id: str) -> Shown | None:
    """What one answer showed; None if nothing is recorded of it."""
    rows = graph.read("impressions/answer_of_request", requestId=request_id)
    if not rows:
        return None
    (row,) = rows
    listed = enumerate(zip(row["items"], row["strategies"], row["scores"], strict=True), 1)
    return Shown(
        request_id=request_id,
        user_id=row["viewer"] if row["label"] == "User" else None,
        session=row["session"],
        at=row["at"].to_native(),
        asked=row["asked"],
        layer=row["layer"],
        items=tuple(ShownItem(item, position, strategy, score) for position, (item, strategy, score) in listed),
        run=row["run"],
        variants=tuple(row["variants"] or ()),
        propensity=row["propensity"],
        arm=row["arm"],
        group=row["group"],
        arm_failed=row["armFailed"],
        teams=tuple(row["teams"] or ()),
    )
