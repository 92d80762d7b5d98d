"""Agreement: the records for which there is nothing to plan, told quickly, since they are nearly all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mappings.base import EntityMap, FieldMap
from mappings.records import Key, Record
from mappings.values import Canonical, external_id, parse_external_id
from sync_jobs.engine.plan import CRM_ID
from sync_jobs.engine.ports import CrmRow, Digest, Digester, Links

_AS_COMPARED = frozenset({"choice", "day", "whole", "flag"})
"""Kinds whose canonical form is what goes over the wire, where ``False`` stands for empty."""


class Agreement:
    """Tells of one map's records whether both sides hold the same in every field, and the base says just that.

    A record that was compared once field by field has one digest of the whole: of the CRM's row as it was read, the
    register's number of change, and what the maps meant. While these three stand and its base does not move, nothing
    can have changed, and the register's record needs not be read. It compares values as the CRM gives them. What is
    equal in another form, merged, or linked to a stranger does not agree here: the plan judges it.
    """

    def __init__(self, entity: EntityMap, digester: Digester, meaning: str = "") -> None:
        """Take the map, what made the base's digests, and what tells the meaning of the maps (catalogue.meaning)."""
        self._entity, self._digester, self._meaning = entity, digester, meaning
        self._opening = external_id(entity.kind, Key(int=0)).removesuffix(Key(int=0).hex)
        columns = entity.destination.fields
        self._fields = [
            (item, item.field, item.column, item.kind.canonical, item.kind.name in _AS_COMPARED,
             columns[item.column].relation)
            for item in entity.fields
        ]
        self._linking = [(item, relation) for item, *_, relation in self._fields if relation]
        self._plain = [column for _, _, column, *_, relation in self._fields if not relation]

    def key(self, row: CrmRow) -> Key | None:
        """Give the key of a row of this map that has only one."""
        if len(row.external_ids) != 1 or not row.external_ids[0].startswith(self._opening):
            return None
        found = parse_external_id(row.external_ids[0])
        return found[1] if found else None

    def values(self, record: Record, row: CrmRow, links: Links) -> tuple[Canonical, ...] | None:
        """Give the canonical values that both sides hold, field by field; ``None`` where they differ in any."""
        outgoing, raw = self._entity.outgoing, row.values
        found: list[Canonical] = []
        for item, _, column, canonical, as_compared, relation in self._fields:
            ours, theirs = outgoing(item, record), raw[column]
            value = canonical(ours)
            if relation:
                same = _linked(item, ours, relation, theirs, links)
            else:
                same = ((value if as_compared else ours) or False) == theirs
            if not same:
                return None
            found.append(value)
        return tuple(found)

    def whole(self, key: Key, number: int, row: CrmRow, links: Links) -> Digest:
        """Digest the CRM's row as it was read, its links by their external ids, with the register's number of change.

        ``number`` must have been read no later than the record that the row is compared with.
        """
        raw = row.values
        linked = [_names(item, relation, raw[item.column], links) for item, relation in self._linking]
        shown = [raw[column] for column in self._plain]
        return self._digester(self._entity.kind, key.hex, CRM_ID, (self._meaning, number, row.id, shown, linked))

    def based(self, record: Record, row: CrmRow, values: tuple[Canonical, ...], base: Mapping[str, Digest]) -> bool:
        """Tell whether the base says just these values, of just this CRM record: a plan would say nothing of it."""
        kind, name, digester = self._entity.kind, str(record.key), self._digester
        return base.get(CRM_ID) == str(row.id) and all(
            base.get(field) == digester(kind, name, field, value)
            for (_, field, *_), value in zip(self._fields, values, strict=True)
        )


def _names(item: FieldMap, relation: str, raw: Any, links: Links) -> list[tuple[str, ...]]:
    """Name what a column links to, in an order that is the same every time."""
    if item.kind.name == "link":
        return [links.get((relation, raw), ())] if raw else []
    return sorted(links.get((relation, one), ()) for one in raw or ())


def _linked(item: FieldMap, value: Any, relation: str, raw: Any, links: Links) -> bool:
    """Tell whether a column links to just what the register's value names."""
    if item.kind.name == "link":
        if not raw or not value:
            return not raw and not value
        return links.get((relation, raw)) == (external_id(item.target or "", value),)
    names = [name for one in raw or () for name in links.get((relation, one), ("",))]
    if item.kind.name == "tags":
        wanted = item.kind.to_wire(value)
        return set(wanted["link"]) <= set(names) and not set(wanted["unlink"]) & set(names)
    return sorted(names) == sorted(external_id(item.target or "", one) for one in value or ())
