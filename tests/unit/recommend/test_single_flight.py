from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.budget import within
from recommend.single_flight import SingleFlight, StillLoading

DEADLINE = 20.0


def test_many_who_ask_at_once_share_one_piece_of_work() -> None:
    flight: SingleFlight[int] = SingleFlight()
    asking, calls = threading.Barrier(8), []

    def work() -> int:
        calls.append(1)
        assert together.wait(DEADLINE)
        return 7

    def ask(_place: int) -> int:
        asking.wait(DEADLINE)
        return flight.do("key", work)

    together = threading.Event()
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(ask, range(8))
        threading.Timer(0.2, together.set).start()
        assert list(found) == [7] * 8
    assert len(calls) == 1
    assert flight.do("key", lambda: 8) == 8


def test_whoever_has_a_budget_does_not_wait_longer_and_the_work_goes_on() -> None:
    flight: SingleFlight[int] = SingleFlight()
    end = threading.Event()

    def work() -> int:
        assert end.wait(DEADLINE)
        return 7

    with within(0.05), pytest.raises(StillLoading, match="key is still being read"):
        flight.do("key", work)
    end.set()
    assert flight.do("key", work) == 7


def test_a_budget_does_not_reach_the_work() -> None:
    flight: SingleFlight[bool] = SingleFlight()
    with within(DEADLINE):
        assert flight.do("key", lambda: threading.current_thread() is not threading.main_thread())


def test_what_goes_wrong_is_told_and_tried_again() -> None:
    flight: SingleFlight[int] = SingleFlight()

    def fail() -> int:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        flight.do("key", fail)
    assert flight.do("key", lambda: 1) == 1
