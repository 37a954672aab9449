"""What learned strategies read while serving: nearest items, and the evidence behind a recommendation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.candidates import Wanted
from graph.client import Graph
from graph.models import ActiveRun, active_run_of
from graph.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Nearest:
    """Items and their vectors: row k of `vectors` (float32[n, d]) is `ids[k]`."""

    ids: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a user likes most, strongest first: ids, titles and weights > 0; `title` is that of the target.

    `vector`: float32[d], the user's own, where the run knows nothing that they like; else None. `folded`: whether the
    run has no vector of the user, who is known by likes since then alone.
    """

    title: str
    liked_ids: tuple[str, ...]
    liked_titles: tuple[str, ...]
    weights: tuple[float, ...]
    vector: Vectors | None
    folded: bool = False


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


def evidence(
    graph: Graph,
    model: str,
    pairs: Sequence[tuple[str, str]],
    most: int,
    *,
    fold_in: bool = False,
    run_id: str | None = None,
) -> tuple[ActiveRun | None, list[Evidence | None]]:
    """For each (user id, item id) up to `most` items that the user likes; None where the run lacks either.

    The run is the one that serves, or that of `run_id`. With `fold_in` it is enough for a user to like something that
    the run knows.
    """
    user_ids, item_ids = [user for user, _ in pairs], [item for _, item in pairs]
    rows = graph.read(
        "explain/why_learned", model=model, runId=run_id, userIds=user_ids, itemIds=item_ids, most=most, foldIn=fold_in
    )
    found: list[Evidence | None] = [None] * len(pairs)
    for row in rows:
        found[row["position"]] = Evidence(
            row["title"],
            tuple(row["likedIds"]),
            tuple(row["likedTitles"]),
            tuple(row["weights"]),
            _vector(row["vector"]),
            row["folded"],
        )
    return (active_run_of(rows[0]) if rows else None), found


def _vector(stored: list[float] | None) -> Vectors | None:
    return None if stored is None else np.asarray(stored, dtype=np.float32)
