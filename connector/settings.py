"""Configuration: ``binome.toml``, overridden key by key by the environment; secrets never come from that file."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
import tomllib
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_serializer, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connector.credentials import SettingsError, credential, secret_looking

__all__ = ["Settings", "SettingsError"]

DEFAULT_PATH = Path("binome.toml")
_MASK = "***"


class _Table(BaseSettings):
    """One table of the file: each of its keys can also be set by the environment, which wins."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose keys are passed as arguments."""
        return env_settings, init_settings


class RegisterSettings(_Table, env_prefix="BINOME_REGISTER_"):
    """Where the programme's own database is."""

    url: Annotated[str, Field(repr=False)] = "sqlite:///binome.db"

    def safe_url(self) -> str:
        """Give the address as it may be shown: no password in it."""
        parts = urlsplit(self.url)
        login, at, host = parts.netloc.rpartition("@")
        user, colon, _password = login.partition(":")
        shown = f"{user}{colon and ':' + _MASK}{at}{host}"
        asked = [(key, _MASK if secret_looking(key) else value) for key, value in parse_qsl(parts.query)]
        return urlunsplit(parts._replace(netloc=shown, query=urlencode(asked, safe="*/"))) if parts.netloc else self.url

    @field_serializer("url")
    def _dumped(self, _url: str) -> str:
        return self.safe_url()


class CrmSettings(_Table, env_prefix="BINOME_CRM_"):
    """Which Odoo staff use, and as whom Binôme works there."""

    url: str = "sandbox:"
    database: str = ""
    user: str = ""
    transport: Literal["auto", "json2", "jsonrpc"] = "auto"
    allow_insecure: bool = False
    timeout: Annotated[float, Field(gt=0, le=600)] = 60.0
    secret: SecretStr | None = None
    secret_file: Path | None = None
    audit_user: str = ""
    audit_secret: SecretStr | None = None

    def auditor(self) -> CrmSettings | None:
        """Give the same CRM as the administrator sees it who lends the audit eyes, where one was named."""
        if self.audit_secret is None:
            return None
        return self.model_copy(update={"user": self.audit_user or self.user, "secret": self.audit_secret})

    def credential(self) -> SecretStr:
        """Give the API key or password: from the environment, a private file, or the system's keyring."""
        found = credential(self.secret, self.secret_file, "BINOME_CRM_SECRET", "crm_secret")
        if found is None:
            raise SettingsError(
                "no API key or password for the CRM",
                "Put it in BINOME_CRM_SECRET, in a file (mode 600) named by BINOME_CRM_SECRET_FILE, or in the "
                "keyring: `keyring set binome crm_secret`.",
            )
        return found


class VaultSettings(_Table, env_prefix="BINOME_VAULT_"):
    """The key to what only a pair may read. The sync and the daemon run without it."""

    key: SecretStr | None = None
    key_file: Path | None = None

    def credential(self) -> SecretStr | None:
        """Give the vault's key where this process was given one."""
        return credential(self.key, self.key_file, "BINOME_VAULT_KEY", "vault_key")

    def keys(self) -> list[SecretStr]:
        """Give the master keys, the newest first: several stand on one line with commas between, or on lines."""
        found = self.credential()
        return [SecretStr(key) for key in re.split(r"[,\s]+", found.get_secret_value()) if key] if found else []


class ClubSettings(_Table, env_prefix="BINOME_CLUB_"):
    """The club that this register is for."""

    name: str = "Club de mentorat"
    timezone: str = "Europe/Paris"
    language: Literal["en", "fr"] = "fr"
    charter_version: Annotated[str, Field(min_length=1, max_length=64)] = "2026-1"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is not a time zone; write it like Europe/Paris") from None
        return name


class LimitSettings(_Table, env_prefix="BINOME_LIMITS_"):
    """What one run may do without a person's approval."""

    max_creates: Annotated[int, Field(ge=0)] = 500
    max_updates: Annotated[int, Field(ge=0)] = 500
    max_archives: Annotated[int, Field(ge=0)] = 20
    max_share: Annotated[float, Field(ge=0, le=1)] = 0.2


class AuditSettings(_Table, env_prefix="BINOME_AUDIT_"):
    """What the audit finds too many."""

    max_staff: Annotated[int, Field(ge=1)] = 10


class JobSettings(_Table, env_prefix="BINOME_JOBS_"):
    """How often the daemon works."""

    sync_minutes: Annotated[int, Field(ge=1, le=1440)] = 5
    full_hours: Annotated[int, Field(ge=1, le=720)] = 24
    nightly_at: dt.time = dt.time(2, 30)


class RetentionSettings(_Table, env_prefix="BINOME_RETENTION_"):
    """How long is kept what the programme does not need any more; 0 keeps for ever."""

    ratings_days: Annotated[int, Field(ge=0, le=3650)] = 30
    pairs_months: Annotated[int, Field(ge=0, le=600)] = 60
    prospects_months: Annotated[int, Field(ge=0, le=600)] = 36


Steps = Annotated[tuple[Annotated[int, Field(ge=1, le=365)], ...], Field(max_length=5)]
Days = Annotated[int, Field(ge=0, le=365)]


class ReminderSettings(_Table, env_prefix="BINOME_REMINDERS_"):
    """After how many days staff are reminded of something; 0, or an empty list, never."""

    charter_days: Steps = (3, 10)
    first_interview_days: Days = 14
    roadmap_days: Days = 7
    overdue_days: Days = 1
    silence_days: Days = 90
    ending_days: Steps = (90, 30, 7)
    closing_days: Days = 30
    session_days: Days = 45
    hours_days: Annotated[int, Field(ge=0, le=28)] = 3
    superseded: bool = True
    answer_days: Annotated[int, Field(ge=0, le=60)] = 7


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything Binôme is told from outside. ``load()`` makes it; nothing else reads the file or the environment."""

    register: RegisterSettings
    crm: CrmSettings
    club: ClubSettings
    limits: LimitSettings
    audit: AuditSettings
    jobs: JobSettings
    retention: RetentionSettings
    reminders: ReminderSettings
    vault: VaultSettings

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """Read the file (``path``, else BINOME_CONFIG, else ./binome.toml if there is one), then the environment.

        Raises SettingsError, which names table and key, never a value.
        """
        document = _read(path)
        _check_file(document)
        _check_environment(os.environ)
        return cls(**{name: _table(name, table, document.get(name, {})) for name, table in _TABLES.items()})


_TABLES: Mapping[str, type[_Table]] = {
    "register": RegisterSettings, "crm": CrmSettings, "club": ClubSettings, "limits": LimitSettings,
    "audit": AuditSettings, "jobs": JobSettings, "retention": RetentionSettings, "reminders": ReminderSettings,
    "vault": VaultSettings,
}
_ENVIRONMENT_ONLY = {"crm": {"secret", "secret_file", "audit_secret"}, "vault": {"key", "key_file"}}


def _table(name: str, table: type[_Table], given: Mapping[str, Any]) -> Any:
    try:
        return table(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    key = ".".join(str(part) for part in (name, *first["loc"]))
    text = first["msg"].removeprefix("Value error, ")
    variable = "BINOME_" + key.replace(".", "_").upper()
    raise SettingsError(f"{key}: {text}", f"Correct it in binome.toml, or {variable} where the environment sets it.")


def _read(path: Path | None) -> dict[str, Any]:
    chosen = path or Path(os.environ.get("BINOME_CONFIG") or DEFAULT_PATH)
    if path is None and "BINOME_CONFIG" not in os.environ and not chosen.exists():
        return {}
    problem = ""
    try:
        return tomllib.loads(chosen.read_text(encoding="utf-8"))
    except OSError as error:
        problem = error.strerror or "cannot be read"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = re.search(r"\(at [^)]*\)$", str(error))
        problem = f"is not valid TOML {where[0] if where else ''}".strip()
    raise SettingsError(f"{chosen}: {problem}", "Correct the file, or write a new one with `binome init`.")


def _check_file(document: Mapping[str, Any]) -> None:
    """Refuse what the file may not hold: unknown tables and keys, and whatever looks like a secret."""
    tables = {name: sorted(set(table.model_fields) - _ENVIRONMENT_ONLY.get(name, set()))
              for name, table in _TABLES.items() if name != "vault"}
    for name, content in document.items():
        keys = content if isinstance(content, dict) else {}
        for key in (name, *keys):
            if secret_looking(key):
                raise SettingsError(
                    f"binome.toml holds {name if key == name else f'{name}.{key}'}: secrets do not belong in that file",
                    "Take it out and make a new secret, then put it in BINOME_CRM_SECRET or BINOME_VAULT_KEY, in a "
                    "private file named by BINOME_CRM_SECRET_FILE or BINOME_VAULT_KEY_FILE, or in the keyring.",
                )
        if name not in tables:
            raise _unknown(name, tables, "table")
        if not isinstance(content, dict):
            raise SettingsError(f"{name}: must be a table", f"Write [{name}] on a line of its own, its keys below.")
        for key in keys:
            if key not in tables[name]:
                raise _unknown(f"{name}.{key}", [f"{name}.{known}" for known in tables[name]], "key")


def _check_environment(environment: Mapping[str, str]) -> None:
    """Refuse a misspelt variable of ours: unheard, it would leave the file's value standing."""
    known = [f"BINOME_{name}_{key}".upper() for name, table in _TABLES.items() for key in table.model_fields]
    ours = tuple(f"BINOME_{name}_".upper() for name in _TABLES)
    for variable in environment:
        if variable.upper().startswith(ours) and variable.upper() not in known:
            raise _unknown(variable, known, "variable")


def _unknown(name: str, known: Iterable[str], what: str) -> SettingsError:
    choices = sorted(known)
    nearest = difflib.get_close_matches(name, choices, n=1)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"Known: {', '.join(choices)}."
    return SettingsError(f"{name}: no such {what}", hint)
