"""A private PostgreSQL on loopback, shared by the runs of one cache and stopped when the last of them ends.

Every user of the cluster holds a shared lock on one file. A keeper process waits for the exclusive lock on
it, which the kernel grants when no user is left, killed ones included; then it stops the server. In the same
way each database has a lease: whoever joins next drops the databases whose owner is gone.
The cluster trusts whoever reaches loopback and does not sync to disk: it is for test data only.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from .cache import Lease, Say, exclusive, open_folder, quiet
from .commands import run
from .packages import postgres_program
from .postmaster import SUPERUSER, Postmaster, running_port


def fresh_name(prefix: str = "binome") -> str:
    """Return a database name that no other run uses."""
    return f"{prefix}_{os.getpid()}_{secrets.token_hex(3)}"


def checked_name(name: str) -> str:
    """Return the name if it can stand in SQL, a path and a pattern without quoting."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,50}", name):
        raise ValueError(f"{name!r} is no database name: use small letters, digits and underscores")
    return name


@dataclass(frozen=True, slots=True)
class Database:
    """A database with a folder of its own, owned by this process."""

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

    def keep(self) -> None:
        """Let it outlive this process, until `take` with the same name, then `drop`."""
        (self.folder / "keep").touch()
        self.lease.release()


class Cluster:
    """The running PostgreSQL, for as long as we use it."""

    def __init__(self, home: Path, postmaster: Postmaster, port: int, users: IO[bytes]) -> None:
        """Use `join` instead."""
        self.home = home
        self.port = port
        self._postmaster = postmaster
        self._users = users

    @classmethod
    def join(cls, say: Say = quiet) -> Self:
        """Become a user of the cluster, which is made and started where it is not running."""
        program = postgres_program(say)
        home = open_folder() / f"postgres-{program.major}"
        home.mkdir(exist_ok=True)
        home.chmod(0o711)
        users = (home / "users.lock").open("ab")
        (home / "users.lock").chmod(0o644)
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while the keeper of an earlier run stops the server
        postmaster = Postmaster(home, program)
        with exclusive(home / "cluster.lock"):
            cluster = cls(home, postmaster, running_port(home) or postmaster.start(say), users)
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
        program = self._postmaster.program
        plain = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align")
        psql = (program.bin / "psql", *plain, "--set=ON_ERROR_STOP=1", "--file=-", self.url(database))
        return run(*psql, stdin=sql, env=program.environment()).strip()

    def exists(self, name: str) -> bool:
        """Tell whether there is a database of this name."""
        return bool(self.psql(f"SELECT 1 FROM pg_database WHERE datname = '{checked_name(name)}'"))

    def take(self, name: str) -> Database:
        """Become the owner of a database, whether it exists yet or was kept by an earlier run."""
        folder = self.home / "databases" / checked_name(name)
        with exclusive(self.home / "cluster.lock"):
            try:
                return Database(name, folder, self, Lease(folder / "lease"))
            except BlockingIOError:
                raise RuntimeError(f"database {name} is in use by another run: choose another name") from None

    def create(self, name: str, template: str = "template0") -> Database:
        """Create a database as a copy of a template and own it."""
        database = self.take(name)
        self.psql(f"CREATE DATABASE {name} TEMPLATE {checked_name(template)}")
        return database

    def drop(self, name: str) -> None:
        """Drop a database and its folder, whoever is connected."""
        self.psql(f"DROP DATABASE IF EXISTS {checked_name(name)} WITH (FORCE)")
        shutil.rmtree(self.home / "databases" / name, ignore_errors=True)

    def _drop_orphans(self) -> None:
        for name, owner_lives in list(owned_databases(self.home)):
            if not owner_lives and not (self.home / "databases" / name / "keep").exists():
                self.drop(name)


def owned_databases(home: Path) -> Iterator[tuple[str, bool]]:
    """Yield each database of a cluster that has an owner or was left by one, and whether the owner lives."""
    for folder in sorted((home / "databases").glob("*")):
        try:
            Lease(folder / "lease").release()
        except BlockingIOError:
            yield folder.name, True
        else:
            yield folder.name, False
