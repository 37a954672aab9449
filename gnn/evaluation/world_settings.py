"""The settings with which the world of a fold is derived, trained and asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from gnn.settings import TrainingSettings
from graph.settings import PreferenceSettings, read_settings
from recommend.settings import RecommendSettings


def training_settings(seed: int | None = None) -> TrainingSettings:
    """Those of the environment, with `seed` laid over them, for trainings that do not judge themselves.

    That would take as long again and change nothing about what is learned.
    """
    given = {} if seed is None else {"seed": seed}
    return read_settings(TrainingSettings, validation_last=0, **given)


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """By default those of the environment, with which production derives, trains and serves."""

    recommend: RecommendSettings = field(default_factory=lambda: read_settings(RecommendSettings))
    training: TrainingSettings = field(default_factory=training_settings)
    preferences: PreferenceSettings = field(default_factory=lambda: read_settings(PreferenceSettings))
