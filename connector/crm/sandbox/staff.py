"""What a coordinator does on the CRM's screens: for the demo, and for tests where staff change things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector.crm.errors import CrmMissing
from connector.crm.sandbox import partner
from connector.crm.sandbox.schema import FIELDS, TRACKED
from mappings.destinations import PARTNER

if TYPE_CHECKING:
    from connector.crm.sandbox.records import Records
    from connector.crm.sandbox.store import Store

Reference = int | str
"""A record by its database id or by any of its external ids."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One to-do as staff see it on a record."""

    id: int
    model: str
    record: int
    activity_type: str
    summary: str
    deadline: str
    done: bool


class Staff:
    """Staff at work: they name records and links by database or external id; each act is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def id_of(self, model: str, reference: Reference, /) -> int:
        """Find a record's database id; CrmMissing where it is gone."""
        with self._store.transaction() as records:
            return _found(records, model, reference)

    def read(self, model: str, reference: Reference, /, *columns: str) -> dict[str, Any]:
        """See a record's values, with its ``write_date``."""
        with self._store.transaction() as records:
            return records.read(model, _found(records, model, reference), columns)

    def create(self, model: str, /, **columns: Any) -> int:
        """Enter a new record and give its database id; it has no external id."""
        with self._store.transaction() as records:
            return records.create(model, _with_ids(records, model, columns))

    def write(self, model: str, reference: Reference, /, **columns: Any) -> None:
        """Change a record; the chatter keeps what some of a contact's columns held."""
        with self._store.transaction() as records:
            record = _found(records, model, reference)
            for name in set(columns) & set(TRACKED) if model == PARTNER else ():
                told = {"field": name, "old": records.value(model, record, name) or None, "new": columns[name] or None}
                records.create("mail.tracking.value", {"res_id": record, **told})
            records.write(model, record, _with_ids(records, model, columns))

    def archive(self, model: str, reference: Reference, /) -> None:
        """Put a record away; it can still be read."""
        self.write(model, reference, **{"x_active" if "x_active" in FIELDS[model] else "active": False})

    def delete(self, model: str, reference: Reference, /) -> None:
        """Delete a record, and its external ids with it."""
        with self._store.transaction() as records:
            records.delete(model, _found(records, model, reference))

    def merge(self, survivor: Reference, /, *others: Reference) -> None:
        """Merge duplicate contacts: the survivor keeps its values and takes over links and external ids."""
        with self._store.transaction() as records:
            kept = _found(records, "res.partner", survivor)
            partner.merge(records, kept, [_found(records, "res.partner", other) for other in others])

    def activities(self, model: str, reference: Reference, /, *, done: bool | None = False) -> list[Activity]:
        """List a record's activities: the open ones, those done, or (``None``) both."""
        with self._store.transaction() as records:
            on = (model, reference if isinstance(reference, int) else _found(records, model, reference))
            found = records.search("mail.activity", "res_model = ? AND res_id = ?", on)
            listed = [_activity(each, records.row("mail.activity", each)) for each in found]
            return [each for each in listed if done in (None, each.done)]

    def schedule(self, model: str, reference: Reference, /, activity_type: str, summary: str, deadline: str) -> int:
        """Schedule an activity by hand, and give its id."""
        with self._store.transaction() as records:
            return records.create("mail.activity", {
                "res_model": model, "res_id": _found(records, model, reference), "activity_type": activity_type,
                "summary": summary, "date_deadline": deadline,
            })

    def mark_done(self, activity: int, feedback: str = "") -> None:
        """Tick an activity off, with a remark that stays in the CRM; the record's chatter tells it."""
        with self._store.transaction() as records:
            done = {"active": False, "date_done": records.now[:10], "feedback": feedback}
            records.write("mail.activity", activity, done)
            row = records.row("mail.activity", activity)
            records.create("mail.message", {"model": row["res_model"], "res_id": row["res_id"], "body": feedback})

    def cancel(self, activity: int) -> None:
        """Cancel an activity: it is gone."""
        with self._store.transaction() as records:
            records.delete("mail.activity", activity)

    def note(self, model: str, reference: Reference, /, body: str) -> None:
        """Write an internal note on a record."""
        with self._store.transaction() as records:
            values = {"model": model, "res_id": _found(records, model, reference), "body": body, "note": True}
            records.create("mail.message", values)

    def notes(self, model: str, reference: Reference, /) -> list[str]:
        """Read a record's internal notes, the oldest first."""
        with self._store.transaction() as records:
            on = (model, _found(records, model, reference))
            found = records.search("mail.message", "note AND model = ? AND res_id = ?", on)
            return [records.row("mail.message", each)["body"] for each in found]

    def shown(self, reference: Reference, /) -> str:
        """Give all that the chatter of a contact shows and keeps."""
        with self._store.transaction() as records:
            record = _found(records, PARTNER, reference)
            on = (
                ("mail.message", "model = ? AND res_id = ?", (PARTNER, record)),
                ("mail.activity", "res_model = ? AND res_id = ?", (PARTNER, record)),
                ("mail.tracking.value", "res_id = ?", (record,)),
            )
            told = [(model, one) for model, where, of in on for one in records.search(model, where, of)]
            return "\n".join(str(records.row(*each)) for each in told)

    def hide(self, model: str, reference: Reference, /) -> None:
        """Hide a record from the sync's user, as an administrator's record rule does."""
        with self._store.transaction() as records:
            records.create("ir.rule", {"model": model, "res_id": _found(records, model, reference)})

    def show(self, model: str, reference: Reference, /) -> None:
        """Let the sync's user see a hidden record again."""
        with self._store.transaction() as records:
            on = (model, _found(records, model, reference))
            for rule in records.search("ir.rule", "model = ? AND res_id = ?", on):
                records.delete("ir.rule", rule)


def _found(records: Records, model: str, reference: Reference) -> int:
    bound = (model, reference) if isinstance(reference, int) else records.live(reference)
    if bound is None or bound[0] != model or not records.exists(*bound):
        raise CrmMissing(f"{model}: no such record", model=model)
    return bound[1]


def _with_ids(records: Records, model: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Let staff name links by external id, as they pick them by name on a screen."""

    def number(relation: str, value: Any) -> Any:
        return _found(records, relation, value) if isinstance(value, str) else value

    def ready(name: str, value: Any) -> Any:
        relation = FIELDS[model][name].relation if name in FIELDS[model] else ""
        if isinstance(value, list | tuple | set):
            return [number(relation, each) for each in value]
        return number(relation, value) if relation else value

    return {name: ready(name, value) for name, value in columns.items()}


def _activity(record: int, row: Mapping[str, Any]) -> Activity:
    return Activity(
        record, row["res_model"], row["res_id"], row["activity_type"], row["summary"] or "",
        row["date_deadline"] or "", done=not row["active"],
    )
