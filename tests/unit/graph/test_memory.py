from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from graph.memory import usable_memory

TOTAL = psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("said", "usable"),
    [("1073741824\n", 2**30), ("max\n", TOTAL), (f"{2**63}\n", TOTAL), ("", TOTAL)],
    ids=["less", "no limit", "more than there is", "nothing"],
)
def test_a_container_may_use_what_it_is_limited_to(tmp_path: Path, said: str, usable: int) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(said)
    assert usable_memory([tmp_path / "missing", limit]) == usable


def test_without_a_container_it_is_all_of_the_machine() -> None:
    assert usable_memory([]) == TOTAL
