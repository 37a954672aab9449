"""What clients may be told as it changes."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from strawberry import ID

from api.answers import Answer, Showing, load_answer
from api.arguments import First, Kinds, Strategy, Tags, checked_ask, checked_filters
from api.context import Asked
from api.described import followed, output


@output
class Subscription:
    """What can be followed, over a WebSocket (graphql-transport-ws)."""

    @followed
    async def recommendations(  # noqa: PLR0917 - GraphQL passes arguments by name
        self,
        info: Asked,
        user_id: ID,
        first: First = 10,
        strategy: Strategy = None,
        kinds: Kinds = None,
        tags: Tags = None,
    ) -> AsyncGenerator[Answer]:
        """A user's recommendations now, and again within a second of each of their events."""
        ask = checked_ask(user_id, first, checked_filters(kinds, tags))
        with info.context.services.changed_users.listener(user_id) as changed:
            while True:
                changed.clear()
                info.context.forget()
                yield await load_answer(info, ask, strategy, Showing(counts=True))
                await changed.wait()
