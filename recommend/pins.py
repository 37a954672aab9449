"""Names of strategies as one run serves them, whichever is active: `lightgcn@lightgcn-0123456789ab`."""

from __future__ import annotations

AT = "@"


def pin(strategy: str, run_id: str | None) -> str:
    """The name of `strategy` as the run serves it; as it is where there is no run."""
    return strategy if run_id is None else f"{strategy}{AT}{run_id}"


def base_of(strategy: str) -> str:
    """The name without a run."""
    return strategy.partition(AT)[0]


def run_of(strategy: str) -> str | None:
    """The run that a name is pinned to; None for whichever is active."""
    return strategy.partition(AT)[2] or None
