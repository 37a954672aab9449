"""What every strategy promises, and the values that go in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from types import MappingProxyType
from typing import NamedTuple, Protocol

from graph.records import Explanation, Scored
from graph.user_states import RunKey, UserState
from recommend.histories import STORED, History

MOST = 50
"""Most items that one request may ask for."""
MOST_RANKINGS = 20
"""Most users whom one request may have items ranked for."""


NOBODY = ""
"""An id that no user has."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A numeric property, such as a price, that must lie between two numbers, both included."""

    name: str
    at_least: float = -inf
    at_most: float = inf


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be recommended; all of it must hold, and what is empty asks for nothing.

    An item is of one of `kinds` and none of `no_kinds`, has one of `tags`, all of `all_tags` and none of `no_tags`, was
    created after `created_after` (milliseconds since 1970), has each of `numbers` in its range, and, where `available`,
    has no property of that name that is false. Excluded ids never come; of `only_ids`, unless None, comes what is left.
    """

    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    exclude_ids: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = ()
    no_tags: tuple[str, ...] = ()
    created_after: int | None = None
    numbers: tuple[NumberRange, ...] = ()
    available: bool = False
    only_ids: tuple[str, ...] | None = None
    no_kinds: tuple[str, ...] = ()

    def without_ids(self) -> Filters:
        """The same for everyone: what may come but for excluded ids."""
        return replace(self, exclude_ids=())

    @property
    def plain(self) -> bool:
        """Whether kinds, tags and lists of ids say it all: what queries of the graph know."""
        return self == Filters(self.kinds, self.tags, self.exclude_ids, only_ids=self.only_ids)


@dataclass(frozen=True, slots=True)
class RerankAsk:
    """How one request wants its list to be ordered, otherwise than the settings have it; None is as they have it.

    The fields are those of RerankSettings; `rules`: whether business rules hold.
    """

    freshness_boost: float | None = None
    half_life_days: float | None = None
    diversity: float | None = None
    repetition: float | None = None
    retention: float | None = None
    rules: bool = True


AS_SET = RerankAsk()
KNOB_LIMITS: Mapping[str, float] = MappingProxyType(
    {"freshness_boost": 10.0, "half_life_days": 36_500.0, "diversity": 0.99, "repetition": 0.99, "retention": 10.0}
)
"""The most that a request may set each to; 0 is the least, and switches it off."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: up to `first` items for one user, none that the user has a preference for, of either sign.

    `history` says which of their interactions count. `weights`, by strategy, take the place of those that hybrid has.
    `rerank`: how the list is to be ordered, once its items are found.
    `shown_days`: for how long it is to be known what the user was shown; 0: not at all.
    `state` is what is known of the user, if it was read already: see recommend.states. `visitor`: the id of a session
    that is asked for in place of a user, by which experiments know it.
    """

    user_id: str
    first: int = 10
    filters: Filters = field(default_factory=Filters)
    history: History = STORED
    weights: tuple[tuple[str, float], ...] = ()
    rerank: RerankAsk = AS_SET
    shown_days: float = 0.0
    state: UserState | None = field(default=None, compare=False, repr=False)
    visitor: str = NOBODY


class Recommendation(NamedTuple):
    """One recommended item; `position` counts from 1; `strategy` is the one that found and scored it."""

    item_id: str
    score: float
    position: int
    strategy: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a bandit chose for a user of a `group`: an `arm`, which is a strategy, with weights of a blend or none.

    `propensity` in (0, 1]: how probable it was. `worked`: whether that strategy could answer at all.
    """

    arm: str
    group: str
    propensity: float
    strategy: str
    weights: tuple[tuple[str, float], ...] = ()
    worked: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """How an item came to be in an answer: the request `asked`, answered by `strategy`, lists it again.

    `team`: who of an interleaved experiment picked it, as experiment/variant.
    """

    asked: Ask
    strategy: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets. `strategy` was asked for; `layer` gave the first item; `note` says why they differ.

    `degraded`: whether something that should have answered did not, so that the next answer may well be another.
    `worked`: whether the strategy that was asked for has a model and did not fail. `choice`: of a bandit. `variants`:
    of experiments, as experiment/variant. `propensity` in (0, 1]: how probable it was that it would be answered so.
    `asked`: the request as it was answered, where a bandit or an experiment has given it something. `drafts`: of an
    interleaved experiment, how each item came to be in it.
    """

    user_id: str
    strategy: str
    layer: str
    recommendations: tuple[Recommendation, ...]
    run: str | None = None
    note: str | None = None
    degraded: bool = False
    worked: bool = True
    choice: Choice | None = None
    variants: tuple[str, ...] = ()
    propensity: float = 1.0
    asked: Ask | None = None
    drafts: tuple[Draft, ...] = ()

    @property
    def teams(self) -> tuple[str, ...]:
        """Who of an interleaved experiment picked each item, as experiment/variant."""
        return tuple(one.team for one in self.drafts)

    @property
    def answered_by(self) -> str:
        """A strategy that gives the same answer again, which a bandit does not."""
        if self.choice is not None:
            return self.choice.strategy if self.choice.worked else self.layer
        return self.strategy

    def draft(self, ask: Ask, team: str = "") -> Draft:
        """How its items came to be in the answer to `ask`, if it was not interleaved."""
        return Draft(self.asked or ask, self.answered_by, team)

    def drafted(self, ask: Ask) -> Sequence[Draft]:
        """How each item came to be in the answer to `ask`."""
        return self.drafts or [self.draft(ask)] * len(self.recommendations)


Pair = tuple[Ask, str]
"""A request, and the id of an item that it was answered with."""


class Recommender(Protocol):
    """A strategy: finds and scores items for users, and says why.

    Contract, checked by one suite on every implementation: at most `first` items, fewer only when the
    strategy knows no more; seen and excluded items never; kinds and tags respected; score descending,
    ties by item id ascending; the same answer for the same graph; an unknown user or one who
    likes nothing gets an empty list, not an error (popular and trending, which need no likes, answer everyone;
    a learned strategy answers whom its run has a vector for, be it from a profile alone).
    """

    @property
    def strategy(self) -> str:
        """Its name in the registry."""

    @property
    def runs(self) -> tuple[RunKey, ...]:
        """The runs that it serves from, so that whoever asks several strategies can read all of a user at once."""

    def candidates(self, asks: Sequence[Ask]) -> list[list[Scored]]:
        """One list per ask, in order. The number of round trips does not grow with the number of asks.

        Raises ModelNotTrained if a learned strategy has no active run.
        """

    def explain(self, pairs: Sequence[Pair]) -> list[Explanation | None]:
        """Why each item was recommended, in order; None where this strategy would not have."""
