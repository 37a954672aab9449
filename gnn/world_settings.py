"""The settings with which the world of a fold is derived, trained and asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from gnn.settings import TrainingSettings
from graph.settings import PreferenceSettings, read_settings
from recommend.settings import RecommendSettings


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """By default those of the environment, with which production derives, trains and serves.

    A training does not judge itself here, which would take as long again and change nothing about what it learns.
    """

    recommend: RecommendSettings = field(default_factory=lambda: read_settings(RecommendSettings))
    training: TrainingSettings = field(default_factory=lambda: read_settings(TrainingSettings, validation_last=0))
    preferences: PreferenceSettings = field(default_factory=lambda: read_settings(PreferenceSettings))
