"""What the journal shows: labels of fields, who saw them, and under which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mappings.destinations import MODELS
from mappings.records import Key
from sync_jobs.disclosed import Disclosed
from sync_jobs.fields import column_of
from sync_jobs.journal import Head, Verdict
from sync_jobs.naming import labels
from sync_jobs.screens import Screen
from sync_jobs.screens.screen import KEY
from sync_jobs.words import KINDS

AUDIENCES = {
    "EMPLOYEES": ("tous les salariés", "all employees"),
    "STAFF": ("les coordinateurs", "the coordinators"),
}
OPEN = {
    "EMPLOYEES": ("ouvert à tous", "open to all"),
    "STAFF": ("ouvert aux coordinateurs", "open to the coordinators"),
}
EVENTS = {
    "sent": ("transmis", "sent"),
    "emptied": ("vidé", "emptied"),
    "withdrawn": ("retiré : accord repris", "pulled back: consent withdrawn"),
}
BROKEN = {
    "row_changed": ("la ligne {n} n'est pas celle qui a été écrite", "row {n} is not what was written"),
    "row_missing": ("la ligne {n} manque", "row {n} is missing"),
    "row_added": ("la ligne {n} a été ajoutée après coup", "row {n} was added afterwards"),
    "head_unsealed": (
        "la fin du journal (ligne {n}) ne porte pas notre sceau",
        "the journal's end (row {n}) does not carry our seal",
    ),
    "noted_differs": ("la ligne {n} n'est pas celle qui a été notée", "row {n} is not the one that was noted"),
}


def show_verdict(screen: Screen, verdict: Verdict, head: Head) -> None:
    """Say whether the journal is whole; where not, the first row that is broken, and how."""
    if verdict.broken is None:
        rows = verdict.rows
        screen.print(f"✓ Journal intact, {rows} lignes.", f"✓ The journal is whole, {rows} rows.", "green")
        screen.print(f"  À noter ailleurs : {head}", f"  To note elsewhere: {head}", "dim")
        return
    french, english = (text.format(n=verdict.broken) for text in BROKEN[verdict.code])
    screen.print(f"✗ Journal rompu : {french}.", f"✗ The journal is broken: {english}.", "bold red")
    screen.print(
        "  Voyez qui peut écrire dans la base, comparez avec une sauvegarde. Si la clé des empreintes a été perdue et "
        "que rien d'autre n'est rompu : `binome journal seal`.",
        "  Find out who can write to the database, compare with a backup. If the digests' key was lost and nothing "
        "else is broken: `binome journal seal`.",
    )


def show_disclosed(screen: Screen, rows: Sequence[Disclosed], refs: Mapping[Key, str]) -> None:
    """Show what crossed: each field by its label, who sees it, why it could, and when."""
    if not rows:
        screen.print("Rien n'est passé au CRM.", "Nothing crossed to the CRM.")
        return
    names = labels((row.key for row in rows), refs)
    table = screen.table(
        ("Fiche", "Record"), KEY, ("Champ", "Field"), ("Vu par", "Seen by"), ("Au titre de", "Under"),
        ("Quoi", "What"), ("Premier", "First"), ("Dernier", "Last"), ("Fois", "Times"),
    )
    screen.rows(
        table,
        [
            (
                screen.pick(KINDS, row.kind), names[row.key], field_label(screen, row.kind, row.field, row.destination),
                screen.pick(AUDIENCES, row.audience), rule_label(screen, row.kind, row.rule),
                screen.pick(EVENTS, row.event), row.first[:10], row.last[:10], str(row.times),
            )
            for row in rows
        ],
    )


def field_label(screen: Screen, kind: str, field: str, destination: str) -> str:
    """Call a field as the CRM's screens do, or as the workbook does."""
    model, _, column = destination.rpartition(".")
    spec = MODELS[model].fields.get(column) if model in MODELS else None
    if spec and spec.label:
        return screen.say(spec.label_fr, spec.label)
    head = column_of(kind, field)
    return screen.say(head.french, head.english) if head else field


def rule_label(screen: Screen, kind: str, rule: str) -> str:
    """Say by which declaration a field could cross: open to an audience, or by the person's consent."""
    consent = rule.removeprefix("consent ")
    if consent == rule:
        return screen.pick(OPEN, rule)
    head = column_of(kind, consent)
    said = screen.say(head.french, head.english) if head else consent
    return screen.say(f"accord « {said} »", f"consent “{said}”")
