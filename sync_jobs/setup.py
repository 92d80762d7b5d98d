"""What is done once: the configuration file, and the data module in the CRM."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr

from connector.crm.connect import odoo_transport
from connector.crm.module.install import check, install
from connector.settings import CrmSettings, SettingsError
from connector.settings_file import template
from sync_jobs.screens import Screen

ADMIN_SECRET = "BINOME_ADMIN_SECRET"  # noqa: S105 - the name of a variable, not a secret


@dataclass(frozen=True, slots=True)
class Written:
    """Where the configuration is, and whether it is new."""

    path: Path
    new: bool


def write_configuration(path: Path | None, **crm: str) -> Written:
    """Write ``binome.toml`` with these keys of its table [crm]; a file that exists is kept as it is.

    Raises SettingsError where keys are given for a file that exists: changing it is left to its owner.
    """
    target = path or Path(os.environ.get("BINOME_CONFIG") or "binome.toml")
    given = {name.removeprefix("crm_"): value for name, value in crm.items() if value}
    if not target.exists():  # a trial CRM outlives the command only in a file
        given.setdefault("url", f"sandbox://{target.resolve().with_name('binome-crm.db')}")
    if target.exists():
        if given:
            raise SettingsError(
                f"{target} exists: {', '.join(given)} was not written", "Edit the table [crm] of that file instead."
            )
        return Written(target, new=False)
    text = template()
    for name, value in given.items():
        if any(c in value for c in '"\\\n'):
            raise SettingsError(f"crm.{name}: quotes and backslashes do not belong there", "Write it without them.")
        text = _with_key(text, name, value)
    # For its owner alone, whatever the umask: who could write the CRM's address there would be sent the CRM's key.
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return Written(target, new=True)


def _with_key(text: str, name: str, value: str) -> str:
    """Set a key of the table [crm] in the commented file, which has every key."""
    before, table, rest = text.partition("[crm]\n")
    return (
        before + table + re.sub(rf'^{name} = ".*"$', lambda _: f'{name} = "{value}"', rest, count=1, flags=re.MULTILINE)
    )


def install_module(
    crm: CrmSettings, screen: Screen, *, login: str, check_only: bool
) -> tuple[dict[str, Any], list[str]]:
    """Install or upgrade the data module, or say what that would change; give the document and lines for a person."""
    if crm.url.startswith("sandbox:"):
        return {"module": "sandbox", "steps": []}, [
            screen.say("Le CRM d'essai a déjà tout.", "The sandbox CRM already has everything.")
        ]
    transport = odoo_transport(as_administrator(crm, login))
    version = transport.version()
    if check_only:
        steps = check(transport, version)
        lines = [f"  {step}" for step in steps] or [screen.say("✓ Rien à changer.", "✓ Nothing to change.")]
        return {"module": "checked", "steps": [str(step) for step in steps]}, lines
    outcome = install(transport, version)
    labels = {
        "installed": ("✓ Module installé", "✓ Module installed"),
        "upgraded": ("✓ Module mis à jour", "✓ Module upgraded"),
        "unchanged": ("✓ Module déjà à jour", "✓ Module already up to date"),
    }
    lines = [
        f"{screen.say(*labels[outcome.verb])} ({outcome.version}).",
        screen.say(
            "Donnez le groupe « Coordinateur » aux coordinateurs, « Synchronisation » au seul utilisateur de Binôme.",
            "Give the group “Coordinator” to the coordinators, and the sync group to Binôme's own user alone.",
        ),
    ]
    return {"module": outcome.verb, "version": outcome.version, "steps": [str(step) for step in outcome.steps]}, lines


def as_administrator(crm: CrmSettings, login: str) -> CrmSettings:
    """Work as another login than the sync's for once; its password or key is asked for, and kept nowhere."""
    if not login:
        return crm
    given = os.environ.get(ADMIN_SECRET) or typer.prompt(f"{login}: password or API key", hide_input=True, err=True)
    return crm.model_copy(update={"user": login, "secret": SecretStr(given)})
