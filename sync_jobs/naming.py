"""What a record is called on the screen, and which record a person means: its reference, or the start of its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from connector.register.repository import Register
from connector.register.schema import LAYOUTS
from mappings.catalogue import BY_KIND
from mappings.records import Key
from sync_jobs.refused import KeyAmbiguous, KeyUnknown

SHOWN = 8
"""Digits of a key that are shown at least; a key begins with the time of its making, so that near ones need more."""

_TYPED = re.compile(r"[0-9a-f]{6,32}")


def references(register: Register, records: Iterable[tuple[str, Key]]) -> dict[Key, str]:
    """Look up the references of records, given by map and key."""
    keys: dict[str, set[Key]] = {}
    for kind, key in records:
        keys.setdefault(record_kind(kind), set()).add(key)
    return {
        key: record.ref
        for kind, wanted in keys.items()
        for key, record in register.many(kind, wanted).items()
        if record.ref is not None
    }


def record_kind(kind: str) -> str:
    """Name the kind of record that a map is about."""
    return BY_KIND[kind].record.kind if kind in BY_KIND else kind


def labels(keys: Iterable[Key], refs: Mapping[Key, str] | None = None) -> dict[Key, str]:
    """Call each record by its reference, or by as much of its key as tells it from the others."""
    known, found = refs or {}, set(keys)
    held = [known[key] for key in found if key in known]
    digits = sorted(key.hex for key in found)
    shorts = {
        one: one[: max(SHOWN, 1 + max((_common(one, other) for other in near), default=0))]
        for at, one in enumerate(digits)
        for near in [digits[max(0, at - 1) : at] + digits[at + 1 : at + 2]]
    }
    return {key: known[key] if held.count(known.get(key, "")) == 1 else shorts[key.hex] for key in found}


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


def find(text: str, keys: Iterable[Key], refs: Mapping[Key, str]) -> Key:
    """Tell which of these records is meant by a reference, or by the beginning of a key (dashes do not count).

    Raises KeyUnknown or KeyAmbiguous.
    """
    candidates = set(keys)
    found = [key for key in candidates if refs.get(key) == text] or [
        key for key in candidates if (start := _digits(text)) and key.hex.startswith(start)
    ]
    return _one(found)


def find_in_register(register: Register, kind: str, text: str) -> Key:
    """Tell which record of the register is meant. Raises KeyUnknown or KeyAmbiguous."""
    if record := register.by_ref(kind, [text]).get(text):
        return record.key
    if not (start := _digits(text)):
        raise KeyUnknown
    column = LAYOUTS[kind].table.c.key
    low, high = UUID(start.ljust(32, "0")), UUID(start.ljust(32, "f"))
    with register.transaction(reads_only=True) as tx:
        return _one(tx.connection.execute(select(column).where(column.between(low, high))).scalars().all())


def _digits(text: str) -> str:
    bare = text.replace("-", "").casefold()
    return bare if _TYPED.fullmatch(bare) else ""


def _one(found: Sequence[Key]) -> Key:
    if not found:
        raise KeyUnknown
    if len(found) > 1:
        raise KeyAmbiguous(count=len(found))
    return found[0]
