"""The one door to recommendations: picks the strategy, falls back, tops up, explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from graph import candidates
from graph.bandit import AUTO
from graph.client import Graph
from graph.errors import ConfigurationError, InputError, ModelNotTrained, UnknownStrategy
from graph.models import BLEND
from graph.records import Explanation, Scored
from graph.user_states import RunKey, UserState
from recommend.auto import Auto
from recommend.because import Because, because, check_listed
from recommend.catalogue import Catalogue
from recommend.choosing import Choosing
from recommend.experimenting import Experimenting
from recommend.fallback import LAST, Attempt, Filling, Missed, at_once, fill, layers, note
from recommend.groups import in_groups
from recommend.hybrid import HybridRecommender
from recommend.last_known import LAST_KNOWN, LastKnown
from recommend.pinned import PinnedRuns
from recommend.pins import base_of, run_of
from recommend.protocol import MOST, NOBODY, Answer, Ask, Filters, Recommender
from recommend.rerank import Reranker
from recommend.rules import PINNED
from recommend.settings import RecommendSettings
from recommend.states import with_states

Reason = tuple[Ask, str, str]
"""What was asked, the id of an item that came, and the strategy that recommended it."""


class RecommendationService:
    """Answers with any strategy, and always answers: see `recommend`. Keeps no state; safe to share.

    Raises ConfigurationError if the settings name a strategy that is not among `recommenders`.
    """

    def __init__(
        self,
        graph: Graph,
        recommenders: Mapping[str, Recommender],
        settings: RecommendSettings,
        *,
        catalogue: Catalogue | None = None,
        last_known: LastKnown | None = None,
        reranker: Reranker | None = None,
        auto: Auto | None = None,
        experimenting: Experimenting | None = None,
    ) -> None:
        """`catalogue`: a copy of the items that is to be current whenever an answer is given; `last_known`: fills what
        layers that failed left empty; `reranker`: orders what was found, else that stays in the order of its scores;
        `auto`: chooses for the strategy of this name; `experimenting`: for requests that name none.
        """
        self._choosing = Choosing(
            settings.default_strategy, auto, experimenting, self._recommender, self._read, self._by
        )
        self._graph = graph
        self._last_known = last_known
        self._catalogue = catalogue or Catalogue(graph)
        self._reranker = reranker
        self._recommenders = recommenders
        self._settings = settings
        self._pinned = PinnedRuns(graph, recommenders, settings, self._catalogue)
        named = {settings.default_strategy, *settings.fallback, LAST}
        if auto is not None and settings.default_strategy == AUTO:
            named.remove(AUTO)
        if unknown := sorted(named - set(recommenders)):
            raise ConfigurationError(
                f"EDGEWISE_RECOMMEND_DEFAULT_STRATEGY or _FALLBACK names {', '.join(unknown)}; "
                f"there are {', '.join(self.strategies)}."
            )

    @property
    def strategies(self) -> tuple[str, ...]:
        """The names that `recommend` takes, sorted."""
        return tuple(sorted([*self._recommenders, *([AUTO] if self._choosing.auto else [])]))

    @property
    def default_strategy(self) -> str:
        """The one that answers where none is named."""
        return self._settings.default_strategy

    def most_popular(self, most: int, filters: Filters | None = None) -> list[Scored]:
        """Any number of the most popular items, decayed to the newest event."""
        (found,) = self._recommenders[LAST].candidates([Ask(NOBODY, most, filters or Filters())])
        return found

    def recommend(self, asks: Sequence[Ask], strategy: str | None = None, attempt: Attempt = at_once) -> list[Answer]:
        """One answer per ask, in order; round trips do not grow with the number of asks.

        What `strategy` (default: settings.default_strategy) cannot fill comes from the layers after it, popularity
        last, so that `first` items come whenever so many unseen ones match; `note` says so. Positions give the order:
        scores of different strategies do not compare. A name such as `lightgcn@RUN` asks for one run of a model,
        whichever is active. `attempt` runs each layer, and may let it fail: see recommend.answering.
        Raises UnknownStrategy; InputError if `first` is not within 1..50, or weights cannot be hybrid's.
        """
        name = self._settings.default_strategy if strategy is None else strategy
        for ask in asks:
            check_first(ask.first)
            self._check_weights(ask, name)
        if not asks:
            return []
        return self._choosing.answers(asks, strategy, attempt) or self._by(asks, name, attempt)

    def _by(self, asks: Sequence[Ask], name: str, attempt: Attempt) -> list[Answer]:
        """By this strategy and those after it."""
        known = {**self._recommenders, name: self._recommender(name)}
        read = partial(with_states, self._graph)
        found = read(self.prepared(asks), known[name].runs)
        fillings = [Filling(ask, state, self._pool(ask)) for ask, state in found]
        self._catalogue.at(fillings[0].state.catalogue)
        missed = fill(fillings, layers(name, self._settings.fallback, known), known, read, attempt)
        if missed.failed and self._last_known is not None:
            fill(fillings, [LAST_KNOWN], {LAST_KNOWN: self._last_known}, read)
        for filling in fillings:
            self._order(filling)
        return [_answer(filling, name, missed) for filling in fillings]

    def _read(self, asks: Sequence[Ask], keys: Sequence[RunKey]) -> list[tuple[Ask, UserState]]:
        return with_states(self._graph, self.prepared(asks), keys)

    def explain(self, reasons: Sequence[Reason]) -> list[Explanation | None]:
        """Why each item was recommended, in order; None where that strategy would not have. Raises UnknownStrategy."""
        return [next(iter(said), None) for said in self.reasons(reasons)]

    def reasons(self, reasons: Sequence[Reason]) -> list[list[Explanation]]:
        """Everything that speaks for each item, in order; what carried most comes first. Raises UnknownStrategy."""
        return in_groups(reasons, lambda reason: reason[2], self._reasons)

    def _reasons(self, strategy: str, reasons: Sequence[Reason]) -> list[list[Explanation]]:
        if strategy == PINNED:
            said = "Put here by a rule of the house"
            return [[Explanation(PINNED, said, (self._catalogue.node(item),), ())] for _, item, _ in reasons]
        asks, recommender = self.prepared([ask for ask, _, _ in reasons]), self._recommender(strategy)
        pairs = [(ask, item) for ask, (_, item, _) in zip(asks, reasons, strict=True)]
        if isinstance(recommender, HybridRecommender):
            return recommender.reasons(pairs)
        return [[] if one is None else [one] for one in recommender.explain(pairs)]

    def because(self, ask: Ask, item_id: str, strategy: str | None = None) -> Because:
        """The fewest interactions without which an item is not in the list; see recommend.because.

        Raises InputError if it is not in the list as it is.
        """
        (answer,) = self.recommend([ask], strategy)
        check_listed(item_id, [one.item_id for one in answer.recommendations])
        ((_, state),) = with_states(self._graph, self.prepared([ask]), ())
        liked = [one.item_id for one in state.likes(len(state.likings))]
        return because(lambda asks: self.recommend(asks, strategy), ask, item_id, liked)

    def similar(self, item_ids: Sequence[str], first: int = 10, by: str | None = None) -> list[list[Scored]]:
        """Items similar to each, in order of likeness: by co-occurrence, then by content, then popular of its kind.

        `by` keeps to one kind of similarity. Scores are comparable within one kind only; the order counts.
        An unknown item gets an empty list. One round trip. Raises InputError.
        """
        check_first(first)
        order = self._settings.similar_order
        if by is not None and by not in order:
            raise InputError(f"There is no similarity by {by!r}; choose one of {', '.join(order)}.")
        if not item_ids:
            return []
        return candidates.similar(
            self._graph,
            item_ids,
            first,
            order=order if by is None else (by,),
            fill=by is None,
            half_life_millis=self._settings.half_life_millis,
        )

    def popular(self, first: int = 10, filters: Filters | None = None) -> list[Scored]:
        """The most popular items, decayed to the newest event. Raises InputError."""
        check_first(first)
        return self.most_popular(first, filters)

    def warm(self) -> None:
        """Read the copies that the default strategy serves from, so that no request has to wait for them."""
        self.recommend([Ask(NOBODY)])
        for name in self._choosing.expanded([self._settings.default_strategy]):
            with suppress(ModelNotTrained):
                self._recommender(name).candidates([Ask(NOBODY)])

    def prepared(self, asks: Sequence[Ask]) -> list[Ask]:
        """The asks as strategies are to see them: with the age of likes, and without what business rules hide."""
        return list(asks) if self._reranker is None else [self._reranker.prepared(ask) for ask in asks]

    def _pool(self, ask: Ask) -> int:
        return ask.first if self._reranker is None else self._reranker.pool(ask)

    def _order(self, filling: Filling) -> None:
        """Put what was found in its final order, if there is one of its own."""
        if self._reranker is None:
            return
        filters, seen = filling.ask.filters, filling.state.seen

        def may_come(item: str) -> bool:
            known = bool(self._catalogue.kept(filters, [Scored(item, 0.0)]))
            return known and item not in seen and item not in filters.exclude_ids

        ask = replace(filling.ask, state=filling.state)
        filling.recommendations = self._reranker.order(ask, filling.recommendations, may_come)

    def _check_weights(self, ask: Ask, strategy: str) -> None:
        names = [name for name, _ in ask.weights]
        if names and base_of(strategy) != BLEND:
            raise InputError(f"weights are those of {BLEND}'s parts; {strategy} has none. Ask for {BLEND}.")
        if unknown := sorted(set(names) - set(self._recommenders) | {BLEND} & set(names)):
            parts = ", ".join(name for name in self.strategies if name != BLEND)
            raise InputError(f"weights names {', '.join(unknown)}; {BLEND} can be made of {parts}.")

    def _recommender(self, strategy: str) -> Recommender:
        if strategy == LAST_KNOWN and self._last_known is not None:
            return self._last_known
        if run_of(strategy):
            return self._pinned.recommender(strategy)
        if strategy not in self._recommenders:
            raise UnknownStrategy(f"There is no strategy {strategy!r}; choose one of {', '.join(self.strategies)}.")
        return self._recommenders[strategy]


def check_first(first: int) -> None:
    """Raise InputError unless 1 <= first <= MOST."""
    if not 1 <= first <= MOST:
        raise InputError(f"first is {first}; ask for 1 to {MOST} items.")


def _answer(filling: Filling, strategy: str, missed: Missed) -> Answer:
    given = tuple(filling.recommendations)
    layer = given[0].strategy if given else LAST
    return Answer(
        filling.ask.user_id,
        strategy,
        layer,
        given,
        filling.runs.get(layer),
        note(filling, strategy, missed),
        degraded=bool(missed.failed),
        worked=strategy not in {*missed.untrained, *missed.failed},
    )
