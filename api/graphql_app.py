"""GraphQL over HTTP, as an application below FastAPI's: resolving its dependencies would cost as much as a query."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from api.context import Context, context_maker
from api.offload import Offload
from api.schema import make_schema
from api.services import Services


class GraphQLApp(GraphQL[Context, None]):
    """Answers POST, and GET with GraphiQL where that is switched on."""

    def __init__(self, services: Services) -> None:
        settings = services.settings
        super().__init__(
            make_schema(settings),
            graphql_ide="graphiql" if settings.development and settings.graphiql else None,
            allow_queries_via_get=False,
            subscription_protocols=(),
        )
        self._context = context_maker(services, Offload(settings.threads))

    async def get_context(
        self,
        request: Request | WebSocket,  # noqa: ARG002 - as the base class has it
        response: Response | WebSocket,  # noqa: ARG002 - likewise
    ) -> Context:
        """A context for one request, with loaders of its own."""
        return self._context()
