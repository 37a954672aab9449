"""Settings of each learned model; the defaults did well on validation splits of MovieLens and Gowalla."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class LightGCNSettings(BaseSettings):
    """LightGCN: taste spreads over the graph of who likes what."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_LIGHTGCN_", frozen=True, extra="ignore")

    embedding_size: int = Field(64, ge=2, le=1024, description="Numbers per user and item.")
    layers: int = Field(2, ge=1, le=8, description="Steps over which taste spreads from neighbour to neighbour.")
    epochs: int = Field(60, ge=1, le=10_000, description="Passes over all preferences.")
    batch_size: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Users per step over all processes for user_softmax, preferences for others; 0: an eighth of the "
        "users but at most 4,096; 131,072 preferences for softmax, 2,048 for bpr, which wants a lower rate too.",
    )
    learning_rate: float = Field(0.005, gt=0, le=1, description="Step size of Adam at the start.")
    schedule: Literal["constant", "linear", "cosine"] = Field(
        "cosine", description="How the step size falls over all epochs."
    )
    final_rate: float = Field(0.1, ge=0, le=1, description="Share of the step size that a falling schedule ends at.")
    regularisation: float = Field(0.0, ge=0, le=1, description="Weight of the squared length of the embeddings used.")
    loss: Literal["user_softmax", "softmax", "bpr"] = Field(
        "user_softmax",
        description="user_softmax: users with all their items against all others or a popular sample; softmax: pairs "
        "against many sampled items at once; bpr: pairs against one, as in the paper.",
    )
    negatives: int = Field(
        4_096, ge=0, le=1_000_000, description="Sampled items that a softmax batch shares; 0: all items."
    )
    negative_weight: float = Field(
        16_384.0, gt=0, le=1e9, description="How many items the compared ones stand for in a user_softmax."
    )
    popularity: float = Field(
        0.75, ge=0, le=2, description="Power of an item's users by which user_softmax compares with it; 0: all alike."
    )
    temperature: float = Field(0.12, ge=0.02, le=10, description="Of the softmax over cosines; lower is harder.")
    score: Literal["cosine", "inner", "popularity"] = Field(
        "popularity",
        description="What ranks after a softmax over cosines: those; inner: popular items are longer; popularity: "
        "the cosine over the temperature plus popularity_score times log users of the item. bpr: inner.",
    )
    popularity_score: float = Field(0.7, ge=0, le=5, description="Weight of an item's log users in such a score.")
    start: Literal["normal", "svd"] = Field(
        "svd", description="Where embeddings start: noise, or the leading singular vectors of the graph."
    )
    start_length: float = Field(0.05, gt=0, le=100, description="Mean length of an embedding at the start.")
    precision: Literal["float32", "bfloat16"] = Field(
        "float32", description="Of the products of user_softmax; bfloat16 is faster where the processor multiplies it."
    )
    propagation: Literal["auto", "full", "sampled"] = Field(
        "auto",
        description="full: every step spreads over the whole graph; sampled: over a sample around its batch; auto: "
        "full if that fits into half of the memory.",
    )
    fan_out: tuple[int, ...] = Field(
        (20, 10),
        min_length=1,
        description="Neighbours sampled per node in each layer; the last one holds for the rest.",
    )
    validation_every: int = Field(
        0, ge=0, le=10_000, description="Epochs between validations, which choose how many to learn for; 0: none."
    )
    validation_metric: Literal["ndcg", "recall"] = Field("ndcg", description="What a validation computes.")
    validation_top_k: int = Field(20, ge=1, le=1_000, description="Positions that it looks at.")
    validation_share: float = Field(
        0.1, gt=0, lt=1, description="Share of each user's preferences held out for it, at random."
    )
    validation_users: int = Field(6_000, ge=1, le=10_000_000, description="Most users that it asks.")
    patience: int = Field(
        5, ge=0, le=10_000, description="Validations without a better one after which training stops; 0: never."
    )
    refit: bool = Field(
        default=True, description="After choosing the epochs on a part, learn anew from everything for as many."
    )

    def step_size(self, users: int) -> int:
        """Users, or preferences, per step of a model that learns from so many users."""
        if self.batch_size:
            return self.batch_size
        return {"user_softmax": max(1, min(4_096, -(-users // 8))), "softmax": 131_072, "bpr": 2_048}[self.loss]

    @field_validator("fan_out")
    @classmethod
    def _positive(cls, fan_out: tuple[int, ...]) -> tuple[int, ...]:
        if min(fan_out) < 1:
            raise ValueError("sample at least one neighbour per layer")
        return fan_out


class FeatureSettings(BaseModel):
    """What a model with features learns of items and users beside who likes what; see gnn.content and gnn.profiles."""

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


class LightFMSettings(FeatureSettings, BaseSettings):
    """LightFM: factorisation with the content of items and the profiles of users, so that new ones are placed."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_LIGHTFM_", frozen=True, extra="ignore")

    embedding_size: int = Field(64, ge=2, le=1024, description="Numbers per user and item.")
    epochs: int = Field(25, ge=1, le=10_000, description="Passes over all preferences.")
    learning_rate: float = Field(0.05, gt=0, le=1, description="Initial step size of Adagrad.")
    max_sampled: int = Field(30, ge=1, le=1_000, description="Tries to find an item that is ranked wrongly (WARP).")
    item_regularisation: float = Field(0.0, ge=0, le=1, description="L2 penalty of item features.")
    user_regularisation: float = Field(0.0, ge=0, le=1, description="L2 penalty of users.")
    threads: int = Field(
        1, ge=1, le=256, description="Threads; with more than one the same seed gives slightly different vectors."
    )


class ItemItemSettings(BaseSettings):
    """Item-item: how much a like of one item speaks for another, as a few edges per item; see gnn.item_item."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_ITEM_ITEM_", frozen=True, extra="ignore")

    form: Literal["auto", "walk", "ease"] = Field(
        "auto",
        description="walk: a random walk of three steps; ease: a linear model, for up to 15,000 items; auto: walk, or "
        "where up to 6,000 users or items make it quick what does best on held-out preferences, walk or some of ease.",
    )
    top_k: int = Field(100, ge=1, le=10_000, description="Edges kept per item, the strongest.")
    user_degree: float = Field(0.75, ge=0, le=3, description="walk: power by which what busy users have counts less.")
    source_degree: float = Field(0.75, ge=0, le=3, description="walk: the same for popular items that are liked.")
    target_degree: float = Field(0.25, ge=0, le=3, description="walk: the same for popular items to recommend.")
    power: float = Field(1.25, gt=0, le=5, description="walk: power on each weight; above 1 the strongest count more.")
    regularisation: float = Field(200.0, gt=0, le=1e7, description="ease: λ, larger for fewer or noisier data.")


class TwoTowerSettings(FeatureSettings, BaseSettings):
    """Two-tower: one network places users by who they are, one items by what they are; see gnn.two_tower."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_TWO_TOWER_", frozen=True, extra="ignore")

    embedding_size: int = Field(64, ge=2, le=1024, description="Numbers per user and item.")
    hidden: int = Field(128, ge=1, le=4096, description="Width of the hidden layer of either tower.")
    epochs: int = Field(40, ge=1, le=10_000, description="Passes over all preferences.")
    batch_size: int = Field(1_024, ge=2, le=1_000_000, description="Preferences per step, each other's negatives.")
    learning_rate: float = Field(0.001, gt=0, le=1, description="Step size of Adam.")
    weight_decay: float = Field(0.5, ge=0, le=1, description="By how much a step shrinks all weights, in step sizes.")
    temperature: float = Field(0.15, ge=0.02, le=10, description="Of the softmax over cosines; lower is harder.")
    id_dropout: float = Field(
        0.1, ge=0, lt=1, description="Share of a batch that is placed by attributes alone, so that newcomers can be."
    )


class ALSSettings(BaseSettings):
    """Alternating least squares: every item a user has is 1, every other 0 with less confidence; see gnn.als."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_ALS_", frozen=True, extra="ignore")

    embedding_size: int = Field(64, ge=2, le=1024, description="Numbers per user and item.")
    iterations: int = Field(15, ge=1, le=1_000, description="Times that users and items are solved for in turn.")
    regularisation: float = Field(3.0, ge=0, le=1e6, description="L2 penalty of all vectors.")
    confidence: float = Field(1.0, gt=0, le=1e6, description="How much more a preference counts than a missing one.")


class NMFSettings(BaseSettings):
    """Non-negative matrix factorisation: users are mixtures of parts, items have shares in them; see gnn.nmf."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_NMF_", frozen=True, extra="ignore")

    embedding_size: int = Field(32, ge=2, le=1024, description="Parts.")
    iterations: int = Field(200, ge=1, le=10_000, description="Most passes; it ends earlier where nothing changes.")
    regularisation: float = Field(0.0, ge=0, le=1e6, description="L2 penalty of all shares, per row or column.")
