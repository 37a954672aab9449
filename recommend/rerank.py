"""Puts what was found in its final order: freshness, repetition, business rules, then diversity.

Works on relevance, not on scores, which no two strategies have alike: within what one layer found, the best item has
relevance 1 and the last one 0, in proportion to their scores. The order of the layers stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import groupby

import numpy as np

from graph.settings import MILLIS_PER_DAY
from recommend.likeness import ItemOf, Likeness, by_tags
from recommend.protocol import Ask, Recommendation, RerankAsk
from recommend.rules import boosts, hidden, pins
from recommend.settings import RerankSettings, Rule

MayCome = Callable[[str], bool]
"""Whether an item, by id, may come at all."""


RETENTION = "retention"
"""The number of an item that says which share of those who turned to it stayed."""
MOST_KNOWN = 1_000
"""Combinations of knobs that are remembered."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """What re-ranking does to one request; 0 is off."""

    freshness_boost: float = 0.0
    half_life_days: float = 0.0
    diversity: float = 0.0
    repetition: float = 0.0
    retention: float = 0.0


class Reranker:
    """Settings as they are to be for each request. `clock` gives aware times. Safe to share between threads."""

    def __init__(
        self,
        settings: RerankSettings,
        item_of: ItemOf,
        clock: Callable[[], datetime],
        likeness: Likeness | None = None,
    ) -> None:
        """`likeness`: of items that are to be diverse; by tags, if none is given."""
        self._likeness = likeness or by_tags(item_of)
        self._settings = settings
        self._item_of = item_of
        self._clock = clock
        self._known: dict[RerankAsk, Knobs] = {}

    def knobs(self, ask: Ask) -> Knobs:
        """What holds for one request."""
        known = self._known.get(ask.rerank)
        if known is None:
            wanted = {one.name: getattr(ask.rerank, one.name) for one in fields(Knobs)}
            known = Knobs(
                **{name: getattr(self._settings, name) if value is None else value for name, value in wanted.items()}
            )
            if len(self._known) < MOST_KNOWN:
                self._known[ask.rerank] = known
        return known

    def prepared(self, ask: Ask) -> Ask:
        """The request as strategies are to see it: with the age of likes, and without what is hidden."""
        knobs = self.knobs(ask)
        if knobs.repetition and ask.history.session is None:
            ask = replace(ask, shown_days=self._settings.repetition_days)
        days = knobs.half_life_days
        if days and ask.history.session is None and ask.history.half_life_millis is None:
            ask = replace(ask, history=replace(ask.history, half_life_millis=days * MILLIS_PER_DAY))
        rules = self._rules(ask)
        return replace(ask, filters=hidden(ask.filters, rules)) if rules else ask

    def pool(self, ask: Ask) -> int:
        """How many items to find for a request, so that there is something to choose from."""
        knobs = self.knobs(ask)
        needed = any((knobs.freshness_boost, knobs.diversity, knobs.repetition, knobs.retention)) or self._rules(ask)
        return ask.first + (self._settings.spare if needed else 0)

    def order(self, ask: Ask, found: Sequence[Recommendation], may_come: MayCome) -> list[Recommendation]:
        """The first items of what was found, in their final order; pinned ones only where they may come.

        The ask must bring the state of its user.
        """
        knobs, rules = self.knobs(ask), self._rules(ask)
        ordered: list[Recommendation] = []
        for _, alike in groupby(found, key=lambda one: one.strategy):
            if len(ordered) >= ask.first:
                break
            layer = list(alike)
            gains = self._gains(ask, layer, knobs, rules)
            relevance = [share * gain for share, gain in zip(relevances(layer), gains, strict=True)]
            ordered += self._diverse(layer, relevance, ordered, knobs.diversity, ask.first - len(ordered))
        pinned = pins(rules, ordered, may_come)
        return [
            Recommendation(one.item_id, one.score, place, one.strategy)
            for place, one in enumerate(pinned[: ask.first], 1)
        ]

    def _rules(self, ask: Ask) -> list[Rule]:
        if not (self._settings.rules and ask.rerank.rules):
            return []
        now = self._clock()
        return [
            rule
            for rule in self._settings.rules
            if (rule.starts is None or rule.starts <= now) and (rule.ends is None or now < rule.ends)
        ]

    def _gains(self, ask: Ask, layer: Sequence[Recommendation], knobs: Knobs, rules: Sequence[Rule]) -> list[float]:
        gains = [1.0] * len(layer)
        items = [self._item_of(one.item_id) for one in layer]
        if knobs.freshness_boost:
            since = self._clock().timestamp() * 1000 - self._settings.freshness_days * MILLIS_PER_DAY
            young = [item is not None and (item.created_at or 0) > since for item in items]
            gains = [gain * (1 + knobs.freshness_boost * is_young) for gain, is_young in zip(gains, young, strict=True)]
        shown = ask.state.shown if ask.state is not None and knobs.repetition else {}
        if shown:
            left = [(1 - knobs.repetition) ** shown.get(one.item_id, 0) for one in layer]
            gains = [gain * share for gain, share in zip(gains, left, strict=True)]
        risk = ask.state.risk if ask.state is not None and knobs.retention else None
        if risk:
            kept = retained([None if item is None else item.numbers.get(RETENTION) for item in items])
            gains = [gain * max(0.0, 1 + knobs.retention * risk * more) for gain, more in zip(gains, kept, strict=True)]
        if rules:
            gains = [gain * boosts(rules, item) for gain, item in zip(gains, items, strict=True)]
        return gains

    def _diverse(
        self,
        layer: Sequence[Recommendation],
        relevance: Sequence[float],
        above: Sequence[Recommendation],
        penalty: float,
        first: int,
    ) -> list[Recommendation]:
        """Maximal marginal relevance: Carbonell & Goldstein (SIGIR 1998)."""
        order = np.argsort(-np.asarray(relevance), kind="stable")  # ties as they were found
        if not penalty:
            return [layer[k] for k in order[:first].tolist()]
        best_first = [layer[k] for k in order.tolist()]
        alike = self._likeness([one.item_id for one in (*above, *best_first)])
        own, values = alike[len(above) :, len(above) :], (1 - penalty) * np.asarray(relevance)[order]
        nearest = alike[len(above) :, : len(above)].max(axis=1, initial=0.0)
        chosen: list[Recommendation] = []
        while len(chosen) < min(first, len(layer)):
            best = int(np.argmax(values - penalty * nearest))
            chosen.append(best_first[best])
            values[best] = -np.inf
            np.maximum(nearest, own[best], out=nearest)
        return chosen


def relevances(layer: Sequence[Recommendation]) -> list[float]:
    """Scores of one layer, descending, from 1 for the first to 0 for the last; all 1 where they are equal."""
    best, last = layer[0].score, layer[-1].score
    if best <= last:
        return [1.0] * len(layer)
    return [(one.score - last) / (best - last) for one in layer]


def retained(shares: Sequence[float | None]) -> list[float]:
    """By how much, relative to the others of a layer, more of an item's users stayed; 0 where that is not known."""
    known = [share for share in shares if share is not None]
    mean = sum(known) / len(known) if known else 0.0
    return [0.0 if share is None or not mean else share / mean - 1 for share in shares]
