"""Keeps what computes to one thread, beside tests that run at the same time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other by spinning take many times as long where cores are busy with other tests.

    A conftest.py that imports this applies it to its folder.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
