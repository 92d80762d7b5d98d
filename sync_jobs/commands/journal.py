"""The disclosure journal: is it whole, and what does it tell of somebody?"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

import typer

from sync_jobs import journal_screen
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.disclosed import about, disclosed, find_disclosed
from sync_jobs.failures import DONE, PERSON
from sync_jobs.journal import Journal
from sync_jobs.lease import held
from sync_jobs.naming import find_in_register, references

app = typer.Typer()
journal = typer.Typer(help="What crossed to the CRM, of whom, to whom and by which rule.", no_args_is_help=True)
app.add_typer(journal, name="journal")


def _head(text: str) -> str:
    if text and not re.fullmatch(r"\d{1,18}:[0-9a-f]{64}", text):
        raise typer.BadParameter("give what `binome journal head` printed")
    return text


@journal.command()
def verify(
    config: Config = None,
    as_json: AsJson = False,
    noted: Annotated[str, typer.Option(callback=_head, help="A head that was noted elsewhere: it must stand.")] = "",
) -> None:
    """Walk the whole chain, and name the first row that was changed, taken out, put in or cut off."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        work = Journal(club.register, club.state)
        verdict, head = work.verify(noted), work.head()
    whole = verdict.broken is None
    document = {"whole": whole, "rows": verdict.rows, "broken": verdict.broken, "code": verdict.code, "head": str(head)}
    screen.show(document, lambda: journal_screen.show_verdict(screen, verdict, head))
    raise typer.Exit(DONE if whole else PERSON)


@journal.command()
def show(
    config: Config = None,
    as_json: AsJson = False,
    person: Annotated[str, typer.Option(metavar="KEY", help="Of this person: profile, pairs and meetings too.")] = "",
    record: Annotated[str, typer.Option(metavar="KEY", help="Of this record only.")] = "",
    since: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on (UTC).")] = None,
) -> None:
    """Tell what crossed to the CRM: each field, who sees it there, by which rule, when. No values."""
    if person and record:
        raise typer.BadParameter("give --person or --record, not both")
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        keys = about(club.register, find_in_register(club.register, "person", person)) if person else None
        if record:
            keys = {find_disclosed(club.register, record)}
        rows = disclosed(club.register, keys, since.date().isoformat() if since else "")
        refs = references(club.register, [(row.kind, row.key) for row in rows])
    document = {"disclosed": [row.document() for row in rows]}
    screen.show(document, lambda: journal_screen.show_disclosed(screen, rows, refs))


@journal.command()
def head(config: Config = None, as_json: AsJson = False) -> None:
    """Print where the journal ends: how many rows, and the last hash. Noted elsewhere, it proves that they stood."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        end = str(Journal(club.register, club.state).head())
    screen.show({"head": end}, lambda: screen.print(end, end))


@journal.command()
def seal(config: Config = None, as_json: AsJson = False) -> None:
    """Seal the journal's end anew, after the digests' key was lost; rows that are broken stay so."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, held(club.register, club.state):
        end = str(Journal(club.register, club.state).seal())
    screen.show({"head": end}, lambda: screen.print(f"Scellé : {end}", f"Sealed: {end}"))
