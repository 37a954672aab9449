"""The train and test files of a published benchmark as facts to evaluate by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from graph.errors import SourceError
from graph.event_arrays import ALWAYS, NEVER, EventArrays, UserEvents, event_arrays
from graph.event_batch import milliseconds
from graph.records import Event, Item, User
from loaders.pairs import Pairs
from loaders.source import Rejected

T = TypeVar("T")


class PairFacts:
    """See graph.facts.Facts. What there is to load is the train file alone; `arrays` has the pairs of both.

    Each pair counts `weight` once. Raises SourceError for a bad row: a benchmark that lacks rows is another one.
    """

    def __init__(self, train: Pairs, test: Pairs, weight: float) -> None:
        self._train = train
        self._weight = weight
        self._known = {(event.user_id, event.item_id): milliseconds(event.at) for event in _good(train.events())}
        tested = {(event.user_id, event.item_id): milliseconds(event.at) for event in _good(test.events())}
        self._tested = {pair: at for pair, at in tested.items() if pair not in self._known}
        self.repeated = len(tested) - len(self._tested)

    @property
    def test(self) -> frozenset[tuple[str, str]]:
        """The pairs of user and item that judge: those of the test file that are not in the train file too."""
        return frozenset(self._tested)

    def arrays(self) -> EventArrays:
        """See Facts. Users and items of the test file alone have never been there before."""
        users = {user: ALWAYS for user, _ in self._known}
        items_since = {item: NEVER for _, item in self._tested} | {item: ALWAYS for _, item in self._known}
        events: dict[str, list[tuple[str, int]]] = {}
        for (user, item), at in (self._known | self._tested).items():
            events.setdefault(user, []).append((item, at))
        return event_arrays((self._history(user, users.get(user, NEVER), events[user]) for user in events), items_since)

    def users(self) -> Iterator[User]:
        """See Facts."""
        return self._train.users()

    def items(self) -> Iterator[Item]:
        """See Facts."""
        return self._train.items()

    def events(self) -> Iterator[Event]:
        """See Facts."""
        return _good(self._train.events())

    def _history(self, user: str, since: int, events: list[tuple[str, int]]) -> UserEvents:
        items, at = zip(*events, strict=True)
        return UserEvents(user, since, items, at, [self._weight] * len(items))


def _good(rows: Iterator[T | Rejected]) -> Iterator[T]:
    for row in rows:
        if isinstance(row, Rejected):
            raise SourceError(f"{row.file}, line {row.line}: {row.reason}. Repair it: all pairs count in a benchmark.")
        yield row
