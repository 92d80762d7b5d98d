"""How values enter and leave a column, as Odoo's field types do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from mappings.destinations import Destination

LARGEST = 2**31 - 1
"""Odoo's integers are four bytes wide."""


def _text(value: Any) -> str:
    text = str(value)
    if "\x00" in text:
        raise ValueError("PostgreSQL holds no such character")
    return text


def _whole(value: Any) -> int:
    number = int(value)
    if abs(number) > LARGEST:
        raise ValueError("too large")
    return number


def _day(value: Any) -> str:
    # As Odoo reads it: fromisoformat() would take forms that Odoo does not.
    return dt.datetime.strptime(str(value)[:10], "%Y-%m-%d").date().isoformat()  # noqa: DTZ007


_ENTER: Mapping[str, Callable[[Any], Any]] = {
    "char": _text, "integer": _whole, "float": float, "date": _day, "many2one": _whole, "selection": _text,
}


def entering(item: Destination, value: Any) -> Any:
    """Give the stored form of a value (``None``: empty); ValueError or TypeError where Odoo refuses it."""
    if item.type == "boolean":
        return int(bool(value))
    if item.type not in _ENTER:
        raise TypeError("links in sets are not columns")
    if value is None or value is False or (value == "" and item.type != "char"):
        return 0 if item.type in ("integer", "float") else None
    stored = _ENTER[item.type](value)
    if item.type == "selection" and stored not in item.choices:
        raise ValueError("not in the list")
    return stored


def leaving(item: Destination, stored: Any) -> Any:
    """Give a stored value as Odoo answers it: ``False`` for empty, 0 for an empty number."""
    if item.type == "boolean":
        return bool(stored)
    if stored is None:
        return 0 if item.type in ("integer", "float") else False
    return stored
