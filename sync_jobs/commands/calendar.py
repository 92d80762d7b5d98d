"""The coordinators' calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.refused import KeyUnknown
from sync_jobs.state import utc_now

app = typer.Typer()


@app.command()
def calendar(
    out: Annotated[Path, typer.Option(help="The folder for the files; they are written anew.")],
    coordinator: Annotated[str, typer.Option(metavar="ID", help="Only this user's, by its id in the CRM.")] = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write each coordinator's meetings as an .ics file: dates and references of pairs, no name."""
    from sync_jobs.calendar import calendars

    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        found = calendars(club.register, club.ready_crm(), utc_now(), screen.language)
    name = f"coordinator-{coordinator}"
    if coordinator and name not in found:
        raise KeyUnknown
    chosen = {name: found[name]} if coordinator else found
    out.mkdir(parents=True, exist_ok=True)
    for file, content in chosen.items():
        path = out / f"{file}.ics"
        path.touch(mode=0o600)
        path.write_bytes(content)
    files = [f"{file}.ics" for file in chosen]
    screen.show({"files": files}, lambda: screen.print(
        f"✓ {len(files)} calendriers écrits.", f"✓ {len(files)} calendars written.", "green"))
