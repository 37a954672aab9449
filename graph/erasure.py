"""Erases a user for good, with all that is kept of them."""

from __future__ import annotations

from dataclasses import dataclass

from graph.client import Graph, Transaction
from graph.day_marks import mark_days
from graph.errors import UnknownUser


@dataclass(frozen=True, slots=True)
class Erased:
    """How much went with the user."""

    events: int
    answers: int
    feedback: int
    scores: int


def erase_user(graph: Graph, user_id: str) -> Erased:
    """Delete the user and all that is kept of them, in one transaction; raises UnknownUser if there is none.

    Statistics count their days anew without them; popularity and similar items follow with the next refresh, vectors
    that were learned from them among others with the next training.
    """

    def work(transaction: Transaction) -> Erased:
        transaction.run("ingest/lock_users", userIds=[user_id])
        days = transaction.run("erasure/days_of_user", userId=user_id)
        rows = transaction.run("erasure/erase_user", userId=user_id)
        if not rows:
            raise UnknownUser(f"There is no user {user_id}; nothing was erased.")
        mark_days(transaction, "events", user_id, (row["millis"] for row in days if row["about"] == "events"))
        mark_days(transaction, "answers", user_id, (row["millis"] for row in days if row["about"] == "answers"))
        return Erased(**rows[0])

    return graph.in_transaction(work)
