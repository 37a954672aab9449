"""Gives every request what is known of its user, in one round trip for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from graph.client import Graph
from graph.user_states import RunKey, UserState, user_states
from recommend.protocol import Ask

Read = Callable[[Sequence[Ask], Sequence[RunKey]], list[tuple[Ask, UserState]]]
"""`with_states` on some graph."""


def with_states(graph: Graph, asks: Sequence[Ask], keys: Sequence[RunKey]) -> list[tuple[Ask, UserState]]:
    """Each ask with the state of its user, which has the runs of `keys` that can serve.

    What an ask brings is taken as it is, but that of one which was read for other runs is read anew.
    """
    lacking = [ask.user_id for ask in asks if not _has(ask.state, keys)]
    read = user_states(graph, lacking, keys) if lacking else {}
    found: list[tuple[Ask, UserState]] = []
    for ask in asks:
        state = ask.state if ask.state is not None and _has(ask.state, keys) else read[ask.user_id]
        found.append((replace(ask, state=state), state))
    return found


def _has(state: UserState | None, keys: Sequence[RunKey]) -> bool:
    return state is not None and state.asked.issuperset(keys)
