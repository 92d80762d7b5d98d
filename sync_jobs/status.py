"""The status in one screen: is it all right, and if not, what to do."""

from __future__ import annotations

import json
from typing import Any

from rich.table import Table

from connector.crm.errors import CrmError
from connector.crm.module.required import require_module
from connector.settings import SettingsError
from mappings.catalogue import CATALOGUE
from sync_jobs.club import Club
from sync_jobs.failures import DONE, PERSON, exit_code
from sync_jobs.reminders.gather import quarter_missed
from sync_jobs.screens import Screen, show_waiting
from sync_jobs.screens.waiting import Refs
from sync_jobs.words import KINDS


def status_document(club: Club) -> dict[str, Any]:
    """Gather the state of both sides and of the sync. A CRM that does not answer is told, not raised."""
    runs = club.state.last_runs()
    conflicts, parked = club.state.conflicts(), club.state.parked()
    crm = _crm(club)
    exit_with = DONE if not (conflicts or parked) else PERSON
    if crm.get("error"):
        exit_with = crm["exit"]
    return {
        "club": club.settings.club.name,
        "register": {"url": club.settings.register.safe_url(), "records": _counts(club)},
        "crm": crm,
        "last_run": _run(runs[0]) if runs else None,
        "conflicts": [
            {"record": c["kind"], "key": str(c["key"]), "field": c["field"], "status": c["status"]} for c in conflicts
        ],
        "parked": [
            {"record": p["kind"], "key": str(p["key"]), "code": p["code"], "fields": json.loads(p["fields"])}
            for p in parked
        ],
        "quarter_without_session": quarter_missed(club.register, club.today()),
        "exit": exit_with,
    }


def _counts(club: Club) -> dict[str, int]:
    return {kind: club.register.count(kind) for kind in dict.fromkeys(entity.record.kind for entity in CATALOGUE)}


def _crm(club: Club) -> dict[str, Any]:
    found: dict[str, Any] = {"url": club.settings.crm.url}
    try:
        crm = club.crm()
        server = crm.server()
        found |= {
            "version": server.version,
            "transport": server.transport,
            "database": server.database,
            "user": server.login,
            "module": server.module,
        }
        require_module(server)
        found["compare_and_set"] = crm.compare_and_set
    except (CrmError, SettingsError) as error:
        found |= {
            "error": type(error).__name__,
            "message": error.message,
            "advice": error.advice,
            "exit": exit_code(error),
        }
    return found


def _run(row: dict[str, Any]) -> dict[str, Any]:
    outcome = json.loads(row["outcome"] or "{}")
    return {"run": row["run"], "command": row["command"], "started": row["started"], "status": row["status"], **outcome}


def show_status(screen: Screen, document: dict[str, Any], refs: Refs | None = None) -> None:
    """Show it: the verdict first, then each side, then what waits for somebody."""
    crm, run = document["crm"], document["last_run"]
    _show_verdict(screen, document)
    table = Table(show_header=False, box=None)
    for _ in range(2):
        table.add_column(overflow="fold")
    table.add_row(screen.say("Registre", "Register"), document["register"]["url"])
    counts = {kind: number for kind, number in document["register"]["records"].items() if number}
    table.add_row("", ", ".join(f"{number} {screen.pick(KINDS, kind)}" for kind, number in counts.items()) or "—")
    shown = f"Odoo {crm['version']}, {crm['transport']}, {crm['user']}" if "version" in crm else ""
    table.add_row("CRM", f"{crm['url']} {shown}")
    last = screen.say("Dernière synchronisation", "Last sync")
    table.add_row(last, f"{run['started']} — {run['status']}" if run else screen.say("jamais", "never"))
    screen.console.print(table)
    if missed := document["quarter_without_session"]:
        year, quarter = missed
        screen.print(f"! Aucune réunion du club tenue avec un coach au T{quarter} {year}.",
                     f"! No club session was held with a coach in Q{quarter} {year}.", "yellow")
    waiting = [(p["record"], p["key"], p["code"], p["fields"]) for p in document["parked"]]
    waiting += [(c["record"], c["key"], c["status"], [c["field"]]) for c in document["conflicts"]]
    show_waiting(screen, waiting, refs)
    for command, rows in (("binome parked", document["parked"]), ("binome conflicts", document["conflicts"])):
        if rows:
            screen.print(f"`{command}` dit quoi faire.", f"`{command}` says what to do.")


def _show_verdict(screen: Screen, document: dict[str, Any]) -> None:
    crm = document["crm"]
    if crm.get("error"):
        screen.print(f"✗ {crm['message']}", f"✗ {crm['message']}", "bold red")
        screen.print(f"  {crm['advice']}", f"  {crm['advice']}")
    elif document["exit"] == DONE:
        screen.print("✓ Tout va bien.", "✓ All is well.", "bold green")
    else:
        number = len(document["parked"]) + len(document["conflicts"])
        screen.print(f"! {number} choses attendent quelqu'un.", f"! {number} things wait for somebody.", "bold yellow")
    if crm.get("compare_and_set") is False:
        _show_fallback(screen)


def _show_fallback(screen: Screen) -> None:
    """Say what a user without the batch action means, and what an administrator does about it."""
    screen.print(
        "! Sans comparaison avant écriture : une saisie faite pendant une synchronisation peut être écrasée.",
        "! No comparison at the moment of writing: what staff type during a sync may be overwritten.", "bold yellow",
    )
    screen.print(
        "  Dans Odoo, Paramètres > Utilisateurs, donnez le groupe « Synchronisation (utilisateur propre à Binôme) » "
        "à cet utilisateur ; s'il l'a déjà, relancez `binome install`.",
        '  In Odoo, Settings > Users, give this user the group "Sync (Binôme\'s own user)"; if it has it already, run '
        "`binome install` again.",
    )
