"""Settings from the environment, prefix `BINROUNDS_`. No secret has a default.

Where BINROUNDS_SECRETS_DIR names a folder, a file in it with a variable's name stands for that
variable: containers get their secrets so.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AliasChoices, Field, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from api.logs import LogFormat, LogLevel
from optimiser.domain.base import Id
from optimiser.domain.calendar import Zone

MAIN_FLEET = "main"
"""The fleet that is there from the start: a city with a service of its own needs no other."""


def _with_driver(url: str) -> str:
    """Hosts hand out `postgres://`; SQLAlchemy wants the driver named."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if not url.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise ValueError("the database is sqlite:///FILE or postgresql://USER@HOST/NAME")
    return url


SECRETS_DIR = "BINROUNDS_SECRETS_DIR"
_LOCAL = {"127.0.0.1", "::1", "localhost"}


def _secure(url: str) -> str:
    """Whoever can change keys on their way here can forge any token."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise ValueError("give an address that starts with https://")
    return url


def _known_broker(url: str) -> str:
    if urlsplit(url).scheme not in {"amqp", "amqps", "redis", "rediss"}:
        raise ValueError("the broker is amqp://USER:PASSWORD@HOST/VHOST or redis://HOST/NUMBER")
    return url


SecureUrl = Annotated[str, AfterValidator(_secure)]
DatabaseUrl = Annotated[str, AfterValidator(_with_driver)]
BrokerUrl = Annotated[str, AfterValidator(_known_broker)]


class Settings(BaseSettings):
    """All that can be set from outside, checked once at the start.

    `database_url` is read from BINROUNDS_DATABASE_URL or DATABASE_URL.
    """

    model_config = SettingsConfigDict(
        env_prefix="BINROUNDS_", frozen=True, extra="ignore", populate_by_name=True
    )

    database_url: DatabaseUrl = Field(
        default="sqlite:///var/binrounds.sqlite3",
        validation_alias=AliasChoices("BINROUNDS_DATABASE_URL", "DATABASE_URL"),
    )
    timezone: Zone = "Europe/Copenhagen"
    """Zone of service dates and of the times shown."""

    max_body_bytes: Annotated[int, Field(ge=1024)] = 20 * 1024 * 1024
    """A larger request body is answered with 413."""
    max_readings: Annotated[int, Field(ge=1)] = 10_000
    """So many readings a batch, no more."""

    readings_kept_days: Annotated[int, Field(ge=42, le=3650)] = 400
    """Older readings are forgotten. Forecasts look back five weeks; none older than 400 days comes
    in."""
    quarantine_kept_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Readings kept aside are forgotten after so many days."""

    oidc_issuer: SecureUrl | None = None
    """Dispatchers may sign in with this OpenID Connect provider; needs the extra `oidc`."""
    oidc_audience: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Whom its tokens must be for: needed with an issuer."""
    oidc_jwks_url: SecureUrl | None = None
    """Where its keys are; None: where its discovery document says."""
    oidc_roles_claim: Annotated[str, Field(min_length=1, max_length=200)] = "roles"
    """The claim with a person's roles; dots lead into claims within claims."""
    oidc_dispatcher: Annotated[str, Field(min_length=1, max_length=200)] = "dispatcher"
    """The role there that makes a dispatcher here."""
    oidc_admin: Annotated[str, Field(min_length=1, max_length=200)] = "admin"
    oidc_fleet: Id = MAIN_FLEET
    """The fleet of those who sign in so."""
    oidc_longest_s: Annotated[float, Field(gt=0, le=604_800)] = 43_200.0
    """A token is not taken for longer after it was issued, whatever it says of its end."""

    answers_kept_mb: Annotated[int, Field(ge=0, le=65_536)] = 64
    """Each web process keeps so much of plans and drivers' routes ready: those asked for last."""

    requests_per_s: Annotated[float, Field(ge=0, le=1e6)] = 50.0
    """So many requests a second of one key in the long run, by each web process; more are
    answered with 429. 0: no limit."""
    requests_burst: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """So many at once."""

    max_photo_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024 * 1024
    """A larger picture from a driver is answered with 413."""
    photos_a_day: Annotated[int, Field(ge=0)] = 200
    """So many pictures of one truck in 24 hours, no more."""
    positions_kept_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Where a truck was is forgotten after so many days; what it did is not."""

    log_format: LogFormat = "text"
    """json: one object a line, for machines."""
    log_level: LogLevel | None = None
    """None: warnings of the web server, and the news of a worker."""

    solve_seconds: Annotated[float, Field(gt=0, le=86_400)] = 20.0
    """Solving time of a plan that names none."""
    max_solve_seconds: Annotated[float, Field(gt=0, le=86_400)] = 600.0
    """The most solving time that a plan may ask for."""
    max_solve_now_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """The most solving time of the stateless `POST /v1/solve`, which holds a connection."""
    solves_at_once: Annotated[int, Field(ge=1, le=256)] = 1
    """Stateless solves a web process does at the same time; more are answered with 503."""
    counterfactual_share: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    """This part of a plan's solving time, from two to ten seconds, goes to what the fixed schedule
    would have driven. Nothing of plans solved for less than ten seconds. 0: of none."""
    solve_memory_mb: Annotated[int, Field(ge=256)] = 4096

    streams_at_once: Annotated[int, Field(ge=1, le=256)] = 4
    """Live streams of a web process at the same time, and never more than half its threads;
    more are answered with 503."""
    stream_s: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """A live stream ends after so long; the client comes back and goes on where it was."""
    stream_look_s: Annotated[float, Field(gt=0, le=60)] = 0.5
    stream_beat_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """So often a stream without news says that it is alive."""
    stream_send_s: Annotated[float, Field(gt=0, le=600)] = 5.0
    """A client that takes nothing for so long is cut off."""

    lease_s: Annotated[float, Field(gt=0, le=3600)] = 15.0
    """A worker that says nothing for so long has lost its plan to the next one."""
    heartbeat_s: Annotated[float, Field(gt=0, le=600)] = 1.0
    attempts: Annotated[int, Field(ge=1, le=100)] = 3
    poll_s: Annotated[float, Field(gt=0, le=60)] = 0.3
    """How often an idle worker looks for a queued plan."""

    broker_url: BrokerUrl | None = None
    """RabbitMQ or Redis, for `binrounds sweep` and `worker --celery`; needs the extra `celery`."""
    broker_queue: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")] = "binrounds.plans"
    """The queue's name there. Services that share a broker have one each."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = Field(
        default=8000, validation_alias=AliasChoices("BINROUNDS_PORT", "PORT")
    )
    threads: Annotated[int, Field(ge=1, le=256)] = 8
    """Threads of a web process."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Files of secrets win over the environment, which an image may have filled. Raises
        SettingsError for a folder that is none.

        There is no .env file: what a process runs with is seen where it is started.
        """
        del dotenv_settings, file_secret_settings
        folder = os.environ.get(SECRETS_DIR)
        if folder is not None and not Path(folder).is_dir():
            raise SettingsError(f"{SECRETS_DIR}: {folder} is no folder")
        files = () if folder is None else (SecretsSettingsSource(settings_cls, folder),)
        return (init_settings, *files, env_settings)

    @model_validator(mode="after")
    def _audience_goes_with_issuer(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError("oidc_issuer and oidc_audience are set together, or neither is")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_s)
