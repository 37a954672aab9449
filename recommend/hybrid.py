"""The blend of other strategies, by weights that were learned or set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np

from graph.client import Graph
from graph.errors import ConfigurationError, ModelNotTrained
from graph.models import BLEND
from graph.records import Explanation, Scored
from graph.user_states import RunKey, UserState
from recommend.blend import DEPTH, Lists, Rows, Scores, blend, entries, shares
from recommend.fallback import FOR_EVERYONE
from recommend.groups import in_groups
from recommend.item_rows import ItemRows
from recommend.pins import pin
from recommend.protocol import Ask, Pair, Recommender
from recommend.ranked import FindsRows, Found, Numbering, scores_of
from recommend.settings import RecommendSettings
from recommend.single_flight import StillLoading
from recommend.states import with_states


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the components list for some asks: `lists` by component over `rows`, with their `weights`."""

    rows: ItemRows
    lists: Mapping[str, Lists]
    weights: Mapping[str, float]


class HybridRecommender:
    """Asks its components for their best items and blends them; see recommend.blend.

    The weights are those of the request, or of the active run, learned on validation, or else settings.hybrid_weights.
    A component that has no active run is left out. Who is known to no component but those that answer everyone gets an
    empty list: there is nothing to blend. Safe to share between threads.
    """

    def __init__(
        self,
        graph: Graph,
        components: Mapping[str, Recommender],
        settings: RecommendSettings,
        run_id: str | None = None,
    ) -> None:
        """`components`: the strategies that weights may name; `run_id`: whose weights, if not the active run's.

        Raises ConfigurationError if the settings name others.
        """
        if unknown := sorted(set(settings.hybrid_weights) - set(components)):
            raise ConfigurationError(
                f"EDGEWISE_RECOMMEND_HYBRID_WEIGHTS names {', '.join(unknown)}; there are {', '.join(components)}."
            )
        self.strategy = pin(BLEND, run_id)
        self._key = RunKey(BLEND, run_id)
        self._graph = graph
        self._components = dict(components)
        self._finding = {
            name: one.found if isinstance(one, FindsRows) else one.candidates for name, one in components.items()
        }
        self._numbering = Numbering()
        self._settings = settings
        self._weighed = tuple(settings.hybrid_weights)

    @property
    def runs(self) -> tuple[RunKey, ...]:
        """Its own, and those of the components that it last weighed; others are read where they are needed."""
        named = [self._components[name].runs for name in self._weighed]
        return tuple(dict.fromkeys([self._key, *chain.from_iterable(named)]))

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """See Recommender.candidates. One round trip, and those of components that are not learned.

        Raises ModelNotTrained if no component can answer.
        """
        return in_groups(asks, lambda ask: ask.weights, lambda _, alike: self._blended(alike))

    def _blended(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        found = self._ask(asks)
        first = max(ask.first for ask in asks)
        blended = blend(found.lists, found.weights, len(found.rows), first, len(asks))
        ids = found.rows.ids
        return [
            [Scored(ids[item], score) for item, score in zip(items, scores, strict=True) if item >= 0][: ask.first]
            for ask, items, scores in zip(asks, blended.items.tolist(), blended.scores.tolist(), strict=True)
        ]

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """By the component that carried most of the item's score and has something to say.

        `share` is that component's own where it carried all of the score, else None: logarithms of sums do not add up
        over paths.
        """
        return [next(iter(said), None) for said in self.reasons(pairs)]

    def reasons(self, pairs: Sequence[Pair]) -> list[list[Explanation]]:
        """Of each component that carried a part of the score and has something to say, the one that carried most first.

        An item that no component lists, as one that a rule put in its place, is explained by the first that can.
        """
        return in_groups(pairs, lambda pair: pair[0].weights, lambda _, alike: self._explained(alike))

    def _explained(self, pairs: Sequence[Pair]) -> list[list[Explanation]]:
        reasons: list[list[Explanation]] = [[] for _ in pairs]
        try:
            found = self._ask(list(dict.fromkeys(ask for ask, _ in pairs)))
        except ModelNotTrained:
            return reasons
        carried = _carried(found, pairs)
        for column, name in enumerate(found.lists):
            unlisted = [k for k in range(len(pairs)) if not carried[k].any() and not reasons[k]]
            places = sorted([*np.flatnonzero(carried[:, column] > 0).tolist(), *unlisted])
            said = self._components[name].explain([pairs[k] for k in places]) if places else []
            for k, one in zip(places, said, strict=True):
                if one is not None:
                    reasons[k].append(_as_blend(one, float(carried[k, column])))
        return [sorted(said, key=lambda one: -(one.source_share or 0.0)) for said in reasons]

    def _weights(self, ask: Ask, state: UserState) -> dict[str, float]:
        run = state.runs.get(self._key)
        weights = self._settings.hybrid_weights if run is None or run.weights is None else run.weights
        if ask.weights:
            weights = dict(ask.weights)
        found = {name: weight for name, weight in weights.items() if weight > 0 and name in self._components}
        self._weighed = tuple(found)
        return found

    def _ask(self, asks: Sequence[Ask]) -> _Listed:
        """Every component once, for all asks, which have the same weights."""
        read = with_states(self._graph, asks, self.runs)
        known, weights = [ask for ask, _ in read], self._weights(*read[0])
        deeper = [replace(ask, first=max(DEPTH, ask.first)) for ask in known]
        answers: dict[str, list[Found]] = {}
        loading: StillLoading | None = None
        for name in weights:
            try:
                answers[name] = list(self._finding[name](deeper))
            except ModelNotTrained:
                continue
            except StillLoading as error:
                loading = error
        if not answers and loading is not None:
            raise loading
        if not answers:
            raise ModelNotTrained(f"None of {', '.join(weights)} has been trained on this graph: edgewise train")
        _leave_out_unknown(answers)
        rows, places = self._numbering.of([one for own in answers.values() for one in own])
        columns = iter(places)
        lists = {name: _as_lists(own, list(islice(columns, len(own)))) for name, own in answers.items()}
        return _Listed(rows, lists, weights)


def _carried(found: _Listed, pairs: Sequence[Pair]) -> Scores:
    """float64[p, c]: the share of each component in the score of each pair, whose asks are in their first order."""
    place_of = {ask: place for place, ask in enumerate(dict.fromkeys(ask for ask, _ in pairs))}
    row_of = found.rows.row_of
    users = np.asarray([place_of[ask] for ask, _ in pairs])
    items = np.asarray([row_of.get(item, -1) for _, item in pairs])
    together = entries(found.lists, len(found.rows))
    return shares(together, [found.weights[name] for name in found.lists], users, items)


def _as_lists(answers: Sequence[Found], places: Sequence[Rows]) -> Lists:
    width = max(len(own) for own in places)
    lists = Lists(np.full((len(answers), width), -1, dtype=np.int64), np.zeros((len(answers), width)))
    for user, (found, own) in enumerate(zip(answers, places, strict=True)):
        lists.items[user, : len(own)] = own
        lists.scores[user, : len(own)] = scores_of(found)
    return lists


def _leave_out_unknown(answers: Mapping[str, list[Found]]) -> None:
    """Empty the lists of users for whom there are only those that everyone gets."""
    personal = [lists for name, lists in answers.items() if name not in FOR_EVERYONE]
    for lists in answers.values():
        for place in range(len(lists)):
            if not any(own[place] for own in personal):
                lists[place] = []


def _as_blend(one: Explanation, carried: float) -> Explanation:
    share = one.share if carried == 1 else None
    return replace(one, strategy=BLEND, share=share, source=one.strategy, source_share=carried)
