"""Records from rows and rows from records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Connection, Select, select

from connector.register.errors import RecordInvalid
from connector.register.schema import Layout
from mappings.records import Record

T = TypeVar("T")
CHUNK = 500
"""Keys in one question."""


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut into lists of at most ``size``."""
    whole = list(items)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def build(record: type[Record], values: Mapping[str, Any]) -> Record:
    """Make a valid record; where it is not, name the fields and nothing of what they hold."""
    try:
        return record.model_validate(values)
    except ValidationError as error:
        fields = {
            str(item["loc"][0])
            for item in error.errors(include_input=False, include_url=False)
            if item["loc"]
        }
    raise RecordInvalid(record.kind, values["key"], fields)


def read(connection: Connection, layout: Layout, question: Select[Any]) -> list[tuple[int, Record]]:
    """Read the records that ``question`` (made by ``asked``) finds, each with its number of change."""
    rows = connection.execute(question).all()
    sets = {name: _members(connection, layout, name, [row[1] for row in rows]) for name in layout.sets}
    found = []
    for seq, *values in rows:
        fields = dict(zip(layout.columns, values, strict=True))
        for name, members in sets.items():
            fields[name] = frozenset(members.get(fields["key"], ()))
        found.append((seq, build(layout.record, fields)))
    return found


def asked(layout: Layout) -> Select[Any]:
    """Ask for a kind's rows; narrow and order it before ``read``."""
    return select(layout.table.c.seq, *(layout.table.c[name] for name in layout.columns))


def read_by(
    connection: Connection, layout: Layout, column: str, wanted: Iterable[object]
) -> Iterator[Record]:
    """Read the records whose column holds one of ``wanted``, one question a chunk."""
    for chunk in chunks(wanted):
        question = asked(layout).where(layout.table.c[column].in_(chunk))
        yield from (record for _, record in read(connection, layout, question))


def _members(
    connection: Connection, layout: Layout, name: str, owners: Sequence[UUID]
) -> dict[UUID, list[Any]]:
    table = layout.sets[name]
    found: dict[UUID, list[Any]] = defaultdict(list)
    for chunk in chunks(owners):
        for owner, member in connection.execute(
            select(table.c.owner, table.c.member).where(table.c.owner.in_(chunk))
        ):
            found[owner].append(member)
    return found


def owners_of(connection: Connection, layout: Layout, name: str, members: Iterable[object]) -> set[UUID]:
    """Give the keys of the records whose set ``name`` holds one of these members."""
    table = layout.sets[name]
    return {
        owner
        for chunk in chunks(members)
        for owner in connection.execute(select(table.c.owner).where(table.c.member.in_(chunk))).scalars()
    }


def column_values(layout: Layout, record: Record) -> dict[str, Any]:
    """Give what goes into the record's row."""
    return {name: getattr(record, name) for name in layout.columns}


def set_rows(name: str, records: Iterable[Record]) -> list[dict[str, Any]]:
    """Give one row a member of the records' sets ``name``."""
    return [{"owner": record.key, "member": member} for record in records for member in getattr(record, name)]


def same_in_clear(layout: Layout, one: Record, other: Record) -> bool:
    """Compare two records by every field that needs no key."""
    return all(getattr(one, name) == getattr(other, name) for name in layout.clear)
