"""What a sync did, what a check found, and what is to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from mappings.catalogue import Finding
from sync_jobs.cycle import Report
from sync_jobs.migrations.problems import problems_table
from sync_jobs.screens.screen import Screen, Shown
from sync_jobs.screens.waiting import Refs, show_waiting

FINDINGS = ("Constats", "Findings")


def show_report(screen: Screen, report: Report) -> None:
    """Show in one or two lines what a sync did."""
    if not report.created + report.updated + report.archived and (report.conflicts or report.parked):
        screen.print("Rien de nouveau.", "Nothing new.")
    elif not report.created + report.updated + report.archived:
        screen.print(
            "✓ Rien à faire : le registre et le CRM sont d'accord.", "✓ Nothing to do: both sides agree.", "green"
        )
    else:
        screen.print(
            f"✓ {report.created} fiches créées, {report.updated} mises à jour, {report.archived} archivées.",
            f"✓ {report.created} records created, {report.updated} updated, {report.archived} archived.",
            "green",
        )
    if report.conflicts or report.parked:
        screen.print(
            f"! {report.conflicts} champs en conflit, {report.parked} fiches mises de côté : `binome status`.",
            f"! {report.conflicts} fields in conflict, {report.parked} records set aside: `binome status`.",
            "yellow",
        )
    screen.print(
        f"{report.calls} appels au CRM, {report.seconds:.1f} s",
        f"{report.calls} calls to the CRM, {report.seconds:.1f} s",
        "dim",
    )


def show_verified(screen: Screen, document: Shown, refs: Refs | None = None) -> None:
    """Show whether both sides are consistent, and where not."""
    if document["consistent"]:
        screen.print("✓ Le registre et le CRM disent la même chose.", "✓ Register and CRM say the same.", "green")
        return
    differences = document["differences"]
    screen.print(f"✗ {len(differences)} différences.", f"✗ {len(differences)} differences.", "red")
    show_waiting(screen, [(d["record"], d["key"], d["why"], d["fields"]) for d in differences], refs)


def show_findings(screen: Screen, findings: Sequence[Finding]) -> None:
    """Show what is wrong with the maps or with the CRM's real audience."""
    table = screen.table(("Carte", "Map"), ("Champ", "Field"), ("Problème", "Problem"), title=FINDINGS, style="red")
    screen.rows(table, [(finding.kind, finding.field, finding.problem) for finding in findings])


def show_audit(screen: Screen, findings: Sequence[Finding], document: Shown) -> None:
    """Show what was searched, and what should not have been there."""
    if not document["canaries"]:
        screen.print(
            "! Sans la clé du coffre (BINOME_VAULT_KEY), ou sans texte de binôme, rien de confidentiel n'est cherché.",
            "! Without the vault's key (BINOME_VAULT_KEY), or without texts of pairs, none is looked for.",
            "yellow",
        )
    looked = document["canaries"], document["sinks"], document["bytes"]
    screen.print(
        "{} textes confidentiels cherchés dans {} modèles du CRM ({} octets) : {} trouvés.".format(
            *looked, document["hits"]
        ),
        "{} confidential texts looked for in {} CRM models ({} bytes): {} found.".format(*looked, document["hits"]),
    )
    if findings:
        show_findings(screen, findings)
    else:
        screen.print("✓ Aucun constat.", "✓ No findings.", "green")


def show_problems(screen: Screen, problems: Any) -> None:
    """Show what is to be corrected in a workbook, cell by cell."""
    columns = ("Feuille", "Sheet"), ("Ligne", "Row"), ("Colonne", "Column"), ("Attendu", "Expected")
    table = screen.table(*columns, title=("À corriger dans le classeur", "To correct in the workbook"), style="red")
    for row in problems_table(problems, screen.language):
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.console.print(table)
