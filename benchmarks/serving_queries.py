"""Co-occurrence as textbooks have it against ours, and the vector index against the exact scan, on one graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from graph.client import Graph
from graph.models import require_active_run
from graph.vectors import item_vectors, search_vectors, user_vectors
from recommend.co_occurrence import CoOccurrenceRecommender
from recommend.protocol import Ask
from recommend.settings import RecommendSettings
from recommend.vectors import ItemMatrix

THREE_HOP = Path(__file__).with_name("textbook_three_hop.cypher")
DEEP = 100
"""Items that the index and the scan are asked for."""
Millis = list[float]
G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Searched:
    """Milliseconds of an exact scan and of the vector index, and which part of what the one finds the other does."""

    scan: Millis
    index: Millis
    recall: float


def three_hop(graph: Graph, users: Sequence[str]) -> tuple[Millis, Millis]:
    """Milliseconds for each user of the textbook query, and of our strategy; two are asked once before."""
    query = THREE_HOP.read_text(encoding="utf-8")
    ours = CoOccurrenceRecommender(graph, RecommendSettings())

    def textbook(user: str) -> None:
        graph._driver.execute_query(query, {"userId": user, "first": 10}, database_="neo4j")  # noqa: SLF001 - no query of ours

    for user in users[:2]:
        textbook(user)
        ours.candidates([Ask(user)])
    return [_timed(textbook, user) for user in users], [_timed(lambda u: ours.candidates([Ask(u)]), u) for u in users]


def index_and_scan(graph: Graph, model: str, users: Sequence[str]) -> Searched:
    """The nearest DEEP items to the vectors of `users`, one at a time."""
    run = require_active_run(graph, model)
    vectors = user_vectors(graph, run.vector_property, users)
    matrix = ItemMatrix(item_vectors(graph, run.vector_property))
    scan, index, found = [], [], []
    for vector in vectors.values():
        exact = {one.item_id for one in matrix.best(vector, DEEP, lambda _rows: None, ()).named()}
        (near,) = search_vectors(graph, run.item_index, [vector], DEEP)
        found.append(len(exact & {one.item_id for one in near}) / DEEP)
        scan.append(_timed(lambda v: matrix.best(v, DEEP, lambda _rows: None, ()), vector))
        index.append(_timed(lambda v: search_vectors(graph, run.item_index, [v], DEEP), vector))
    return Searched(scan, index, float(np.mean(found)))


def _timed(work: Callable[[G], object], given: G) -> float:
    started = perf_counter()
    work(given)
    return 1e3 * (perf_counter() - started)
