"""Settings of the nightly job."""

from __future__ import annotations

from apscheduler.triggers.cron import CronTrigger
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class NightlySettings(BaseSettings):
    """When the nightly job runs, and whom it tells of a failure; EDGEWISE_TRAINING_MODELS says what it trains."""

    model_config = SettingsConfigDict(env_prefix="EDGEWISE_NIGHTLY_", frozen=True, extra="ignore")

    at: str = Field("0 2 * * *", description="When, as five fields of cron: minute, hour, day, month, day of the week.")
    timezone: str = Field("UTC", min_length=1, description="Whose hours those are, such as Europe/Vienna.")
    evaluate: tuple[str, ...] = Field(
        (),
        description="Strategies judged after the trainings, as by edgewise evaluate (JSON list); none: no step.",
    )
    churn: bool = Field(default=True, description="Learn who leaves, and score everyone, at the end.")
    poll_seconds: float = Field(
        10.0, ge=0.1, le=3600, description="Time between two looks for trainings that admins ask for (schedule)."
    )
    attempts: int = Field(2, ge=1, le=10, description="How often a step is tried before it has failed.")
    retry_seconds: float = Field(30.0, ge=0, le=3600, description="Time between two attempts.")
    lock_seconds: float = Field(
        300.0,
        ge=1,
        le=86_400,
        description="Time after which the lock of a killed run is free; else it is renewed.",
    )
    webhook: SecretStr | None = Field(None, description="Address that a failure is posted to, as JSON.")
    webhook_timeout: float = Field(10.0, gt=0, le=300, description="Seconds that it may take.")
    email_to: tuple[str, ...] = Field((), description="Who gets an e-mail of a failure (JSON list).")
    email_from: str = Field("edgewise@localhost", min_length=3, description="Whom it says it is from.")
    smtp_host: str = Field("localhost", min_length=1, description="Mail server.")
    smtp_port: int = Field(25, ge=1, le=65_535, description="Its port.")
    smtp_user: str | None = Field(None, description="Login there, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="And its password.")
    smtp_starttls: bool = Field(default=False, description="Encrypt the connection to it.")

    @field_validator("at")
    @classmethod
    def _fields_of_cron(cls, at: str) -> str:
        CronTrigger.from_crontab(at)  # raises ValueError, which says which field is wrong
        return at
