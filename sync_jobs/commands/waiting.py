"""What waits for a person, and how to decide it: conflicts and records set aside."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from sync_jobs import deciding, screens
from sync_jobs.club import Club, opened
from sync_jobs.commands.options import AsJson, AsReader, Config, ShowValues, screen_for
from sync_jobs.failures import DONE, PERSON
from sync_jobs.naming import references
from sync_jobs.refused import NotConfirmed, OptionMissing
from sync_jobs.screens import Screen
from sync_jobs.showing import At, Both, Reader, values_of
from sync_jobs.words import CODES, TODO

app = typer.Typer()

Rows = Sequence[Mapping[str, Any]]


@app.command()
def conflicts(
    config: Config = None,
    as_json: AsJson = False,
    keep: Annotated[Literal["register", "crm"] | None, typer.Option(help="The side whose value stands.")] = None,
    value: Annotated[str | None, typer.Option(help="Settle with this value instead (with --key, --field).")] = None,
    key: Annotated[str, typer.Option(help="Only this record: its reference, or the beginning of its key.")] = "",
    field: Annotated[str, typer.Option(help="Only this field.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before everything is settled at once.")] = False,
    show_values: ShowValues = False,
    reader: AsReader = Reader.STAFF,
) -> None:
    """List fields that both sides changed, or settle them; the next sync carries it out."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        if value is not None:
            _give(club, value, key, field, keep)
        elif keep:
            rows = deciding.meant(club.register, club.state.conflicts(), key, field)
            _confirm(screen, keep, len(rows), asked=not (yes or key or field))
            deciding.keep_side(club.state, rows, keep)
        rows = deciding.meant(club.register, club.state.conflicts(), "" if keep or value is not None else key)
        at = [(row["kind"], row["key"], row["field"]) for row in rows]
        refs = references(club.register, [one[:2] for one in at]) if reader is Reader.STAFF else {}
        values = _values(club, at, reader) if show_values and rows else None
    document = {"conflicts": [_conflict(row, values) for row in rows]}
    screen.show(document, lambda: screens.show_conflicts(screen, rows, refs, values))
    raise typer.Exit(PERSON if any(row["status"] == "open" for row in rows) else DONE)


def _give(club: Club, value: str, key: str, field: str, keep: str | None) -> None:
    if keep or not (key and field):
        others = "--key et --field, sans --keep", "--key and --field, without --keep"
        raise OptionMissing(option="--value", others=others)
    rows = deciding.meant(club.register, club.state.conflicts(), key, field)
    deciding.give_value(club.register, club.state, rows, value)


def _confirm(screen: Screen, keep: str, count: int, *, asked: bool) -> None:
    """Ask before everything is settled at once; where nobody can be asked, refuse."""
    if not asked or not count:
        return
    if screen.as_json or not sys.stdin.isatty():
        raise NotConfirmed(count=count)
    side = screen.say("le registre", "the register") if keep == "register" else screen.say("le CRM", "the CRM")
    typer.confirm(
        screen.say(f"Trancher les conflits ({count}) pour {side} ?", f"Settle the conflicts ({count}) for {side}?"),
        abort=True,
    )


def _values(club: Club, at: Sequence[tuple[str, Any, str]], reader: Reader) -> dict[At, Both]:
    """Read both sides as they are now: what is in conflict is looked at again by every plan."""
    observation = club.cycle(club.ready_crm()).plan().observation
    return values_of(observation, club.register, at, reader)


def _conflict(row: Mapping[str, Any], values: Mapping[At, Both] | None) -> dict[str, Any]:
    kind, key, field = row["kind"], row["key"], row["field"]
    both = (values or {}).get((kind, key, field))
    return {
        "record": kind,
        "key": str(key),
        "field": field,
        "since": row["found_at"],
        "status": row["status"],
        **({"values": {field: both.document()}} if both else {}),
    }


@app.command()
def parked(
    config: Config = None,
    as_json: AsJson = False,
    recreate: Annotated[str, typer.Option(metavar="KEY", help="Make it anew in the CRM, which it is gone from.")] = "",
    archive: Annotated[str, typer.Option(metavar="KEY", help="Archive it here too: it is gone from the CRM.")] = "",
) -> None:
    """List records that the sync set aside, say why and what to do, or decide about those gone from the CRM."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        if recreate:
            deciding.recreate(club.state, deciding.meant(club.register, club.state.parked(), recreate))
        if archive:
            deciding.archive(club.register, deciding.meant(club.register, club.state.parked(), archive))
        rows = [{**row, "fields": json.loads(row["fields"])} for row in club.state.parked()]
        refs = references(club.register, [(row["kind"], row["key"]) for row in rows])
    screen.show({"parked": [_parked(screen, row) for row in rows]}, lambda: screens.show_parked(screen, rows, refs))
    raise typer.Exit(PERSON if rows else DONE)


def _parked(screen: Screen, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "record": row["kind"],
        "key": str(row["key"]),
        "code": row["code"],
        "fields": row["fields"],
        "since": row["first_seen"],
        "attempts": row["attempts"],
        "meaning": screen.pick(CODES, row["code"]),
        "advice": screen.say(*TODO.get(row["code"], ("", ""))),
    }
