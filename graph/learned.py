"""What learned strategies read while serving: nearest items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.candidates import Wanted
from graph.client import Graph
from graph.models import ActiveRun
from graph.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Nearest:
    """Items and their vectors: row k of `vectors` (float32[n, d]) is `ids[k]`."""

    ids: tuple[str, ...]
    vectors: Vectors


def nearest(
    graph: Graph,
    run: ActiveRun,
    wanted: Sequence[Wanted],
    vectors: Sequence[Vectors],
    *,
    kept: Sequence[int],
    limit: int,
) -> list[Nearest]:
    """For each request up to `kept` items nearest to its vector, of the first `limit` of the index; one round trip.

    Filters and excluded ids of `wanted` are respected; what a user has seen must be among the excluded.
    """
    rows = graph.read(
        "recommend/learned_nearest",
        index=run.item_index,
        property=run.vector_property,
        vectors=[vector.tolist() for vector in vectors],
        limit=limit,
        kept=list(kept),
        kinds=[list(one.kinds) for one in wanted],
        tags=[list(one.tags) for one in wanted],
        excluded=[list(one.exclude_ids) for one in wanted],
        only=[None if one.only_ids is None else list(one.only_ids) for one in wanted],
    )
    return [Nearest(tuple(row["ids"]), np.asarray(row["vectors"], dtype=np.float32)) for row in rows]
