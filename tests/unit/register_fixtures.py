"""Fixtures for the register's tests; name this module in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.register.repository import Register
from connector.register.vault import Vault


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Give the kind of database; a test that asks for it runs on both."""
    return str(request.param)


@pytest.fixture
def new_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Give a maker of addresses of empty databases."""
    if database == "sqlite":
        names = (f"sqlite:///{tmp_path}/{name}.db" for name in ("register", "other"))
        return names.__next__
    maker: Callable[[], str] = request.getfixturevalue("postgres")
    return maker


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """Give the address of an empty database."""
    return new_url()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Give the path of a register that is not there yet."""
    return tmp_path / "register.db"


@pytest.fixture
def vault() -> Vault:
    """Give a vault with one new key."""
    return Vault([Vault.generate_key()])


@pytest.fixture
def register(url: str, vault: Vault) -> Iterator[Register]:
    """Give an empty register with a vault."""
    with Register.open(url, vault=vault, create=True) as opened:
        yield opened
