"""What people see on the terminal: tables and sentences in the club's language, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from mappings.catalogue import Finding
from mappings.records import Key
from sync_jobs.cycle import Report
from sync_jobs.migrations.problems import problems_table
from sync_jobs.passes import Planned
from sync_jobs.words import CODES, KINDS, OPERATIONS, SIDES

Shown = Mapping[str, Any]
Language = Literal["fr", "en"]

ROWS = 40
"""Rows shown of a long table; the rest is counted."""


class Screen:
    """One command's way to its reader: ``language`` fr or en; with ``as_json`` one document on stdout and no words."""

    def __init__(self, language: Language = "fr", *, as_json: bool = False) -> None:
        """Take the reader's language and form."""
        self.language: Language = language
        self.as_json = as_json
        self.console = Console(stderr=as_json, highlight=False)

    def say(self, french: str, english: str) -> str:
        """Pick the text in the reader's language."""
        return french if self.language == "fr" else english

    def pick(self, texts: Mapping[str, tuple[str, str]], code: str) -> str:
        """Pick a code's label in the reader's language."""
        return self.say(*texts.get(code, (code, code)))

    def print(self, french: str, english: str, style: str = "") -> None:
        """Print one sentence."""
        self.console.print(self.say(french, english), style=style or None, markup=False, soft_wrap=True)

    def show(self, document: Shown, render: Callable[[], None]) -> None:
        """Give the document to a program, or render it for a person."""
        if self.as_json:
            json.dump(document, sys.stdout, ensure_ascii=False, default=str)
            sys.stdout.write("\n")
        else:
            render()

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int], None]]:
        """Show a bar for each kind of work while it goes on; nothing where nobody watches."""
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=self.as_json or not sys.stderr.isatty(),
        ) as bars:
            tasks: dict[str, Any] = {}

            def tell(what: str, done: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=None)
                bars.update(tasks[what], advance=done)

            yield tell

    def error(self, error: Exception, advice: str, **more: Any) -> None:
        """Say what went wrong and what to do."""
        message = getattr(error, "message", None) or str(error)
        document = {"error": type(error).__name__, "message": message, "advice": advice, **more}

        def render() -> None:
            words = Console(stderr=True, highlight=False)
            words.print(f"✗ {message}", style="bold red", markup=False, soft_wrap=True)
            if advice:
                words.print(f"  {advice}", markup=False, soft_wrap=True)

        self.show(document, render)


def plan_document(planned: Planned) -> Shown:
    """Give the plan as others rely on it: keys, operations and field names, no values."""
    return {
        "changes": [
            {
                "record": c.kind,
                "key": str(c.key) if c.key else None,
                "direction": c.direction.value,
                "operation": c.operation.value,
                "fields": list(c.fields),
            }
            for c in planned.plan.changes
        ],
        "hash": planned.plan.hash,
        "needs_approval": bool(planned.needs_approval),
        "reasons": list(planned.needs_approval),
        "conflicts": [{"record": c.kind, "key": str(c.key), "field": c.field} for c in planned.plan.conflicts],
        "parked": [
            {"record": p.kind, "key": str(p.key), "code": p.code, "fields": list(p.fields)} for p in planned.plan.parked
        ],
    }


def show_plan(screen: Screen, planned: Planned) -> None:
    """Show the plan: a summary by kind, then record by record where they are few."""
    plan = planned.plan
    if not plan.changes:
        screen.print(
            "✓ Rien à faire : le registre et le CRM sont d'accord.", "✓ Nothing to do: both sides agree.", "green"
        )
    else:
        summary = Table(title=screen.say("Ce que la synchronisation ferait", "What a sync would do"))
        for title in (("Côté", "Side"), ("Fiche", "Record"), ("Opération", "Operation"), ("Nombre", "Number")):
            summary.add_column(screen.say(*title))
        counted = Counter((c.direction.value, c.kind, c.operation.value) for c in plan.changes)
        for (direction, kind, operation), number in counted.items():
            labels = screen.pick(SIDES, direction), screen.pick(KINDS, kind), screen.pick(OPERATIONS, operation)
            summary.add_row(*labels, str(number))
        screen.console.print(summary)
        _show_changes(screen, planned)
    show_waiting(
        screen,
        [(p.kind, p.key, p.code, p.fields) for p in plan.parked]
        + [(c.kind, c.key, "conflict", (c.field,)) for c in plan.conflicts],
    )
    for reason in planned.needs_approval:
        screen.print(f"! {reason}", f"! {reason}", "yellow")
    if plan.changes:
        screen.console.print(screen.say("Empreinte du plan : ", "Plan hash: ") + plan.hash, style="dim")


def _show_changes(screen: Screen, planned: Planned) -> None:
    updates = [c for c in planned.plan.changes if c.operation.value != "create"]
    if not updates:
        return
    references = {key: record.ref for scope in planned.observation.scopes for key, record in scope.local.items()}
    table = Table()
    for title in (
        ("Côté", "Side"),
        ("Fiche", "Record"),
        ("Réf.", "Ref."),
        ("Opération", "Operation"),
        ("Champs", "Fields"),
    ):
        table.add_column(screen.say(*title))
    for change in updates[:ROWS]:
        reference = references.get(change.key) if change.key else None
        table.add_row(
            screen.pick(SIDES, change.direction),
            screen.pick(KINDS, change.kind),
            reference or (change.key.hex[:8] if change.key else "—"),
            screen.pick(OPERATIONS, change.operation),
            ", ".join(change.fields),
        )
    screen.console.print(table)
    if len(updates) > ROWS:
        screen.print(f"… et {len(updates) - ROWS} autres", f"… and {len(updates) - ROWS} more", "dim")


def show_waiting(screen: Screen, waiting: Sequence[tuple[str, Key | None, str, Sequence[str]]]) -> None:
    """Show what waits for a person: which record, why, which fields."""
    if not waiting:
        return
    table = Table(title=screen.say("À regarder par quelqu'un", "For somebody to look at"), title_style="yellow")
    for title in (("Fiche", "Record"), ("Clé", "Key"), ("Pourquoi", "Why"), ("Champs", "Fields")):
        table.add_column(screen.say(*title))
    for kind, key, code, fields in waiting[:ROWS]:
        table.add_row(screen.pick(KINDS, kind), str(key or "—"), screen.pick(CODES, code), ", ".join(fields))
    screen.console.print(table)


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


def show_conflicts(screen: Screen, rows: Sequence[Mapping[str, Any]]) -> None:
    """Show fields that both sides changed, and what was decided."""
    if not rows:
        screen.print("✓ Aucun conflit.", "✓ No conflicts.", "green")
        return
    show_waiting(screen, [(row["kind"], row["key"], row["status"], [row["field"]]) for row in rows])
    screen.print(
        "`binome conflicts --keep register|crm [--key CLÉ] [--field CHAMP]` tranche ; `binome sync` l'applique.",
        "`binome conflicts --keep register|crm [--key KEY] [--field FIELD]` settles them; `binome sync` does it.",
    )


def show_verified(screen: Screen, document: Shown) -> None:
    """Show whether both sides are consistent, and where not."""
    if document["consistent"]:
        screen.print("✓ Le registre et le CRM disent la même chose.", "✓ Register and CRM say the same.", "green")
        return
    differences = document["differences"]
    screen.print(f"✗ {len(differences)} différences.", f"✗ {len(differences)} differences.", "red")
    show_waiting(screen, [(d["record"], d["key"], d["why"], d["fields"]) for d in differences])


def show_findings(screen: Screen, findings: Sequence[Finding]) -> None:
    """Show what is wrong with the maps or with the CRM's real audience."""
    table = Table(title=screen.say("Constats", "Findings"), title_style="red")
    for title in (("Carte", "Map"), ("Champ", "Field"), ("Problème", "Problem")):
        table.add_column(screen.say(*title))
    for finding in findings:
        table.add_row(finding.kind, finding.field, finding.problem)
    screen.console.print(table)


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
    table = Table(title=screen.say("À corriger dans le classeur", "To correct in the workbook"), title_style="red")
    for title in (("Feuille", "Sheet"), ("Ligne", "Row"), ("Colonne", "Column"), ("Attendu", "Expected")):
        table.add_column(screen.say(*title))
    for row in problems_table(problems, screen.language):
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.console.print(table)
