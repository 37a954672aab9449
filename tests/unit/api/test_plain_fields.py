"""Plain fields are read as they stand, and everything else comes out as graphql-core has it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse
from strawberry.execution import optimized_is_awaitable

from api.plain_fields import PLAIN, PlainFieldsExecutor, plain_fields


@strawberry.type
class Inner:
    name: str
    number: int


@strawberry.type
class Outer:
    id: strawberry.ID
    text: str | None
    number: int
    share: float
    flag: bool
    names: list[str]
    inner: Inner
    many: list[Inner | None]

    @strawberry.field
    def worked_out(self) -> str:
        return self.id.upper()

    @strawberry.field
    async def later(self, times: int = 1) -> str:
        await asyncio.sleep(0)
        return self.id * times


@strawberry.type
class Query:
    @strawberry.field
    def outer(self, share: float = 0.5, times: int = 1) -> Outer:
        number = 3_000_000 * times
        inner = Inner(name="i", number=number)
        return Outer(
            id=strawberry.ID("o"), text=None, number=number, share=share, flag=True, names=["a"], inner=inner,
            many=[inner, None],
        )  # fmt: skip


SCHEMA = strawberry.Schema(Query)
EVERYTHING = (
    "{ text __typename id aliased: id number share flag names inner { number name } workedOut "
    "many { name number } later twice: later(times: 2) }"
)


def executed(text: str, executor: Any = None) -> ExecutionResult:
    options = {} if executor is None else {"executor_class": executor}
    found = execute(SCHEMA._schema, parse(text), is_awaitable=optimized_is_awaitable, **options)  # type: ignore[arg-type]

    async def awaited() -> ExecutionResult:
        return found if isinstance(found, ExecutionResult) else await found

    return asyncio.run(awaited())


@pytest.mark.parametrize(
    "text",
    [
        "{ outer " + EVERYTHING + " }",
        "{ outer { later id } }",
        "{ outer { id number } }",
        "{ outer { ...f id @skip(if: true) number @include(if: true) } } fragment f on Outer { share id }",
        "{ outer(times: 1000) { id number } }",
        "{ outer(share: 1e308) { id share } }",
        "{ outer(times: 1000) { id many { number } later } }",
    ],
)
def test_an_answer_is_the_same_in_the_same_order(text: str) -> None:
    plain, usual = executed(text, PlainFieldsExecutor), executed(text)
    assert plain.formatted == usual.formatted
    assert str(plain.data) == str(usual.data)
    assert bool(plain.errors) == ("times: 1000)" in text)


def test_only_what_needs_no_conversion_is_plain() -> None:
    found = plain_fields(SCHEMA._schema.type_map["Outer"])  # type: ignore[arg-type]
    assert set(found) == {"id", "text", "number", "share", "flag"}
    assert SCHEMA._schema.type_map["Outer"].extensions[PLAIN] is found
