"""A step of a job: what it is called, what it needs, from which state of things it follows, and what it does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Metrics = Mapping[str, object]
"""What a step has to tell, by name; numbers or words."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `run` may be repeated after a failure.

    `state()` is a fingerprint of all that the outcome depends on but for the steps in `needs`, which come before: where
    it is that of the last success, and none of those was done either, the step is skipped. It is asked for in its turn.
    """

    name: str
    run: Callable[[], Metrics]
    state: Callable[[], str]
    needs: tuple[str, ...] = ()


def fingerprint(*parts: object) -> str:
    """One short text for any values that JSON can hold; other values count by how they print."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
