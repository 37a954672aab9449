"""Who is about to leave, and why, as GraphQL types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated

import strawberry
from pydantic import TypeAdapter
from strawberry import ID

from api.arguments import First, checked_list
from api.context import Asked
from api.cursors import cursor_of, key_of, page_of
from api.described import output, resolved
from api.features import Feature
from api.loaders import ListKey
from api.trainings import require_admin
from graph.churn import ABOVE, ChurnScore, Standing, riskiest
from graph.settings import ChurnSettings
from recommend.churn import Level, bounds_of, level_of, reasons_of

KEY: TypeAdapter[tuple[float, str]] = TypeAdapter(tuple[float, str])
strawberry.enum(Level, name="ChurnLevel", description="What a risk is called; see EDGEWISE_CHURN_….")


class ChurnStatus(Enum):
    """Whether there is a risk, and if not, why."""

    SCORED = "scored"
    GONE = "gone"
    TOO_LITTLE_HISTORY = "too-little-history"
    NOT_SCORED = "not-scored"


strawberry.enum(ChurnStatus, description="Whether there is a risk, and if not, why.")
MESSAGES: Mapping[ChurnStatus, str] = {
    ChurnStatus.SCORED: "The newest score.",
    ChurnStatus.GONE: "Not active in the last {window:g} days: there is nothing left to foresee.",
    ChurnStatus.TOO_LITTLE_HISTORY: "Fewer than {least} events: any number would be made up.",
    ChurnStatus.NOT_SCORED: "Not scored since the last activity: edgewise churn score",
}


@output
class ChurnReason:
    """Something that moved the risk."""

    feature: str
    value: float | None = strawberry.field(description="Null: nothing was known.")
    contribution: float = strawberry.field(description="What it added to the log-odds of leaving.")
    sentence: str


@output
class ChurnPrediction:
    """How likely a user was to leave, as of a moment."""

    risk: float = strawberry.field(description="0 to 1.")
    level: Level
    as_of: datetime = strawberry.field(description="Nothing later was looked at.")
    predicted_at: datetime
    run: ID
    score: strawberry.Private[ChurnScore]

    @resolved
    def reasons(self, first: First = 5) -> list[ChurnReason]:
        """What moved the risk most, up or down."""
        checked_list(first)
        return [
            ChurnReason(feature=one.feature, value=one.value, contribution=one.contribution, sentence=one.sentence)
            for one in reasons_of(self.score.values, self.score.contributions, first)
        ]

    @resolved
    def features(self) -> list[Feature]:
        """All that it was made from."""
        return [Feature(name=name, value=value) for name, value in self.score.values.items()]


@output
class ChurnRisk:
    """How likely a user is to leave."""

    user_id: strawberry.Private[str]
    status: ChurnStatus
    message: str = strawberry.field(description="The status in words.")
    latest: ChurnPrediction | None = strawberry.field(description="Null unless the status is SCORED.")

    @resolved
    async def history(self, info: Asked, first: First = 10) -> list[ChurnPrediction]:
        """Earlier predictions too, the newest first."""
        checked_list(first)
        scores = await info.context.loaders.churn.load(ListKey(first, self.user_id))
        return [prediction_of(score, info.context.services.churn) for score in scores]


@output
class UserAtRisk:
    """A user with the present risk."""

    user_id: ID
    risk: float
    level: Level

    @resolved
    async def churn_risk(self, info: Asked) -> ChurnRisk | None:
        """Why."""
        return await load_churn_risk(info, self.user_id)


@output
class UsersAtRisk:
    """One page of users, those at most risk first."""

    users: list[UserAtRisk]
    end_cursor: str | None
    has_next_page: bool


LevelArgument = Annotated[Level | None, strawberry.argument(description="Only users of this level.")]


async def load_churn_risk(info: Asked, user_id: str) -> ChurnRisk | None:
    """Of one user, None if there is none of this id."""
    checked_list(1, userId=user_id)
    settings, now = info.context.services.churn, info.context.services.clock()
    standing = await info.context.loaders.standings.load(user_id)
    if standing is None:
        return None
    status, latest = status_of(standing, settings, now), None
    if status is ChurnStatus.SCORED:
        scores = await info.context.loaders.churn.load(ListKey(1, user_id))
        latest = prediction_of(scores[0], settings) if scores else None
    message = MESSAGES[status].format(window=settings.window_days, least=settings.least_events)
    return ChurnRisk(user_id=user_id, status=status, message=message, latest=latest)


async def load_churn_risks(info: Asked, level: Level | None, first: int, after: str | None) -> UsersAtRisk:
    """One page of them. Raises Forbidden for others than admins."""
    require_admin(info)
    checked_list(first)
    settings = info.context.services.churn
    least, below = bounds_of(level, settings)
    key = key_of(after, KEY, (ABOVE, ""))
    graph = info.context.services.graph
    found = await info.context.offload(lambda: riskiest(graph, first + 1, at_least=least, below=below, after=key))
    kept, more = page_of(found, first)
    users = [UserAtRisk(user_id=ID(one), risk=risk, level=level_of(risk, settings)) for one, risk in kept]
    end = cursor_of(kept[-1][1], kept[-1][0]) if kept else None
    return UsersAtRisk(users=users, end_cursor=end, has_next_page=more)


def status_of(standing: Standing, settings: ChurnSettings, now: datetime) -> ChurnStatus:
    """Whether there is a risk, and if not, why."""
    if standing.risk is not None:
        return ChurnStatus.SCORED
    if standing.events < settings.least_events or standing.last_at is None:
        return ChurnStatus.TOO_LITTLE_HISTORY
    if now - standing.last_at > timedelta(days=settings.window_days):
        return ChurnStatus.GONE
    return ChurnStatus.NOT_SCORED


def prediction_of(score: ChurnScore, settings: ChurnSettings) -> ChurnPrediction:
    """The score as GraphQL shows it."""
    return ChurnPrediction(
        risk=score.risk,
        level=level_of(score.risk, settings),
        as_of=score.as_of,
        predicted_at=score.at,
        run=ID(score.run),
        score=score,
    )
