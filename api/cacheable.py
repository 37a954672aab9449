"""Which queries may be answered by what was answered before, and whose change makes that answer old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from api.settings import CacheSettings


class Kind(StrEnum):
    """What answers that are kept are of: how long each is kept is a setting."""

    RECOMMENDATIONS = "recommendations"
    FEED = "feed"
    SIMILAR = "similar"


EVERYONE = "everyone"
"""The group of answers that no user's change makes old."""
FIELDS: dict[str, tuple[Kind, str | None]] = {
    "recommendations": (Kind.RECOMMENDATIONS, "userId"),
    "recommendationsByKind": (Kind.FEED, "userId"),
    "sessionRecommendations": (Kind.RECOMMENDATIONS, None),
    "popularItems": (Kind.FEED, None),
    "similarItems": (Kind.SIMILAR, None),
}
"""Fields of a query that may be kept: how long, and by which argument they are about a user."""


@dataclass(frozen=True, slots=True)
class Cacheable:
    """A query of one field that may be kept. `user` is the argument that names its user, if any."""

    kind: Kind
    user: ValueNode | None

    def group(self, variables: Mapping[str, Any]) -> str | None:
        """What its answer falls with; None where the user is not named as it should be."""
        if self.user is None:
            return EVERYONE
        if isinstance(self.user, StringValueNode):
            return of_user(self.user.value)
        named = variables.get(self.user.name.value) if isinstance(self.user, VariableNode) else None
        return of_user(named) if isinstance(named, str) else None

    def seconds(self, settings: CacheSettings) -> float:
        """For how long; 0: not at all."""
        return float(getattr(settings, f"{self.kind}_seconds"))


def of_user(user_id: str) -> str:
    """The group of answers that fall with an event of this user."""
    return f"user:{user_id}"


def cacheable(document: DocumentNode) -> Cacheable | None:
    """How an operation may be kept: one query of one field without directives, else None."""
    if len(document.definitions) != 1 or not isinstance(operation := document.definitions[0], OperationDefinitionNode):
        return None
    fields = operation.selection_set.selections
    if operation.operation is not OperationType.QUERY or operation.directives or len(fields) != 1:
        return None
    field = fields[0]
    if not isinstance(field, FieldNode) or field.directives or field.name.value not in FIELDS:
        return None
    kind, user = FIELDS[field.name.value]
    if user is None:
        return Cacheable(kind, None)
    given = next((one.value for one in field.arguments or () if one.name.value == user), None)
    return None if given is None else Cacheable(kind, given)
