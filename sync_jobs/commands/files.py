"""Workbooks: import and template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, InLanguage, screen_for
from sync_jobs.persons.tombstones import refused_refs
from sync_jobs.screens import show_problems
from sync_jobs.words import KINDS

app = typer.Typer()


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A workbook with the sheets of `binome template`.")],
    config: Config = None,
    as_json: AsJson = False,
    skip_bad: Annotated[Path | None, typer.Option(help="Write bad rows to this file and import the rest.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
) -> None:
    """Import a workbook into the register: all of it, or nothing where anything is wrong."""
    from sync_jobs.migrations.workbook import import_workbook  # spreadsheets load slowly

    screen = screen_for(config, as_json=as_json)
    with opened(config) as club, screen.progress() as progress:
        report = import_workbook(
            club.register,
            file,
            skip_bad=skip_bad,
            dry_run=dry_run,
            progress=progress,
            language=club.settings.club.language,
            erased=refused_refs(club.register, club.state.digests),
        )

    def render() -> None:
        for kind, number in report.created.items():
            screen.console.print(f"  {screen.pick(KINDS, kind)}: {number}")
        created, updated = sum(report.created.values()), sum(report.updated.values())
        screen.print(
            f"✓ {created} fiches nouvelles, {updated} modifiées, {report.unchanged} inchangées.",
            f"✓ {created} new records, {updated} changed, {report.unchanged} unchanged.",
            "green",
        )
        if report.dry_run:
            screen.print("Essai seulement : rien n'a été écrit.", "A trial only: nothing was written.", "yellow")
        if report.rejected:
            show_problems(screen, report.problems)
            screen.print(
                f"{report.rejected} lignes mises de côté dans {skip_bad}.",
                f"{report.rejected} rows set aside in {skip_bad}.",
                "yellow",
            )

    screen.show(report.as_dict(screen.language), render)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("binome-modele.xlsx"),
    language: InLanguage = "fr",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Write an empty workbook to fill in, with its instructions."""
    from sync_jobs.migrations.template import write_template  # spreadsheets load slowly

    screen = screen_for(config, as_json=as_json)
    write_template(file, language)
    screen.show(
        {"file": str(file)}, lambda: screen.print(f"✓ Modèle écrit : {file}", f"✓ Template written: {file}", "green")
    )
