"""Typed, frozen settings of the graph; every field can be set as `EDGEWISE_<PREFIX>_<FIELD>`."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import ConfigurationError

EVENT_WEIGHTS = MappingProxyType(
    {
        "view": 1.0,
        "click": 1.5,
        "like": 3.0,
        "bookmark": 3.0,
        "comment": 3.0,
        "share": 3.5,
        "follow": 3.0,
        "rate": 2.0,
        "enroll": 4.0,
        "purchase": 4.0,
        "ai_usage": 1.0,
        "skip": -0.5,
        "dismiss": -1.0,
        "dislike": -3.0,
        "return": -3.0,
    }
)

REWARDS = MappingProxyType(
    {
        "view": 0.1,
        "click": 0.3,
        "share": 0.5,
        "comment": 0.5,
        "bookmark": 0.5,
        "like": 0.5,
        "enroll": 1.0,
        "purchase": 1.0,
    }
)

MILLIS_PER_DAY = 86_400_000.0
Weight = Annotated[float, Field(ge=-100.0, le=100.0, allow_inf_nan=False)]
Reward = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
S = TypeVar("S", bound=BaseSettings)


def read_settings(cls: type[S], **overrides: Any) -> S:
    """Read `cls` from the environment; `overrides` win. Raises ConfigurationError in plain words."""
    try:
        return cls(**overrides)
    except ValidationError as error:
        prefix = cls.model_config.get("env_prefix", "")
        lines = [
            f"{prefix}{'_'.join(str(part) for part in problem['loc'])}".upper() + f": {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        message = "Wrong settings:\n  " + "\n  ".join(lines) + "\nSee the settings table: edgewise config."
        raise ConfigurationError(message) from None


class Neo4jSettings(BaseSettings):
    """Which Neo4j to use, and how to reach it."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_NEO4J_", frozen=True, extra="ignore")

    uri: str | None = Field(None, description="Address of a Neo4j 2026.02 or later; empty: the embedded server.")
    user: str = Field("neo4j", min_length=1, description="User name on that server.")
    password: SecretStr | None = Field(None, description="Password on that server; the embedded one makes its own.")
    database: str = Field("neo4j", min_length=1, max_length=63, description="Name of the database.")
    pool_size: int = Field(50, ge=1, le=1000, description="Most connections held at once.")
    connect_timeout: float = Field(10.0, gt=0, le=300, description="Seconds to wait for a connection.")
    retry_time: float = Field(30.0, ge=0, le=600, description="Seconds over which a transient failure is retried.")

    @field_validator("uri")
    @classmethod
    def _known_scheme(cls, uri: str | None) -> str | None:
        schemes = {"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"}
        if uri == "":
            return None
        if uri is not None and "@" in uri:  # not repeated: it may hold a password
            raise ValueError("no login in the address: use EDGEWISE_NEO4J_USER and EDGEWISE_NEO4J_PASSWORD")
        if uri is not None and (urlsplit(uri).scheme not in schemes or not urlsplit(uri).hostname):
            raise ValueError(f"{uri!r} is no Neo4j address; it looks like neo4j+s://HOST or bolt://HOST:7687")
        return uri


class EmbeddedSettings(BaseSettings):
    """The embedded server: where it lives and how large it may grow."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_EMBEDDED_", frozen=True, extra="ignore")

    home: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        Path(".edgewise/neo4j"), description="Data folder: database, logs, generated password."
    )
    cache: Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())] = Field(
        Path("~/.cache/edgewise"), description="Where the server's jars are kept, shared by all data folders."
    )
    repository: str = Field(
        "https://repo1.maven.org/maven2",
        pattern=r"^https?://",
        description="Maven repository that the server's jars come from; each is checked against a lock.",
    )
    java: Path | None = Field(
        None, description="Java 21 or later to run it; empty: the packaged one. A full JDK searches vectors faster."
    )
    bolt_port: int = Field(7687, ge=1, le=65535, description="Preferred Bolt port; if in use, a free one is taken.")
    http_port: int = Field(7474, ge=1, le=65535, description="Preferred HTTP port (Neo4j Browser), likewise.")
    heap_mb: int | None = Field(None, ge=256, le=65536, description="JVM heap in MiB; empty: by the machine.")
    page_cache_mb: int | None = Field(None, ge=64, le=1048576, description="Page cache in MiB; likewise.")
    start_timeout: float = Field(120.0, gt=0, le=3600, description="Seconds to wait until the server answers.")


class PreferenceSettings(BaseSettings):
    """How much preference an event counts as: the one rule that ingest, rebuilding and training share."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_PREFERENCE_", frozen=True, extra="ignore")

    weights: dict[str, Weight] = Field(
        default_factory=lambda: dict(EVENT_WEIGHTS),
        description="Weight per event type (JSON), laid over the defaults; negative: a dislike.",
    )
    default_weight: Weight = Field(1.0, description="Weight of a type that is not listed.")
    rating_midpoint: float = Field(2.5, ge=0, le=100, description="Rating that says nothing; below it is a dislike.")
    rating_halfrange: float = Field(2.5, gt=0, le=100, description="Distance from there to the best rating.")

    @field_validator("weights")
    @classmethod
    def _over_defaults(cls, weights: dict[str, float]) -> dict[str, float]:
        return {**EVENT_WEIGHTS, **{name.lower(): weight for name, weight in weights.items()}}

    def parameters(self) -> dict[str, object]:
        """The rule as parameters of the Cypher that applies it.

        An event of type t counts `weights[t]`; one of type `rate` counts
        `weights.rate * (value - midpoint) / halfrange`, so 5 stars are +2 and half a star is -1.6.
        """
        return {
            "weights": self.weights,
            "defaultWeight": self.default_weight,
            "ratingMidpoint": self.rating_midpoint,
            "ratingHalfrange": self.rating_halfrange,
        }


class PopularitySettings(BaseSettings):
    """How fast popularity fades."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_POPULARITY_", frozen=True, extra="ignore")

    half_life_days: float = Field(
        180.0, ge=30.0, le=3650.0, description="Days after which an event counts half; rebuild when it changes."
    )

    def parameters(self) -> dict[str, object]:
        """The rule as a parameter of the Cypher that applies it: the half-life in milliseconds."""
        return {"halfLifeMillis": self.half_life_millis}

    @property
    def half_life_millis(self) -> float:
        """The half-life in milliseconds."""
        return self.half_life_days * MILLIS_PER_DAY


class FeedbackSettings(BaseSettings):
    """What feedback is worth, and which answer it is of."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_FEEDBACK_", frozen=True, extra="ignore")

    rewards: dict[str, Reward] = Field(
        default_factory=lambda: dict(REWARDS),
        description="What feedback of a type is worth, 0 to 1 (JSON), laid over the defaults.",
    )
    default_reward: Reward = Field(0.0, description="What feedback of a type that is not listed is worth.")
    against: tuple[str, ...] = Field(
        ("dismiss", "dislike", "return", "skip"),
        description="Types of feedback against an item (JSON list).",
    )
    window_hours: float = Field(
        24.0, gt=0, le=8_760, description="Hours for which feedback without a request id belongs to what was shown."
    )
    walk_cap: int = Field(200, ge=1, le=100_000, description="Latest answers to a user that are looked through for it.")

    @field_validator("rewards")
    @classmethod
    def _over_defaults(cls, rewards: dict[str, float]) -> dict[str, float]:
        return {**REWARDS, **{name.lower(): reward for name, reward in rewards.items()}}

    def parameters(self) -> dict[str, object]:
        """The rule as parameters of the Cypher that applies it."""
        return {
            "window": round(self.window_hours * 3_600_000),
            "walk": self.walk_cap,
            "against": list(self.against),
            "rewards": self.rewards,
            "defaultReward": self.default_reward,
        }


class ChurnSettings(BaseSettings):
    """Who counts as gone, who is asked about, and what a risk is called."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_CHURN_", frozen=True, extra="ignore")

    horizon_days: float = Field(30.0, ge=1, le=3650, description="Gone: no activity in so many days from now on.")
    window_days: float = Field(90.0, ge=2, le=3650, description="Only users active in the days before are judged.")
    passive: tuple[str, ...] = Field(
        ("return", "dismiss", "dislike", "skip"), description="Types of events that are no activity (JSON list)."
    )
    least_events: int = Field(2, ge=1, le=1000, description="Users with fewer events get no risk, but the reason why.")
    session_minutes: float = Field(30.0, gt=0, le=1440, description="A pause that is longer begins another session.")
    step_days: float = Field(30.0, ge=1, le=3650, description="Days between two past moments that are learned from.")
    most_cuts: int = Field(18, ge=2, le=200, description="Past moments that are learned from and judged by, at most.")
    judged_cuts: int = Field(4, ge=1, le=100, description="Of these, the newest that a model is judged by, at most.")
    most_users: int = Field(20_000, ge=100, description="Users of each past moment that are learned from, at most.")
    keep_scores: int = Field(52, ge=1, le=10_000, description="Scores that are kept of each user.")
    medium: float = Field(0.3, gt=0, lt=1, description="Risk at which a user's level is medium.")
    high: float = Field(0.6, gt=0, lt=1, description="Risk at which it is high.")
    critical: float = Field(0.8, gt=0, lt=1, description="Risk at which it is critical.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.medium < self.high < self.critical:
            raise ValueError("medium, high and critical must rise")
        return self

    @property
    def horizon_millis(self) -> int:
        """The horizon in milliseconds."""
        return round(self.horizon_days * MILLIS_PER_DAY)

    @property
    def window_millis(self) -> int:
        """The window in milliseconds."""
        return round(self.window_days * MILLIS_PER_DAY)


class ExportSettings(BaseSettings):
    """What an export may hold, and how far a neighbourhood reaches."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_EXPORT_", frozen=True, extra="ignore")

    salt: SecretStr | None = Field(
        None, min_length=16, description="Key of the hash that stands for user ids; empty: a new one per export."
    )
    node_limit: int = Field(500, ge=1, le=100_000, description="Most nodes of a neighbourhood.")
    per_node: int = Field(25, ge=1, le=10_000, description="Strongest edges shown per node and relationship type.")
    walk_cap: int = Field(1_000, ge=10, le=100_000, description="Relationships of a type read per node to choose from.")
    page: int = Field(10_000, ge=100, le=100_000, description="Rows read at a time when the whole graph is exported.")
    memory_limit: int = Field(
        1_000_000,
        ge=1,
        description="Most relationships of a graph written as GraphML or JSON; Parquet has no limit.",
    )
