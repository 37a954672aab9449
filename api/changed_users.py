"""Tells who waits for it that a user has changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from graph.errors import InputError


class ChangedUsers:
    """Listeners by user, at most `most` of them. For one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._count = 0

    @contextmanager
    def listener(self, user_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the user changes; who waits for it clears it.

        Raises InputError where too many listen already.
        """
        if self._count >= self._most:
            raise InputError(
                f"{self._most} subscriptions are open, which is the most; try again later, or ask by query."
            )
        changed = asyncio.Event()
        self._listening[user_id].add(changed)
        self._count += 1
        try:
            yield changed
        finally:
            self._count -= 1
            self._listening[user_id].discard(changed)
            if not self._listening[user_id]:
                del self._listening[user_id]

    def tell(self, user_ids: Iterable[str] | None) -> None:
        """These have changed; None: everyone may have."""
        for user_id in list(self._listening) if user_ids is None else user_ids:
            for changed in self._listening.get(user_id, ()):
                changed.set()
