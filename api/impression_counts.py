"""Counts that outlive a killed process: how many answers it accepted to record, and how many it had recorded.

Two numbers in a file that is mapped into memory: a write costs no more than one to memory, and what a process wrote
before it was killed is there for the next one to read.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

LOGGER = logging.getLogger(__name__)
FORM = struct.Struct("<qq")
SUFFIX = ".impressions"


@dataclass(frozen=True, slots=True)
class Lost:
    """What a process that is gone had accepted and not recorded: so many answers."""

    process: str
    answers: int


class ImpressionCounts:
    """The counts of this process. Not safe between threads: its owner takes care."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError if the folder cannot be written to."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{_name(os.getpid())}{SUFFIX}"
        self._file = self._path.open("w+b")
        self._file.write(FORM.pack(0, 0))
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), FORM.size)

    def keep(self, accepted: int, recorded: int) -> None:
        """Write both counts where they outlive this process."""
        FORM.pack_into(self._map, 0, accepted, recorded)

    def close(self) -> None:
        """Leave nothing behind if nothing was lost; else the file stays, to be reported by the next process."""
        accepted, recorded = FORM.unpack_from(self._map)
        self._map.close()
        self._file.close()
        if accepted == recorded:
            self._path.unlink(missing_ok=True)


def take_lost(folder: Path) -> Iterator[Lost]:
    """What processes that are gone have lost, each told once: their files are removed."""
    for path in sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else ():
        if path.stem == _name(os.getpid()) or _is_alive(path.stem):
            continue
        try:
            accepted, recorded = FORM.unpack(path.read_bytes())
            path.unlink()
        except FileNotFoundError:
            continue  # another process was faster, and tells it
        except struct.error:
            LOGGER.warning("%s holds no counts of impressions; it is removed", path.name)
            path.unlink(missing_ok=True)
            continue
        if accepted > recorded:
            yield Lost(path.stem, accepted - recorded)


def _name(pid: int) -> str:
    """A number of a process is used again, so its start belongs to the name."""
    return f"{pid}-{round(psutil.Process(pid).create_time() * 1000)}"


def _is_alive(name: str) -> bool:
    try:
        return _name(int(name.partition("-")[0])) == name
    except (ValueError, psutil.NoSuchProcess):
        return False
