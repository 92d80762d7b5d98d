"""What a person decides: which value stands of a conflict, and what becomes of a record that is gone from the CRM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from connector.register.repository import Register
from connector.register.saving import lock_counter
from mappings.records import Key, Record
from sync_jobs.fields import read_value, with_value
from sync_jobs.naming import find, record_kind, references
from sync_jobs.refused import FieldUnknown, KeyUnknown, NotGone
from sync_jobs.state import State

Row = dict[str, Any]
GONE = ("gone_from_crm", "recreate_asked")


def meant(register: Register, rows: Sequence[Row], key: str, field: str = "") -> list[Row]:
    """Pick the rows of the record and of the field that a person named; nothing named picks all.

    Raises KeyUnknown, KeyAmbiguous or FieldUnknown.
    """
    chosen = list(rows)
    if key:
        refs = references(register, [(row["kind"], row["key"]) for row in rows])
        one = find(key, [row["key"] for row in rows], refs)
        chosen = [row for row in rows if row["key"] == one]
    if field and not any(row["field"] == field for row in chosen):
        raise FieldUnknown(field=field)
    return [row for row in chosen if field in ("", row.get("field"))]


def keep_side(state: State, rows: Sequence[Row], keep: Literal["register", "crm"]) -> None:
    """Settle conflicts for one side."""
    for row in rows:
        state.decide(row, keep)


def give_value(register: Register, state: State, rows: Sequence[Row], text: str) -> None:
    """Settle one field of one record with a new value: saved here, and decided for the register, in one transaction.

    ``rows`` are the conflicts of that field (contact and contact details share some). Raises ValueUnfit.
    """
    kind, key, field = rows[0]["kind"], rows[0]["key"], rows[0]["field"]
    with register.transaction() as tx:
        lock_counter(tx.connection)  # before reading, so that no other writer comes between reading and saving
        record = _record(register, kind, key)
        register.save([with_value(record, field, read_value(register, kind, field, text))])
        keep_side(state, rows, "register")


def recreate(state: State, rows: Sequence[Row]) -> None:
    """Let the next sync make a record anew that is gone from the CRM. Raises NotGone."""
    for row in _gone(rows):
        state.forget_base(row["kind"], row["key"])


def archive(register: Register, rows: Sequence[Row]) -> None:
    """Archive in the register a record that is gone from the CRM. Raises NotGone."""
    with register.transaction() as tx:
        lock_counter(tx.connection)
        found = {record_kind(row["kind"]): _record(register, row["kind"], row["key"]) for row in _gone(rows)}
        register.save(with_value(record, "active", value=False) for record in found.values())


def _gone(rows: Sequence[Row]) -> list[Row]:
    gone = [row for row in rows if row["code"] in GONE]
    if not gone:
        raise NotGone
    return gone


def _record(register: Register, kind: str, key: Key) -> Record:
    record = register.get(record_kind(kind), key)
    if record is None:
        raise KeyUnknown
    return record
