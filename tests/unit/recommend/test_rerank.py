"""The final order of a list: freshness, repetition, business rules, diversity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from graph.item_catalogue import CatalogueItem
from graph.user_states import UserState
from recommend.likeness import jaccard
from recommend.protocol import Ask, Filters, Recommendation, RerankAsk
from recommend.rerank import Reranker, relevances
from recommend.rules import PINNED
from recommend.settings import RerankSettings, Rule

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OFF = {"freshness_boost": 0.0, "half_life_days": 0.0, "diversity": 0.0, "repetition": 0.0}


def item(name: str, kind: str = "film", age_days: float = 100, *tags: str) -> CatalogueItem:
    created = round((NOW - timedelta(days=age_days)).timestamp() * 1000)
    return CatalogueItem(name, kind, name, created, None, dict.fromkeys(tags, 1.0), {})


ITEMS = {
    one.id: one
    for one in (
        item("a", "film", 100, "war", "old"),
        item("b", "film", 100, "war", "old"),
        item("c", "film", 100, "love"),
        item("d", "book", 2, "love"),
        item("e", "book", 100),
    )
}
SCORES = {"a": 10.0, "b": 9.0, "c": 8.0, "d": 6.0, "e": 0.0}
FOUND = [Recommendation(name, score, k, "als") for k, (name, score) in enumerate(SCORES.items(), 1)]


def reranker(**settings: object) -> Reranker:
    return Reranker(RerankSettings.model_validate(OFF | settings), ITEMS.get, lambda: NOW)


def order(
    ask: RerankAsk | None = None,
    first: int = 5,
    found: list[Recommendation] | None = None,
    state: UserState | None = None,
    **settings: object,
) -> str:
    asked = Ask("ann", first, rerank=ask or RerankAsk(), state=state)
    ordered = reranker(**settings).order(asked, found or FOUND, lambda name: name in ITEMS)
    assert [one.position for one in ordered] == list(range(1, len(ordered) + 1))
    return "".join(one.item_id for one in ordered)


def test_off_it_changes_nothing() -> None:
    assert order() == "abcde"
    assert order(first=2) == "ab"
    on: dict[str, Any] = {"freshness_boost": 1.0, "diversity": 0.5, "repetition": 0.5}
    off = RerankAsk(0.0, 0.0, 0.0, 0.0)
    assert order(off, state=UserState("ann", True, shown={"a": 9}), **on) == "abcde"


def test_who_is_likely_to_leave_gets_what_those_turn_to_who_stay() -> None:
    shares = {"a": 0.2, "b": 0.5, "c": 0.8}
    known = {
        name: replace(one, numbers={"retention": shares[name]} if name in shares else {}) for name, one in ITEMS.items()
    }

    def listed(risk: float | None, weight: float) -> str:
        asked = Ask("ann", 5, rerank=RerankAsk(retention=weight), state=UserState("ann", True, risk=risk))
        found = Reranker(RerankSettings.model_validate(OFF), known.get, lambda: NOW).order(asked, FOUND, lambda _: True)
        return "".join(one.item_id for one in found)

    # Mean share .5: a loses .6 of its relevance by a weight of 1 and a risk of 1, c gains .6; others stay as they are.
    assert listed(risk=1.0, weight=1.0) == "cbdae"
    assert listed(risk=0.1, weight=1.0) == "abcde"
    assert listed(risk=None, weight=1.0) == listed(risk=0.0, weight=1.0) == listed(risk=1.0, weight=0.0) == "abcde"
    assert listed(risk=1.0, weight=10.0)[-2:] == "ae", "at most all relevance is lost"


def test_young_items_gain_by_the_boost() -> None:
    assert order(freshness_boost=0.4) == "abdce"  # .6 · 1.4 is between .8 and .9
    assert order(freshness_boost=0.4, freshness_days=1) == "abcde"
    assert order(RerankAsk(freshness_boost=2.0)) == "dabce"


def test_what_is_like_the_items_above_it_falls() -> None:
    assert order(diversity=0.01) == "abcde"
    assert order(RerankAsk(diversity=0.4), first=2) == "ac"


def test_diversity_is_maximal_marginal_relevance() -> None:
    """Against the definition, one item after the other."""
    penalty, left = 0.35, list("abcde")
    chosen: list[str] = []
    value = dict(zip("abcde", relevances(FOUND), strict=True))
    while left:

        def marginal(name: str) -> float:
            near = max((jaccard([ITEMS[name].tags, ITEMS[other].tags])[0, 1] for other in chosen), default=0.0)
            return (1 - penalty) * value[name] - penalty * near

        best = max(left, key=lambda name: (marginal(name), -ord(name)))
        chosen.append(best)
        left.remove(best)
    assert order(diversity=penalty) == "".join(chosen)


def test_what_was_shown_in_vain_falls_each_time() -> None:
    seen_twice = UserState("ann", True, shown={"a": 2})
    assert order(state=seen_twice, repetition=0.1) == "bacde"  # .81 against .9 and .8
    assert order(state=replace(seen_twice, shown={"a": 3}), repetition=0.1) == "bcade"
    assert order(state=seen_twice) == "abcde"


def test_layers_keep_their_order() -> None:
    found = [*FOUND[:2], *(one._replace(strategy="popular", score=one.score * 100) for one in FOUND[2:])]
    assert order(found=found, freshness_boost=5.0) == "abdce"


def test_equal_scores_are_equally_relevant() -> None:
    assert relevances([one._replace(score=3.0) for one in FOUND]) == [1.0] * 5


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"action": "pin", "items": ["e"]}], "eabcd"),
        ([{"action": "pin", "items": ["d", "unknown", "e"], "position": 2}], "adebc"),
        ([{"action": "boost", "kinds": ["book"]}], "dabce"),
        ([{"action": "bury", "tags": ["war"]}], "cdabe"),
        ([{"action": "bury", "items": ["a"], "factor": 0.01}], "bcdae"),
        ([{"action": "pin", "items": ["e"], "starts": "2026-05-05T00:00:00Z"}], "abcde"),
        ([{"action": "pin", "items": ["e"], "ends": "2026-05-04T12:00:00Z"}], "abcde"),
        (
            [{"action": "pin", "items": ["e"], "starts": "2026-05-01T00:00:00Z", "ends": "2026-06-01T00:00:00Z"}],
            "eabcd",
        ),
    ],
)
def test_rules_pin_boost_and_bury(rules: list[object], expected: str) -> None:
    assert order(rules=rules) == expected
    assert order(RerankAsk(rules=False), rules=rules) == "abcde"


def test_what_nobody_found_can_be_pinned_and_says_so() -> None:
    ask = Ask("ann", 2)
    rules = [{"action": "pin", "items": ["e"], "position": 2}]
    ordered = reranker(rules=rules).order(ask, FOUND[:3], lambda name: name in ITEMS)
    assert [(one.item_id, one.strategy) for one in ordered] == [("a", "als"), ("e", PINNED)]


def test_what_is_hidden_is_not_even_looked_for() -> None:
    hide = Rule(action="hide", items=("a",), kinds=("book",), tags=("love",))
    asked = reranker(rules=(hide,)).prepared(Ask("ann", filters=Filters(exclude_ids=("c",))))
    assert asked.filters == Filters(exclude_ids=("c", "a"), no_kinds=("book",), no_tags=("love",))
    without = Ask("ann", rerank=RerankAsk(rules=False))
    assert reranker(rules=(hide,)).prepared(without) == without


def test_more_is_found_only_where_there_is_something_to_choose() -> None:
    assert reranker(spare=30).pool(Ask("ann", 5)) == 5
    assert reranker(spare=30, diversity=0.1).pool(Ask("ann", 5)) == 35
    assert reranker(spare=30).pool(Ask("ann", 5, rerank=RerankAsk(freshness_boost=1.0))) == 35


def test_the_age_of_likes_counts_by_the_half_life() -> None:
    asked = reranker(half_life_days=7.0).prepared(Ask("ann"))
    assert asked.history.half_life_millis == 7 * 86_400_000
    assert reranker(half_life_days=7.0).prepared(Ask("ann", rerank=RerankAsk(half_life_days=0.0))) == Ask(
        "ann", rerank=RerankAsk(half_life_days=0.0)
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "boost"},
        {"action": "pin", "kinds": ["film"]},
        {"action": "promote", "items": ["a"]},
        {"action": "hide", "items": ["a"], "starts": "2026-05-02T00:00:00Z", "ends": "2026-05-01T00:00:00Z"},
        {"action": "hide", "items": ["a"], "starts": "2026-05-02T00:00:00"},
        {"action": "boost", "items": ["a"], "facter": 3},
    ],
)
def test_senseless_rules_are_refused(rule: object) -> None:
    with pytest.raises(ValidationError):
        RerankSettings.model_validate({"rules": [rule]})
