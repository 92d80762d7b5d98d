"""The proofs: lint, audit and the demo."""

from __future__ import annotations

import typer

from mappings import catalogue
from sync_jobs import screens
from sync_jobs.audit import audit as run_audit
from sync_jobs.club import opened
from sync_jobs.commands.canaries import Canaries, CanaryFiles, look_for_canaries
from sync_jobs.commands.options import AsJson, Config, InLanguage, screen_for
from sync_jobs.failures import DONE, FAILED, PERSON
from sync_jobs.screens import Screen

app = typer.Typer()


@app.command()
def lint(config: Config = None, as_json: AsJson = False) -> None:
    """Prove that no map can show a value to people who may not see it."""
    screen = screen_for(config, as_json=as_json)
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
def audit(
    config: Config = None,
    as_json: AsJson = False,
    canaries: Canaries = False,
    file: CanaryFiles = None,
) -> None:
    """Look in the CRM for anything that should not be there."""
    screen = screen_for(config, as_json=as_json)
    if canaries:
        raise typer.Exit(look_for_canaries(config, screen, file or []))
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
