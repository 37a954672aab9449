from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from edgewise.stopping import stopped_cleanly


@contextmanager
def closing_into(stopped: list[str]) -> Iterator[None]:
    """Something that has to be stopped."""
    try:
        yield
    finally:
        stopped.append("the server")


def test_a_plain_kill_ends_through_what_has_to_be_stopped() -> None:
    before = signal.getsignal(signal.SIGTERM)
    stopped: list[str] = []
    with pytest.raises(SystemExit) as ended, stopped_cleanly(), closing_into(stopped):
        os.kill(os.getpid(), signal.SIGTERM)
    assert stopped == ["the server"]
    assert ended.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
