"""What can be set from outside: by ESCALATIONS_… variables, or in a YAML file with the same names."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.vocabulary import Role
from organisation.findings import Finding, nearest
from organisation.yaml_source import Source, read
from starter.errors import SettingsInvalid

PREFIX = "ESCALATIONS_"
FILE_VARIABLE = "ESCALATIONS_SETTINGS"
PROJECT = Path(__file__).resolve().parent.parent

Port = Annotated[int, Field(ge=1, le=65535)]


def _has_a_scheme(url: SecretStr) -> SecretStr:
    if "://" not in url.get_secret_value():
        raise ValueError("not a URL; write one such as postgresql://user:password@host/database")
    return url


def _is_a_rate(rate: str) -> str:
    if re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour)", rate) is None:
        raise ValueError("not a rate; write a number and second, minute or hour, such as 1200/minute")
    return rate


def _is_an_issuer(url: str) -> str:
    if not url.startswith(("https://", "http://localhost", "http://127.0.0.1", "http://[::1]")):
        raise ValueError("not an https URL; plain http is for an issuer on this machine")
    return url


SignedBy = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"
]


class Settings(BaseSettings):
    """All settings; the environment wins over the file. Without any the stack is embedded in `data/`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", populate_by_name=True
    )

    data: Path = Path("data")
    """The folder of the embedded stack: server file, ledger, mail, logs."""
    policies: Path = PROJECT / "policies"
    """The organisation's folder."""
    database_url: Annotated[SecretStr, AfterValidator(_has_a_scheme)] | None = None
    """The ledger's database as SQLAlchemy spells it; without it a SQLite file in the data folder."""

    temporal_address: str | None = Field(
        default=None,
        pattern=r"^[^\s:/]+(:\d+)?$",
        validation_alias=AliasChoices("ESCALATIONS_TEMPORAL_ADDRESS", "TEMPORAL_ADDRESS"),
    )
    """`host:port` of a Temporal cluster; without it and a profile the server is embedded."""
    temporal_profile: str | None = Field(
        default=None, validation_alias=AliasChoices("ESCALATIONS_TEMPORAL_PROFILE", "TEMPORAL_PROFILE")
    )
    """A profile of Temporal's own configuration file; TLS and API keys come from there or from TEMPORAL_…"""
    temporal_namespace: str | None = Field(
        default=None, validation_alias=AliasChoices("ESCALATIONS_TEMPORAL_NAMESPACE", "TEMPORAL_NAMESPACE")
    )
    temporal_cli: Path | None = Field(
        default=None, validation_alias=AliasChoices("ESCALATIONS_TEMPORAL_CLI", "TEMPORAL_CLI")
    )
    """The `temporal` program, where it is not installed beside Python or on the PATH."""
    temporal_port: Port = 7233
    temporal_ui_port: Port = 8233

    smtp_host: str = "127.0.0.1"
    smtp_port: Port = 8025
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: str = Field(default="escalations@example.org", pattern=r"^[^@\s]+@[^@\s]+$")
    webhook_secret: SecretStr | None = None
    """Signs outgoing webhooks (Standard Webhooks); without it one is made and kept in the data folder."""
    webhook_private_addresses: bool = False
    """Whether webhooks may go to private and loopback addresses."""

    cached_escalations: int = Field(default=4_000, ge=100)
    """So many a worker keeps in memory, about 200 KiB each; others are replayed when they wake."""

    api_host: str = "127.0.0.1"
    """Where the API listens; only this machine, unless told otherwise."""
    api_port: Port = 8080
    api_body_limit: int = Field(default=1_000_000, ge=1_000)
    """Bytes that the body of a request may have."""
    api_rate: Annotated[str, AfterValidator(_is_a_rate)] = "3000/minute"
    """Requests that each key, or person, may make."""
    api_rate_anonymous: Annotated[str, AfterValidator(_is_a_rate)] = "120/minute"
    """Requests from each address without credentials that are known to count; so guessing stays slow."""

    oidc_issuer: Annotated[str, AfterValidator(_is_an_issuer)] | None = None
    """The identity provider whose tokens staff may call with, exactly as its tokens name it."""
    oidc_audience: str | None = Field(default=None, min_length=1)
    """For whom tokens must be meant."""
    oidc_algorithms: Annotated[tuple[SignedBy, ...], Field(min_length=1)] = ("RS256", "ES256")
    """How tokens may be signed; never with a shared secret."""
    oidc_person_claim: str = Field(default="preferred_username", min_length=1)
    """The claim that holds the person's id."""
    oidc_groups_claim: str = Field(default="groups", min_length=1)
    oidc_roles: dict[str, Role] = {}
    """Group to role; of several groups the first one here counts."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] | None = None
    """Without it: console at a terminal, JSON elsewhere."""

    @model_validator(mode="after")
    def _an_issuer_needs_an_audience(self) -> Self:
        if self.oidc_issuer is not None and self.oidc_audience is None:
            raise ValueError("an oidc_issuer needs an oidc_audience: tokens for others must not count here")
        return self

    @property
    def is_embedded(self) -> bool:
        return self.temporal_address is None and self.temporal_profile is None

    @property
    def ledger_url(self) -> str:
        """The database's URL, secrets included."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data / 'ledger.db').resolve()}"

    @property
    def log_folder(self) -> Path:
        return self.data / "log"

    @property
    def mail_folder(self) -> Path:
        """Where the local SMTP sink keeps what it got."""
        return self.data / "mail"


def load_settings() -> Settings:
    """The settings of this process, from the environment and the file that ESCALATIONS_SETTINGS names."""
    environment = os.environ
    _refuse_misspelt(environment)
    source = _file(environment.get(FILE_VARIABLE))
    written = {} if source is None else source.data
    unknown = [
        str(source.finding((name,), "unknown setting", nearest(str(name), Settings.model_fields)))
        for name in written
        if source is not None and name not in Settings.model_fields
    ]
    if unknown:
        raise SettingsInvalid(unknown)
    from_file = {name: value for name, value in written.items() if not _is_in(environment, name)}
    try:
        return Settings(**from_file)
    except ValidationError as error:
        raise SettingsInvalid([_said(detail["loc"], detail["msg"]) for detail in error.errors()]) from None


def _file(named: str | None) -> Source | None:
    if not named:
        return None
    match read(Path(named), named):
        case Finding() as finding:
            raise SettingsInvalid([f"{finding} (named by {FILE_VARIABLE})"])
        case source:
            return source


def _refuse_misspelt(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {FILE_VARIABLE}
    lines = [
        f"{name}: there is no such setting; {nearest(name, known)}"
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]
    if lines:
        raise SettingsInvalid(lines)


def _variables(name: str) -> tuple[str, ...]:
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (PREFIX + name.upper(),)


def _is_in(environment: Mapping[str, str], name: str) -> bool:
    return any(environment.get(variable) for variable in _variables(name))


def _said(location: tuple[Any, ...], message: str) -> str:
    """The setting by the name that is written in the environment."""
    name = str(location[0]) if location else ""
    field = next((field for field in Settings.model_fields if name in (field, *_variables(field))), name)
    return f"{PREFIX}{field.upper()}: {message[:1].lower()}{message[1:]}"
