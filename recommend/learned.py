"""Strategies that rank by learned vectors: one class for every model whose score is an inner product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from graph.client import Graph
from graph.learned import nearest
from graph.models import ActiveRun
from graph.records import Explanation, Scored
from graph.user_states import RunKey
from graph.vectors import Vectors, item_vectors_by_id
from recommend.catalogue import Catalogue
from recommend.current_tastes import CurrentTastes
from recommend.learned_reasons import LearnedReasons
from recommend.narrowing import narrowed
from recommend.pins import pin
from recommend.protocol import Ask, Pair
from recommend.ranked import Found, named
from recommend.requests import wanted
from recommend.run_items import RunItemsCache
from recommend.settings import RecommendSettings
from recommend.states import with_states
from recommend.vectors import best, inner_products

EVIDENCE = 200
"""Strongest likes of a user among which the reason for a recommendation is looked for."""
FIRST_LIMIT = 1_000
"""Items that the index is asked for at first: fewer miss some of the best, inner products being its worst case."""
GROWTH = 8
"""How many times more are asked for while filters leave too few."""
SPARE = 16
"""Items kept beyond those asked for, since the index rounds where the final score does not."""


@dataclass(frozen=True, slots=True)
class _Request:
    """An ask that the model can answer; `place` is its position among all."""

    place: int
    ask: Ask
    vector: Vectors
    seen: frozenset[str]

    @property
    def excluded(self) -> tuple[str, ...]:
        return (*self.seen, *self.ask.filters.exclude_ids)


class LearnedRecommender:
    """Serves the active run of one model, or the one of `run_id`; see recommend.protocol.Recommender.

    Up to settings.exact_scan_limit items their vectors are scored exactly, from a copy in memory that is renewed when
    another run becomes active or items are placed; above it the vector index is asked. Both give the same order. What
    a user has liked since the training is folded into their vector at each request, so one who is newer than it has a
    vector too; see recommend.fold_in. A user without either gets an empty list; one who likes nothing yet may have a
    vector from a profile. Safe to share between threads.
    """

    def __init__(
        self,
        graph: Graph,
        model: str,
        settings: RecommendSettings,
        run_id: str | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        self._graph = graph
        self._catalogue = catalogue or Catalogue(graph)
        self._model = model
        self._run_id = run_id
        self._settings = settings
        self._key = RunKey(model, run_id)
        self._tastes = CurrentTastes(graph, self._key, settings)
        self._items = RunItemsCache(graph)

    @property
    def strategy(self) -> str:
        return pin(self._model, self._run_id)

    @property
    def runs(self) -> tuple[RunKey, ...]:
        return (self._key,)

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        return [named(one) for one in self.found(asks)]

    def found(self, asks: Sequence[Ask]) -> Sequence[Found]:
        """See FindsRows."""
        answers: list[Found] = [[] for _ in asks]
        if not asks:
            return answers
        known = with_states(self._graph, asks, self.runs)
        run = known[0][1].run(self._key)
        scan = run.most_items <= self._settings.exact_scan_limit
        items = self._items.of(run, self._tastes.prepare) if scan else None
        vectors = self._tastes.vectors(run, [state for _, state in known], self._vectors_of)
        requests = [
            _Request(place, ask, vector, state.seen)
            for place, ((ask, state), vector) in enumerate(zip(known, vectors, strict=True))
            if vector is not None
        ]
        catalogue = self._catalogue.at(known[0][1].catalogue)
        if items is not None:
            found: Sequence[Found] = [
                items.best(one.vector, one.ask.first, catalogue.allowed(one.ask.filters), one.excluded)
                for one in requests
            ]
        else:
            found = narrowed([one.ask for one in requests], catalogue, partial(self._by_index, run, requests))
        for request, scored in zip(requests, found, strict=True):
            answers[request.place] = scored
        return answers

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        if not pairs:
            return []
        known = with_states(self._graph, [ask for ask, _ in pairs], self.runs)
        states = [state for _, state in known]
        run = states[0].runs.get(self._key)
        if run is None:
            return [None] * len(pairs)
        liked = {one.item_id for state in states for one in (*state.likes(EVIDENCE), *self._tastes.counted(state))}
        reasons = LearnedReasons(
            run,
            self._tastes,
            self._vectors_of(run, sorted(liked | {item for _, item in pairs})),
            self._catalogue.at(states[0].catalogue),
        )
        return [reasons.of(state, item) for state, (_, item) in zip(states, pairs, strict=True)]

    def tastes(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """float32[d]: the tastes of those of `ids` that are in memory, without their biases. Takes no round trip."""
        items = self._items.held
        return {} if items is None else {one: vector[: items.size] for one, vector in items.vectors_of(ids).items()}

    def _by_index(self, run: ActiveRun, requests: Sequence[_Request], asks: Sequence[Ask]) -> list[list[Scored]]:
        """Ask the index for more and more until every request is filled or all items have been looked at.

        `asks` are those of the requests, which may want more of fewer kinds.
        """
        requests = [replace(one, ask=ask) for one, ask in zip(requests, asks, strict=True)]
        found: dict[int, list[Scored]] = {}
        limit = max([FIRST_LIMIT, *(2 * one.ask.first + len(one.excluded) for one in requests)])
        unfilled = list(requests)
        while unfilled:
            for one, scored in zip(unfilled, self._nearest(run, unfilled, min(limit, run.most_items)), strict=True):
                found[one.place] = scored
            unfilled = [
                one
                for one in unfilled
                if len(found[one.place]) < one.ask.first and limit < run.most_items and one.ask.filters.only_ids is None
            ]
            limit *= GROWTH
        return [found[one.place] for one in requests]

    def _nearest(self, run: ActiveRun, requests: Sequence[_Request], limit: int) -> list[list[Scored]]:
        asked = [
            replace(one, exclude_ids=request.excluded)
            for one, request in zip(wanted([one.ask for one in requests]), requests, strict=True)
        ]
        vectors = [one.vector for one in requests]
        kept = [one.ask.first + SPARE for one in requests]
        found = nearest(self._graph, run, asked, vectors, kept=kept, limit=limit)
        return [
            best(near.ids, inner_products(near.vectors, one.vector), one.ask.first) if near.ids else []
            for one, near in zip(requests, found, strict=True)
        ]

    def _vectors_of(self, run: ActiveRun, ids: Sequence[str]) -> dict[str, Vectors]:
        items = self._items.peek(run)
        if items is not None:
            return items.vectors_of(ids)
        return item_vectors_by_id(self._graph, run.vector_property, ids)
