"""Looking back: the last runs, and taking one back."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_jobs import undo_screen
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.failures import DONE, PERSON

app = typer.Typer()


@app.command()
def runs(
    config: Config = None,
    as_json: AsJson = False,
    count: Annotated[int, typer.Option("--count", min=1, help="How many.")] = 20,
) -> None:
    """List the last runs, newest first: what each was, when, and how much it changed."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        document = undo_screen.runs_document(club.state.last_runs(count))
    screen.show(document, lambda: undo_screen.show_runs(screen, document))


@app.command()
def undo(
    run: Annotated[str, typer.Argument(help="A run's id or how it begins, or `last`: the last sync with changes.")],
    config: Config = None,
    as_json: AsJson = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
) -> None:
    """Take back what a run wrote on both sides, where nothing newer stands on it, and say what is left."""
    if as_json and not (yes or dry_run):
        raise typer.BadParameter("--json asks nothing: give --yes or --dry-run too")
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, screen.progress() as progress:
        work = club.undo(club.ready_crm(), progress)
        outcome = work.look(found := work.find(run))
    if not dry_run and outcome.taken_back:
        if not yes:
            undo_screen.show_undo(screen, outcome)
            if not typer.confirm(screen.say("Reprendre tout cela ?", "Take all this back?")):
                raise typer.Exit(PERSON)
        with opened(config) as club, screen.progress() as progress:
            outcome = club.undo(club.ready_crm(), progress).take_back(found)
    screen.show(undo_screen.undo_document(outcome), lambda: undo_screen.show_undo(screen, outcome))
    raise typer.Exit(PERSON if outcome.left else DONE)
