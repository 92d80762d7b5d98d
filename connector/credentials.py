"""Secrets: where they may come from, and what looks like one."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import keyring
from pydantic import SecretStr

KEYRING_SERVICE = "binome"

_SECRET_WORDS = frozenset({"password", "passwd", "passphrase", "secret", "key", "apikey", "token", "credential"})


class SettingsError(Exception):
    """The configuration cannot be used. Correct the named key, then run the command again."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


def secret_looking(key: str) -> bool:
    """Tell whether a key's name says that its value is a secret."""
    return not _SECRET_WORDS.isdisjoint(re.split(r"[^a-z]+", key.lower()))


def credential(given: SecretStr | None, file: Path | None, variable: str, entry: str) -> SecretStr | None:
    """Find a secret: the environment's own, then a private file's, then the keyring's."""
    if given is not None:
        return given
    if file is not None:
        return _private_file(file, f"{variable}_FILE")
    return _from_keyring(entry)


def _private_file(file: Path, variable: str) -> SecretStr:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = file.read_text(encoding="utf-8").strip() if mode in {0o600, 0o400} else ""
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{variable}: {file} cannot be read", f"Correct {variable}, or write the file.") from None
    if mode not in {0o600, 0o400}:
        raise SettingsError(f"{variable}: others may read {file} (mode {mode:o})", f"Run `chmod 600 {file}`.")
    if not text:
        raise SettingsError(f"{variable}: {file} is empty", f"Write the secret in {file}, on one line.")
    return SecretStr(text)


def _from_keyring(entry: str) -> SecretStr | None:
    """Ask the system's keyring; one that is absent or locked simply holds nothing."""
    try:
        found = keyring.get_password(KEYRING_SERVICE, entry)
    except Exception:  # noqa: BLE001 # each backend raises errors of its own kind
        return None
    return SecretStr(found) if found else None
