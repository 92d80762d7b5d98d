"""The proofs: lint, audit and the demo."""

from __future__ import annotations

from typing import Annotated

import typer

from connector.crm.connect import SANDBOX, odoo_transport
from connector.crm.module.repair import repair as repaired
from connector.crm.odoo import OdooTransport
from connector.settings import CrmSettings
from mappings import catalogue
from sync_jobs import screens
from sync_jobs.audit import audit as run_audit
from sync_jobs.audit import readers
from sync_jobs.club import opened
from sync_jobs.commands.canaries import Canaries, CanaryFiles, look_for_canaries
from sync_jobs.commands.options import AsJson, Config, InLanguage, screen_for
from sync_jobs.failures import DONE, FAILED, PERSON
from sync_jobs.refused import OptionMissing
from sync_jobs.screens import Screen
from sync_jobs.screens.readers import show_readers
from sync_jobs.setup import as_administrator

app = typer.Typer()


@app.command()
def lint(config: Config = None, as_json: AsJson = False) -> None:
    """Prove that no map can show a value to people who may not see it."""
    screen = screen_for(config, as_json=as_json)
    findings = catalogue.lint()
    document = {
        "maps": len(catalogue.PROVEN),
        "fields": sum(len(entity.fields) for entity in catalogue.PROVEN),
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
    repair: Annotated[bool, typer.Option("--repair", help="First close what others opened; needs --login.")] = False,
    login: Annotated[str, typer.Option(help="Administrator's login; the password is asked for.")] = "",
) -> None:
    """Look in the CRM for anything that should not be there, and for anybody who reads what they should not."""
    screen = screen_for(config, as_json=as_json)
    if canaries:
        raise typer.Exit(look_for_canaries(config, screen, file or []))
    with opened(config, with_vault=True) as club:
        administrator = _administrator(club.settings.crm, login)
        if repair and not login:
            raise OptionMissing(option="--repair", others="--login")
        steps = repaired(administrator, administrator.version()) if repair and administrator else []
        crm = club.ready_crm()
        result = run_audit(club.register, crm)
        found = readers(crm, club.settings.audit.max_staff, administrator)
    document = {
        "findings": [
            *({"map": f.kind, "field": f.field, "problem": f.problem} for f in result.findings),
            *(leak.document() for leak in found.leaks),
        ],
        "canaries": result.canaries,
        "sinks": result.sinks,
        "bytes": result.bytes,
        "hits": result.hits,
        "tried": found.tried,
        "computed": found.computed,
        "repaired": [str(step) for step in steps],
    }

    def render() -> None:
        for step in steps:
            screen.print(f"✓ {step}", f"✓ {step}", "green")
        screens.show_audit(screen, result.findings, document)
        show_readers(screen, found)

    screen.show(document, render)
    raise typer.Exit(PERSON if result.findings or found.leaks else DONE)


def _administrator(crm: CrmSettings, login: str) -> OdooTransport | None:
    """Give the way of an administrator into the CRM: by the login just given, or by the audit's own credential."""
    if crm.url.startswith(SANDBOX):
        return None
    if login:
        return odoo_transport(as_administrator(crm, login))
    auditor = crm.auditor()
    return odoo_transport(auditor) if auditor else None


@app.command()
def demo(as_json: AsJson = False, language: InLanguage = "fr") -> None:
    """Play the main job on the example club, in a temporary folder, with a sandbox CRM."""
    from sync_jobs.demo import play  # only this command needs it

    screen = Screen(language, as_json=as_json)
    document = play(screen)
    screen.show(document, lambda: None)
    raise typer.Exit(DONE if document["consistent"] and not document["findings"] else FAILED)
