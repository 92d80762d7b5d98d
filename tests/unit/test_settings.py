"""Settings: the environment wins over the file, secrets never stand in the file, and no message shows a value."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import NoReturn

import keyring
import keyring.errors
import pytest
from pydantic import SecretStr

from connector.settings import CrmSettings, RegisterSettings, Settings, SettingsError, VaultSettings
from connector.settings_file import template

CANARY = "canary-5ecret"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from an empty folder, an environment without our variables, and an empty keyring."""
    for name in [name for name in os.environ if name.startswith("BINOME_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keyring, "get_password", lambda _service, _entry: None)


def load(text: str) -> Settings:
    """Load a file with this text."""
    Path("binome.toml").write_text(text, encoding="utf-8")
    return Settings.load()


def refused(text: str) -> SettingsError:
    """Give the error that a file ends in, after checking that it shows no value."""
    with pytest.raises(SettingsError) as caught:
        load(text)
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.advice
    assert CANARY not in shown
    return caught.value


def test_nothing_needs_to_be_set() -> None:
    """Without file and environment Binôme works on the sandbox and a SQLite register."""
    settings = Settings.load()
    assert (settings.crm.url, settings.register.url) == ("sandbox:", "sqlite:///binome.db")


def test_the_template_says_the_defaults() -> None:
    """The file that `binome init` writes changes nothing until it is edited."""
    assert load(template()) == Settings.load(Path(os.devnull))


def test_the_environment_wins_key_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable replaces one key and leaves its neighbours to the file."""
    monkeypatch.setenv("BINOME_CRM_URL", "https://odoo.example.org")
    monkeypatch.setenv("BINOME_CRM_ALLOW_INSECURE", "true")
    monkeypatch.setenv("BINOME_LIMITS_MAX_SHARE", "0.5")
    settings = load('[crm]\nurl = "https://other"\ndatabase = "club"\n[limits]\nmax_creates = 7\n')
    assert settings.crm.url == "https://odoo.example.org"
    assert settings.crm.database == "club"
    assert settings.crm.allow_insecure
    assert (settings.limits.max_creates, settings.limits.max_share) == (7, 0.5)


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing leaves the file's value standing."""
    monkeypatch.setenv("BINOME_CRM_URL", "")
    assert load('[crm]\nurl = "https://odoo.example.org"\n').crm.url == "https://odoo.example.org"


def test_the_file_is_found_by_argument_then_by_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An argument names the file; else BINOME_CONFIG does; else it is ./binome.toml."""
    for name in ("argument", "environment"):
        (tmp_path / name).write_text(f'[club]\nname = "{name}"\n', encoding="utf-8")
    monkeypatch.setenv("BINOME_CONFIG", str(tmp_path / "environment"))
    assert Settings.load(tmp_path / "argument").club.name == "argument"
    assert Settings.load().club.name == "environment"
    monkeypatch.setenv("BINOME_CONFIG", str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match="absent"):
        Settings.load()


@pytest.mark.parametrize(("text", "place", "hint"), [
    (f'[crm]\nurll = "{CANARY}"\n', "crm.urll", "crm.url"),
    (f'[crmm]\nurl = "{CANARY}"\n', "crmm", "crm"),
    (f'[club]\nzone = "{CANARY}"\n', "club.zone", "timezone"),
])
def test_an_unknown_key_is_named_with_the_nearest_known(text: str, place: str, hint: str) -> None:
    """A misspelt key is an error that says which one was meant."""
    error = refused(text)
    assert place in error.message
    assert hint in error.advice


@pytest.mark.parametrize("text", [
    f'[crm]\nsecret = "{CANARY}"\n', f'[crm]\npassword = "{CANARY}"\n', f'[crm]\napi_key = "{CANARY}"\n',
    f'[vault]\nkey = "{CANARY}"\n', f'token = "{CANARY}"\n', f'[register]\nPASSWORD = "{CANARY}"\n',
    f'[crm]\nsecret_file = "{CANARY}"\n',
])
def test_a_secret_in_the_file_is_refused(text: str) -> None:
    """Whatever is named like a secret has no place in a file that people copy and share."""
    error = refused(text)
    assert "secrets do not belong" in error.message
    assert "BINOME_CRM_SECRET" in error.advice


@pytest.mark.parametrize(("text", "place"), [
    (f'[crm]\ntimeout = "{CANARY}"\n', "crm.timeout"), (f'[crm]\ntransport = "{CANARY}"\n', "crm.transport"),
    (f'[club]\ntimezone = "{CANARY}"\n', "club.timezone"), ('[club]\ntimezone = "../etc"\n', "club.timezone"),
    ("[limits]\nmax_share = 3\n", "limits.max_share"), (f'crm = "{CANARY}"\n', "crm"),
])
def test_a_wrong_value_is_named_by_its_key(text: str, place: str) -> None:
    """The message says which key is wrong and what it should be, not what stands there."""
    error = refused(text)
    assert error.message.startswith(place)


@pytest.mark.parametrize("text", [f"[crm\n{CANARY}", f"[crm]\nurl = {CANARY}\n", f'[crm]\nurl = "{CANARY}\n'])
def test_a_broken_file_is_an_error_of_the_file(text: str) -> None:
    """A file that is not TOML is named with the line, without its content."""
    assert "is not valid TOML" in refused(text).message


def test_a_misspelt_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that nobody hears would leave the wrong value standing."""
    monkeypatch.setenv("BINOME_CRM_DATABSE", CANARY)
    assert "BINOME_CRM_DATABASE" in refused("").advice


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret is at hand for who asks, and shown to nobody."""
    monkeypatch.setenv("BINOME_CRM_SECRET", CANARY)
    monkeypatch.setenv("BINOME_VAULT_KEY", CANARY)
    settings = Settings.load()
    assert settings.crm.credential().get_secret_value() == CANARY
    assert settings.vault.credential() == SecretStr(CANARY)
    assert CANARY not in repr(settings)
    assert CANARY not in str(settings.crm.model_dump())


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_holds_a_secret(tmp_path: Path, mode: int) -> None:
    """A file that only its owner reads is as good as the environment."""
    file = tmp_path / "key"
    file.write_text(f"{CANARY}\n", encoding="utf-8")
    file.chmod(mode)
    assert CrmSettings(secret_file=file).credential().get_secret_value() == CANARY


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666, 0o700])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """The error says which command makes the file private."""
    file = tmp_path / "key"
    file.write_text(CANARY, encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(SettingsError) as caught:
        VaultSettings(key_file=file).credential()
    assert f"chmod 600 {file}" in caught.value.advice
    assert CANARY not in str(caught.value)


def test_an_absent_or_empty_file_is_an_error(tmp_path: Path) -> None:
    """A file that was named must hold the secret: falling back would use another one unseen."""
    with pytest.raises(SettingsError, match="cannot be read"):
        CrmSettings(secret_file=tmp_path / "absent").credential()
    (tmp_path / "empty").touch(mode=0o600)
    with pytest.raises(SettingsError, match="is empty"):
        CrmSettings(secret_file=tmp_path / "empty").credential()


def test_the_keyring_is_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without variable and file the system's keyring holds the secret."""
    monkeypatch.setattr(keyring, "get_password", lambda service, entry: f"{service}/{entry}")
    assert CrmSettings().credential().get_secret_value() == "binome/crm_secret"
    assert CrmSettings(secret=SecretStr(CANARY)).credential().get_secret_value() == CANARY


def test_a_locked_keyring_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that cannot be opened is no failure; only a missing secret is, and only for who needs it."""

    def locked(_service: str, _entry: str) -> NoReturn:
        raise keyring.errors.KeyringLocked(CANARY)

    monkeypatch.setattr(keyring, "get_password", locked)
    assert VaultSettings().credential() is None
    with pytest.raises(SettingsError) as caught:
        CrmSettings().credential()
    assert "BINOME_CRM_SECRET" in caught.value.advice


@pytest.mark.parametrize(("url", "shown"), [
    (f"postgresql+psycopg://club:{CANARY}@db.example.org/register", "postgresql+psycopg://club:***@db.example.org/register"),
    (f"postgresql://db.example.org/register?user=club&password={CANARY}", "postgresql://db.example.org/register?user=club&password=***"),
    ("sqlite:///binome.db", "sqlite:///binome.db"), ("postgresql://club@db/register", "postgresql://club@db/register"),
])
def test_a_password_in_the_registers_address_is_masked(url: str, shown: str) -> None:
    """The register's address may hold a password; nothing that shows the settings shows it."""
    register = RegisterSettings(url=url)
    assert register.url == url
    assert register.safe_url() == shown
    assert CANARY not in repr(register) + str(register) + register.model_dump_json() + str(register.model_dump())
