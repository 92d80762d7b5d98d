"""What waits for a person: conflicts, and records that the sync set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from mappings.records import Key
from sync_jobs.naming import labels
from sync_jobs.screens.screen import KEY, Screen
from sync_jobs.showing import At, Both, as_texts
from sync_jobs.words import CODES, KINDS, LEFT_CODES, TODO

Refs = Mapping[Key, str]
Waiting = Sequence[tuple[str, Key | str | None, str, Sequence[str]]]
"""Which record (map and key), the code that says why, and the fields."""

RECORD, FIELD = ("Fiche", "Record"), ("Champ", "Field")
BOTH_SIDES = ("Registre", "Register"), ("CRM", "CRM")

_REASONS = {**CODES, **LEFT_CODES}


def named(keys: Iterable[Key | str | None], refs: Refs | None = None) -> dict[str, str]:
    """Call records by their references or by short keys; what is no key is called as it is."""
    asked = {str(key) for key in keys if key is not None}
    known = labels((key for text in asked if (key := _key(text))), refs)
    return {text: known[key] if (key := _key(text)) else text for text in asked}


def _key(text: str) -> Key | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def show_waiting(screen: Screen, waiting: Waiting, refs: Refs | None = None) -> None:
    """Show what waits for a person: which record, why, which fields."""
    if not waiting:
        return
    title = ("À regarder par quelqu'un", "For somebody to look at")
    fields = ("Champs", "Fields")
    table = screen.table(RECORD, KEY, ("Pourquoi", "Why"), fields, title=title, style="yellow")
    names = named((key for _, key, _, _ in waiting), refs)
    screen.rows(
        table,
        [
            (screen.pick(KINDS, kind), names.get(str(key), "—"), screen.pick(_REASONS, code), ", ".join(fields))
            for kind, key, code, fields in waiting
        ],
    )


def show_conflicts(
    screen: Screen, rows: Sequence[Mapping[str, Any]], refs: Refs, values: Mapping[At, Both] | None = None
) -> None:
    """Show fields that both sides changed, with both values where they were asked for, and what was decided."""
    if not rows:
        screen.print("✓ Aucun conflit.", "✓ No conflicts.", "green")
        return
    if values is None:
        show_waiting(screen, [(row["kind"], row["key"], row["status"], [row["field"]]) for row in rows], refs)
    else:
        at = [(row["kind"], row["key"], row["field"]) for row in rows]
        show_values(screen, at, values, refs, [screen.pick(CODES, row["status"]) for row in rows])
    screen.print(
        "`binome conflicts --keep register|crm [--key CLÉ] [--field CHAMP]` tranche, "
        "`--value VALEUR --key CLÉ --field CHAMP` donne une autre valeur ; `binome sync` l'applique.",
        "`binome conflicts --keep register|crm [--key KEY] [--field FIELD]` settles them, "
        "`--value VALUE --key KEY --field FIELD` gives another value; `binome sync` does it.",
    )


def show_values(
    screen: Screen, at: Sequence[At], values: Mapping[At, Both], refs: Refs, what: Sequence[str]
) -> None:
    """Show values of both sides, field by field; ``what`` says of each what it is about."""
    table = screen.table(RECORD, KEY, ("Quoi", "What"), FIELD, *BOTH_SIDES)
    names = named((str(key) for _, key, _ in at), refs)
    screen.rows(
        table,
        [
            (
                screen.pick(KINDS, one[0]), names.get(str(one[1]), "—"), word, one[2],
                *as_texts(one, values.get(one), screen.language),
            )
            for one, word in zip(at, what, strict=True)
        ],
    )


def show_parked(screen: Screen, rows: Sequence[Mapping[str, Any]], refs: Refs) -> None:
    """Show records that were set aside; then, for each code, what it means and what to do."""
    if not rows:
        screen.print("✓ Aucune fiche mise de côté.", "✓ No record is set aside.", "green")
        return
    show_waiting(screen, [(row["kind"], row["key"], row["code"], row["fields"]) for row in rows], refs)
    for code in dict.fromkeys(row["code"] for row in rows):
        screen.print(f"• {screen.pick(CODES, code)} :", f"• {screen.pick(CODES, code)}:", "bold")
        todo = screen.say(*TODO.get(code, ("", "")))
        screen.print(f"  {todo}", f"  {todo}")
