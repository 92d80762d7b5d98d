"""The register's tables, derived from the records: what a record declares is what its table holds.

A field for the pair alone is no column. Its text lives, encrypted, in the one table ``sealed`` (``vault_schema.py``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
)
from sqlalchemy.types import TypeEngine

from mappings.confidentiality import pair_fields
from mappings.records import LINKS, RECORDS, Record

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0008")
"""Every revision of the schema, oldest first: known without loading alembic, which is slow to import."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one kind of record is stored: columns in its table, sets in tables of their own, texts sealed."""

    record: type[Record]
    table: Table
    columns: tuple[str, ...]
    sets: dict[str, Table]
    sealed: frozenset[str]

    @property
    def kind(self) -> str:
        """The kind of record."""
        return self.record.kind

    @property
    def clear(self) -> tuple[str, ...]:
        """Name the fields that need no key: all but the sealed ones."""
        return (*self.columns, *self.sets)


def _plain(annotation: Any) -> tuple[Any, bool]:
    """Take ``X | None`` apart into ``X`` and whether it may be empty."""
    choices = get_args(annotation)
    if type(None) not in choices:
        return annotation, False
    (inner,) = (item for item in choices if item is not type(None))
    return _bare(inner), True


def _bare(annotation: Any) -> Any:
    """Drop ``Annotated``: bounds and audiences are the record's affair."""
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


_TYPES: dict[type, type[TypeEngine[Any]]] = {
    UUID: Uuid,
    dt.date: Date,
    int: Integer,
    bool: Boolean,
    str: String,
}


def _type(annotation: Any, name: str) -> TypeEngine[Any]:
    if issubclass(annotation, StrEnum):
        values = [item.value for item in annotation]
        # A check instead of a native type: alike on both databases, and a value is added in a transaction.
        return Enum(
            annotation,
            name=name,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda _: values,
        )
    return _TYPES[annotation]()


def _link(kind: str, target: str) -> ForeignKey:
    """Point to another record. Links within one kind are judged at commit: a batch is in any order."""
    deferred = kind == target or None
    return ForeignKey(f"{target}.key", deferrable=deferred, initially=deferred and "DEFERRED")


def _column(kind: str, name: str, annotation: Any) -> Column[Any]:
    plain, nullable = _plain(annotation)
    if name == "key":
        return Column(name, Uuid(), primary_key=True)
    target = LINKS[kind].get(name)
    links = [_link(kind, target)] if target else []
    return Column(
        name,
        _type(plain, name),
        *links,
        nullable=nullable,
        index=bool(target) or None,
        unique=True if name == "ref" else None,
    )


def _set_table(kind: str, name: str, annotation: Any) -> Table:
    """Hold a set of links or choices, one member a row, and go with the record that owns it."""
    (member,) = get_args(annotation)
    target = LINKS[kind].get(name)
    return Table(
        f"{kind}_{name}",
        metadata,
        Column("owner", Uuid(), ForeignKey(f"{kind}.key", ondelete="CASCADE"), primary_key=True),
        Column(
            "member",
            _type(_bare(member), name),
            *([ForeignKey(f"{target}.key")] if target else []),
            primary_key=True,
            index=bool(target) or None,
        ),
    )


def _layout(record: type[Record]) -> Layout:
    sealed = pair_fields(record)
    fields = {name: info.annotation for name, info in record.model_fields.items() if name not in sealed}
    sets = {name: kind for name, kind in fields.items() if get_origin(kind) is frozenset}
    columns = {name: kind for name, kind in fields.items() if name not in sets}
    table = Table(
        record.kind,
        metadata,
        *(_column(record.kind, name, annotation) for name, annotation in columns.items()),
        Column("seq", BigInteger(), nullable=False, unique=True),
    )
    tables = {name: _set_table(record.kind, name, annotation) for name, annotation in sets.items()}
    return Layout(record, table, tuple(columns), tables, sealed)


LAYOUTS = {kind: _layout(record) for kind, record in RECORDS.items()}
"""Where each kind is stored, each after the kinds that it links to."""

change_counter = Table(
    "change_counter",
    metadata,
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("value", BigInteger(), nullable=False),
    CheckConstraint("id = 1", name="single"),
)
"""The number of the last change: one row (see ``saving.py``)."""
