"""Activities, notes and the sync mark, as the data module's actions treat them (module/actions)."""

from __future__ import annotations

from connector.crm.errors import CrmModuleError, CrmPermissionError
from connector.crm.module.names import ACTIVITY_TYPES, HEEDED
from connector.crm.port import Finished, Note, Outcome, Todo
from connector.crm.sandbox.records import Records
from mappings.destinations import MODELS

_ACTIVITY, _MESSAGE, _PARAMETER = "mail.activity", "mail.message", "ir.config_parameter"
_SAME = "active AND res_model = ? AND res_id = ? AND activity_type = ? AND summary = ?"


def remind(records: Records, todo: Todo) -> Outcome:
    """Schedule an activity, unless the same is still open."""
    bound = _own(records, todo.external_id)
    if bound is None or todo.activity_type not in ACTIVITY_TYPES.values():
        return Outcome(todo.external_id, "missing")
    key = (*bound, todo.activity_type, todo.summary)
    if found := records.search(_ACTIVITY, _SAME, key):
        return Outcome(todo.external_id, "existing", found[0])
    values = dict(zip(("res_model", "res_id", "activity_type", "summary"), key, strict=True))
    made = records.create(_ACTIVITY, {**values, "date_deadline": todo.deadline, "automated": True})
    return Outcome(todo.external_id, "created", made)


def withdraw(records: Records, todo: Todo) -> Outcome:
    """Take the open activities back, those that staff scheduled by hand excepted."""
    bound = _own(records, todo.external_id)
    key = (*(bound or ("", 0)), todo.activity_type, todo.summary)
    found = records.search(_ACTIVITY, f"automated AND {_SAME}", key)
    for activity in found:
        records.delete(_ACTIVITY, activity)
    return Outcome(todo.external_id, "withdrawn" if found else "missing")


def explain(records: Records, note: Note) -> Outcome:
    """Post a note, unless the record's newest message is that very note of ours."""
    bound = _own(records, note.external_id)
    if bound is None:
        return Outcome(note.external_id, "missing")
    newest = records.search(_MESSAGE, "model = ? AND res_id = ?", bound)[-1:]
    row = records.row(_MESSAGE, newest[0]) if newest else {}
    if row.get("ours") and row["body"] == note.body:
        return Outcome(note.external_id, "existing", newest[0])
    values = {"model": bound[0], "res_id": bound[1], "body": note.body, "note": True, "ours": True}
    return Outcome(note.external_id, "created", records.create(_MESSAGE, values))


def finished(records: Records, since: str | None) -> list[Finished]:
    """List the activities that staff marked done, on bound records of our own models."""
    done = []
    for activity in records.search(_ACTIVITY, "NOT active AND date_done IS NOT NULL"):
        row = records.read(_ACTIVITY, activity, ("res_model", "res_id", "activity_type", "summary", "date_done"))
        model, record = row["res_model"], row["res_id"]
        names = records.bound(model, record)
        seen = model in MODELS and MODELS[model].ours and record not in records.hidden(model)
        if names and seen and row["activity_type"] in HEEDED and row["write_date"] >= (since or ""):
            done_at = min(row["write_date"], f"{row['date_done']} 23:59:59")
            done.append(Finished(activity, names[0], model, row["activity_type"], row["summary"] or "", done_at))
    return done


def mark(records: Records, new: str | None) -> str | None:
    """Tell the mark, and put a new one in its place."""
    key = "binome.mark"
    found = records.search(_PARAMETER, "key = ?", (key,))
    old: str | None = records.row(_PARAMETER, found[0])["value"] if found else None
    if new and found:
        records.write(_PARAMETER, found[0], {"value": new})
    elif new:
        records.create(_PARAMETER, {"key": key, "value": new})
    return old


def _own(records: Records, external_id: str) -> tuple[str, int] | None:
    """Find a live record of our own models; a contact is refused, since every employee reads what hangs on it."""
    bound = records.live(external_id)
    if bound and not MODELS[bound[0]].ours:
        raise CrmModuleError(f"{bound[0]}: activities and notes are not for this model", model=bound[0])
    if bound and bound[1] in records.hidden(bound[0]):
        raise CrmPermissionError(f"the CRM does not let this user read {bound[0]}", model=bound[0])
    return bound
