"""Which of a user's interactions are to count: those of the graph, or others in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.user_states import Liking, UserState

SESSION_HALF_LIFE = 5.0
"""Of a session's items each counts half as much as the one that was seen so many items later."""


@dataclass(frozen=True, slots=True)
class History:
    """What is asked for in place of what a user did; as it stands, it changes nothing.

    `session`: ids of items just seen, the newest last, in place of all of a user's interactions. `without`: ids of
    items whose interactions are to count as if they had never been, so that these items may come again.
    `half_life_millis`: a like counts half as much as one that is newer by so long; None: age does not matter.
    """

    session: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    half_life_millis: float | None = None


STORED = History()
"""What the user did, as the graph has it."""


def as_asked(state: UserState, history: History) -> UserState:
    """`state` with the likings that `history` asks for."""
    if history == STORED:
        return state
    likings = state.likings
    if history.session is not None:
        likings = _of_session(history.session)
        state = replace(state, exists=False, vectors={})
    elif history.half_life_millis is not None:
        likings = _decayed(likings, history.half_life_millis)
    gone = frozenset(history.without)
    return replace(
        state,
        likings=tuple([one for one in likings if one.item_id not in gone]),
        withheld=tuple([one for one in likings if one.item_id in gone]),
        altered=True,
    )


def _of_session(item_ids: Sequence[str]) -> tuple[Liking, ...]:
    """Each item once, as it was seen last."""
    newest_first = list(dict.fromkeys(reversed(item_ids)))
    return tuple(
        Liking(item, 1.0, last_at=len(newest_first) - age, decay=2.0 ** (-age / SESSION_HALF_LIFE))
        for age, item in enumerate(newest_first)
    )


def _decayed(likings: Sequence[Liking], half_life_millis: float) -> tuple[Liking, ...]:
    """Only how much older one is than another changes an order, so the newest, whenever that was, counts fully."""
    newest = max((one.last_at for one in likings), default=0)
    return tuple(
        [
            Liking(item, weight, last_at, since, _left((newest - last_at) / half_life_millis))
            for item, weight, last_at, since, _ in likings
        ]
    )


def _left(half_lives: float) -> float:
    return float(2.0 ** -min(half_lives, OLDEST))


OLDEST = 60.0
"""Half-lives after which nothing fades any further, so that something is left of what is very old."""
