"""Which past moments a model of churn learns from, and which it is judged by."""

from __future__ import annotations

from graph.settings import MILLIS_PER_DAY, ChurnSettings


def past_cuts(newest_millis: int, oldest_millis: int, settings: ChurnSettings) -> list[int]:
    """Moments with a whole window before and a horizon that is over, newest first (milliseconds since 1970)."""
    step = round(settings.step_days * MILLIS_PER_DAY)
    newest = newest_millis - settings.horizon_millis
    oldest = oldest_millis + settings.window_millis
    return list(range(newest, oldest - 1, -step))[: settings.most_cuts]


def known_at(cut: int, cuts: list[int], settings: ChurnSettings) -> list[int]:
    """Those of the cuts whose outcome was known at `cut`: what a model that is judged there may learn from."""
    return [one for one in cuts if one + settings.horizon_millis <= cut]
