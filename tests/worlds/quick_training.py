"""Settings by which every model is trained on a small world in a moment."""

from __future__ import annotations

from typing import Any

from gnn.model_settings import ALSSettings, LightFMSettings, LightGCNSettings, NMFSettings, TwoTowerSettings
from gnn.settings import TrainingSettings

SIZE = 8


def quick_training(epochs: int, **shared: Any) -> TrainingSettings:
    """Seed 1 and vectors of SIZE numbers; models that learn in small steps take so many epochs."""
    return TrainingSettings(
        seed=1,
        lightgcn=LightGCNSettings(embedding_size=SIZE, epochs=epochs),
        lightfm=LightFMSettings(embedding_size=SIZE, epochs=epochs),
        two_tower=TwoTowerSettings(embedding_size=SIZE, hidden=SIZE, epochs=epochs, batch_size=64, learning_rate=0.02),
        als=ALSSettings(embedding_size=SIZE),
        nmf=NMFSettings(embedding_size=SIZE),
        **shared,
    )
