"""What people did with what they were shown: an event like any other, kept beside the answer that led to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graph.client import Graph, Transaction
from graph.day_marks import mark_days
from graph.errors import InputError
from graph.event_batch import milliseconds
from graph.ingest import again_after_conflict, unknown_items, write_events
from graph.records import Event
from graph.settings import FeedbackSettings, PopularitySettings, PreferenceSettings


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reaction to an item. `feedback_id` is that of the event that it is; `at` is aware.

    `request_id`: of the answer that showed the item; without it `user_id` is needed, and the latest such answer counts.
    `reward` takes the place of what the settings say that one of this type is worth.
    """

    feedback_id: str
    item_id: str
    type: str
    at: datetime
    request_id: str | None = None
    user_id: str | None = None
    value: float | None = None
    reward: float | None = None

    def row(self) -> list[object]:
        """The form that the query takes."""
        told = [self.feedback_id, self.item_id, self.type, milliseconds(self.at)]
        return [*told, self.request_id, self.user_id, self.reward]


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """`new` were kept first, `repeated` ones were known; `attributed` have found their answer now.

    `users` are those who gave it, as far as they are known.
    """

    new: int
    repeated: int
    attributed: int
    users: frozenset[str]


def record_feedback(
    graph: Graph,
    given: Sequence[Feedback],
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    settings: FeedbackSettings,
) -> FeedbackReport:
    """Keep feedback, its events and whose answer it is of, all or nothing; the same id counts once, for ever.

    What is sent again looks for its answer again, if it has none. Users that are unknown come to be, as with events.
    Raises InputError where neither a user nor an answer is known to whom it belongs, or a user that the answer was not
    given to; UnknownItem.
    """
    by_id: dict[str, Feedback] = {}
    for one in given:
        by_id.setdefault(one.feedback_id, one)
    if not by_id:
        return FeedbackReport(0, 0, 0, frozenset())
    known = _with_users(graph, list(by_id.values()))
    new, attributed = _record(graph, known, preferences, popularity, settings)
    users = frozenset(one.user_id for one in known if one.user_id is not None)
    return FeedbackReport(new, len(given) - new, attributed, users)


def _with_users(graph: Graph, given: Sequence[Feedback]) -> list[Feedback]:
    requests = sorted({one.request_id for one in given if one.request_id is not None})
    rows = graph.read("feedback/viewers_of_requests", requestIds=requests) if requests else []
    viewers = {row["requestId"]: row["userId"] for row in rows}
    return [_with_user(one, viewers) for one in given]


def _with_user(one: Feedback, viewers: dict[str, str | None]) -> Feedback:
    viewer = viewers.get(one.request_id) if one.request_id is not None else None
    if viewer is not None and one.user_id not in {None, viewer}:
        raise InputError(
            f"{one.feedback_id!r} is of {one.user_id!r}, but {one.request_id!r} was shown to another user."
        )
    if one.user_id is None and one.request_id not in viewers:
        raise InputError(
            f"{one.feedback_id!r} has no user, and no answer {one.request_id!r} is known: name the user, too."
        )
    return replace(one, user_id=viewer or one.user_id)


@again_after_conflict
def _record(
    graph: Graph,
    given: Sequence[Feedback],
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    settings: FeedbackSettings,
) -> tuple[int, int]:
    events = {one.feedback_id: _event(one, one.user_id) for one in given if one.user_id is not None}
    items = sorted({one.item_id for one in given})

    def work(transaction: Transaction) -> tuple[int, int]:
        if events:
            write_events(transaction, events, preferences, popularity, create_users=True)
        kept = transaction.run("feedback/keep_feedback", rows=[one.row() for one in given])[0]
        if kept["found"] < len(given):
            raise unknown_items(transaction, items)
        ids = [one.feedback_id for one in given]
        return kept["created"], attribute(transaction, ids, settings)

    return graph.in_transaction(work)


def attribute(transaction: Transaction, ids: Sequence[str], settings: FeedbackSettings) -> int:
    """Hang feedback on the answers that led to it; returns for how much of it there is one."""
    rows = transaction.run("feedback/attribute_feedback", ids=list(ids), **settings.parameters())
    if rows:
        mark_days(transaction, "answers", rows[0]["requestId"], (row["answerMillis"] for row in rows))
    return len(rows)


def _event(one: Feedback, user_id: str) -> Event:
    return Event(one.feedback_id, user_id, one.item_id, one.type, one.at, one.value)
