"""Business rules: what they hide, whose relevance they change, and what they put where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from graph.item_catalogue import CatalogueItem
from recommend.protocol import Filters, Recommendation
from recommend.settings import Rule

FACTORS = {"boost": 2.0, "bury": 0.5}
PINNED = "pinned"
"""The strategy of what a rule put in its place, and no strategy had found."""


def hidden(filters: Filters, rules: Sequence[Rule]) -> Filters:
    """`filters` that let nothing through which a rule hides."""
    for rule in rules:
        if rule.action == "hide":
            filters = replace(
                filters,
                exclude_ids=filters.exclude_ids + rule.items,
                no_kinds=filters.no_kinds + rule.kinds,
                no_tags=filters.no_tags + rule.tags,
            )
    return filters


def boosts(rules: Sequence[Rule], item: CatalogueItem | None) -> float:
    """What the relevance of an item is multiplied by, by all rules about it."""
    factor = 1.0
    for rule in rules:
        if rule.action in FACTORS and item is not None and _about(rule, item):
            factor *= rule.factor if rule.factor is not None else FACTORS[rule.action]
    return factor


def pins(
    rules: Sequence[Rule], found: Sequence[Recommendation], may_come: Callable[[str], bool]
) -> list[Recommendation]:
    """`found` with each pinned item that may come in its place, or at the end of what is shorter."""
    ordered = list(found)
    for rule in rules:
        if rule.action != "pin":
            continue
        for place, item in enumerate((one for one in rule.items if may_come(one)), rule.position - 1):
            known = next((one for one in ordered if one.item_id == item), None)
            if known is not None:
                ordered.remove(known)
            ordered.insert(place, known or Recommendation(item, 0.0, place + 1, PINNED))
    return ordered


def _about(rule: Rule, item: CatalogueItem) -> bool:
    return item.id in rule.items or item.kind in rule.kinds or not item.tags.keys().isdisjoint(rule.tags)
