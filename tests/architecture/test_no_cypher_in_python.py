"""Queries are .cypher files: no string in the packages is one."""

from __future__ import annotations

import re

import pytest

from graph.queries import load_queries
from tests.architecture.checkout import PACKAGES, modules_of

CYPHER = re.compile(
    r"\bMATCH\s*\(|\bMERGE\s*\(|\bUNWIND\s+[\w$\[]|\bDELETE\s+[a-z]\w*\b|\bCALL\s+(\(|db\.|dbms\.|apoc\.|gds\.)"
    r"|\bCREATE\s+(\(|CONSTRAINT|\w*\s?INDEX)|\bRETURN\s+[\w{*]|\bDROP\s+(INDEX|CONSTRAINT)|\bSHOW\s+[A-Z]+"
)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_string_is_cypher(package: str) -> None:
    found = [
        f"{module.name}:{line}: {text[:60]!r}"
        for module in modules_of(package)
        for text, line in module.strings()
        if CYPHER.search(text)
    ]
    assert not found, f"move these to cypher/: {found}"


@pytest.mark.parametrize("name", load_queries())
def test_the_pattern_knows_cypher_when_it_sees_it(name: str) -> None:
    assert CYPHER.search(load_queries()[name].text)
