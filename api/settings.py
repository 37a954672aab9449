"""Settings of the API: where it listens, how much one request may ask for."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Where the API listens, and how much one request may ask for."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_API_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; loopback only, as nobody logs in.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    environment: Literal["development", "production"] = Field(
        "development", description="Production switches GraphiQL, introspection and suggestions off."
    )
    graphiql: bool = Field(default=True, description="Serve GraphiQL at /graphql, in development.")
    allowed_hosts: tuple[str, ...] = Field(
        ("127.0.0.1", "localhost", "[::1]"),
        min_length=1,
        description="Names in the Host header that are answered (JSON list), so that no web page rebinds a name to us.",
    )
    acting_user: str | None = Field(
        None, max_length=200, description="Id of the user that `me` is, until there is a login; empty: nobody."
    )
    workers: int = Field(1, ge=1, le=64, description="Processes that share the port; each holds copies of its own.")
    most_requests: int = Field(
        100, ge=1, le=100_000, description="Requests that one process works on at once; others get 503 and Retry-After."
    )
    most_subscriptions: int = Field(
        1_000, ge=0, le=1_000_000, description="Subscriptions that may be open in one process."
    )
    threads: int = Field(16, ge=1, le=256, description="Database calls that run at once.")
    batches: int = Field(
        2,
        ge=1,
        le=256,
        description="Batches of recommendations that are worked on at once; what is asked meanwhile shares the next.",
    )
    ready_timeout: float = Field(2.0, gt=0, le=60, description="Seconds that /readyz waits for Neo4j.")
    max_depth: int = Field(12, ge=4, le=100, description="Deepest nesting of a query.")
    max_aliases: int = Field(30, ge=0, le=1000, description="Most aliases in a query.")
    max_tokens: int = Field(2_000, ge=100, le=100_000, description="Most tokens in a query; send data as variables.")
    max_nodes: int = Field(
        50_000, ge=100, le=10_000_000, description="Most objects that a query may ask for, by its `first` arguments."
    )
    max_body_mb: float = Field(8.0, gt=0, le=1024, description="Largest request in MiB.")
    stats_seconds: float = Field(10.0, ge=0, le=3600, description="Seconds that dear statistics are kept; 0: never.")
    redis_url: str | None = Field(None, description="Redis that replicas share; empty: each keeps its own memory.")

    @property
    def development(self) -> bool:
        """Whether people explore the schema here."""
        return self.environment == "development"


class ImpressionSettings(BaseSettings):
    """How what was shown is recorded."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_IMPRESSIONS_", frozen=True, extra="ignore")

    enabled: bool = Field(default=True, description="Whether answers are recorded at all.")
    seconds: float = Field(0.1, gt=0, le=60, description="Seconds between two writes; rare large ones hold up answers.")
    batch: int = Field(200, ge=1, le=5_000, description="Answers that one write takes.")
    most_waiting: int = Field(
        20_000, ge=1, le=1_000_000, description="Answers that wait to be recorded; further ones are lost and counted."
    )
    folder: str = Field(
        default_factory=lambda: str(Path(gettempdir()) / "edgewise-impressions"),
        min_length=1,
        description="Where counts are kept that outlive a killed process, so that what it lost is known.",
    )


class CacheSettings(BaseSettings):
    """How long whole answers are kept; 0 keeps none. Without Redis each process keeps its own."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_CACHE_", frozen=True, extra="ignore")

    recommendations_seconds: float = Field(3_600.0, ge=0, le=604_800, description="Recommendations for one user.")
    feed_seconds: float = Field(1_800.0, ge=0, le=604_800, description="Lists by kind, and what is popular.")
    similar_seconds: float = Field(86_400.0, ge=0, le=604_800, description="Items similar to one.")
    look_seconds: float = Field(
        0.25, gt=0, le=60, description="Seconds between two looks at what has changed in the graph."
    )
