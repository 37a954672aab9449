"""Writing in parallel without two writers ever needing the same user or item.

Users are split into as many parts as there are writers, items into more, so that a batch holds fewer items, more events
of each, and changes their popularity once. A cell is the events between one part of the users and one of the items; two
cells are written at the same time only if they share neither, as in stratified SGD (Gemulla, Nijkamp, Haas and Sismanis
2011, Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent). Writers that took whatever came
would deadlock on the popular items, which every batch touches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Thread
from types import TracebackType
from typing import Generic, TypeVar
from zlib import crc32

T = TypeVar("T")
Cell = tuple[int, int]
ITEM_PARTS = 4
"""Parts of the items for each writer."""


def cell_of(user_id: str, item_id: str, writers: int) -> Cell:
    """Which part of the users and which of the items a pair falls into; the same in every process."""
    return crc32(user_id.encode()) % writers, crc32(item_id.encode()) % (writers * ITEM_PARTS)


def cells_of(writers: int) -> int:
    """How many cells there are."""
    return writers * writers * ITEM_PARTS


@dataclass(slots=True)
class _State(Generic[T]):
    waiting: list[tuple[Cell, T]] = field(default_factory=list)
    busy: set[Cell] = field(default_factory=set)
    closed: bool = False
    failure: BaseException | None = None


class CellWriters(Generic[T]):
    """`threads` threads that call `write` on tasks, never two at once whose cells share users or items.

    A context manager: leaving it waits for all tasks and raises the first failure, after which no task is begun.
    """

    def __init__(self, write: Callable[[T], None], threads: int) -> None:
        self._write = write
        self._state: _State[T] = _State()
        self._changed = Condition()
        self._room = cells_of(threads)
        self._threads = [Thread(target=self._work, name=f"writer-{k}", daemon=True) for k in range(threads)]

    def put(self, cell: Cell, task: T) -> None:
        """Hand over a task; waits while many are waiting. Raises the failure of an earlier task."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._state.waiting) < self._room or self._state.failure is not None)
            self._raise_failure()
            self._state.waiting.append((cell, task))
            self._changed.notify_all()

    def __enter__(self) -> CellWriters[T]:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._state.closed = True
            if error is not None:
                self._state.waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        if error is None:
            self._raise_failure()

    def _raise_failure(self) -> None:
        if self._state.failure is not None:
            raise self._state.failure

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            cell, task = taken
            failure: BaseException | None = None
            try:
                self._write(task)
            except BaseException as error:  # noqa: BLE001  handed to the thread that waits for us
                failure = error
            self._finish(cell, failure)

    def _take(self) -> tuple[Cell, T] | None:
        with self._changed:
            while True:
                if self._state.failure is not None or (self._state.closed and not self._state.waiting):
                    return None
                for place, (cell, task) in enumerate(self._state.waiting):
                    if not any(cell[0] == other[0] or cell[1] == other[1] for other in self._state.busy):
                        del self._state.waiting[place]
                        self._state.busy.add(cell)
                        self._changed.notify_all()
                        return cell, task
                self._changed.wait()

    def _finish(self, cell: Cell, failure: BaseException | None) -> None:
        with self._changed:
            self._state.busy.discard(cell)
            self._state.failure = self._state.failure or failure
            self._changed.notify_all()
