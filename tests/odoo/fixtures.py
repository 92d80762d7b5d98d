"""Pytest fixtures for a real Odoo and a real PostgreSQL; name this module in `pytest_plugins`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest

from .cache import OdooUnavailable
from .client import OdooClient
from .postgres import Cluster, Database, fresh_name
from .server import RealOdoo

LOCAL_ONLY = frozenset(
    {"data_dir", "kill", "log_path", "pg", "psql", "restart", "running", "shell", "stop"},
)


class RemoteOdoo(OdooClient):
    """An Odoo that somebody else runs: a test that needs more than its web address is skipped."""

    @property
    def port(self) -> int:
        """The port in its address."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    def __getattr__(self, name: str) -> Any:
        """Skip the test that asks for a process, a file or the database."""
        if name in LOCAL_ONLY:
            pytest.skip(f"real Odoo part skipped: `{name}` needs an Odoo that the tests start themselves")
        raise AttributeError(name)


@dataclass(frozen=True, slots=True)
class FreshDatabases:
    """Makes empty PostgreSQL databases; what a test does not drop goes at the end of the session."""

    cluster: Cluster
    made: dict[str, Database] = field(default_factory=dict)

    def __call__(self, driver: str = "") -> str:
        """Return the address of a new empty database, for SQLAlchemy with `driver="psycopg"` or the like."""
        database = self.cluster.create(fresh_name("empty"))
        scheme, rest = database.url.split(":", 1)
        address = f"{scheme}+{driver}:{rest}" if driver else database.url
        self.made[address] = database
        return address

    def drop(self, address: str) -> None:
        """Drop a database made here, whoever is still connected."""
        self.made.pop(address).drop()

    def drop_all(self) -> None:
        """Drop whatever is left."""
        while self.made:
            self.made.popitem()[1].drop()


def refuse(reason: OdooUnavailable) -> NoReturn:
    """Skip the test with the reason, or fail it where `BINOME_REQUIRE_ODOO=1` demands an Odoo."""
    if os.environ.get("BINOME_REQUIRE_ODOO") == "1":
        pytest.fail(f"BINOME_REQUIRE_ODOO=1, but there is no real Odoo: {reason}")
    pytest.skip(f"real Odoo part skipped: {reason}")


@contextmanager
def own_odoo() -> Iterator[RealOdoo]:
    """Start an Odoo that nobody else uses, for proofs that look into its database; skip or fail where there is none."""
    if os.environ.get("BINOME_TEST_ODOO_URL"):
        pytest.skip("real Odoo part skipped: this proof looks into the database of an Odoo of its own")
    try:
        odoo = RealOdoo.start()
    except OdooUnavailable as reason:
        refuse(reason)
    with odoo:
        yield odoo


def remote_odoo() -> RemoteOdoo | None:
    """Return the Odoo that the environment names, if it does."""
    url = os.environ.get("BINOME_TEST_ODOO_URL")
    if not url:
        return None
    defaults = {"DB": "odoo", "LOGIN": "admin", "PASSWORD": "admin"}
    return RemoteOdoo(
        url, *(os.environ.get(f"BINOME_TEST_ODOO_{key}", value) for key, value in defaults.items())
    )


@pytest.fixture(scope="session")
def real_odoo() -> Iterator[RealOdoo | RemoteOdoo]:
    """Yield the Odoo that `BINOME_TEST_ODOO_URL` names, or a fresh one of this session's own."""
    if remote := remote_odoo():
        yield remote
        return
    try:
        odoo = RealOdoo.start()
    except OdooUnavailable as reason:
        refuse(reason)
    with odoo:
        yield odoo


@pytest.fixture(scope="session")
def postgres() -> Iterator[FreshDatabases]:
    """Yield a maker of fresh empty PostgreSQL databases: `postgres()` returns an address."""
    try:
        cluster = Cluster.join()
    except OdooUnavailable as reason:
        refuse(reason)
    with cluster:
        databases = FreshDatabases(cluster)
        yield databases
        databases.drop_all()
