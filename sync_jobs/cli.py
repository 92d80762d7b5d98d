"""The ``binome`` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from connector import log
from connector.crm.connect import probe
from connector.settings import Settings, SettingsError
from mappings import catalogue
from sync_jobs import failures, screens
from sync_jobs.audit import audit as run_audit
from sync_jobs.club import opened
from sync_jobs.cycle import ApprovalNeeded, verify as verified
from sync_jobs.failures import DONE, FAILED, PERSON
from sync_jobs.migrations.problems import WorkbookProblems, problems_table
from sync_jobs.screens import Screen

app = typer.Typer(
    help="Binôme keeps a mentoring programme and the CRM that its staff already use in step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; logs on stderr.")]
Config = Annotated[Path | None, typer.Option("--config", help="Configuration file (default: binome.toml).")]
InLanguage = Annotated[screens.Language, typer.Option(help="Language of headers and texts.")]


def _screen(config: Path | None, as_json: bool) -> Screen:
    """Speak the club's language, French where the configuration cannot be read."""
    try:
        language = Settings.load(config).club.language
    except SettingsError:
        language = "fr"
    return Screen(language, as_json=as_json)


@app.command()
def init(
    config: Config = None,
    as_json: AsJson = False,
    crm_url: Annotated[str, typer.Option(help="Address of your Odoo; sandbox: to try things out.")] = "",
    database: Annotated[str, typer.Option(help="Its database.")] = "",
    user: Annotated[str, typer.Option(help="Login of the user that Binôme works as.")] = "",
) -> None:
    """Write the configuration, make or upgrade the register, and find out how to speak to the CRM."""
    from sync_jobs.setup import write_configuration  # only this command needs it

    written = write_configuration(config, crm_url=crm_url, database=database, user=user)
    screen = _screen(config, as_json)
    with opened(config, create=True) as club:
        crm = club.settings.crm
        found = (
            None if crm.url.startswith("sandbox:") else probe(crm.url, crm.database, allow_insecure=crm.allow_insecure)
        )
    document = {
        "configuration": str(written.path),
        "written": written.new,
        "register": club.settings.register.safe_url(),
        "crm": {"transport": found.transport, "version": found.version, "reason": found.reason} if found else None,
    }

    def render() -> None:
        path = written.path
        if written.new:
            screen.print(f"✓ Configuration écrite : {path}", f"✓ Configuration written: {path}", "green")
        else:
            screen.print(f"Configuration existante gardée : {path}", f"Existing configuration kept: {path}")
        screen.print("✓ Registre prêt.", "✓ Register ready.", "green")
        if found:
            text = f"Odoo {found.version}, {found.transport} ({found.reason})"
            screen.print(f"✓ CRM : {text}", f"✓ CRM: {text}", "green")
        screen.print(
            "Ensuite : `binome install`, puis `binome import FICHIER.xlsx`, `binome plan`, `binome sync`.",
            "Next: `binome install`, then `binome import FILE.xlsx`, `binome plan`, `binome sync`.",
        )

    screen.show(document, render)


@app.command()
def install(
    config: Config = None,
    as_json: AsJson = False,
    check: Annotated[bool, typer.Option("--check", help="Only show what would change.")] = False,
    login: Annotated[str, typer.Option(help="Administrator's login; the password is asked for.")] = "",
) -> None:
    """Install or upgrade Binôme's data module in the CRM; needs an administrator, once."""
    from sync_jobs.setup import install_module  # only this command needs it

    screen = _screen(config, as_json)
    document, lines = install_module(Settings.load(config).crm, screen, login=login, check_only=check)
    screen.show(document, lambda: screen.console.print("\n".join(lines)))


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

    screen = _screen(config, as_json)
    with opened(config, with_vault=True) as club, screen.progress() as progress:
        report = import_workbook(
            club.register,
            file,
            skip_bad=skip_bad,
            dry_run=dry_run,
            progress=progress,
            language=club.settings.club.language,
        )

    def render() -> None:
        for kind, number in report.created.items():
            screen.console.print(f"  {screen.pick(screens.KINDS, kind)}: {number}")
        created, updated = sum(report.created.values()), sum(report.updated.values())
        screen.print(
            f"✓ {created} fiches nouvelles, {updated} modifiées, {report.unchanged} inchangées.",
            f"✓ {created} new records, {updated} changed, {report.unchanged} unchanged.",
            "green",
        )
        if report.dry_run:
            screen.print("Essai seulement : rien n'a été écrit.", "A trial only: nothing was written.", "yellow")
        if report.rejected:
            _show_problems(screen, report.problems)
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

    screen = _screen(config, as_json)
    write_template(file, language)
    screen.show(
        {"file": str(file)}, lambda: screen.print(f"✓ Modèle écrit : {file}", f"✓ Template written: {file}", "green")
    )


@app.command()
def plan(
    config: Config = None,
    as_json: AsJson = False,
    full: Annotated[bool, typer.Option("--full", help="Compare every record, not only what changed.")] = False,
) -> None:
    """Show what a sync would change, on which side, and change nothing."""
    screen = _screen(config, as_json)
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
    from dataclasses import asdict

    screen = _screen(config, as_json)
    with opened(config) as club, screen.progress() as progress:
        report = club.cycle(club.ready_crm(), progress).run(full=full, approve=approve)
    screen.show(asdict(report), lambda: screens.show_report(screen, report))
    raise typer.Exit(PERSON if report.conflicts or report.parked else DONE)


@app.command()
def verify(config: Config = None, as_json: AsJson = False) -> None:
    """Compare every record of both sides and say where they differ."""
    screen = _screen(config, as_json)
    with opened(config) as club, screen.progress() as progress:
        document = verified(club.cycle(club.ready_crm(), progress).plan(full=True))
    screen.show(document, lambda: screens.show_verified(screen, document))
    raise typer.Exit(DONE if document["consistent"] else FAILED)


@app.command()
def status(config: Config = None, as_json: AsJson = False) -> None:
    """Tell in one screen whether all is right, and if not what to do."""
    from sync_jobs.status import show_status, status_document

    screen = _screen(config, as_json)
    with opened(config) as club:
        document = status_document(club)
    screen.show(document, lambda: show_status(screen, document))
    raise typer.Exit(document["exit"])


@app.command()
def lint(config: Config = None, as_json: AsJson = False) -> None:
    """Prove that no map can show a value to people who may not see it."""
    screen = _screen(config, as_json)
    findings = catalogue.lint()
    document = {
        "maps": len(catalogue.CATALOGUE),
        "fields": sum(len(entity.fields) for entity in catalogue.CATALOGUE),
        "fingerprint": catalogue.fingerprint(),
        "findings": [{"map": f.kind, "field": f.field, "problem": f.problem} for f in findings],
    }

    def render() -> None:
        if findings:
            screens.show_findings(screen, findings)
        else:
            screen.print(
                f"✓ {document['maps']} cartes, {document['fields']} champs : rien ne dépasse son public.",
                f"✓ {document['maps']} maps, {document['fields']} fields: none goes beyond its audience.",
                "green",
            )

    screen.show(document, render)
    raise typer.Exit(FAILED if findings else DONE)


@app.command()
def audit(config: Config = None, as_json: AsJson = False) -> None:
    """Look in the CRM for anything that should not be there."""
    screen = _screen(config, as_json)
    with opened(config, with_vault=True) as club:
        result = run_audit(club.register, club.ready_crm())
    document = {
        "findings": [{"map": f.kind, "field": f.field, "problem": f.problem} for f in result.findings],
        "canaries": result.canaries,
        "sinks": result.sinks,
        "bytes": result.bytes,
        "hits": result.hits,
    }
    screen.show(document, lambda: screens.show_audit(screen, result.findings, document))
    raise typer.Exit(PERSON if result.findings else DONE)


@app.command()
def demo(as_json: AsJson = False, language: InLanguage = "fr") -> None:
    """Play the main job on the example club, in a temporary folder, with a sandbox CRM."""
    from sync_jobs.demo import play  # only this command needs it

    screen = Screen(language, as_json=as_json)
    document = play(screen)
    screen.show(document, lambda: None)
    raise typer.Exit(DONE if document["consistent"] and not document["findings"] else FAILED)


def _show_problems(screen: Screen, problems: Any) -> None:
    table = Table(title=screen.say("À corriger dans le classeur", "To correct in the workbook"), title_style="red")
    for title in (("Feuille", "Sheet"), ("Ligne", "Row"), ("Colonne", "Column"), ("Attendu", "Expected")):
        table.add_column(screen.say(*title))
    for row in problems_table(problems, screen.language):
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.console.print(table)


def _tell(screen: Screen, error: Exception) -> None:
    """Tell a failure in the form that was asked for."""
    if isinstance(error, WorkbookProblems) and not screen.as_json:
        _show_problems(screen, error.problems)
    if isinstance(error, ApprovalNeeded) and not screen.as_json:
        for reason in error.reasons:
            screen.print(f"! {reason}", f"! {reason}", "yellow")
    problems = [p.as_dict(screen.language) for p in error.problems] if isinstance(error, WorkbookProblems) else None
    screen.error(error, failures.advice(error), **({"problems": problems} if problems else {}))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code; a failure is told in a sentence, never as a traceback with values."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    log.configure()
    screen = Screen(as_json="--json" in given)
    try:
        sys.exit(app(given, prog_name="binome", standalone_mode=not screen.as_json))
    except typer.TyperException as misused:
        screen.error(misused, "Run `binome --help`.")
        sys.exit(failures.CONFIGURATION)
    except failures.EXPECTED as error:
        _tell(screen, error)
        sys.exit(failures.exit_code(error))


if __name__ == "__main__":
    main()
