"""Opening the database: SQLite or PostgreSQL, made to behave alike, and no error of theirs let out."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from connector.register.errors import RegisterLocked, RegisterMissing, RegisterRefused, RegisterUrlWrong

BUSY_SECONDS = 5
"""How long to wait for another writer before giving up."""

_UNREACHABLE = ("08", "57P", "53300", "55P03", "40001", "40P01")
"""PostgreSQL's codes: no connection, shutting down, too many clients, lock timeout, lost race, deadlock."""


def parse_url(url: str) -> URL:
    """Read a register's URL; plain ``postgresql://`` means psycopg 3, the driver that Binôme brings."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise RegisterUrlWrong from None
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise RegisterUrlWrong
    return parsed


def place(url: URL) -> str:
    """Name the database for a message, without user or password."""
    return (
        str(url.database)
        if url.get_backend_name() == "sqlite"
        else f"{url.host or 'localhost'}/{url.database}"
    )


def make_engine(url: URL, *, foreign_keys: bool = True) -> Engine:
    """Make an engine whose errors hide their parameters; nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        _tame_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    waits = {"connect_timeout": BUSY_SECONDS, "options": f"-c lock_timeout={BUSY_SECONDS}s"}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=waits)


def _tame_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _: object) -> None:
        # Python's driver opens transactions late, and not before a SELECT. We open them ourselves, see below.
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased must leave the file too

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A writer takes the lock first: upgrading a reader's lock midway fails at once, without any waiting.
        writes = not connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def create_file(url: URL) -> None:
    """Create the database's file for its owner alone. SQLite gives its side files the same mode."""
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise RegisterRefused(f"{path}: {error.strerror}") from None


def file_missing(url: URL) -> bool:
    """Tell whether the URL names a file that is not there; connecting would create it."""
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).is_file()


@contextmanager
def plain_errors(url: URL) -> Iterator[None]:
    """Turn every database error into one of ours: theirs may hold a record's values or the URL's password."""
    try:
        yield
    except exc.TimeoutError:
        raise RegisterLocked(place(url)) from None
    except exc.DBAPIError as error:
        raise _translated(error, url) from None


def _translated(error: exc.DBAPIError, url: URL) -> Exception:
    origin: Any = error.orig
    if isinstance(origin, sqlite3.Error):
        code = getattr(origin, "sqlite_errorname", type(origin).__name__)
        locked = code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
        return RegisterLocked(place(url)) if locked else RegisterRefused(code)
    code = getattr(origin, "sqlstate", None) or ""
    if not code and "does not exist" in str(
        origin
    ):  # a failed connection has no code, only the server's words
        return RegisterMissing(place(url))
    if code.startswith(_UNREACHABLE) or (not code and isinstance(error, exc.OperationalError)):
        return RegisterLocked(place(url))
    return RegisterRefused(code or type(origin).__name__)
