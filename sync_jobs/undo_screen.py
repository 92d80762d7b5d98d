"""What an undo shows: what it takes back, what it leaves and why, and the runs that can be named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from sync_jobs.screens import Screen, Shown, show_waiting
from sync_jobs.undo import Outcome
from sync_jobs.words import KINDS


def undo_document(outcome: Outcome) -> Shown:
    """Give what is taken back and what is left, by key, field and code; no values."""
    return {
        "undone": outcome.undone,
        "run": outcome.run,
        "taken_back": [
            {"record": kind, "key": str(key), "fields": list(fields)}
            for (kind, key), fields in outcome.taken_back.items()
        ],
        "left": [
            {"record": one.kind, "key": str(one.key), "field": one.field, "code": one.code} for one in outcome.left
        ],
    }


def show_undo(screen: Screen, outcome: Outcome) -> None:
    """Show what is, or was, taken back: counts by record and field; then what is left, and why."""
    counted = Counter((kind, name) for (kind, _), names in outcome.taken_back.items() for name in names)
    if counted:
        title = ("Repris", "Taken back") if outcome.run else ("Ce qui sera repris", "What will be taken back")
        table = Table(title=screen.say(*title))
        for column in (("Fiche", "Record"), ("Champ", "Field"), ("Nombre", "Number")):
            table.add_column(screen.say(*column))
        for (kind, name), number in counted.items():
            table.add_row(screen.pick(KINDS, kind), name, str(number))
        screen.console.print(table)
    else:
        screen.print("Rien à reprendre.", "Nothing to take back.")
    show_waiting(screen, [(one.kind, one.key, one.code, [one.field] if one.field else []) for one in outcome.left])
    if outcome.left:
        number = len(outcome.left)
        screen.print(f"! {number} restent en l'état.", f"! {number} are left as they are.", "yellow")
    if outcome.run:
        screen.print(f"Pour revenir : binome undo {outcome.run}", f"To go back: binome undo {outcome.run}", "dim")


def runs_document(rows: Sequence[Mapping[str, Any]]) -> Shown:
    """Give the runs with their counts."""
    return {"runs": [{**row, "outcome": json.loads(row["outcome"] or "{}")} for row in rows]}


def show_runs(screen: Screen, document: Shown) -> None:
    """Show the runs, newest first."""
    table = Table(box=None)
    table.add_column(screen.say("Exécution", "Run"), no_wrap=True)
    for column in (("Commande", "Command"), ("Début (UTC)", "Began (UTC)"), ("État", "Status"), ("Nombres", "Counts")):
        table.add_column(screen.say(*column))
    for row in document["runs"]:
        counts = {name: number for name, number in row["outcome"].items() if isinstance(number, int) and number}
        said = ", ".join(f"{name} {number}" for name, number in counts.items())
        table.add_row(row["run"], row["command"], row["started"][:19], row["status"], said)
    screen.console.print(table)
