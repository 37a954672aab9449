"""What was shown to whom: impressions, as WAS_SHOWN relationships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.client import Graph
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
    this strategy answers.
    """

    request_id: str
    user_id: str | None
    session: str
    at: datetime
    asked: str
    layer: str
    items: tuple[ShownItem, ...]
    run: str | None = None
    variant: str | None = None
    propensity: float = 1.0

    def row(self) -> list[object]:
        """The form that the query takes."""
        items = [[one.item_id, one.position, one.strategy, one.score] for one in self.items]
        viewer = [self.request_id, self.user_id, self.session, milliseconds(self.at)]
        return [*viewer, self.asked, self.layer, self.run, self.variant, self.propensity, items]


def record_impressions(graph: Graph, shown: Sequence[Shown]) -> int:
    """Record answers, all or nothing; returns how many relationships were written.

    One that is recorded already is passed over, so it is safe to send them again.
    """
    if not shown:
        return 0
    return int(graph.write("impressions/record_impressions", rows=[one.row() for one in shown])[0]["written"])


def shown_by(graph: Graph, request_id: str) -> Shown | None:
    """What one answer showed; None if nothing is recorded of it."""
    rows = graph.read("impressions/impressions_of_request", requestId=request_id)
    if not rows:
        return None
    first = rows[0]
    return Shown(
        request_id=request_id,
        user_id=first["viewer"] if first["label"] == "User" else None,
        session=first["session"],
        at=first["at"].to_native(),
        asked=first["asked"],
        layer=first["layer"],
        items=tuple(ShownItem(row["itemId"], row["position"], row["strategy"], row["score"]) for row in rows),
        run=first["run"],
        variant=first["variant"],
        propensity=first["propensity"],
    )
