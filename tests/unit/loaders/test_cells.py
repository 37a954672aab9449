"""Writers that never meet: no two cells at once share users or items."""

from __future__ import annotations

from threading import Barrier, Event

import pytest

from loaders.cells import Cell, CellWriters, cell_of, cells_of


def test_every_task_is_written_once() -> None:
    written: list[int] = []
    with CellWriters(written.append, 3) as writers:
        for task in range(90):
            writers.put((task % 3, task // 3 % 3), task)
    assert sorted(written) == list(range(90))


def test_cells_that_share_a_part_are_never_written_at_once() -> None:
    begun: list[Cell] = []
    last_begun, release = Event(), Event()

    def write(cell: Cell) -> None:
        begun.append(cell)
        if cell == (1, 1):
            last_begun.set()
        if cell == (0, 0):
            assert release.wait(timeout=30)

    with CellWriters(write, 3) as writers:
        for cell in ((0, 0), (0, 1), (1, 0), (1, 1)):
            writers.put(cell, cell)
        # (1, 1) came last, and is begun before those that share a part with (0, 0), which still goes on.
        assert last_begun.wait(timeout=30)
        assert sorted(begun) == [(0, 0), (1, 1)]
        release.set()
    assert sorted(begun) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_cells_that_share_nothing_are_written_at_once() -> None:
    together = Barrier(2)

    def write(_cell: Cell) -> None:
        together.wait(timeout=30)

    with CellWriters(write, 2) as writers:
        for cell in ((0, 0), (0, 1), (1, 1), (1, 0)):
            writers.put(cell, cell)


def test_a_failure_reaches_who_waits_and_stops_the_rest() -> None:
    written: list[int] = []

    def write(task: int) -> None:
        if task == 1:
            raise ValueError("task 1")
        written.append(task)

    with pytest.raises(ValueError, match="task 1"), CellWriters(write, 1) as writers:  # noqa: PT012  a later put raises
        for task in range(100):
            writers.put((0, 0), task)
    assert written == [0]


def test_what_is_waiting_is_dropped_when_the_reader_fails() -> None:
    begun, written = Event(), list[int]()

    def write(task: int) -> None:
        begun.set()
        with writers._changed:
            assert writers._changed.wait_for(lambda: writers._state.closed, timeout=30)
        written.append(task)

    writers = CellWriters(write, 1)
    with pytest.raises(OSError, match="gone"), writers:  # noqa: PT012  what fails is the reader inside
        writers.put((0, 0), 0)
        writers.put((0, 0), 1)
        assert begun.wait(timeout=30)
        raise OSError("the file is gone")
    assert written == [0]


def test_a_cell_depends_on_the_ids_alone() -> None:
    assert cell_of("ann", "heat", 2) == cell_of("ann", "heat", 2)
    cells = {cell_of(f"u{user}", f"i{item}", 2) for user in range(40) for item in range(40)}
    assert len(cells) == cells_of(2)
