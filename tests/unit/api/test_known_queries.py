"""A text is parsed and validated once, and its limits hold for every length that it is asked with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLError, parse
from strawberry.schema.schema import validate_document

from api import known_queries
from api.known_queries import KnownQueries, KnownQuery
from api.limits import variables_of_lengths
from api.schema import make_schema
from api.settings import ApiSettings


def test_the_lengths_are_found_wherever_they_stand() -> None:
    text = (
        "query ($a: Int, $b: Int, $c: String) { me { user { history(first: $a) { type } } } ...f } "
        "fragment f on Query { popularItems(first: $b, kinds: [$c]) { score } }"
    )
    assert variables_of_lengths(parse(text)) == ("a", "b")


def test_the_least_recently_used_is_forgotten() -> None:
    known = KnownQueries(2)
    queries = {text: KnownQuery(parse("{ a }"), ()) for text in ("a", "b", "c")}
    known.add("a", queries["a"])
    known.add("b", queries["b"])
    assert known.get("a") is queries["a"]
    known.add("c", queries["c"])
    assert (known.get("a"), known.get("b"), known.get("c")) == (queries["a"], None, queries["c"])


def test_a_long_text_is_not_kept() -> None:
    known = KnownQueries()
    text = "{ a }" + " " * known_queries.LONGEST_QUERY
    known.add(text, KnownQuery(parse("{ a }"), ()))
    assert known.get(text) is None


@pytest.fixture
def refuse() -> Callable[..., list[str]]:
    """Asks one schema, and gives the messages of what it refuses before anything runs."""
    schema = make_schema(ApiSettings(max_nodes=100), KnownQueries())

    def ask(query: str, **variables: object) -> list[str]:
        result = asyncio.run(schema.execute(query, variables))
        return [one.message for one in result.errors or [] if (one.extensions or {}).get("code") == "BAD_QUERY"]

    return ask


def test_a_known_text_is_refused_for_what_its_variables_ask(
    refuse: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[object] = []

    def validate(*given: Any) -> list[GraphQLError]:
        validated.append(given)
        return validate_document(*given)

    monkeypatch.setattr(known_queries, "validate_document", validate)
    query = "query ($n: Int!) { item(id: 1) { similar(first: $n) { item { similar(first: 10) { score } } } } }"
    assert refuse(query, n=2) == []
    assert "may return" in refuse(query, n=50)[0]
    assert refuse(query, n=2) == []
    assert "may return" in refuse(query, n=50)[0]
    assert len(validated) == 1


def test_what_is_not_valid_stays_so(refuse: Callable[..., list[str]]) -> None:
    first = refuse("{ nothing }")
    assert "nothing" in first[0]
    assert refuse("{ nothing }") == first
