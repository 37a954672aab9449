"""Settings of serving: which strategy answers first, how far a traversal may walk, how similarity is counted."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.candidates import WalkCaps
from graph.settings import MILLIS_PER_DAY, PopularitySettings, read_settings

Measure = Literal["cosine", "jaccard", "lift"]
CoOccurrenceForm = Literal["auto", "similar", "online"]


class RecommendSettings(BaseSettings):
    """How recommendations are found. The caps are the degree budget; see docs/decisions/005-degree-budget.md."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_RECOMMEND_", frozen=True, extra="ignore")

    default_strategy: str = Field("hybrid", min_length=1, description="Strategy that answers where none is named.")
    fallback: tuple[str, ...] = Field(
        ("hybrid", "lightgcn", "lightfm", "item-item", "co-occurrence", "content", "popular"),
        min_length=1,
        description="Layers in order (JSON list): what a strategy cannot fill, those after it do; popular is last.",
    )
    hybrid_weights: dict[str, Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]] = Field(
        {"lightgcn": 1.0, "item-item": 1.5},
        min_length=1,
        description="Strategies that hybrid blends, by weight (JSON); what edgewise train --model hybrid learned wins.",
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
        0.0, ge=0, le=1000, description="A score is scaled by n / (n + this), n users in common; lift needs about 20."
    )
    similar_top_k: int = Field(50, ge=1, le=500, description="SIMILAR edges by co-occurrence kept per item.")
    similar_content_top_k: int = Field(20, ge=1, le=500, description="SIMILAR edges by content kept per item.")
    similar_user_cap: int = Field(
        5_000, ge=10, le=1_000_000, description="Strongest preferences of a user that SIMILAR edges are built from."
    )
    similar_tag_cap: int = Field(
        20_000, ge=10, le=10_000_000, description="A tag on more items than this builds no SIMILAR edges."
    )
    similar_order: tuple[str, ...] = Field(
        ("co-occurrence", "content"), min_length=1, description="Kinds of SIMILAR edge that answer, in order."
    )
    history_cap: int = Field(50, ge=1, le=1000, description="Strongest likes of a user that are taken as evidence.")
    history_walk_cap: int = Field(
        10_000, ge=10, le=1_000_000, description="Preferences of a user read to choose those from."
    )
    item_item_history_cap: int = Field(
        1_000, ge=1, le=100_000, description="The same for item-item, which follows some 100 edges of each."
    )
    walk_cap: int = Field(
        300, ge=10, le=100_000, description="Relationships read at any other node, whatever its degree, to choose from."
    )
    users_cap: int = Field(20, ge=1, le=5000, description="Users walked per item of the history, strongest first.")
    items_cap: int = Field(30, ge=1, le=5000, description="Items walked per such user, strongest first.")
    tags_cap: int = Field(20, ge=1, le=500, description="Tags of the user's profile followed, strongest first.")
    tag_items_cap: int = Field(50, ge=1, le=5000, description="Items walked per such tag, most popular first.")
    exact_scan_limit: int = Field(
        100_000, ge=0, le=10_000_000, description="Up to so many items learned vectors are scored exactly in memory."
    )
    edge_copy_limit: int = Field(
        20_000_000,
        ge=0,
        le=1_000_000_000,
        description="Up to so many item-item edges are followed in memory (12 bytes).",
    )

    fold_in: bool = Field(
        default=True,
        description="Whether likes newer than a learned model count before the next training, new users' too.",
    )
    fold_in_cap: int = Field(100, ge=1, le=10_000, description="Newest likes of a user that are folded in.")

    def caps(self) -> WalkCaps:
        """The degree budget in the form that graph/ takes."""
        return WalkCaps(
            history_walk=self.history_walk_cap,
            history=self.history_cap,
            walk=self.walk_cap,
            users=self.users_cap,
            items=self.items_cap,
            tags=self.tags_cap,
            tag_items=self.tag_items_cap,
        )

    @property
    def half_life_millis(self) -> float:
        """Half-life of popularity in milliseconds."""
        return self.popularity.half_life_millis

    @property
    def trending_window_millis(self) -> int:
        """Length of the trending window in milliseconds."""
        return round(self.trending_window_days * MILLIS_PER_DAY)


Action = Literal["pin", "boost", "bury", "hide"]


class Rule(BaseModel):
    """What a business wants of some items, whatever the strategies think.

    It is about the items with one of `items`, `kinds` or `tags`; `pin` needs items: the first of them comes at
    `position`, the next one after it. Between `starts` and `ends`, where these are given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action = Field(description="pin, boost, bury or hide.")
    items: tuple[str, ...] = Field((), max_length=1_000, description="Ids of items.")
    kinds: tuple[str, ...] = Field((), max_length=50, description="Kinds of items; not for pin.")
    tags: tuple[str, ...] = Field((), max_length=50, description="Tags of items; not for pin.")
    position: int = Field(1, ge=1, le=50, description="Where pinned items come; 1 is the first.")
    factor: float | None = Field(
        None, gt=0, le=100, description="What the relevance is multiplied by: 2 for boost and 0.5 for bury by default."
    )
    starts: AwareDatetime | None = Field(None, description="From then on, with its time zone.")
    ends: AwareDatetime | None = Field(None, description="Until then, with its time zone.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not (self.items or self.kinds or self.tags):
            raise ValueError("a rule needs items, kinds or tags")
        if self.action == "pin" and (not self.items or self.kinds or self.tags):
            raise ValueError("pin needs items, and takes no kinds or tags")
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValueError("ends must come after starts")
        return self


class RerankSettings(BaseSettings):
    """How a list is put in order once its items are found; 0 switches a knob off. See docs/reranking.md."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_RERANK_", frozen=True, extra="ignore")

    freshness_boost: float = Field(0.5, ge=0, le=10, description="Young items gain this share of their relevance.")
    freshness_days: float = Field(7.0, gt=0, le=3650, description="Items are young for so many days.")
    half_life_days: float = Field(
        7.0, ge=0, le=36_500, description="A like counts half as much as one that is so much newer; 0: age is nothing."
    )
    diversity: float = Field(
        0.15, ge=0, lt=1, description="Share of the order that being unlike the items above it decides (MMR)."
    )
    diversity_by: Literal["tags", "lightgcn", "lightfm", "two-tower", "als", "nmf"] = Field(
        "tags", description="How alike items are: by tags in common, or by the vectors of a model where it has some."
    )
    repetition: float = Field(
        0.1, ge=0, lt=1, description="Share of its relevance that an item loses each time it was shown in vain."
    )
    retention: float = Field(
        0.0, ge=0, le=10, description="Whom churn makes likely to leave gets more of what those like who stay; 0: off."
    )
    repetition_days: float = Field(7.0, gt=0, le=365, description="Days for which a showing counts.")
    spare: int = Field(40, ge=0, le=500, description="Items found beyond those asked for, to choose from.")
    rules: tuple[Rule, ...] = Field((), max_length=1_000, description="Business rules (JSON list); the later wins.")


class AnsweringSettings(BaseSettings):
    """How long an answer may take, and when to stop trying."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_ANSWER_", frozen=True, extra="ignore")

    seconds: float = Field(2.0, gt=0, le=60, description="Longest that an answer takes, whatever hangs.")
    layer_seconds: float = Field(1.0, gt=0, le=60, description="Longest that one layer of it takes.")
    breaker_failures: int = Field(5, ge=1, le=1000, description="Failures in a row after which a layer rests.")
    breaker_seconds: float = Field(5.0, gt=0, le=3600, description="Seconds that it rests until it is tried again.")
    last_known_items: int = Field(500, ge=1, le=10_000, description="Popular items kept for when the database is away.")
    last_known_seconds: float = Field(
        60.0, gt=0, le=86_400, description="Seconds between two looks at what is popular."
    )


class StatisticsSettings(BaseSettings):
    """What is counted of each day, and when it is unfair."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_STATISTICS_", frozen=True, extra="ignore")

    session_minutes: float = Field(30.0, gt=0, le=1440, description="A pause that is longer begins another visit.")
    attribute: str | None = Field(
        None, min_length=1, max_length=200, description="Property of users by which answers are told apart; none: no."
    )
    head_share: float = Field(0.05, gt=0, lt=1, description="Share of items that are the most popular ones.")
    middle_share: float = Field(0.15, gt=0, lt=1, description="Share of items that come after them.")
    most_head: float = Field(0.8, gt=0, le=1, description="Share of impressions on the most popular that is a warning.")
    least_ratio: float = Field(
        0.8,
        ge=0,
        le=1,
        description="Of a group by attribute: its CTR as a share of the best group's below which it is a warning.",
    )
    least_answers: int = Field(
        100, ge=1, le=1_000_000_000, description="Answers to a group by attribute before it is judged."
    )
    recount_seconds: float = Field(
        300.0, ge=0, le=86_400, description="Seconds for which what the API counted of a day holds, though it changes."
    )
    days_apart: int = Field(
        60, ge=0, le=100_000, description="Days that are counted each by itself; more: all events are read once."
    )
    days_at_once: int = Field(7, ge=1, le=1000, description="Days that the API counts anew each minute, at most.")


class Arm(BaseModel):
    """A way of recommending that a bandit chooses among others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strategy: str = Field(min_length=1, max_length=200, description="Name of a strategy other than auto.")
    weights: dict[str, Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="What hybrid blends, in place of the weights that it has."
    )


class BanditSettings(BaseSettings):
    """How `auto` chooses among strategies, by what came of their answers."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_BANDIT_", frozen=True, extra="ignore")

    arms: dict[str, Arm] = Field(
        {name: Arm(strategy=name) for name in ("hybrid", "item-item", "co-occurrence", "content")},
        min_length=2,
        max_length=20,
        description="What it chooses among, by name (JSON): a strategy, with the weights of a blend where it has some.",
    )
    algorithm: Literal["thompson", "epsilon-greedy"] = Field("thompson", description="How it chooses.")
    exploration: float = Field(0.1, ge=0, le=1, description="Share of answers that epsilon-greedy gives to any arm.")
    least_chance: float = Field(
        0.01, ge=0, le=0.5, description="Smallest probability of an arm, so that logs say something of each."
    )
    prior_successes: float = Field(1.0, gt=0, le=10_000, description="Answers with reward 1 that each arm begins with.")
    prior_failures: float = Field(1.0, gt=0, le=10_000, description="Answers without reward that each arm begins with.")
    pooling: float = Field(
        10_000.0,
        ge=0,
        le=100_000,
        description="Answers to other groups of users that count for each, at most; how many follows from how alike "
        "the groups are found to be.",
    )
    posterior_width: float = Field(
        0.5,
        gt=0,
        le=4,
        description="How wide Thompson sampling takes what it knows of an arm to be: 1 as it is; less explores less.",
    )
    group_bounds: tuple[Annotated[int, Field(ge=1, le=1_000_000)], ...] = Field(
        (1, 5, 20), min_length=1, max_length=20, description="Likes at which a next group of users begins (JSON list)."
    )
    hours: float = Field(24.0, gt=0, le=8_760, description="Hours within which rewards are counted.")
    fewest_answers: int = Field(10, ge=1, le=1_000_000, description="New answers that an update takes at least.")
    settle_seconds: float = Field(
        60.0, ge=0, le=604_800, description="Seconds for which an answer waits for feedback before it counts."
    )
    update_seconds: float = Field(60.0, gt=0, le=86_400, description="Seconds between two updates by the API.")
    refresh_seconds: float = Field(5.0, gt=0, le=3_600, description="Seconds for which what was earned is kept.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if list(self.group_bounds) != sorted(set(self.group_bounds)):
            raise ValueError("group_bounds must rise")
        if wrong := [name for name, arm in self.arms.items() if arm.strategy.partition("@")[0] == "auto"]:
            raise ValueError(f"the arm {wrong[0]} is auto itself")
        return self
