"""Reads the plain fields of objects without a resolver: most of what an answer has, and most of what executing it took.

A field is plain if it is an attribute of its object and a scalar that needs no conversion. Whatever is not as simple as
that, a null or a value of another type among them, goes the way of graphql-core, with its errors.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLString,
    get_nullable_type,
)
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

DEFINITION = "strawberry-definition"
"""Under which Strawberry notes, at a field of the schema, what it was made from."""
PLAIN = "edgewise-plain-fields"
"""Under which the plain fields of a type are noted there, when it is first met."""
MOST_INT = 2**31 - 1
"""What an Int of GraphQL may be, of either sign; others are an error."""
INF = float("inf")


class PlainField(NamedTuple):
    """An attribute whose value is as it is sent if it is of just this type."""

    attribute: str
    type: type


_TYPES: dict[str, type] = {
    GraphQLString.name: str,
    GraphQLID.name: str,
    GraphQLInt.name: int,
    GraphQLFloat.name: float,
    GraphQLBoolean.name: bool,
}


def plain_field(field: GraphQLField) -> PlainField | None:
    """How to read a field of the schema, None if it is not plain."""
    made_from = field.extensions.get(DEFINITION)
    if made_from is None or not made_from.is_basic_field or field.args:
        return None
    found = _TYPES.get(getattr(get_nullable_type(field.type), "name", ""))
    return None if found is None else PlainField(made_from.python_name, found)


def plain_fields(of: GraphQLObjectType) -> dict[str, PlainField]:
    """Those of a type by name, noted at the type."""
    found = {name: plain_field(field) for name, field in of.fields.items()}
    plain = of.extensions[PLAIN] = {name: one for name, one in found.items() if one is not None}
    return plain


class PlainFieldsExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes one operation."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: dict[str, Any],
        position_context: Any,
    ) -> Any:
        """As graphql-core does it, but for plain fields."""
        plain = parent_type.extensions.get(PLAIN) or plain_fields(parent_type)
        results: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for name, details in grouped_field_set.items():
            field = plain.get(details[0].node.name.value)
            value = getattr(source_value, field.attribute, None) if field is not None else None
            results[name] = value
            if field is None or type(value) is not field.type or not _sendable(value):
                others[name] = details
        if not others:
            return results
        executed = super().execute_fields(parent_type, source_value, path, others, position_context)
        if isinstance(executed, dict):
            return _merged(results, others, executed)
        return _merged_later(results, others, executed)


def _sendable(value: object) -> bool:
    """Whether a value of a plain type is within the bounds of GraphQL."""
    if type(value) is float:
        return -INF < value < INF
    return type(value) is not int or -MOST_INT - 1 <= value <= MOST_INT


def _merged(results: dict[str, Any], others: dict[str, Any], executed: dict[str, Any]) -> dict[str, Any]:
    """All in the order in which they were asked for; what there is no field of is left out."""
    results.update(executed)
    if len(executed) < len(others):
        for name in others.keys() - executed.keys():
            del results[name]
    return results


async def _merged_later(
    results: dict[str, Any], others: dict[str, Any], executed: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    return _merged(results, others, await executed)
