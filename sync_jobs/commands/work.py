"""The daily work: plan, sync, verify, conflicts and status."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from sync_jobs import screens
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.cycle import verify as verified
from sync_jobs.failures import DONE, FAILED, PERSON
from sync_jobs.status import show_status, status_document

app = typer.Typer()


@app.command()
def plan(
    config: Config = None,
    as_json: AsJson = False,
    full: Annotated[bool, typer.Option("--full", help="Compare every record, not only what changed.")] = False,
) -> None:
    """Show what a sync would change, on which side, and change nothing."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, screen.progress() as progress:
        planned = club.cycle(club.ready_crm(), progress).plan(full=full)
    screen.show(screens.plan_document(planned), lambda: screens.show_plan(screen, planned))


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
        document = verified(club.cycle(club.ready_crm(), progress).plan(full=True))
    screen.show(document, lambda: screens.show_verified(screen, document))
    raise typer.Exit(DONE if document["consistent"] else FAILED)


@app.command()
def conflicts(
    config: Config = None,
    as_json: AsJson = False,
    keep: Annotated[Literal["register", "crm"] | None, typer.Option(help="The side whose value stands.")] = None,
    key: Annotated[str, typer.Option(help="Settle this record's conflicts only.")] = "",
    field: Annotated[str, typer.Option(help="Settle this field only.")] = "",
) -> None:
    """List fields that both sides changed, or settle them for one side; the next sync carries it out."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        for row in club.state.conflicts() if keep else []:
            if key in ("", str(row["key"])) and field in ("", row["field"]):
                club.state.decide(row, keep or "register")
        rows = club.state.conflicts()
    document = {
        "conflicts": [
            {
                "record": r["kind"],
                "key": str(r["key"]),
                "field": r["field"],
                "since": r["found_at"],
                "status": r["status"],
            }
            for r in rows
        ]
    }
    screen.show(document, lambda: screens.show_conflicts(screen, rows))
    raise typer.Exit(PERSON if any(row["status"] == "open" for row in rows) else DONE)


@app.command()
def status(config: Config = None, as_json: AsJson = False) -> None:
    """Tell in one screen whether all is right, and if not what to do."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        document = status_document(club)
    screen.show(document, lambda: show_status(screen, document))
    raise typer.Exit(document["exit"])
