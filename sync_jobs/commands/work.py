"""The daily work: plan, sync, verify and status."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from sync_jobs import screens
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, AsReader, Config, ShowValues, screen_for
from sync_jobs.cycle import verify as verified
from sync_jobs.failures import DONE, FAILED, PERSON
from sync_jobs.naming import references
from sync_jobs.showing import Reader, values_of
from sync_jobs.status import show_status, status_document

app = typer.Typer()


@app.command()
def plan(
    config: Config = None,
    as_json: AsJson = False,
    full: Annotated[bool, typer.Option("--full", help="Compare every record, not only what changed.")] = False,
    show_values: ShowValues = False,
    reader: AsReader = Reader.STAFF,
) -> None:
    """Show what a sync would change, on which side, and change nothing."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, screen.progress() as progress:
        planned = club.cycle(club.ready_crm(), progress).plan(full=full)
        asked = screens.places(planned) if show_values else []
        values = values_of(planned.observation, club.register, asked, reader) if show_values else None
    document = screens.plan_document(planned, screen.language, values)
    screen.show(document, lambda: screens.show_plan(screen, planned, values, refs=reader is Reader.STAFF))
    raise typer.Exit(PERSON if planned.needs_approval else DONE)


@app.command()
def sync(
    config: Config = None,
    as_json: AsJson = False,
    full: Annotated[bool, typer.Option("--full", help="Compare every record, not only what changed.")] = False,
    approve: Annotated[str | None, typer.Option(help="Hash of the plan that a person looked at.")] = None,
) -> None:
    """Bring the register and the CRM in step."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, screen.progress() as progress:
        report = club.cycle(club.ready_crm(), progress).run(full=full, approve=approve)
    screen.show(asdict(report), lambda: screens.show_report(screen, report))
    raise typer.Exit(PERSON if report.conflicts or report.parked else DONE)


@app.command()
def verify(config: Config = None, as_json: AsJson = False) -> None:
    """Compare every record of both sides and say where they differ."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, screen.progress() as progress:
        planned = club.cycle(club.ready_crm(), progress).plan(full=True)
    document = verified(planned)
    screen.show(document, lambda: screens.show_verified(screen, document, screens.observed_refs(planned)))
    raise typer.Exit(DONE if document["consistent"] else FAILED)


@app.command()
def status(config: Config = None, as_json: AsJson = False) -> None:
    """Tell in one screen whether all is right, and if not what to do."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        document = status_document(club)
        waiting = [(row["kind"], row["key"]) for row in (*club.state.parked(), *club.state.conflicts())]
        refs = references(club.register, waiting)
    screen.show(document, lambda: show_status(screen, document, refs))
    raise typer.Exit(document["exit"])
