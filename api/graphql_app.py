"""GraphQL over HTTP, as an application below FastAPI's: resolving its dependencies would cost as much as a query.

Requests that may be kept are answered from what was kept, before GraphQL sees them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, process_result
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from api.answer_cache import Given
from api.cacheable import Cacheable
from api.context import Context, context_maker
from api.known_queries import KnownQueries, KnownQuery
from api.offload import Offload
from api.schema import make_schema
from api.services import Services

GIVEN = "edgewise.given"
JSON = "application/json"
USUAL = ("query", "variables")
"""What a request has that is executed without further ado."""
OK = 200
UNAVAILABLE = 503


class GraphQLApp(GraphQL[Context, None]):
    """Answers POST, GET with GraphiQL where that is switched on, and subscriptions over WebSockets.

    No page of another origin can open one: see Strawberry's `allowed_origins`.
    """

    def __init__(self, services: Services) -> None:
        settings = services.settings
        self._known = KnownQueries()
        self._coded = make_schema(settings, self._known)
        super().__init__(
            self._coded,
            graphql_ide="graphiql" if settings.development and settings.graphiql else None,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
        )
        self._answers = services.answers
        self._most = settings.most_requests
        self._working = 0
        self._context = context_maker(services, Offload(settings.threads))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["method"] == "POST":
            await self._post(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - as the base class has it
    ) -> Context:
        """A context for one request, with loaders of its own."""
        return self._context(request.scope.get(GIVEN))

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The result as it is sent; one with an error is not given again."""
        if result.errors and GIVEN in request.scope:
            request.scope[GIVEN].lasting = False
        return await super().process_result(request, result)

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        asked = self._recognised(body) if _is_json(scope) else None
        answered = Answered()

        async def execute(given: Given) -> bytes | None:
            if self._working >= self._most:
                await refusal()(scope, receive, answered.take)
                return None
            self._working += 1
            try:
                if asked is not None and asked.allowed:
                    response = await self._executed(asked, given)
                    await response(scope, receive, answered.take)
                else:
                    await super(GraphQLApp, self).__call__({**scope, GIVEN: given}, replayed(body), answered.take)
            finally:
                self._working -= 1
            return answered.body if answered.status == OK and given.lasting else None

        found = asked.kept_as() if asked is not None else None
        kept = await execute(Given()) if found is None else await self._answers.answer(*found, body, execute)
        if kept is not None and not answered.messages:
            await Response(kept, media_type=JSON)(scope, receive, send)
        for message in answered.messages:
            await send(message)

    def _recognised(self, body: bytes) -> Recognised | None:
        """The request, if its query is known."""
        try:
            request = json.loads(body)
        except ValueError:
            return None
        text = request.get("query") if isinstance(request, dict) else None
        known = self._known.get(text) if isinstance(text, str) else None
        return None if known is None else Recognised(known, request)

    async def _executed(self, asked: Recognised, given: Given) -> Response:
        """The response to a request that is known to be valid."""
        result = await self._coded.execute_known(asked.query.document, asked.variables, self._context(given))
        if result.errors:
            given.lasting = False
        return Response(self.encode_json(process_result(result)), media_type=JSON)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A request for a query that was asked for before."""

    query: KnownQuery
    request: Mapping[str, Any]

    @property
    def variables(self) -> dict[str, Any]:
        """Those that are given; others than by name are for GraphQL to refuse."""
        given = self.request.get("variables")
        return given if isinstance(given, dict) else {}

    @property
    def allowed(self) -> bool:
        """Whether it can be executed as it is: what is unusual goes the long way, which knows what to refuse."""
        usual = isinstance(self.request.get("variables"), dict | None) and not self.request.keys() - {*USUAL}
        return usual and self.query.only_reads and self.query.allows(self.variables)

    def kept_as(self) -> tuple[Cacheable, str] | None:
        """How the answer may be kept, and what it falls with."""
        kept = self.query.cacheable
        group = None if kept is None else kept.group(self.variables)
        return None if kept is None or group is None else (kept, group)


def _is_json(scope: Scope) -> bool:
    """Whether it says so, without which GraphQL would refuse it, and does not ask for a stream."""
    headers = dict(scope["headers"])
    wanted = headers.get(b"accept", b"")
    streamed = b"multipart" in wanted or b"event-stream" in wanted
    return headers.get(b"content-type", b"").startswith(b"application/json") and not streamed


def refusal() -> Response:
    """At once, as one more in the queue would only make everybody wait."""
    message = "Too many requests are under way; try again in a moment."
    errors = [{"message": message, "extensions": {"code": "OVERLOADED"}}]
    return JSONResponse({"data": None, "errors": errors}, UNAVAILABLE, headers={"retry-after": "1"})


class Answered:
    """Takes what an application sends, to look at it first."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        """Keep what is sent."""
        self.messages.append(message)

    @property
    def status(self) -> int | None:
        """Of the response."""
        return next((one["status"] for one in self.messages if one["type"] == "http.response.start"), None)

    @property
    def body(self) -> bytes:
        """Of the response."""
        return b"".join(one.get("body", b"") for one in self.messages if one["type"] == "http.response.body")


def replayed(body: bytes) -> Receive:
    """Gives the body of a request that was read before."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
