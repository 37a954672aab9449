"""The item vectors of the run that serves, in memory: what the run learned, and behind it what was placed since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

from graph.client import Graph
from graph.models import ActiveRun
from graph.placements import placed_items
from graph.vectors import Vectors, item_vectors
from recommend.item_rows import Allowed
from recommend.ranked import Found
from recommend.single_flight import SingleFlight
from recommend.vectors import ItemMatrix

MOST_PLACED = 2_000
"""Items that are kept apart; beyond them all are read anew, so that a request does not look through two large parts."""


@dataclass(frozen=True, slots=True)
class RunItems:
    """All items of a run as its count of placements stood at `placed`; `since` is where the `new` ones begin."""

    run_id: str
    since: int
    placed: int
    learned: ItemMatrix
    new: ItemMatrix | None = None
    size: int = 0
    """Of a taste: the biases come behind it."""

    def vectors_of(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those of `ids` that have one."""
        wanted = list(ids)
        return self.learned.vectors_of(wanted) | (self.new.vectors_of(wanted) if self.new else {})

    def best(self, vector: Vectors, first: int, allowed: Allowed, excluded: Collection[str]) -> Found:
        """The `first` allowed items with the largest inner product with `vector`; ties by id."""
        if self.new is None:
            return self.learned.best(vector, first, allowed, excluded)
        # An item may be in both, if it was placed while they were read or again since: the new one counts.
        others = self.learned.best(vector, first, allowed, [*excluded, *self.new.ids])
        found = [*others.named(), *self.new.best(vector, first, allowed, excluded).named()]
        return sorted(found, key=lambda one: (-one.score, one.item_id))[:first]


class RunItemsCache:
    """Holds the items of one run, read anew for another and added to where items were placed. Safe between threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._held: RunItems | None = None
        self._loading: SingleFlight[RunItems] = SingleFlight()

    @property
    def held(self) -> RunItems | None:
        """Whatever is held."""
        return self._held

    def peek(self, run: ActiveRun) -> RunItems | None:
        """What is held of `run`, if it is: without reading, and so maybe without what was placed a moment ago."""
        held = self._held
        return held if held is not None and held.run_id == run.id else None

    def of(self, run: ActiveRun, prepare: Callable[[ActiveRun], None]) -> RunItems:
        """The items of `run`; `prepare` is called before those of a new run are read. Raises StillLoading."""
        held = self.peek(run)
        if held is not None and held.placed >= run.placed:
            return held
        return self._loading.do((run.id, run.placed), partial(self._load, run, prepare))

    def _load(self, run: ActiveRun, prepare: Callable[[ActiveRun], None]) -> RunItems:
        held = self.peek(run)
        if held is None or run.placed - held.since > MOST_PLACED:
            prepare(run)
            learned = ItemMatrix(item_vectors(self._graph, run.vector_property))
            held = RunItems(run.id, run.placed, run.placed, learned, size=run.embedding_size)
        elif held.placed < run.placed:
            new = ItemMatrix(placed_items(self._graph, run, held.since))
            held = replace(held, placed=run.placed, new=new)
        self._held = held
        return held
