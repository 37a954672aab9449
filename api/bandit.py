"""What the arms of `auto` have earned, as GraphQL types."""

from __future__ import annotations

from datetime import datetime

import strawberry

from api.context import Asked
from api.described import output
from api.trainings import require_admin
from graph.bandit import arm_earnings
from recommend.bandit import chances_by_arm, earned_of


@output
class Arm:
    """What `auto` knows of one of its arms."""

    name: str
    group: str = strawberry.field(description="Users, by how many items they like.")
    answers: int
    mean_reward: float | None
    chance: float | None = strawberry.field(
        description="How probable it is for the next answer; null where it is no arm now."
    )
    updated_at: datetime


async def load_arms(info: Asked) -> list[Arm]:
    """By group and name. Raises Forbidden."""
    require_admin(info)
    services = info.context.services
    found = await info.context.offload(arm_earnings, services.graph)
    odds = chances_by_arm(earned_of(found), services.bandit)
    return [
        Arm(
            name=one.arm,
            group=one.group,
            answers=one.trials,
            mean_reward=one.rewards / one.trials if one.trials else None,
            chance=odds.get((one.group, one.arm)),
            updated_at=one.updated_at,
        )
        for one in found
    ]
