"""Gives every request what is known of its user, in one round trip for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from graph.client import Graph
from graph.user_states import RunKey, UserState, user_states
from recommend.histories import STORED, as_asked
from recommend.protocol import Ask, Pair

Read = Callable[[Sequence[Ask], Sequence[RunKey]], list[tuple[Ask, UserState]]]
"""`with_states` on some graph."""


def with_states(graph: Graph, asks: Sequence[Ask], keys: Sequence[RunKey]) -> list[tuple[Ask, UserState]]:
    """Each ask with the state of its user, with the history that is asked for and the runs of `keys` that can serve.

    What an ask brings is taken as it is, but that of one which was read for other runs is read anew.
    """
    lacking = [ask.user_id for ask in asks if not _has(ask.state, keys)]
    read = user_states(graph, lacking, keys, max(ask.shown_days for ask in asks)) if lacking else {}
    found: list[tuple[Ask, UserState]] = []
    for ask in asks:
        brought = ask.state if _has(ask.state, keys) else None
        state = brought or as_asked(read[ask.user_id], ask.history)
        found.append((ask if brought is not None else replace(ask, state=state), state))
    return found


def with_histories(graph: Graph, asks: Sequence[Ask]) -> list[Ask]:
    """The asks, with states where any of them asks for another history than the stored one."""
    if all(ask.history == STORED for ask in asks):
        return list(asks)
    return [ask for ask, _ in with_states(graph, asks, ())]


def with_pair_histories(graph: Graph, pairs: Sequence[Pair]) -> list[Pair]:
    """Likewise for the asks of `pairs`."""
    return [*zip(with_histories(graph, [ask for ask, _ in pairs]), [item for _, item in pairs], strict=True)]


def _has(state: UserState | None, keys: Sequence[RunKey]) -> bool:
    return state is not None and state.asked.issuperset(keys)
