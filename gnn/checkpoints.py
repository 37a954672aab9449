"""Keeps a training on disk so that it can go on after a kill, and refuses to go on with another training's."""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from graph.errors import ModelError

FORMAT = 1


def fingerprint(settings: str, arrays: Iterable[NDArray[Any]], ids: Iterable[str]) -> str:
    """A digest of everything that decides what a training learns, in the order given."""
    digest = hashlib.sha256(settings.encode())
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    for name in ids:
        digest.update(f"{len(name)} {name}".encode())
    return digest.hexdigest()


class Checkpoint:
    """One file, replaced as a whole: whoever is killed leaves the older or the newer one, never half of one.

    With `path` None nothing is kept. `every`: seconds between two of them, by `clock`.
    """

    def __init__(
        self, path: Path | None, own: str, every: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path, self._own = path, own
        self._every, self._clock, self._last = every, clock, clock()

    def load(self) -> dict[str, Any] | None:
        """What was kept last, or None. Raises ModelError if that is another training's, or not to be read."""
        if self._path is None or not self._path.exists():
            return None
        try:
            kept: dict[str, Any] = torch.load(self._path, map_location="cpu", weights_only=True)
        except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
            raise ModelError(f"{self._path} is no checkpoint: {error}. Remove it, or train without resume.") from error
        if kept.get("format") != FORMAT or kept.get("fingerprint") != self._own:
            raise ModelError(
                f"{self._path} is of a training with other preferences, settings or seed, so it cannot go on here. "
                "Bring those back, remove the file, or train without resume."
            )
        state: dict[str, Any] = kept["state"]
        return state

    def due(self, *, last: bool) -> bool:
        """Whether it is time to keep: always the `last` time."""
        return self._path is not None and (last or self._clock() - self._last >= self._every)

    def keep(self, state: dict[str, Any]) -> None:
        """Write `state` (tensors and plain values) beside the file, then put it in its place."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            torch.save({"format": FORMAT, "fingerprint": self._own, "state": state}, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path)
        self._last = self._clock()

    def forget(self) -> None:
        """Remove the file, if there is one."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)
