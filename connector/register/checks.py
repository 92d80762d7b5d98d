"""Checks that name the record and the field at fault, before the database says only that something failed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from connector.register.errors import DanglingLink, DuplicateReference, StillLinked
from connector.register.rows import chunks
from connector.register.schema import LAYOUTS, Layout
from mappings.records import LINKS, Record


def targets(record: Record, field: str) -> Collection[UUID]:
    """Give the keys that a linking field points to: none, one or several."""
    value: UUID | frozenset[UUID] | None = getattr(record, field)
    if value is None:
        return ()
    return (value,) if isinstance(value, UUID) else value


def check_links(
    connection: Connection, layout: Layout, records: Sequence[Record], given: Mapping[str, Collection[UUID]]
) -> None:
    """Refuse a link to a record that is neither stored nor ``given`` in the same batch (keys by kind)."""
    for field, target in LINKS[layout.kind].items():
        asked = {key for record in records for key in targets(record, field)}.difference(
            given.get(target, ())
        )
        missing = asked - set(_stored(connection, target, asked))
        if missing:
            at_fault = next(record for record in records if not missing.isdisjoint(targets(record, field)))
            raise DanglingLink(layout.kind, at_fault.key, field)


def _stored(connection: Connection, kind: str, keys: Iterable[UUID]) -> Iterator[UUID]:
    key = LAYOUTS[kind].table.c.key
    for chunk in chunks(keys):
        yield from connection.execute(select(key).where(key.in_(chunk))).scalars()


def check_references(connection: Connection, layout: Layout, records: Sequence[Record]) -> None:
    """Refuse a reference that another record of the kind holds, in the register or in the batch."""
    claims: dict[str, UUID] = {}
    for record in records:
        if record.ref is not None and claims.setdefault(record.ref, record.key) != record.key:
            raise DuplicateReference(layout.kind, record.key)
    table = layout.table
    for chunk in chunks(claims):
        for ref, holder in connection.execute(select(table.c.ref, table.c.key).where(table.c.ref.in_(chunk))):
            if holder != claims[ref]:
                raise DuplicateReference(layout.kind, claims[ref])


def check_unlinked(connection: Connection, kind: str, keys: Sequence[UUID]) -> None:
    """Refuse to delete records that others, not deleted with them, link to."""
    for by_kind, links in LINKS.items():
        for field in (name for name, target in links.items() if target == kind):
            going = set(keys) if by_kind == kind else set()
            owner, member = _columns(LAYOUTS[by_kind], field)
            for chunk in chunks(keys):
                for holder in connection.execute(select(owner).where(member.in_(chunk))).scalars():
                    if holder not in going:
                        raise StillLinked(kind, by_kind, holder, field)


def _columns(layout: Layout, field: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    if field in layout.sets:
        return layout.sets[field].c.owner, layout.sets[field].c.member
    return layout.table.c.key, layout.table.c[field]
