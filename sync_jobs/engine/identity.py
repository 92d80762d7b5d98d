"""Who is who: CRM rows brought into the register's words, afresh each cycle, so that contact merges are followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mappings.base import EntityMap, FieldMap
from mappings.destinations import ROLE_TAGS
from mappings.records import Key
from mappings.values import parse_external_id
from sync_jobs.engine.ports import CrmRow, Links


@dataclass(frozen=True, slots=True)
class Remote:
    """One CRM record in the register's words.

    ``raw`` holds the CRM's own values (what a compare-and-set expects); ``values`` the same by record field.
    ``strangers`` names links to something the register does not know. ``merged`` holds the keys of records that staff
    merged into this one.
    """

    id: int
    key: Key | None
    raw: Mapping[str, Any] = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    strangers: frozenset[str] = frozenset()
    merged: tuple[Key, ...] = ()

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key that leads to this record."""
        return self.merged if self.key is None else (self.key, *self.merged)


def recognise(entity: EntityMap, rows: Iterable[CrmRow], links: Links) -> list[Remote]:
    """Pick the rows that belong to this map and put them in the register's words.

    A row is this map's by its external id, or, where staff made it and the map adopts new ones, by its constants.
    """
    found: list[Remote] = []
    for row in rows:
        keys = sorted(keys_of(entity.kind, row.external_ids))
        if keys or (entity.adopts_new and not row.external_ids and _is_like(entity, row)):
            found.append(_localise(entity, row, links, keys))
    return found


def keys_of(kind: str, external_ids: Iterable[str]) -> list[Key]:
    """Read the keys of one kind among external ids."""
    parsed = (parse_external_id(name) for name in external_ids)
    return [key for found in parsed if found is not None and found[0] == kind for key in (found[1],)]


def _is_like(entity: EntityMap, row: CrmRow) -> bool:
    return all(row.values.get(column) == value for column, value in entity.constants.items())


def _localise(entity: EntityMap, row: CrmRow, links: Links, keys: list[Key]) -> Remote:
    values: dict[str, Any] = {}
    strangers: set[str] = set()
    for item in entity.fields:
        raw = row.values.get(item.column, False)
        values[item.field], known = _value(entity, item, raw, links)
        if not known:
            strangers.add(item.field)
    key = keys[0] if keys else None
    return Remote(row.id, key, row.values, values, frozenset(strangers), tuple(keys[1:]))


def _value(entity: EntityMap, item: FieldMap, raw: Any, links: Links) -> tuple[Any, bool]:
    """Give a column's value in the register's words, and whether every record it links to is known."""
    if item.kind.name == "tags":
        return _tags(raw, links), True
    if item.target is None:
        return item.kind.from_wire(raw), True
    relation = entity.destination.fields[item.column].relation
    if item.kind.name == "links":
        keys = [_key(item, relation, one, links) for one in raw or ()]
        return frozenset(k for k in keys if k is not None), None not in keys
    if not raw:
        return None, True
    key = _key(item, relation, raw, links)
    return key, key is not None


def _key(item: FieldMap, relation: str, raw: Any, links: Links) -> Key | None:
    """Find the key a link points to; of merged contacts the first, which ``alias`` makes the one key of all."""
    found = keys_of(item.target or "", links.get((relation, raw), ()))
    return min(found, default=None)


def _tags(raw: Any, links: Links) -> frozenset[str]:
    names = {name for one in raw or () for name in links.get(("res.partner.category", one), ())}
    return frozenset(role for role, tag in ROLE_TAGS.items() if tag in names)


def aliases(kind: str, groups: Iterable[tuple[str, ...]]) -> dict[Key, Key]:
    """Map every key that staff merged away to the key of the survivor (the smallest of them)."""
    away: dict[Key, Key] = {}
    for names in groups:
        keys = sorted(keys_of(kind, names))
        away.update(dict.fromkeys(keys[1:], keys[0]) if keys else {})
    return away
