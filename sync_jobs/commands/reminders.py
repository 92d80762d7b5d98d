"""Reminders for staff."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.naming import labels, references
from sync_jobs.reminders.wording import SAYS
from sync_jobs.screens.screen import KEY
from sync_jobs.words import KINDS

app = typer.Typer()


@app.command()
def reminders(
    config: Config = None,
    as_json: AsJson = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is due; ask nobody.")] = False,
    today: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], hidden=True)] = None,
) -> None:
    """Put what is due on the coordinators' lists in the CRM, each once, and take back what is over."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        job = club.reminders(club.crm() if dry_run else club.ready_crm())
        day = today.date() if today else club.today()
        told = job.look(day) if dry_run else job.run(day)
        refs = references(club.register, [(one.kind, one.key) for one in told.due])
    names, new = labels({one.key for one in told.due}, refs), set(told.new)
    document = {
        "today": day, "dry_run": dry_run, "created": told.created, "existing": told.existing,
        "missing": told.missing, "withdrawn": told.withdrawn,
        "due": [
            {"reminder": one.reminder, "record": one.kind, "key": str(one.key), "since": one.since, "new": one in new}
            for one in told.due
        ],
    }

    def render() -> None:
        table = screen.table(("Quoi", "What"), ("Fiche", "Record"), KEY, ("Depuis", "Since"), ("Nouveau", "New"))
        rows = [
            (screen.pick(SAYS, one.reminder), screen.pick(KINDS, one.kind), names[one.key],
             one.since.isoformat() if one.since else "—", "✓" if one in new else "")
            for one in told.due
        ]
        if rows:
            screen.rows(table, rows)
        if dry_run:
            screen.print(f"{len(new)} rappels à créer ; rien n'a été fait.",
                         f"{len(new)} reminders to make; nothing was done.", "yellow")
        else:
            screen.print(f"✓ {told.created} rappels créés, {told.withdrawn} retirés.",
                         f"✓ {told.created} reminders made, {told.withdrawn} taken back.", "green")

    screen.show(document, render)
