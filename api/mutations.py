"""What clients may change. Everything of one call is written, or nothing is."""

from __future__ import annotations

from asyncio import gather

import strawberry
from strawberry import ID

from api.cacheable import Kind
from api.context import Asked
from api.described import changing, output
from api.experiment_inputs import ExperimentInput
from api.experiments import Experiment, ended, ramped, started
from api.feedback import FeedbackInput, FeedbackRecorded, recorded_feedback
from api.inputs import EventInput, ItemInput, UserInput
from api.items import Item, load_item
from api.trainings import request_churn, request_evaluation, request_reindex, request_training, require_admin
from api.users import User, load_user
from api.validation import valid_events, valid_items, valid_users
from graph.errors import InputError, UnknownUser
from graph.ingest import record_events, write_items, write_users
from recommend.placing import place_items


@output
class Recorded:
    """What became of the events of one call."""

    recorded: int
    repeated: int


strawberry.enum(
    Kind,
    name="KeptKind",
    description="Kept answers: recommendations, lists by kind and what is popular, or similar items.",
)


@output
class Mutation:
    """What can be changed."""

    @changing
    async def record_interactions(self, info: Asked, events: list[EventInput]) -> Recorded:
        """Record up to 1,000 events at once. Safe to send again: an event id that is known is counted as repeated."""
        services = info.context.services
        records = valid_events(events, services.preferences, services.clock())
        report = await info.context.offload(
            record_events, services.graph, records, services.preferences, services.popularity, create_users=True
        )
        users = {record.user_id for record in records}
        for user in users:
            await services.answers.drop_user(user)
        services.changed_users.tell(users)
        info.context.forget()
        return Recorded(recorded=report.new, repeated=report.repeated)

    @changing
    async def record_feedback(self, info: Asked, feedback: list[FeedbackInput]) -> FeedbackRecorded:
        """Record what people did with what they were shown, up to 1,000 reactions at once. Safe to send again.

        Each is recorded as an event of its type, too, so it need not be sent to recordInteractions.
        """
        return await recorded_feedback(info, feedback)

    @changing
    async def train(self, info: Asked, models: list[str]) -> ID:
        """Ask the process that trains (`edgewise schedule`) for models; `nights` tells what became of this id.

        FORBIDDEN for others than admins.
        """
        return await request_training(info, models)

    @changing
    async def evaluate(self, info: Asked, strategies: list[str]) -> ID:
        """Ask that process to judge strategies on held-out events, as `edgewise evaluate` does, and to record it.

        FORBIDDEN for others than admins.
        """
        return await request_evaluation(info, strategies)

    @changing
    async def predict_churn(self, info: Asked) -> ID:
        """Ask that process to learn who leaves, and to score everyone, as `edgewise churn train` and `score` do.

        FORBIDDEN for others than admins.
        """
        return await request_churn(info)

    @changing
    async def reindex(self, info: Asked) -> ID:
        """Ask that process to make the vector indexes anew. FORBIDDEN for others than admins."""
        return await request_reindex(info)

    @changing
    async def start_experiment(self, info: Asked, experiment: ExperimentInput) -> Experiment:
        """Compare ways of recommending on people. FORBIDDEN for others than admins."""
        return await started(info, experiment)

    @changing
    async def ramp_experiment(self, info: Asked, name: str, rollout: float) -> Experiment:
        """Show it to another share of the people; who was in it keeps their variant. FORBIDDEN but to admins."""
        return await ramped(info, name, rollout)

    @changing
    async def end_experiment(self, info: Asked, name: str) -> Experiment:
        """From now on everybody is answered as usual. FORBIDDEN for others than admins."""
        return await ended(info, name)

    @changing
    async def clear_cache(self, info: Asked, user_id: ID | None = None, kind: Kind | None = None) -> bool:
        """Let answers that were kept fall: those of a user, of a kind, or all. FORBIDDEN for others than admins."""
        require_admin(info)
        answers = info.context.services.answers
        if user_id is not None and kind is not None:
            raise InputError("userId, kind: name one of them; answers fall by user, or by kind.")
        if user_id is not None:
            await answers.drop_user(user_id)
        elif kind is not None:
            await answers.drop_kind(kind)
        else:
            await answers.drop_all()
        return True

    @changing
    async def upsert_items(self, info: Asked, items: list[ItemInput]) -> list[Item]:
        """Create up to 1,000 items, or update those whose ids are known. Returns them as the graph holds them now."""
        services = info.context.services
        records = valid_items(items, services.clock())
        await info.context.offload(write_items, services.graph, records)
        await info.context.offload(place_items, services.graph, [record.id for record in records])
        await services.answers.drop_all()
        info.context.forget()
        return await gather(*(load_item(info, record.id) for record in records))

    @changing
    async def upsert_users(self, info: Asked, users: list[UserInput]) -> list[User]:
        """Create up to 1,000 users, or update those whose ids are known. Returns them as the graph holds them now."""
        services = info.context.services
        records = valid_users(users, services.clock())
        await info.context.offload(write_users, services.graph, records)
        for record in records:
            await services.answers.drop_user(record.id)
        info.context.forget()
        return await gather(*(_written(info, record.id) for record in records))


async def _written(info: Asked, user_id: str) -> User:
    user = await load_user(info, user_id)
    if user is None:
        raise UnknownUser(f"The user {user_id!r} was removed while it was written.")
    return user
