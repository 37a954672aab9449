"""Settings of training: what all models share, how it runs here, and how the blend of models is learned."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gnn.model_settings import (
    ALSSettings,
    ItemItemSettings,
    LightFMSettings,
    LightGCNSettings,
    NMFSettings,
    TwoTowerSettings,
)
from graph.models import BLEND, TRAINED
from graph.settings import PopularitySettings, read_settings

Model = Literal["lightgcn", "lightfm", "two-tower", "als", "nmf", "item-item", "hybrid"]
Component = Literal["lightgcn", "lightfm", "two-tower", "als", "nmf", "item-item", "popular"]


MODEL_SETTINGS: dict[str, type[BaseSettings]] = {
    "lightgcn": LightGCNSettings,
    "lightfm": LightFMSettings,
    "two_tower": TwoTowerSettings,
    "als": ALSSettings,
    "nmf": NMFSettings,
    "item_item": ItemItemSettings,
}
"""Each model's own settings, by their field of TrainingSettings: the name of the model with _ for -."""


class RunSettings(BaseSettings):
    """How a training runs on this machine, which changes nothing about what is learned."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_RUN_", frozen=True, extra="ignore")

    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto: the GPU if there is one that works.")
    checkpoints: Path | None = Field(None, description="Folder for what a killed training is resumed from.")
    checkpoint_seconds: float = Field(60.0, ge=0, le=86_400, description="Time between two of them; 0: every epoch.")
    resume: bool = Field(default=False, description="Go on from the checkpoint in that folder, if there is one.")
    log: Path | None = Field(None, description="CSV file that gets a line per epoch.")
    job: str | None = Field(None, description="Run of a job that the training is part of; the nightly job sets it.")
    force: bool = Field(
        default=False, description="Let what was trained serve however bad it is, and take the slot of a killed one."
    )

    @model_validator(mode="after")
    def _resumed_from_somewhere(self) -> RunSettings:
        if self.resume and self.checkpoints is None:
            raise ValueError("to resume a training, name the folder that its checkpoints are kept in")
        return self


class DataSettings(BaseSettings):
    """Which preferences are learned from: all, unless something here leaves some out."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_DATA_", frozen=True, extra="ignore")

    kinds: tuple[str, ...] = Field((), description="Only items of these kinds (JSON list); none named: all.")
    days: float | None = Field(None, gt=0, le=36_500, description="Only those of so many days before the newest.")
    until: AwareDatetime | None = Field(None, description="Only those before this moment (ISO 8601, with a zone).")
    least_per_user: int = Field(1, ge=1, le=10_000, description="Users with fewer of them are left out.")
    least_per_item: int = Field(1, ge=1, le=1_000_000, description="Items with fewer of them are left out.")


class BlendSettings(BaseSettings):
    """The weights of hybrid: learned on preferences that are held out while its components are trained once more."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_BLEND_", frozen=True, extra="ignore")

    components: tuple[Component, ...] = Field(
        ("lightgcn", "lightfm", "item-item", "popular"),
        min_length=1,
        description="What may get a weight (JSON list); those that are not trained yet are left out.",
    )
    held_out: Literal["auto", "newest", "random"] = Field(
        "auto", description="Which preferences of each user are held out; auto: the newest, or random without times."
    )
    share: float = Field(0.1, gt=0, lt=1, description="Share of each user's preferences held out, at least one.")
    top_k: int = Field(20, ge=1, le=300, description="Weights are chosen by NDCG at so many positions.")
    users: int = Field(
        6_000, ge=1, le=1_000_000, description="Most users that they are chosen by; from others nothing is held out."
    )
    popularity: PopularitySettings = Field(
        default_factory=lambda: read_settings(PopularitySettings), description="Set it by EDGEWISE_POPULARITY_…"
    )


class TrainingSettings(BaseSettings):
    """What all models share, and each model's own."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_TRAINING_", frozen=True, extra="ignore")

    models: tuple[Model, ...] = Field(
        ("lightgcn", "lightfm", "item-item", "hybrid"),
        min_length=1,
        description="What `edgewise train` and the nightly job train where no model is named (JSON list).",
    )
    seed: int = Field(2026, ge=0, le=2**31 - 1, description="Where all randomness of a training starts.")
    validation_last: int = Field(
        1,
        ge=0,
        le=100,
        description="Newest preferences per user that judge a model before it learns all; 0: none.",
    )
    most_lost: float = Field(
        0.2, ge=0, le=1, description="Share of the serving run's held-out NDCG that a new one may lack and yet serve."
    )
    keep_runs: int = Field(
        20, ge=0, le=100_000, description="Trainings per model that are remembered though they cannot serve any more."
    )
    least_preferences: int = Field(
        10, ge=1, le=1_000_000, description="Fewer positive preferences than this are refused: nothing can be learned."
    )
    lightgcn: LightGCNSettings = Field(
        default_factory=lambda: read_settings(LightGCNSettings), description="Set it by EDGEWISE_LIGHTGCN_…"
    )
    lightfm: LightFMSettings = Field(
        default_factory=lambda: read_settings(LightFMSettings), description="Set it by EDGEWISE_LIGHTFM_…"
    )
    two_tower: TwoTowerSettings = Field(
        default_factory=lambda: read_settings(TwoTowerSettings), description="Set it by EDGEWISE_TWO_TOWER_…"
    )
    als: ALSSettings = Field(default_factory=lambda: read_settings(ALSSettings), description="Set it by EDGEWISE_ALS_…")
    nmf: NMFSettings = Field(default_factory=lambda: read_settings(NMFSettings), description="Set it by EDGEWISE_NMF_…")
    item_item: ItemItemSettings = Field(
        default_factory=lambda: read_settings(ItemItemSettings), description="Set it by EDGEWISE_ITEM_ITEM_…"
    )
    blend: BlendSettings = Field(
        default_factory=lambda: read_settings(BlendSettings), description="Set it by EDGEWISE_BLEND_…"
    )
    data: DataSettings = Field(
        default_factory=lambda: read_settings(DataSettings), description="Set it by EDGEWISE_DATA_…"
    )
    run: RunSettings = Field(default_factory=lambda: read_settings(RunSettings), description="Set it by EDGEWISE_RUN_…")

    @field_validator("models")
    @classmethod
    def _components_first(cls, models: tuple[Model, ...]) -> tuple[Model, ...]:
        return tuple(sorted(set(models), key=TRAINED.index))

    def with_run(self, **changes: Any) -> TrainingSettings:
        """The same with `changes` of how it runs."""
        return self.model_copy(update={"run": self.run.model_copy(update=changes)})

    def of(self, model: str) -> dict[str, Any]:
        """What a training of `model` depends on, for its record."""
        own: BaseSettings = self.blend if model == BLEND else getattr(self, model.replace("-", "_"))
        return {"seed": self.seed, "data": self.data.model_dump(mode="json"), **own.model_dump(mode="json")}
