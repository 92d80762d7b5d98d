"""The plan: what a sync would do, for a person or for a program; values only where they were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from mappings.records import Key
from sync_jobs.engine.plan import Change, Conflict, Operation
from sync_jobs.passes import Planned
from sync_jobs.screens.screen import KEY, Screen, Shown
from sync_jobs.screens.waiting import RECORD, Refs, named, show_values, show_waiting
from sync_jobs.showing import At, Both
from sync_jobs.words import KINDS, OPERATIONS, SIDES, Language, reason_text

Values = Mapping[At, Both]


def places(planned: Planned) -> list[At]:
    """Name every value that a plan is about: all fields of its changes and of its conflicts."""
    changed = [at for change in planned.plan.changes for at in _changed(change)]
    return [*changed, *((c.kind, c.key, c.field) for c in planned.plan.conflicts)]


def _changed(change: Change) -> Iterator[At]:
    return ((change.kind, change.key or change.crm_id, name) for name in change.fields)


def observed_refs(planned: Planned) -> dict[Key, str]:
    """Give the references of all records that a plan was made from."""
    local = (pair for scope in planned.observation.scopes for pair in scope.local.items())
    return {key: record.ref for key, record in local if record.ref}


def plan_document(planned: Planned, language: Language = "en", values: Values | None = None) -> Shown:
    """Give the plan as others rely on it: keys, operations and field names; ``values`` of both sides if given."""
    plan = planned.plan

    def shown(item: Change | Conflict) -> dict[str, Any]:
        if values is None:
            return {}
        at = list(_changed(item)) if isinstance(item, Change) else [(item.kind, item.key, item.field)]
        return {"values": {one[2]: values[one].document() for one in at if one in values}}

    return {
        "changes": [
            {
                "record": c.kind,
                "key": str(c.key) if c.key else None,
                "direction": c.direction.value,
                "operation": c.operation.value,
                "fields": list(c.fields),
                **shown(c),
            }
            for c in plan.changes
        ],
        "hash": plan.hash,
        "needs_approval": bool(planned.needs_approval),
        "reasons": [reason_text(reason, language) for reason in planned.needs_approval],
        "conflicts": [{"record": c.kind, "key": str(c.key), "field": c.field, **shown(c)} for c in plan.conflicts],
        "parked": [
            {"record": p.kind, "key": str(p.key), "code": p.code, "fields": list(p.fields)} for p in plan.parked
        ],
    }


def show_plan(screen: Screen, planned: Planned, values: Values | None = None, *, refs: bool = True) -> None:
    """Show the plan: a summary by kind, then record by record where they are few. ``refs``: the reader sees those."""
    plan = planned.plan
    known = observed_refs(planned) if refs else {}
    _show_summary(screen, planned)
    if values is None:
        _show_changes(screen, planned, known)
    elif values:
        sides = [screen.pick(SIDES, change.direction) for change in plan.changes for _ in change.fields]
        words = [*sides, *(screen.say("conflit", "conflict") for _ in plan.conflicts)]
        show_values(screen, places(planned), values, known, words)
    waiting = [(p.kind, p.key, p.code, p.fields) for p in plan.parked]
    conflicts = [(c.kind, c.key, "conflict", (c.field,)) for c in plan.conflicts]
    show_waiting(screen, waiting if values else [*waiting, *conflicts], known)
    for reason in planned.needs_approval:
        text = reason_text(reason, screen.language)
        screen.print(f"! {text}", f"! {text}", "yellow")
    if plan.changes:
        screen.console.print(screen.say("Empreinte du plan : ", "Plan hash: ") + plan.hash, style="dim")
    if planned.needs_approval:
        command = f"binome sync --approve {plan.hash}"
        screen.print(
            f"Si c'est bien ce que vous voulez : `{command}`.", f"If this is what you want: `{command}`.", "yellow"
        )


def _show_summary(screen: Screen, planned: Planned) -> None:
    if not planned.plan.changes:
        screen.print(
            "✓ Rien à faire : le registre et le CRM sont d'accord.", "✓ Nothing to do: both sides agree.", "green"
        )
        return
    title = ("Ce que la synchronisation ferait", "What a sync would do")
    side, operation, number = ("Côté", "Side"), ("Opération", "Operation"), ("Nombre", "Number")
    table = screen.table(side, RECORD, operation, number, title=title)
    counted = Counter((c.direction.value, c.kind, c.operation.value) for c in planned.plan.changes)
    screen.rows(
        table,
        [
            (screen.pick(SIDES, direction), screen.pick(KINDS, kind), screen.pick(OPERATIONS, done), str(count))
            for (direction, kind, done), count in counted.items()
        ],
    )


def _show_changes(screen: Screen, planned: Planned, refs: Refs) -> None:
    updates = [c for c in planned.plan.changes if c.operation is not Operation.CREATE]
    if not updates:
        return
    names = named((change.key for change in updates), refs)
    table = screen.table(("Côté", "Side"), RECORD, KEY, ("Opération", "Operation"), ("Champs", "Fields"))
    screen.rows(
        table,
        [
            (
                screen.pick(SIDES, change.direction),
                screen.pick(KINDS, change.kind),
                names.get(str(change.key), "—"),
                screen.pick(OPERATIONS, change.operation),
                ", ".join(change.fields),
            )
            for change in updates
        ],
    )
