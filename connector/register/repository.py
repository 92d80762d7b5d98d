"""The register: records in and out, in transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import URL, Connection, Engine, func, select

from connector.register.engine import file_missing, make_engine, parse_url, place, plain_errors
from connector.register.errors import RegisterMissing, VaultKeyMissing, VaultLocked
from connector.register.migrate import check_revision, upgrade
from connector.register.rows import asked, chunks, owners_of, read, read_by
from connector.register.saving import SaveResult, delete_batch, lock_counter, save_batch
from connector.register.schema import LAYOUTS, change_counter
from connector.register.sealing import open_tokens, read_tokens, shred_texts
from connector.register.vault import Vault
from connector.register.vault_care import (
    Rotation, VaultCounts, count_vault, give_keys, live_owners, rewrap, unowned,
)
from mappings.records import Record

PAGE = 2000
"""Records in one page."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A database transaction that is open in this thread. ``connection`` serves other tables in it too."""

    connection: Connection
    reads_only: bool


class Register:
    """The programme's records. Reading gives no text of the pair: only ``unseal`` does, with the key."""

    def __init__(self, engine: Engine, vault: Vault | None = None) -> None:
        """Take an engine from ``make_engine``; use ``open``, which checks the register first."""
        self._engine = engine
        self._vault = vault
        self._here = threading.local()

    @classmethod
    def open(cls, url: str, *, vault: Vault | None = None, create: bool = False) -> Self:
        """Open the register at ``url``; with ``create``, make or upgrade it first."""
        parsed = parse_url(url)
        if create:
            upgrade(url)
        elif file_missing(parsed):
            raise RegisterMissing(place(parsed))
        register = cls(make_engine(parsed), vault)
        try:
            with register.transaction(reads_only=True) as tx:
                check_revision(tx.connection, parsed)
        except BaseException:
            register.close()
            raise
        return register

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Use the register within a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def url(self) -> URL:
        """Where the register is."""
        return self._engine.url

    @property
    def has_vault(self) -> bool:
        """Tell whether this process may read and write the texts of pairs."""
        return self._vault is not None

    @property
    def connection(self) -> Connection:
        """The connection of the transaction that is open in this thread."""
        current = self._current
        if current is None:
            raise RuntimeError("no transaction is open in this thread")
        return current.connection

    @property
    def _current(self) -> Transaction | None:
        found: Transaction | None = getattr(self._here, "transaction", None)
        return found

    @contextmanager
    def transaction(self, *, reads_only: bool = False) -> Iterator[Transaction]:
        """Keep everything done within, or nothing.

        An inner transaction joins the outer one: if the inner fails and the outer goes on, only the inner is
        undone. One that only reads sees the register as it was at its first question, and waits for nobody.
        """
        current = self._current
        with plain_errors(self.url):
            if current is None:
                with self._begin(reads_only=reads_only) as begun:
                    yield begun
            elif reads_only:
                yield current
            elif current.reads_only:
                raise RuntimeError("a transaction that only reads cannot hold one that writes")
            else:
                with current.connection.begin_nested():
                    yield current

    @contextmanager
    def _begin(self, *, reads_only: bool) -> Iterator[Transaction]:
        with self._engine.connect() as connection:
            if reads_only and self.url.get_backend_name() == "sqlite":
                connection.execution_options(reads_only=True)
            elif reads_only:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                self._here.transaction = Transaction(connection, reads_only)
                try:
                    yield self._here.transaction
                finally:
                    self._here.transaction = None

    def save(self, records: Iterable[Record]) -> SaveResult:
        """Save records of any kinds, all or none; only what differs is written and numbered as a change."""
        with self.transaction() as tx:
            return save_batch(tx.connection, records, self._vault)

    def delete(self, kind: str, keys: Iterable[UUID]) -> int:
        """Delete records for good, their sealed texts and sets too, and give how many there were."""
        with self.transaction() as tx:
            return delete_batch(tx.connection, LAYOUTS[kind], list(keys))

    def forget(self) -> None:
        """Leave nothing of deleted records in an SQLite register's files; on PostgreSQL, its vacuum does.

        What is deleted is overwritten in the file, but the log tells of it until it is folded in and emptied.
        """
        if self.url.get_backend_name() == "sqlite":
            with plain_errors(self.url), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def get(self, kind: str, key: UUID) -> Record | None:
        """Give one record, if there is one."""
        return self.many(kind, [key]).get(key)

    def many(self, kind: str, keys: Iterable[UUID]) -> dict[UUID, Record]:
        """Give the records that exist among ``keys``."""
        with self.transaction(reads_only=True) as tx:
            return {record.key: record for record in read_by(tx.connection, LAYOUTS[kind], "key", keys)}

    def by_ref(self, kind: str, refs: Iterable[str]) -> dict[str, Record]:
        """Give the records that people know by these references."""
        with self.transaction(reads_only=True) as tx:
            return {str(record.ref): record for record in read_by(tx.connection, LAYOUTS[kind], "ref", refs)}

    def linked(self, kind: str, field: str, keys: Iterable[UUID]) -> list[Record]:
        """Give the records of a kind whose link ``field`` leads to one of ``keys``."""
        layout = LAYOUTS[kind]
        with self.transaction(reads_only=True) as tx:
            if field not in layout.sets:
                return list(read_by(tx.connection, layout, field, keys))
            return list(read_by(tx.connection, layout, "key", owners_of(tx.connection, layout, field, keys)))

    def having(self, kind: str, field: str, value: object) -> list[Record]:
        """Give the records of a kind whose field holds this value."""
        with self.transaction(reads_only=True) as tx:
            return list(read_by(tx.connection, LAYOUTS[kind], field, [value]))

    def all(self, kind: str) -> Iterator[Record]:
        """Give every record of a kind by its key, a page at a time; each page is a transaction of its own."""
        layout = LAYOUTS[kind]
        page = asked(layout).order_by(layout.table.c.key).limit(PAGE)
        question = page
        while True:
            with self.transaction(reads_only=True) as tx:
                found = [record for _, record in read(tx.connection, layout, question)]
            yield from found
            if len(found) < PAGE:
                return
            question = page.where(layout.table.c.key > found[-1].key)

    def keys(self, kind: str) -> list[UUID]:
        """Give the key of every record of a kind, by its number of change."""
        table = LAYOUTS[kind].table
        with self.transaction(reads_only=True) as tx:
            return list(tx.connection.execute(select(table.c.key).order_by(table.c.seq)).scalars())

    def numbers(self, kind: str, keys: Iterable[UUID]) -> dict[UUID, int]:
        """Give the number of change of each record that exists among ``keys``."""
        table, found = LAYOUTS[kind].table, dict[UUID, int]()
        with self.transaction(reads_only=True) as tx:
            for some in chunks(keys):
                asking = select(table.c.key, table.c.seq).where(table.c.key.in_(some))
                found.update(tx.connection.execute(asking).all())
        return found

    def count(self, kind: str) -> int:
        """Count the records of a kind."""
        with self.transaction(reads_only=True) as tx:
            return int(
                tx.connection.execute(select(func.count()).select_from(LAYOUTS[kind].table)).scalar_one()
            )

    def changed(self, kind: str, after: int, limit: int = PAGE) -> list[tuple[int, Record]]:
        """Give the records changed after number ``after``, by their number of change."""
        layout = LAYOUTS[kind]
        seq = layout.table.c.seq
        with self.transaction(reads_only=True) as tx:
            return read(tx.connection, layout, asked(layout).where(seq > after).order_by(seq).limit(limit))

    def watermark(self) -> int:
        """Give the number of the last change."""
        with self.transaction(reads_only=True) as tx:
            return int(tx.connection.execute(select(change_counter.c.value)).scalar_one())

    def unseal(self, kind: str, key: UUID, *, owner: UUID | None = None) -> dict[str, str]:
        """Give the texts of the pair that a record holds, by field. Raises VaultShredded where their key is gone.

        With ``owner``, none that another's key sealed: a record that was moved between pairs takes no text along.
        """
        if self._vault is None:
            raise VaultLocked(kind, key)
        with self.transaction(reads_only=True) as tx:
            found = read_tokens(tx.connection, kind, [key])
            if owner:
                found = {at: one for at, one in found.items() if one.owner is None or one.owner.key == owner}
            texts = open_tokens(tx.connection, found, self._vault)
        return {at.field: text for at, text in texts.items()}

    def shred(self, kind: str, key: UUID) -> bool:
        """Destroy the data key of a pair or a person, and tell whether there was one.

        Its texts cannot be read again, not even from a later copy of the database; only a backup from before has both.
        Within a transaction, call ``forget`` after it: until then the log of an SQLite register tells of the key.
        """
        with self._writing() as connection:
            found = shred_texts(connection, kind, [key]) > 0
        if self._current is None:
            self.forget()
        return found

    def rotate(self) -> Rotation:
        """Bring every data key under the vault's first key, and every text under its owner's; older keys can then go.

        Each batch is a transaction of its own: what is broken off is done, and a second run does the rest.
        """
        vault = self.need_vault()
        with self.transaction(reads_only=True) as tx:
            owners, places = live_owners(tx.connection), unowned(tx.connection)
        keys = texts = 0
        for some in chunks(owners):
            with self._writing() as connection:
                keys += rewrap(connection, vault, some)
        for batch in chunks(places):
            with self._writing() as connection:
                texts += give_keys(connection, vault, batch)
        return Rotation(keys, texts)

    def vault_counts(self) -> VaultCounts:
        """Count what the vault holds; with the vault's key also which data keys it opens."""
        with self.transaction(reads_only=True) as tx:
            return count_vault(tx.connection, self._vault)

    def need_vault(self) -> Vault:
        """Give the vault. Raises VaultKeyMissing where this process was given no key."""
        if self._vault is None:
            raise VaultKeyMissing
        return self._vault

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Write outside ``save``, one writer at a time all the same."""
        with self.transaction() as tx:
            lock_counter(tx.connection)
            yield tx.connection
