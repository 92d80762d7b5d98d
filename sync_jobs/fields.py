"""A record's field as people write it: the workbook's columns, reused wherever a value is typed or shown."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import ValidationError

from connector.register.repository import Register
from mappings.records import Record
from sync_jobs.migrations.cells import Unfit, is_empty, parse
from sync_jobs.migrations.problems import Problem
from sync_jobs.migrations.columns import Column, Type
from sync_jobs.migrations.sheets import SHEETS
from sync_jobs.naming import find_in_register, record_kind
from sync_jobs.refused import KeyUnknown, ValueUnfit
from sync_jobs.words import KINDS

_ACTIVE = Column("Active", "Actif", "active", Type.YES_NO)


@cache
def column_of(kind: str, field: str) -> Column | None:
    """Find the workbook's column that fills a field of a map's record; ``None`` where there is none."""
    owner = record_kind(kind)
    if field == "active":
        return _ACTIVE
    found = (
        column
        for sheet in SHEETS.values()
        for column in sheet.columns
        if column.name == field and owner in (column.kinds or (sheet.kind,))
    )
    return next(found, None)


def read_value(register: Register, kind: str, field: str, text: str) -> Any:
    """Read what a person typed for a field: links by reference or by key. Raises ValueUnfit, which names no value."""
    column = column_of(kind, field)
    if column is None:
        raise _unfit(field, "invalid")
    try:
        value = None if is_empty(text) else parse(column, text, french=True)
    except Unfit as unfit:
        raise _unfit(field, unfit.code, **unfit.details) from None
    if column.target and value is not None:
        return _linked(register, field, column, value)
    return value


def with_value(record: Record, field: str, value: Any) -> Record:
    """Give the record with one value changed, validated by its class. Raises ValueUnfit, which names no value."""
    try:
        return type(record).model_validate({**record.model_dump(exclude_unset=True), field: value})
    except ValidationError:
        raise _unfit(field, "required" if value is None else "invalid") from None


def _linked(register: Register, field: str, column: Column, value: str | tuple[str, ...]) -> Any:
    try:
        if isinstance(value, tuple):
            return frozenset(find_in_register(register, column.target, one) for one in value)
        return find_in_register(register, column.target, value)
    except KeyUnknown:
        fr, en = KINDS[column.target]
        expected = (
            f"attendu : la référence ou la clé d'une fiche du registre ({fr})",
            f"expected the reference or the key of a record of the register ({en})",
        )
        raise ValueUnfit(field=field, expected=expected) from None


def _unfit(field: str, code: str, **details: Any) -> ValueUnfit:
    problem = Problem("", None, field, "", code, details)
    return ValueUnfit(field=field, expected=(problem.expected("fr"), problem.expected("en")))
