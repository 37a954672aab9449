"""GraphQL types and fields whose description is their docstring, so that it is written once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast, dataclass_transform

import strawberry

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def output(cls: type[T]) -> type[T]:
    """Make `cls` a type that clients receive."""
    return strawberry.type(cls, description=inspect.getdoc(cls))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def sent(cls: type[T]) -> type[T]:
    """Make `cls` a type that clients send."""
    return strawberry.input(cls, description=inspect.getdoc(cls))


def resolved(resolver: F) -> F:
    """Make a method the resolver of the field of its name."""
    return cast("F", strawberry.field(resolver=resolver, description=inspect.getdoc(resolver)))


def followed(resolver: F) -> F:
    """Make a method the subscription of its name."""
    return cast("F", strawberry.subscription(resolver=resolver, description=inspect.getdoc(resolver)))


def changing(resolver: F) -> F:
    """Make a method the mutation of its name."""
    return cast("F", strawberry.mutation(resolver=resolver, description=inspect.getdoc(resolver)))
