"""Finds items by words, in the full-text index of titles and descriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.client import Graph
from graph.records import Scored

MATCHES = 1_000
"""Matches that are looked at, at most."""
_WORD = re.compile(r"\w+")


def search_items(graph: Graph, text: str, first: int, kinds: Sequence[str] = ()) -> list[Scored]:
    """Items that have every word of `text`, or one that begins so, best match first; none for a text of no words."""
    words = lucene(text)
    if not words:
        return []
    rows = graph.read("recommend/search_items", words=words, kinds=list(kinds), first=first, budget=MATCHES)
    return [Scored(row["itemId"], row["score"]) for row in rows]


def lucene(text: str) -> str:
    """The words of a text as a query that asks for all of them; signs that mean something to Lucene are no words."""
    return " AND ".join(f"({word} OR {word}*)" for word in map(str.lower, _WORD.findall(text)))
