"""A private PostgreSQL on loopback, shared by the runs of one cache and stopped when the last of them ends.

Every user of the cluster holds a shared lock on one file. A keeper process waits for the exclusive lock on it,
which the kernel grants when no user is left, killed ones included; then it stops the server. In the same way each
database has a lease: whoever joins next drops the databases whose owner is gone.
The cluster trusts whoever reaches loopback and does not sync to disk: it is for test data only.
"""

import fcntl
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from .cache import CommandFailed, Lease, OdooUnavailable, Say, exclusive, open_folder, quiet, run
from .packages import PostgresProgram, postgres_program

SUPERUSER = "binome"
"""The role that owns everything: Odoo refuses the role `postgres`."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",
    "max_connections": "300",
    "shared_buffers": "256MB",
}


def free_port() -> int:
    """Return a loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fresh_name(prefix: str = "binome") -> str:
    """Return a database name that no other run uses."""
    return f"{prefix}_{os.getpid()}_{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Database:
    """A database with a folder of its own; both are dropped when the owner lets go or has died."""

    name: str
    folder: Path
    cluster: "Cluster"
    lease: Lease

    @property
    def url(self) -> str:
        """The address for a client, without a driver: `postgresql://…`."""
        return self.cluster.url(self.name)

    def psql(self, sql: str) -> str:
        """Run SQL and return the rows, one a line, columns parted by `|`."""
        return self.cluster.psql(sql, self.name)

    def drop(self) -> None:
        """Drop the database and its folder."""
        self.cluster.drop(self.name)
        self.lease.release()


class Cluster:
    """The running PostgreSQL, for as long as we use it."""

    def __init__(self, home: Path, program: PostgresProgram, users: IO[bytes]) -> None:
        """Use `join` instead."""
        self.home = home
        self.program = program
        self.port = 0
        self._users = users

    @classmethod
    def join(cls, say: Say = quiet) -> Self:
        """Become a user of the cluster, which is made and started if it is not running."""
        program = postgres_program(say)
        home = open_folder() / f"postgres-{program.major}"
        home.mkdir(mode=0o711, exist_ok=True)
        users = (home / "users.lock").open("ab")
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while the keeper of an earlier run stops the server
        cluster = cls(home, program, users)
        with exclusive(home / "start.lock"):
            running = cluster._running_port()
            cluster.port = running or cluster._start(say)
        cluster._drop_orphans()
        return cluster

    def leave(self) -> None:
        """Stop using the cluster; a second time does nothing."""
        self._users.close()

    def __enter__(self) -> Self:
        """Use the cluster inside a `with` block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave."""
        self.leave()

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run SQL and return the rows, one a line, columns parted by `|`; the first error ends it."""
        options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--file=-")
        return run(
            self.program.bin / "psql", *options, self.url(database), stdin=sql, env=self.program.environment()
        )

    def exists(self, name: str) -> bool:
        """Tell whether there is a database of this name."""
        return bool(self.psql(f"SELECT 1 FROM pg_database WHERE datname = '{_checked(name)}'"))  # noqa: S608

    def own(self, name: str) -> Database:
        """Take the lease of a database that may or may not exist yet."""
        folder = self.home / "databases" / _checked(name)
        try:
            lease = Lease(folder / "lease")
        except BlockingIOError:
            raise RuntimeError(f"database {name} is in use by another run: choose another name") from None
        return Database(name, folder, self, lease)

    def create(self, name: str, template: str = "template0") -> Database:
        """Create a database as a copy of a template (one second for an Odoo) and own it."""
        database = self.own(name)
        self.psql(f"CREATE DATABASE {name} TEMPLATE {_checked(template)}")
        return database

    def drop(self, name: str) -> None:
        """Drop a database and its folder, whoever is connected."""
        self.psql(f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")
        shutil.rmtree(self.home / "databases" / name, ignore_errors=True)

    def owned(self) -> Iterator[tuple[str, bool]]:
        """Yield each database that has or had an owner, with whether the owner lives."""
        for folder in sorted((self.home / "databases").glob("*")):
            try:
                Lease(folder / "lease").release()
            except BlockingIOError:
                yield folder.name, True
            else:
                yield folder.name, False

    def _drop_orphans(self) -> None:
        for name, alive in list(self.owned()):
            if not alive and not (self.home / "databases" / name / "keep").exists():
                self.drop(name)

    def _running_port(self) -> int | None:
        """Return the port of the server in our data folder, or None when it is not running."""
        return running_port(self.home)

    def _start(self, say: Say) -> int:
        """Start the server and its keeper; a data folder that no longer starts is made anew."""
        for attempt in range(3):
            if attempt == 2:
                say("PostgreSQL does not start on its old data folder: making a new one…")
                shutil.rmtree(self.home / "data", ignore_errors=True)
            if not (self.home / "data" / "PG_VERSION").exists():
                self._make_data_folder()
            port = free_port()
            try:
                self._start_on(port)
            except CommandFailed as error:
                failure = error
            else:
                self._start_keeper()
                return port
        raise OdooUnavailable(f"PostgreSQL did not start: {failure}")
