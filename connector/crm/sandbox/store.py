"""Where the sandbox keeps its records: SQLite, in memory or in one file that several processes share."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from connector.crm.sandbox.records import Records
from connector.crm.sandbox.schema import prepare

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the time of this machine, in UTC."""
    return datetime.now(UTC)


class Store:
    """One database, one transaction at a time; a transaction that fails leaves nothing behind."""

    def __init__(self, path: str | None, clock: Clock) -> None:
        self.clock = clock
        self._lock = threading.RLock()
        if path:  # it holds people, like the CRM that it stands for: for its owner alone
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(
            path or ":memory:", timeout=60, isolation_level=None, check_same_thread=False,
        )
        self.close = weakref.finalize(self, self._db.close)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA secure_delete = ON")  # what is erased leaves the file too
        with self.transaction():
            prepare(self._db)

    def now(self) -> str:
        """Tell the clock as Odoo writes it: UTC, whole seconds."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open the records for one transaction; its start is the ``write_date`` of all that it writes."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                records = Records(self._db, self.now())
                yield records
                records.compute()
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def backup(self) -> bytes:
        """Take the whole database."""
        with self._lock:
            return self._db.serialize()

    def restore(self, taken: bytes) -> None:
        """Put the database back, in memory or in its file."""
        with self._lock, closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(taken)
            source.backup(self._db)
