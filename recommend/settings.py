"""Settings of serving: which strategy answers first, how far a traversal may walk, how similarity is counted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.settings import PopularitySettings, read_settings

Measure = Literal["cosine", "jaccard", "lift"]
CoOccurrenceForm = Literal["auto", "similar", "online"]


class RecommendSettings(BaseSettings):
    """How recommendations are found. The caps are the degree budget; see docs/decisions/005-degree-budget.md."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_RECOMMEND_", frozen=True, extra="ignore")

    default_strategy: str = Field("lightgcn", min_length=1, description="Strategy that answers where none is named.")
    fallback: tuple[str, ...] = Field(
        ("lightgcn", "lightfm", "co-occurrence", "content", "popular"),
        min_length=1,
        description="Layers in order (JSON list): what a strategy cannot fill, those after it do; popular is last.",
    )
    popularity: PopularitySettings = Field(
        default_factory=lambda: read_settings(PopularitySettings),
        description="How fast popularity fades; set it by EDGEWISE_POPULARITY_…, which ingest reads too.",
    )
    trending_window_days: float = Field(7.0, gt=0, le=365, description="Days of the window that trending compares.")
    trending_smoothing: float = Field(
        1.0, gt=0, le=1000, description="Users added to the window before, so that one newcomer is no trend."
    )
    co_occurrence_form: CoOccurrenceForm = Field(
        "auto", description="similar: only SIMILAR edges; online: only live walks; auto: walks where edges lack."
    )
    similarity: Measure = Field("cosine", description="Normalisation of co-occurrence: cosine, jaccard or lift.")
    similarity_shrink: float = Field(
        5.0, ge=0, le=1000, description="A score is scaled by n / (n + this), n users in common: few prove little."
    )
    similar_top_k: int = Field(50, ge=1, le=500, description="SIMILAR edges kept per item and kind of similarity.")
    similar_user_cap: int = Field(
        5_000, ge=10, le=1_000_000, description="Strongest preferences of a user that SIMILAR edges are built from."
    )
    similar_tag_cap: int = Field(
        20_000, ge=10, le=10_000_000, description="A tag on more items than this builds no SIMILAR edges."
    )
    history_cap: int = Field(50, ge=1, le=1000, description="Strongest preferences of a user taken as evidence.")
    users_cap: int = Field(50, ge=1, le=5000, description="Users walked per item of the history, strongest first.")
    items_cap: int = Field(50, ge=1, le=5000, description="Items walked per such user, strongest first.")
    tags_cap: int = Field(20, ge=1, le=500, description="Tags of the user's profile followed, strongest first.")
    tag_items_cap: int = Field(100, ge=1, le=5000, description="Items walked per such tag, most popular first.")
    walk_cap: int = Field(
        1_000, ge=10, le=100_000, description="Relationships read at one node, whatever its degree, to choose from."
    )
