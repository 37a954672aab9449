"""How much memory there is for us, which in a container is less than the machine has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psutil

LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says what a container may use: cgroups of version 2, and of version 1."""


def usable_memory(limits: Sequence[Path] = LIMITS) -> int:
    """Bytes that the machine has, or those that a container is limited to."""
    total = int(psutil.virtual_memory().total)
    return min([total, *(found for path in limits if (found := _limit(path)) is not None)])


def _limit(path: Path) -> int | None:
    """None where there is no such file, or it says `max`."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() else None
