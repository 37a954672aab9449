"""How one request wants its list to be ordered, as GraphQL types."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.checks import Problems
from api.described import sent
from recommend.protocol import AS_SET, KNOB_LIMITS, RerankAsk


@sent
class RerankInput:
    """What is left out is as the settings of the server have it; 0 switches a knob off."""

    freshness_boost: float | None = strawberry.field(
        default=None, description="Young items gain this share of their relevance, 0 to 10."
    )
    half_life_days: float | None = strawberry.field(
        default=None, description="A like counts half as much as one that is newer by so many days."
    )
    diversity: float | None = strawberry.field(
        default=None, description="Share of the order that being unlike the items above it decides, 0 to 0.99."
    )
    repetition: float | None = strawberry.field(
        default=None, description="Share of its relevance that an item loses each time it was shown in vain, 0 to 0.99."
    )
    retention: float | None = strawberry.field(
        default=None,
        description="Weight, 0 to 10, with which users who are likely to leave get what those turn to who stay.",
    )
    rules: bool = strawberry.field(default=True, description="Whether the business rules of the server hold.")


RerankArgument = Annotated[
    RerankInput | None, strawberry.argument(description="How to order the list, once its items are found.")
]


def check_rerank(problems: Problems, wanted: RerankInput | None) -> None:
    """Note every knob that is out of its range."""
    for name, most in KNOB_LIMITS.items():
        value = None if wanted is None else getattr(wanted, name)
        if value is not None and not 0 <= value <= most:
            first, *others = name.split("_")
            place = first + "".join(one.title() for one in others)
            problems.add(f"rerank.{place}", f"is {value:g}; it must be 0 to {most:,g}")


def rerank_ask(wanted: RerankInput | None) -> RerankAsk:
    """The same as `recommend` takes it."""
    if wanted is None:
        return AS_SET
    knobs = {name: getattr(wanted, name) for name in KNOB_LIMITS}
    return RerankAsk(**knobs, rules=wanted.rules)
