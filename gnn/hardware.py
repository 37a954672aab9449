"""What a measurement ran on; nothing in it names the machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from graph.memory import usable_memory


def hardware() -> dict[str, str | int | float]:
    """Cores, memory and processor."""
    return {
        "cores": os.cpu_count() or 1,
        "memory_gb": round(usable_memory() / 1e9, 1),
        "processor": processor(),
    }


def processor() -> str:
    """The model, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
