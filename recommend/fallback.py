"""Layers of strategies: each fills what those before it could not, until every request has all it asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from graph.errors import EdgewiseError, ModelNotTrained
from graph.records import Scored
from graph.user_states import RunKey, UserState
from recommend.last_known import LAST_KNOWN
from recommend.pins import base_of, run_of
from recommend.protocol import Ask, Recommendation, Recommender
from recommend.single_flight import StillLoading
from recommend.states import Read

LAST = "popular"
"""The layer that always answers."""
FOR_EVERYONE = frozenset({"popular", "trending", LAST_KNOWN})
"""Strategies that need no likes of the user."""
BY_PROFILE = frozenset({"lightfm", "two-tower", "hybrid"})
"""Strategies that may know a user who likes nothing yet, by what the user is like."""


@dataclass(slots=True)
class Filling:
    """What one request has so far. `state` is what is known of its user; `runs`: ids by the layers that they served.

    Up to `pool` items are taken from layers that are asked; further ones are asked while fewer than `ask.first` came.
    """

    ask: Ask
    state: UserState
    pool: int = 0
    recommendations: list[Recommendation] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)

    @property
    def likes(self) -> bool | None:
        """None for an unknown user, else whether there is anything they like, or that was seen in a session."""
        return self.state.likes_something if self.state.exists or self.ask.history.session is not None else None

    @property
    def missing(self) -> int:
        """How many items are still wanted."""
        return self.ask.first - len(self.recommendations)

    def wants(self, layer: str) -> bool:
        """Whether this layer may have something for this request."""
        known = bool(self.likes) or (self.likes is not None and base_of(layer) in BY_PROFILE)
        return self.missing > 0 and (known or layer in FOR_EVERYONE)

    def rest(self) -> Ask:
        """The request for what is missing."""
        have = tuple(one.item_id for one in self.recommendations)
        filters = replace(self.ask.filters, exclude_ids=self.ask.filters.exclude_ids + have)
        return replace(self.ask, first=self._room, filters=filters, state=self.state)

    @property
    def _room(self) -> int:
        return max(self.pool, self.ask.first) - len(self.recommendations)

    def add(self, layer: str, found: Sequence[Scored]) -> None:
        """Append what a layer found, and note the run that it had it from."""
        run = self.state.runs.get(RunKey(base_of(layer), run_of(layer)))
        if found and run is not None:
            self.runs[layer] = run.id
        for one in found[: self._room]:
            position = len(self.recommendations) + 1
            self.recommendations.append(Recommendation(one.item_id, one.score, position, layer))

    def counts(self) -> dict[str, int]:
        """How many items each layer gave, in the order of the layers."""
        counts: dict[str, int] = {}
        for one in self.recommendations:
            counts[one.strategy] = counts.get(one.strategy, 0) + 1
        return counts


def layers(strategy: str, order: Sequence[str], known: Mapping[str, Recommender]) -> list[str]:
    """`strategy`, those after it in `order`, and popularity; one that is for everyone is followed by popularity only.

    A strategy outside `order` is followed by all of it; one that a run serves is followed as without the run.
    """
    base = base_of(strategy)
    following: Sequence[str] = order
    if strategy in FOR_EVERYONE:
        following = ()
    elif base in order:
        following = order[order.index(base) + 1 :]
    names = [strategy, *(name for name in following if name in known and name != LAST), LAST]
    return list(dict.fromkeys(names))


Attempt = Callable[[str, Callable[[], list[list[Scored]]]], list[list[Scored]]]
"""Runs what a layer of this name finds. May raise LayerFailed, upon which the next layer is asked."""


class LayerFailed(EdgewiseError):
    """A layer did not answer, or was not asked since it did not lately."""

    code = "LAYER_FAILED"


@dataclass(slots=True)
class Missed:
    """Layers that gave nothing: without an active run, or since they failed."""

    untrained: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def at_once(_layer: str, find: Callable[[], list[list[Scored]]]) -> list[list[Scored]]:
    """Runs it, whatever happens."""
    return find()


def fill(
    fillings: Sequence[Filling],
    names: Sequence[str],
    known: Mapping[str, Recommender],
    read: Read,
    attempt: Attempt = at_once,
) -> Missed:
    """Ask each layer for what is missing, all requests at once; return the layers that gave nothing.

    `read` gives asks the states of their users, with the runs that a layer serves from.
    """
    missed = Missed()
    for name in names:
        short = [one for one in fillings if one.wants(name)]
        if not short:
            continue
        try:
            asks = read([one.rest() for one in short], known[name].runs)
            found = attempt(name, partial(known[name].candidates, [ask for ask, _ in asks]))
        except ModelNotTrained:
            missed.untrained.append(name)
            continue
        except (LayerFailed, StillLoading):
            missed.failed.append(name)
            continue
        for filling, (_, state), scored in zip(short, asks, found, strict=True):
            filling.state = state
            filling.add(name, scored)
    return missed


def note(filling: Filling, strategy: str, missed: Missed) -> str | None:
    """In a person's words: why the answer is not simply what was asked for; None where it is."""
    counts = filling.counts()
    parts: list[str] = []
    if strategy in missed.failed:
        parts.append(f"{strategy} does not answer at the moment: {_given(counts)}.")
    elif filling.likes is None:
        parts.append(f"No user has the id {filling.ask.user_id!r}: this is what is {_general(strategy)}.")
    elif not filling.likes and strategy not in FOR_EVERYONE and strategy not in counts:
        parts.append(_nothing_liked(filling, counts))
    elif strategy in missed.untrained:
        why = (
            "cannot serve any more (edgewise models)"
            if run_of(strategy)
            else "has not been trained yet (edgewise train)"
        )
        parts.append(f"{strategy} {why}: {_given(counts)}.")
    elif set(counts) - {strategy}:
        own = counts.pop(strategy, 0)
        parts.append(f"{strategy} knows {own} of {filling.ask.first}; the rest: {_given(counts)}.")
    if filling.missing > 0:
        parts.append(f"No more than {len(filling.recommendations)} unseen items match.")
    return " ".join(parts) or None


def _nothing_liked(filling: Filling, counts: Mapping[str, int]) -> str:
    if filling.ask.history.session is not None:
        return "Nothing was seen in this session yet: this is what is popular."
    by_profile = set(counts) - {LAST}
    told = f", but has a profile: {_given(counts)}" if by_profile else ": this is what is popular"
    return f"This user has liked nothing yet{told}."


def _general(strategy: str) -> str:
    return strategy if strategy in FOR_EVERYONE else LAST


def _given(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} by {name}" for name, count in counts.items()) or "nothing else knows more"
