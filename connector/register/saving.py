"""Saving a batch of records: compared first, then checked, then written, a few statements for each kind.

The change counter. A reader asks for "every change after number N" and remembers the last one it saw, so no
change may ever appear behind a number that was already read. Numbers drawn from a sequence can: a slow
transaction commits a low number after a fast one has committed a higher. Here the counter is one row, which a
transaction locks before it compares anything and holds until it ends. So writers follow one another, numbers
are in the order of commits, and each writer compares with what the one before it has committed. On SQLite,
``BEGIN IMMEDIATE`` does the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from connector.register.checks import check_links, check_references, check_unlinked
from connector.register.rows import build, chunks, column_values, read_by, same_in_clear, set_rows
from connector.register.schema import LAYOUTS, Layout, change_counter
from connector.register.sealing import Resealed, forget_texts, judge_texts, shred_texts, store_texts
from connector.register.vault import Vault
from mappings.records import Record


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What a save did: the records it created and updated, and how many were already as given."""

    created: list[tuple[str, UUID]]
    updated: list[tuple[str, UUID]]
    unchanged: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a save changes in one kind."""

    layout: Layout
    created: list[Record]
    updated: list[Record]
    texts: list[Resealed]

    @property
    def records(self) -> list[Record]:
        """All that is written."""
        return [*self.created, *self.updated]


def save_batch(connection: Connection, records: Iterable[Record], vault: Vault | None) -> SaveResult:
    """Save records of any kinds, in any order, all or none. Only what differs is written and numbered."""
    batch = _by_kind(records)
    lock_counter(connection)
    differences = [
        _compare(connection, LAYOUTS[kind], batch[kind], vault) for kind in LAYOUTS if kind in batch
    ]
    given = {kind: {record.key for record in members} for kind, members in batch.items()}
    for difference in differences:
        check_links(connection, difference.layout, difference.records, given)
        check_references(connection, difference.layout, difference.records)
    numbers = _reserve(connection, sum(len(difference.records) for difference in differences))
    for difference in differences:
        _write(connection, difference, numbers)
    created = [(record.kind, record.key) for difference in differences for record in difference.created]
    updated = [(record.kind, record.key) for difference in differences for record in difference.updated]
    return SaveResult(created, updated, sum(map(len, batch.values())) - len(created) - len(updated))


def delete_batch(connection: Connection, layout: Layout, keys: Sequence[UUID]) -> int:
    """Delete records with their sets, texts and data keys, all or none, and give how many there were."""
    lock_counter(connection)
    check_unlinked(connection, layout.kind, keys)
    forget_texts(connection, layout.kind, keys)
    shred_texts(connection, layout.kind, keys)
    key = layout.table.c.key
    return sum(
        connection.execute(delete(layout.table).where(key.in_(chunk))).rowcount for chunk in chunks(keys)
    )


def _by_kind(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Sort records by kind, validated: a record altered by ``model_copy`` was not."""
    batch: dict[str, list[Record]] = {}
    for record in records:
        given = {name: getattr(record, name) for name in record.model_fields_set | {"key"}}
        batch.setdefault(record.kind, []).append(build(type(record), given))
    for kind, members in batch.items():
        key, times = Counter(record.key for record in members).most_common(1)[0]
        if times > 1:
            raise ValueError(f"{kind} {key} is given twice in one save")
    return batch


def _compare(
    connection: Connection, layout: Layout, records: list[Record], vault: Vault | None
) -> Difference:
    stored = {
        record.key: record for record in read_by(connection, layout, "key", [item.key for item in records])
    }
    texts = judge_texts(connection, layout, records, vault)
    reworded = {change.place.key for change in texts}
    created, updated = [], []
    for record in records:
        known = stored.get(record.key)
        if known is None:
            created.append(record)
        elif record.key in reworded or not same_in_clear(layout, known, record):
            updated.append(record)
    return Difference(layout, created, updated, texts)


def lock_counter(connection: Connection) -> None:
    """Let no other transaction write records until this one ends (SQLite has done so at its beginning)."""
    connection.execute(select(change_counter.c.value).with_for_update())


def _reserve(connection: Connection, count: int) -> Iterator[int]:
    """Take the next ``count`` numbers of change."""
    if not count:
        return iter(())
    taken = (
        update(change_counter).values(value=change_counter.c.value + count).returning(change_counter.c.value)
    )
    last = int(connection.execute(taken).scalar_one())
    return iter(range(last - count + 1, last + 1))


def _write(connection: Connection, difference: Difference, numbers: Iterator[int]) -> None:
    layout = difference.layout
    new = [column_values(layout, record) | {"seq": next(numbers)} for record in difference.created]
    changed = [column_values(layout, record) | {"seq": next(numbers)} for record in difference.updated]
    if changed:
        rows = [
            {("at_key" if name == "key" else name): value for name, value in row.items()} for row in changed
        ]
        connection.execute(update(layout.table).where(layout.table.c.key == bindparam("at_key")), rows)
    if new:
        connection.execute(insert(layout.table), new)
    for name, table in layout.sets.items():
        for chunk in chunks(row["key"] for row in changed):
            connection.execute(delete(table).where(table.c.owner.in_(chunk)))
        if members := set_rows(name, difference.records):
            connection.execute(insert(table), members)
    store_texts(connection, difference.texts)
