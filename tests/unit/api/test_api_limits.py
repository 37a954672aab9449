"""What a query asks for is known before it runs."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

from api.known_queries import KnownQueries
from api.limits import Cost, Estimate, complaints
from api.schema import make_schema
from api.settings import ApiSettings
from recommend.because import MOST_LISTS

SCHEMA = make_schema(ApiSettings(), KnownQueries())._schema


def cost(query: str, **variables: Any) -> Cost:
    document = parse(query)
    operation: Any = document.definitions[0]
    return Estimate(SCHEMA, document, variables).of_operation(operation)


def test_depth_counts_levels_below_which_fields_are_chosen() -> None:
    assert cost("{ me { id } }").depth == 1
    assert cost("{ user(id: 1) { recommendations { recommendations { item { id } } } } }").depth == 4


def test_a_fragment_counts_where_it_is_spread() -> None:
    query = "{ user(id: 1) { ...a } } fragment a on User { x: history { item { ... on Item { y: id } } } }"
    assert cost(query) == Cost(depth=3, aliases=2, nodes=1 + 10 * 2)


def test_lists_multiply_what_is_in_them() -> None:
    assert cost("{ popularItems(first: 50) { item { similar(first: 20) { item { id } } } } }").nodes == (
        50 * (1 + (1 + 20 * (1 + 1)))
    )


@pytest.mark.parametrize(("first", "nodes"), [(7, 7), (0, 1), (10**9, 50), ("seven", 50)])
def test_variables_count_as_they_are_sent(first: object, nodes: int) -> None:
    assert cost("query ($n: Int!) { popularItems(first: $n) { score } }", n=first).nodes == nodes


def test_introspection_is_not_limited_by_depth() -> None:
    assert cost("{ __schema { types { fields { type { ofType { ofType { name } } } } } } }").depth == 0


def test_fragments_in_fragments_are_walked_once() -> None:
    links = [f"fragment f{k} on User {{ ...f{k + 1} ...f{k + 1} }}" for k in range(200)]
    assert cost("{ me { ...f0 } } " + " ".join(links) + " fragment f200 on User { id }").depth == 1


def test_a_fragment_in_itself_ends() -> None:
    assert cost("{ me { ...a } } fragment a on Me { user { ...a } }").depth == 2


def test_each_limit_complains_in_words() -> None:
    settings = ApiSettings(max_depth=4, max_aliases=1, max_nodes=100)
    query = (
        "{ a: user(id: 1) { b: recommendations(first: 50) { recommendations "
        "{ item { similar(first: 50) { item { id } } } } } } }"
    )
    messages = [error.message for error in complaints(SCHEMA, parse(query), {}, settings)]
    assert [message.split(";")[0] for message in messages] == [
        "The query nests 6 levels deep",
        "The query has 2 aliases",
        "The query may return 5151 objects",
    ]


def test_fields_that_make_lists_count_as_the_lists_that_they_make() -> None:
    answer = 'user(id: 1) { recommendations { because(itemId: "a") { itemIds } } }'
    assert cost("{ " + answer + " }").nodes == 1 + 10 * (1 + MOST_LISTS)
    assert cost('{ rank(userId: "a", itemIds: ["b"]) { ranked { score } } }').nodes == 50 * (1 + 1)
    assert cost("{ rankBatch(rankings: []) { userId } }").nodes == 20 * 50
