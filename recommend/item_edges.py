"""A read-only copy of a run's SIMILAR edges in memory, to find what likes lead to without a round trip."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from graph.client import Graph
from graph.item_item import edge_kind, edge_pages
from graph.models import ActiveRun
from graph.user_states import Liking
from recommend.item_rows import Allowed, ItemRows, contenders
from recommend.ranked import Ranked, ranked
from recommend.single_flight import SingleFlight


@dataclass(frozen=True, slots=True)
class ItemEdges:
    """Edges by the item they start from, as in CSR: those of row k lie from `starts[k]` to `starts[k + 1]`.

    `starts`: int64[n + 1]; `targets`: int32[e], rows; `scores`: float64[e], not 0.
    """

    rows: ItemRows
    starts: NDArray[np.int64]
    targets: NDArray[np.int32]
    scores: NDArray[np.float64]

    def sums(self, liked: Sequence[Liking]) -> NDArray[np.float64]:
        """float64[n]: the sum of the edges from `liked` to each item, each times what age leaves of the like."""
        row_of = self.rows.row_of
        liked = [one for one in liked if one.item_id in row_of]
        if not liked:
            return np.zeros(len(self.rows))
        found = np.asarray([row_of[one.item_id] for one in liked], dtype=np.intp)
        starts, ends = self.starts[found], self.starts[found + 1]
        spans = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        targets = np.concatenate([self.targets[span] for span in spans])
        scores = np.concatenate([self.scores[span] for span in spans])
        if any(one.decay != 1.0 for one in liked):
            scores = scores * np.repeat([one.decay for one in liked], ends - starts)
        sums: NDArray[np.float64] = np.bincount(targets, scores, minlength=len(self.rows)).astype(
            np.float64, copy=False
        )
        return sums

    def best(self, liked: Sequence[Liking], first: int, allowed: Allowed, excluded: Iterable[str]) -> Ranked:
        """The `first` allowed items with the largest sums above 0; ties by id."""
        sums = self.sums(liked)
        mask = allowed(self.rows)
        if mask is not None:
            sums[~mask] = 0.0
        sums[self.rows.rows_of(excluded)] = 0.0
        led_to = np.flatnonzero(sums > 0)
        kept = led_to[contenders(sums[led_to], first)]
        return ranked(self.rows, kept, sums[kept], first)


class ItemEdgesCache:
    """Holds the edges of one run, read anew for another. Safe between threads."""

    def __init__(self, graph: Graph, most: int) -> None:
        """Runs of more than `most` edges are not held."""
        self._graph = graph
        self._most = most
        self._held: tuple[str, ItemEdges | None] | None = None
        self._loading: SingleFlight[ItemEdges | None] = SingleFlight()

    def of(self, run: ActiveRun) -> ItemEdges | None:
        """The edges of `run`; None if they are too many. Raises StillLoading."""
        held = self._held
        if held is None or held[0] != run.id:
            return self._loading.do(run.id, partial(self._load, run))
        return held[1]

    def _load(self, run: ActiveRun) -> ItemEdges | None:
        edges = read_edges_of(self._graph, run, self._most)
        self._held = run.id, edges
        return edges


def read_edges_of(graph: Graph, run: ActiveRun, most: int) -> ItemEdges | None:
    """All edges of `run`, None if there are more than `most`."""
    ids: list[str] = []
    lengths: list[int] = []
    names: dict[str, int] = {}
    targets, scores = array("i"), array("d")
    for row in edge_pages(graph, edge_kind(run.slot)):
        ids.append(row["id"])
        lengths.append(len(row["targets"]))
        # A target may come in a later page than the edge, so that it has a number before it has a row.
        targets.extend(names.setdefault(one, len(names)) for one in row["targets"])
        scores.extend(row["scores"])
        if len(scores) > most:
            return None
    rows = ItemRows(ids)
    row_of_number = np.asarray([rows.row_of.get(name, -1) for name in names], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return _known_only(rows, starts, row_of_number[np.asarray(targets, dtype=np.int64)], np.asarray(scores))


def _known_only(
    rows: ItemRows, starts: NDArray[np.int64], targets: NDArray[np.int32], scores: NDArray[np.float64]
) -> ItemEdges:
    """Without edges to items that came while the pages were read."""
    known = targets >= 0
    if not known.all():
        before = np.concatenate([[0], np.cumsum(known)])
        starts, targets, scores = before[starts], targets[known], scores[known]
    return ItemEdges(rows, starts, targets, scores)
