"""What people did with what they were shown, as GraphQL types."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import ID

from api.checks import Problems, checking, wrong_id, wrong_moment
from api.context import Asked
from api.described import output, sent
from api.validation import UNCHANGED, check_count, check_given, check_repeats, utc, wrong_type, wrong_value
from graph.feedback import Feedback, record_feedback
from graph.settings import PreferenceSettings


@sent
class FeedbackInput:
    """What somebody did with an item that was recommended."""

    feedback_id: ID = strawberry.field(
        description="Yours, unique over all feedback and events: what is sent again under its id counts once."
    )
    item_id: ID
    type: str = strawberry.field(
        description="click, dismiss, like, enroll, purchase … or one of your own: small letters and underscores."
    )
    request_id: ID | None = strawberry.field(
        default=None, description="Of the answer that showed it. Without: the latest one that showed it to the user."
    )
    user_id: ID | None = strawberry.field(
        default=None, description="Needed without a request id; else the user that the answer was given to."
    )
    at: datetime | None = strawberry.field(default=None, description="With its time zone; without: now.")
    value: float | None = strawberry.field(default=None, description="The rating, for type rate; else free.")
    reward: float | None = strawberry.field(
        default=None, description="What it is worth, 0 to 1; without: what the settings say of its type."
    )


@output
class FeedbackRecorded:
    """What became of the feedback of one call. What no answer is known for counts as plain events."""

    recorded: int
    repeated: int
    attributed: int = strawberry.field(description="How many have found the answer that led to them now.")


async def recorded_feedback(info: Asked, feedback: list[FeedbackInput]) -> FeedbackRecorded:
    """Record it, and let fall what was kept for those who gave it. Raises InputError, UnknownItem."""
    services = info.context.services
    records = valid_feedback(feedback, services.preferences, services.clock())
    # Who is fast reacts before the answer is in the graph.
    await info.context.offload(services.impressions.flush)
    report = await info.context.offload(
        record_feedback, services.graph, records, services.preferences, services.popularity, services.feedback
    )
    for user in report.users:
        await services.answers.drop_user(user)
    services.changed_users.tell(report.users)
    info.context.forget()
    return FeedbackRecorded(recorded=report.new, repeated=report.repeated, attributed=report.attributed)


def valid_feedback(given: Sequence[FeedbackInput], preferences: PreferenceSettings, now: datetime) -> list[Feedback]:
    """The feedback as records. Raises InputError that names every problem."""
    check_count("feedback", given)
    with checking(UNCHANGED) as problems:
        for k, one in enumerate(given):
            _check(problems, f"feedback[{k}]", one, preferences, now)
    records = [_record(one, now) for one in given]
    check_repeats("feedback", records, lambda one: one.feedback_id)
    return records


def _check(problems: Problems, place: str, one: FeedbackInput, preferences: PreferenceSettings, now: datetime) -> None:
    problems.add(f"{place}.feedbackId", wrong_id(one.feedback_id))
    problems.add(f"{place}.itemId", wrong_id(one.item_id))
    check_given(problems, f"{place}.requestId", one.request_id, wrong_id)
    check_given(problems, f"{place}.userId", one.user_id, wrong_id)
    if one.request_id is None and one.user_id is None:
        problems.add(place, "needs a requestId or a userId")
    problems.add(f"{place}.type", wrong_type(one.type))
    problems.add(f"{place}.value", wrong_value(one.type, one.value, preferences))
    check_given(problems, f"{place}.at", one.at, lambda at: wrong_moment(at, now))
    if one.reward is not None and not (math.isfinite(one.reward) and 0 <= one.reward <= 1):
        problems.add(f"{place}.reward", f"is {one.reward:g}; use a number from 0 to 1")


def _record(one: FeedbackInput, now: datetime) -> Feedback:
    at = utc(one.at) or now
    return Feedback(one.feedback_id, one.item_id, one.type, at, one.request_id, one.user_id, one.value, one.reward)
