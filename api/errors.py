"""Errors as clients see them: a clear message and a code in `extensions`; nothing internal leaves.

Codes: BAD_QUERY (not valid GraphQL, or over a limit), those of our own errors (BAD_INPUT, UNKNOWN_USER, UNKNOWN_ITEM,
UNKNOWN_STRATEGY, MODEL_NOT_TRAINED …), GRAPH_UNAVAILABLE, and INTERNAL with an `errorId` that the log explains.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, execute
from graphql import ExecutionResult as GraphQLExecutionResult
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext, ExecutionResult

from api.plain_fields import PlainFieldsExecutor
from graph.errors import ConfigurationError, EdgewiseError, GraphError, GraphUnavailable, InputError

LOGGER = logging.getLogger(__name__)
BAD_QUERY = "BAD_QUERY"
INTERNAL = "INTERNAL"
HIDDEN = (GraphError, ConfigurationError)
"""Ours, but about the inside: addresses, queries, settings."""


class CodedSchema(strawberry.Schema):
    """Leaves the logging of errors to `CodedErrors`, which knows which are expected."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing here."""

    async def execute_known(
        self, document: DocumentNode, variables: dict[str, Any] | None, context: object
    ) -> ExecutionResult:
        """The result of one query that is known to be valid, without what Strawberry does around an operation."""
        executed = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=variables,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # it tells, but is not typed to narrow
            executor_class=PlainFieldsExecutor,
        )
        found = executed if isinstance(executed, GraphQLExecutionResult) else await executed
        errors = [coded(error, InputError.code) for error in found.errors or ()]
        return ExecutionResult(data=found.data, errors=errors or None)


class CodedErrors(SchemaExtension):
    """Gives every error of an operation its code, and masks what clients need not know."""

    def __init__(self) -> None:
        self._executing = False

    def on_execute(self) -> Iterator[None]:
        self._executing = True
        yield

    def on_operation(self) -> Iterator[None]:
        yield
        result = self.execution_context.result
        if isinstance(result, GraphQLExecutionResult | ExecutionResult) and result.errors:
            unasked = InputError.code if self._executing else BAD_QUERY
            result.errors = [coded(error, unasked) for error in result.errors]


def coded(error: GraphQLError, unasked: str) -> GraphQLError:
    """The error as a client may see it; `unasked` is the code of one that no resolver raised."""
    cause = _cause(error)
    if cause is None:
        return _shown(error, error.message, {"code": unasked})
    if isinstance(cause, GraphUnavailable):
        message = "The database does not answer at the moment; try again in a while."
        return _shown(error, message, {"code": cause.code, "errorId": _logged(error, cause)})
    if isinstance(cause, EdgewiseError) and not isinstance(cause, HIDDEN):
        problems = getattr(cause, "problems", ())
        return _shown(error, str(cause), {"code": cause.code} | ({"problems": list(problems)} if problems else {}))
    message = "Something went wrong on our side; the log explains it under this errorId."
    return _shown(error, message, {"code": INTERNAL, "errorId": _logged(error, cause)})


def _cause(error: GraphQLError) -> Exception | None:
    """What a resolver raised, None if GraphQL itself complains."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _logged(error: GraphQLError, cause: Exception) -> str:
    error_id = uuid.uuid4().hex
    path = ".".join(str(part) for part in error.path or ())
    LOGGER.error("error %s at %s: %s", error_id, path or "the operation", cause, exc_info=cause)
    return error_id


def _shown(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions, path=error.path,
        extensions=extensions,
    )  # fmt: skip
