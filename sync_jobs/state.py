"""What the sync remembers between runs: digests, cursors, runs, conflicts, parked records. Never a value.

It lives in the register's database, so that a change of a record and of its base are one transaction.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from sqlalchemy import Connection, Table, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.rows import chunks
from connector.register.state_schema import sync_base, sync_change, sync_conflict, sync_cursor, sync_parked, sync_run
from mappings.records import Key
from sync_jobs.digests import Digests
from sync_jobs.engine.plan import Change, Conflict, Parked
from sync_jobs.engine.ports import Digest

Base = dict[Key, dict[str, Digest]]


def utc_now() -> dt.datetime:
    """Give this machine's clock in UTC."""
    return dt.datetime.now(dt.UTC)


class State:
    """The sync's memory, beside the register and in its transactions."""

    def __init__(self, register: Register, digests: Digests, clock: Callable[[], dt.datetime] = utc_now) -> None:
        """Take the register whose database holds the state, and the clock of this machine (UTC)."""
        self._register, self.digests, self._clock = register, digests, clock
        self.fence: Callable[[Connection], None] | None = None
        self.run: str | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, and only while this run still holds the club (see lease.py)."""
        with self._register.transaction() as tx:
            if self.fence:
                self.fence(tx.connection)
            yield tx.connection

    def bases(self, kind: str, keys: Iterable[Key]) -> Base:
        """Give what both sides last agreed on, for the records among ``keys`` that ever agreed."""
        found: Base = {}
        with self._register.transaction(reads_only=True) as tx:
            for chunk in chunks(keys):
                rows = tx.connection.execute(
                    select(sync_base.c.key, sync_base.c.fields).where(
                        sync_base.c.kind == kind, sync_base.c.key.in_(chunk)
                    )
                )
                found.update({key: json.loads(fields) for key, fields in rows})
        return found

    def wholes(self, kind: str, keys: Iterable[Key]) -> dict[Key, Digest]:
        """Give the digests of whole records, of those whose base has not moved since they were last compared whole."""
        found: dict[Key, Digest] = {}
        with self._register.transaction(reads_only=True) as tx:
            for chunk in chunks(keys):
                known = (sync_base.c.kind == kind) & sync_base.c.key.in_(chunk) & sync_base.c.whole.is_not(None)
                found.update(tx.connection.execute(select(sync_base.c.key, sync_base.c.whole).where(known)).all())
        return found

    def agreed_keys(self, kind: str) -> set[Key]:
        """Name the records of a kind that ever agreed."""
        with self._register.transaction(reads_only=True) as tx:
            return set(tx.connection.execute(select(sync_base.c.key).where(sync_base.c.kind == kind)).scalars())

    def note_wholes(self, kind: str, wholes: Mapping[Key, Digest]) -> None:
        """Note the digests of whole records that were compared field by field; a base that moves drops its own."""
        if wholes:
            place = (sync_base.c.kind == kind) & (sync_base.c.key == bindparam("of"))
            with self.writing() as connection:
                rows = [{"of": key, "to": whole} for key, whole in wholes.items()]
                connection.execute(sync_base.update().where(place).values(whole=bindparam("to")), rows)

    def bound(self) -> int:
        """Count the records that ever agreed."""
        with self._register.transaction(reads_only=True) as tx:
            return tx.connection.execute(select(func.count()).select_from(sync_base)).scalar_one()

    def advance(self, kind: str, agreed: Mapping[Key, Mapping[str, Digest]]) -> None:
        """Move the base of these records: fields named here take the new digest, others keep theirs."""
        if not agreed:
            return
        with self.writing() as connection:
            before = self.bases(kind, agreed)
            rows = [
                {"kind": kind, "key": key, "fields": json.dumps({**before.get(key, {}), **fields}), "whole": None}
                for key, fields in agreed.items()
            ]
            upsert(connection, sync_base, rows)

    def retract(self, kind: str, fields: Mapping[Key, Iterable[str]]) -> None:
        """Forget some fields of what both sides agreed on."""
        with self.writing() as connection:
            before = self.bases(kind, fields)
            kept = {key: {n: d for n, d in base.items() if n not in fields[key]} for key, base in before.items()}
            rows = [{"kind": kind, "key": key, "fields": json.dumps(left), "whole": None} for key, left in kept.items()]
            upsert(connection, sync_base, rows)

    def forget_bases(self) -> None:
        """Forget what both sides agreed on: one of them is not what it was."""
        with self.writing() as connection:
            connection.execute(delete(sync_base))

    def forget_base(self, kind: str, key: Key) -> None:
        """Forget what both sides agreed on of a record: gone from the CRM, it is made anew there by the next sync.

        It stays on the list of what is set aside, so that the next sync looks at it.
        """
        with self.writing() as connection:
            base, parked = (
                (table.c.kind == kind) & (table.c.key == key) for table in (sync_base, sync_parked)
            )
            connection.execute(delete(sync_base).where(base))
            connection.execute(sync_parked.update().where(parked).values(code="recreate_asked"))

    def cursor(self, name: str) -> str | None:
        """Tell how far this was read, or ``None`` where it never was."""
        with self._register.transaction(reads_only=True) as tx:
            return tx.connection.execute(select(sync_cursor.c.value).where(sync_cursor.c.name == name)).scalar()

    def set_cursors(self, values: Mapping[str, str]) -> None:
        """Note how far each was read."""
        with self.writing() as connection:
            upsert(connection, sync_cursor, [{"name": name, "value": value} for name, value in values.items()])

    def begin_run(self, command: str) -> str:
        """Open a run and give its id."""
        run = str(new_key())
        with self.writing() as connection:
            row = {"run": run, "started": self.now(), "command": command, "status": "running"}
            connection.execute(sync_run.insert().values(row))
        self.run = run
        return run

    def end_run(self, run: str, status: str, outcome: Mapping[str, Any]) -> None:
        """Close a run with its outcome: counts only. Not fenced: who lost the lease may still say that it ended."""
        with self._register.transaction() as tx:
            tx.connection.execute(
                sync_run.update()
                .where(sync_run.c.run == run)
                .values(ended=self.now(), status=status, outcome=json.dumps(outcome))
            )

    def last_runs(self, count: int = 1) -> list[dict[str, Any]]:
        """Give the latest runs, newest first."""
        with self._register.transaction(reads_only=True) as tx:
            rows = tx.connection.execute(select(sync_run).order_by(sync_run.c.run.desc()).limit(count)).mappings()
            return [dict(row) for row in rows]

    def note_changes(self, run: str, first: int, changes: Sequence[tuple[Change, Key, str]]) -> None:
        """Record what a run changed, from position ``first`` on: field names and what came of it."""
        names = {fields: json.dumps(fields) for fields in {change.fields for change, _, _ in changes}}
        rows = [
            {
                "run": run,
                "position": first + place,
                "kind": change.kind,
                "key": key,
                "direction": change.direction.value,
                "operation": change.operation.value,
                "fields": names[change.fields],
                "status": status,
            }
            for place, (change, key, status) in enumerate(changes)
        ]
        if rows:
            with self.writing() as connection:
                connection.execute(sync_change.insert(), rows)

    def settle_conflicts(
        self, conflicts: Sequence[Conflict], seen: Mapping[str, set[Key]] | None
    ) -> list[dict[str, Any]]:
        """Keep the conflicts that stand, with the moment each was first found; close and give those that do not.

        ``seen`` names the records that were compared; ``None``: all of them were.
        """
        standing = {(c.kind, c.key, c.field) for c in conflicts}
        gone = [
            row
            for row in self.conflicts()
            if (row["kind"], row["key"], row["field"]) not in standing
            and (seen is None or row["key"] in seen.get(row["kind"], ()))
        ]
        with self.writing() as connection:
            for row in gone:
                connection.execute(
                    delete(sync_conflict).where(
                        sync_conflict.c.kind == row["kind"],
                        sync_conflict.c.key == row["key"],
                        sync_conflict.c.field == row["field"],
                    )
                )
            upsert(
                connection,
                sync_conflict,
                [
                    {
                        "kind": c.kind,
                        "key": c.key,
                        "field": c.field,
                        "found_at": self.now(),
                        "local_digest": c.local,
                        "remote_digest": c.remote,
                        "status": "open",
                    }
                    for c in conflicts
                ],
                keep=("found_at",),
            )
        return gone

    def conflicts(self) -> list[dict[str, Any]]:
        """List open conflicts, oldest first."""
        return self._list(sync_conflict, sync_conflict.c.found_at)

    def decide(self, row: Mapping[str, Any], keep: Literal["register", "crm"]) -> None:
        """Settle a conflict for one side: the base takes the other side's digest, so the next run sees one edit only.

        If either side changes before that run, it is judged anew.
        """
        other = row["remote_digest"] if keep == "register" else row["local_digest"]
        with self.writing() as connection:
            self.advance(row["kind"], {row["key"]: {row["field"]: other}})
            connection.execute(
                sync_conflict.update()
                .where(*(sync_conflict.c[name] == row[name] for name in ("kind", "key", "field")))
                .values(status=f"keep_{keep}")
            )

    def note_parked(self, parked: Sequence[Parked]) -> None:
        """Replace the list of parked records by the one of this run, each with the moment it was first parked."""
        seen = {(row["kind"], row["key"]): row for row in self.parked()}
        rows: dict[tuple[str, Key], dict[str, Any]] = {}
        for item in parked:
            if item.key is not None:
                old = seen.get((item.kind, item.key))
                rows[(item.kind, item.key)] = {
                    "kind": item.kind,
                    "key": item.key,
                    "code": item.code,
                    "fields": json.dumps(item.fields),
                    "first_seen": old["first_seen"] if old else self.now(),
                    "attempts": (old["attempts"] if old else 0) + 1,
                }
        with self.writing() as connection:
            connection.execute(delete(sync_parked))
            if rows:
                connection.execute(sync_parked.insert(), list(rows.values()))

    def parked(self) -> list[dict[str, Any]]:
        """List parked records, oldest first."""
        return self._list(sync_parked, sync_parked.c.first_seen)

    def _list(self, table: Table, order: Any) -> list[dict[str, Any]]:
        with self._register.transaction(reads_only=True) as tx:
            return [dict(row) for row in tx.connection.execute(select(table).order_by(order)).mappings()]

    def now(self) -> str:
        """Tell the time in UTC, as the state's tables hold it."""
        return self._clock().isoformat(timespec="seconds")


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], keep: Sequence[str] = ()) -> None:
    """Insert rows, or update those whose primary key exists; the columns of ``keep`` stay as they were."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in (*key, *keep)}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), list(rows))
