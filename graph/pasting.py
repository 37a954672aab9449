"""Queries as people paste them into Neo4j Browser: with values in place of parameters. Nothing here is run by us."""

from __future__ import annotations

import json
import re

from graph.errors import InputError
from graph.queries import load_queries
from graph.records import Explanation

PARAMETER = re.compile(r"\$(\w+)")


def pasted(name: str, **values: str) -> str:
    """The text of a query with a literal for each parameter. Raises InputError for one that is not given."""
    query = load_queries()[name]
    if missing := sorted(set(query.parameters) - set(values)):
        raise InputError(f"{name} needs {', '.join(missing)} too.")
    return PARAMETER.sub(lambda found: literal(values[found[1]]), query.text).strip()


def literal(text: str) -> str:
    """A string of Cypher: its escapes are those of JSON, quotes, backslashes and characters by number alike."""
    return json.dumps(text, ensure_ascii=False)


def path_query(explanation: Explanation) -> str:
    """What shows an explanation's path in Neo4j Browser."""
    ids, strategy = [node.id for node in explanation.nodes], explanation.source or explanation.strategy
    types = [edge.type for edge in explanation.edges]
    match types:
        case ["PREFERS", "SIMILAR"]:
            return pasted("paths/similar", userId=ids[0], knownId=ids[1], itemId=ids[2], by=strategy)
        case ["PREFERS", "PREFERS", "PREFERS"]:
            return pasted("paths/people", userId=ids[0], knownId=ids[1], itemId=ids[3])
        case ["PREFERS", "HAS_TAG", "HAS_TAG"]:
            return pasted("paths/tag", userId=ids[0], knownId=ids[1], tag=ids[2], itemId=ids[3])
        case ["PREFERS", "NEAR"]:
            return pasted("paths/near", userId=ids[0], knownId=ids[1], itemId=ids[2], model=strategy)
        case _:
            return pasted("paths/alone", itemId=ids[-1])
