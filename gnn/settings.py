"""Settings of training, one class per model; the defaults did best on validation splits of MovieLens latest-small."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.settings import read_settings


class LightGCNSettings(BaseSettings):
    """LightGCN: taste spreads over the graph of who likes what."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_LIGHTGCN_", frozen=True, extra="ignore")

    embedding_size: int = Field(64, ge=2, le=1024, description="Numbers per user and item.")
    layers: int = Field(2, ge=1, le=8, description="Steps over which taste spreads from neighbour to neighbour.")
    epochs: int = Field(100, ge=1, le=10_000, description="Passes over all preferences.")
    batch_size: int = Field(
        131_072, ge=16, le=10_000_000, description="Preferences per step; bpr wants about 2,048, and a lower rate."
    )
    learning_rate: float = Field(0.02, gt=0, le=1, description="Step size of Adam.")
    regularisation: float = Field(0.0, ge=0, le=1, description="Weight of the squared length of the embeddings used.")
    loss: Literal["softmax", "bpr"] = Field(
        "softmax", description="softmax: against many sampled items at once; bpr: against one, as in the paper."
    )
    negatives: int = Field(8_192, ge=1, le=100_000, description="Sampled items that a softmax batch shares.")
    temperature: float = Field(0.1, gt=0, le=10, description="Of the softmax over cosines; lower is harder.")


class LightFMSettings(BaseSettings):
    """LightFM: factorisation with the content of items and the profiles of users, so that new ones are placed."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_LIGHTFM_", frozen=True, extra="ignore")

    embedding_size: int = Field(64, ge=2, le=1024, description="Numbers per user and item.")
    epochs: int = Field(25, ge=1, le=10_000, description="Passes over all preferences.")
    learning_rate: float = Field(0.05, gt=0, le=1, description="Initial step size of Adagrad.")
    max_sampled: int = Field(30, ge=1, le=1_000, description="Tries to find an item that is ranked wrongly (WARP).")
    item_regularisation: float = Field(0.0, ge=0, le=1, description="L2 penalty of item features.")
    user_regularisation: float = Field(0.0, ge=0, le=1, description="L2 penalty of users.")
    content: bool = Field(default=True, description="Learn from tags and kinds of items as well.")
    profiles: bool = Field(default=True, description="Learn from properties of users as well.")
    profile_least_users: int = Field(
        5, ge=1, le=1_000_000, description="A value of a property that fewer users with preferences share is left out."
    )
    profile_most_values: int = Field(
        50, ge=1, le=10_000, description="Values kept per property, those that most users share."
    )
    profile_bins: int = Field(
        5, ge=2, le=100, description="Ranges that a property in numbers is cut into, with equally many users in each."
    )
    threads: int = Field(
        1, ge=1, le=256, description="Threads; with more than one the same seed gives slightly different vectors."
    )


class TrainingSettings(BaseSettings):
    """What all models share, and each model's own."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_TRAINING_", frozen=True, extra="ignore")

    seed: int = Field(2026, ge=0, le=2**31 - 1, description="Where all randomness of a training starts.")
    validation_last: int = Field(
        1,
        ge=0,
        le=100,
        description="Newest preferences per user that judge a model before it learns all; 0: none.",
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

    def of(self, model: str) -> dict[str, Any]:
        """What a training of `model` depends on, for its record."""
        own = {"lightgcn": self.lightgcn, "lightfm": self.lightfm}[model]
        return {"seed": self.seed, **own.model_dump(mode="json")}
