"""The rights of persons: what is held of somebody, erasing it, and letting go of what was kept long enough."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from connector.register.repository import Register
from mappings.records import RECORDS
from sync_jobs.club import Club, opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.failures import DONE, PERSON
from sync_jobs.naming import find, find_in_register
from sync_jobs.new_files import write_new
from sync_jobs.persons.erasure import Eraser, Erased, Root
from sync_jobs.persons.export import Export
from sync_jobs.persons.page import page
from sync_jobs.persons.retention import Retention
from sync_jobs.persons.tombstones import buried, refused_refs
from sync_jobs.refused import ExportExists, KeyUnknown
from sync_jobs.screens import Screen
from sync_jobs.words import KINDS

app = typer.Typer()

Person = Annotated[str, typer.Argument(metavar="PERSON", help="A reference, or the beginning of a key.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what it would take.")]


@app.command("export-person")
def export_person(
    person: Person,
    config: Config = None,
    as_json: AsJson = False,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
    with_texts: Annotated[bool, typer.Option("--with-texts", help="Their texts too; needs the vault's key.")] = False,
) -> None:
    """Write all that is held of a person, on both sides, as JSON and as a page to read; for its owner's eyes."""
    screen = screen_for(config, as_json=as_json)
    with opened(config, with_vault=with_texts) as club:
        key = find_in_register(club.register, "person", person)
        document = Export(club.register, club.ready_crm(), key).collect(with_texts=with_texts)
    name = f"person-{key.hex}"
    written = {
        out / f"{name}.json": json.dumps(document, ensure_ascii=False, indent=2),
        out / f"{name}.html": page(document, screen.language),
    }
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file, text in written.items():
        write_new(file, text, ExportExists(file=file))
    counts = {part: len(found) for part, found in document.items() if isinstance(found, list)}
    files = [str(file) for file in written]
    screen.show({"person": str(key), "files": files, **counts}, lambda: _show_files(screen, files))


@app.command()
def erase(
    person: Person,
    config: Config = None,
    as_json: AsJson = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Erase a person on both sides, for good: contact, profiles, pairs with all that hangs on them, hours, texts."""
    if as_json and not (yes or dry_run):
        raise typer.BadParameter("--json asks nothing: give --yes or --dry-run too")
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        roots = _roots(club, person)
        erased = _eraser(club).look(roots)
    if not dry_run:
        if not yes:
            _show(screen, erased)
            if not typer.confirm(screen.say("Effacer tout cela pour toujours ?", "Erase all this for good?")):
                raise typer.Exit(PERSON)
        with opened(config) as club:
            erased = _eraser(club).erase(roots)
    screen.show(asdict(erased), lambda: _show(screen, erased))
    raise typer.Exit(PERSON if erased.kept else DONE)


@app.command()
def retention(
    config: Config = None,
    as_json: AsJson = False,
    apply: Annotated[bool, typer.Option("--apply", help="Let go of it; otherwise only show what is due.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what is due; so it does anyway.")] = False,
) -> None:
    """Show what the club need not keep any longer by the rules of [retention]; with --apply, erase it on both sides."""
    if apply and dry_run:
        raise typer.BadParameter("give --apply or --dry-run, not both")
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        work = Retention(club.settings.retention, _eraser(club))
        today = club.today()
        due, erased = work.apply(today) if apply else (work.due(today), None)
        erased = erased or work.eraser.look((one.kind, one.key) for one in due)
    document = {"due": [{"rule": one.rule, "record": one.kind, "key": str(one.key)} for one in due], **asdict(erased)}

    def render() -> None:
        table = screen.table(("Règle", "Rule"), ("Fiche", "Record"), ("Clé", "Key"))
        screen.rows(table, [(one.rule, screen.pick(KINDS, one.kind), str(one.key)) for one in due])
        _show(screen, erased)

    screen.show(document, render)
    raise typer.Exit(PERSON if erased.kept else DONE)


def _eraser(club: Club) -> Eraser:
    return Eraser(club.register, club.ready_crm(), club.state)


def _roots(club: Club, text: str) -> list[Root]:
    """Find the person, or one who was erased before: the erasure is then done again, wherever it broke off."""
    try:
        return [("person", find_in_register(club.register, "person", text))]
    except KeyUnknown:
        if refused_refs(club.register, club.state.digests)("person", text):
            return []
        return [_erased_before(club.register, text)]


def _erased_before(register: Register, text: str) -> Root:
    """Find what was erased by its key: a person, or what else a restored CRM shows again."""
    kinds = {key: kind for kind in RECORDS for key in buried(register, kind)}
    key = find(text, kinds, {})
    return kinds[key], key


def _show_files(screen: Screen, files: list[str]) -> None:
    for file in files:
        screen.print(f"✓ Écrit : {file}", f"✓ Written: {file}", "green")
    screen.print(
        "Remettez-les à la personne, puis détruisez-les ici.", "Hand them to the person, then destroy them here.", "dim"
    )


def _show(screen: Screen, erased: Erased) -> None:
    table = screen.table(("Fiche", "Record"), ("Nombre", "Number"))
    screen.rows(table, [(screen.pick(KINDS, kind), str(number)) for kind, number in erased.register.items()])
    if erased.dry_run:
        number = erased.crm.get("bound", 0)
        screen.print(f"Dans le CRM : {number}. Rien n'est effacé.", f"In the CRM: {number}. Nothing is erased.")
        return
    screen.print("✓ Effacé, des deux côtés.", "✓ Erased, on both sides.", "green")
    for name in erased.kept:
        screen.print(
            f"! Le CRM garde ce contact, créé ou utilisé par d'autres ; regardez-le vous-même : {name}",
            f"! The CRM keeps this contact, which others made or use; look at it yourself: {name}", "yellow",
        )
