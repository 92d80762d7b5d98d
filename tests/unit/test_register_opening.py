"""What opening, making and upgrading a register promises."""

from __future__ import annotations

import sqlite3
import stat
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import connector.register.state_schema  # noqa: F401 - adds its tables to the metadata
from connector.register.engine import make_engine, parse_url
from connector.register.errors import (
    RegisterLocked,
    RegisterMissing,
    RegisterNewer,
    RegisterOutdated,
    RegisterRefused,
    RegisterUrlWrong,
)
from connector.register.keys import new_key
from connector.register.migrate import upgrade
from connector.register.repository import Register
from connector.register.schema import LAYOUTS, REVISIONS, metadata
from mappings.confidentiality import pair_fields
from mappings.records import LINKS, RECORDS, Organisation
from tests.unit.register_samples import a_pair

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]


def scalar(register: Register, question: str) -> object:
    """Ask the register's database one thing."""
    with register.transaction() as tx:
        return tx.connection.execute(text(question)).scalar()


def create_from_metadata(url: str) -> None:
    """Make the tables without the migrations."""
    engine = make_engine(parse_url(url))
    metadata.create_all(engine)
    engine.dispose()


def set_revision(register: Register, revision: str) -> None:
    """Pretend that another Binôme made the register."""
    with register.transaction() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


@pytest.mark.parametrize("kind", RECORDS)
def test_tables_hold_what_records_declare(kind: str) -> None:
    """A kind's columns and sets are its record's fields without the texts of the pair, and a number."""
    layout = LAYOUTS[kind]
    declared = set(RECORDS[kind].model_fields) - pair_fields(RECORDS[kind])
    assert set(layout.table.c.keys()) - {"seq"} | set(layout.sets) == declared
    assert layout.sealed == pair_fields(RECORDS[kind])


@pytest.mark.parametrize("kind", RECORDS)
def test_links_are_foreign_keys_with_an_index(kind: str) -> None:
    """Every link points to the table of its kind, and is indexed."""
    layout = LAYOUTS[kind]
    for field, target in LINKS[kind].items():
        column = layout.sets[field].c.member if field in layout.sets else layout.table.c[field]
        assert {key.column.table.name for key in column.foreign_keys} == {target}
        assert any(list(index.columns) == [column] for index in column.table.indexes)


def test_migrations_make_what_the_tables_say(new_url: Callable[[], str]) -> None:
    """The migrations' result is the metadata, also in its checks, which alembic does not compare."""
    checks = []
    for make in (upgrade, create_from_metadata):
        make(url := new_url())
        engine = make_engine(parse_url(url))
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            found = inspect(connection)
            checks.append({name: found.get_check_constraints(name) for name in metadata.tables})
        engine.dispose()
    assert checks[0] == checks[1]
    assert checks[0]["pair"]


def test_the_database_itself_checks_choices(register: Register) -> None:
    """A value that no record may hold is refused by the database too, should anything else write to it."""
    register.save(a_pair())
    with pytest.raises(RegisterRefused, match=r"SQLITE_CONSTRAINT_CHECK|23514"), register.transaction() as tx:
        tx.connection.execute(text("UPDATE pair SET state = 'odd'"))


def test_the_known_revisions_are_the_migrations() -> None:
    """The list of revisions, which spares loading alembic, is the one that alembic finds."""
    config = Config()
    config.set_main_option("script_location", "connector.register:migrations")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_an_upgrade_can_be_repeated(url: str) -> None:
    """Upgrading a register that is up to date keeps all that it holds."""
    with Register.open(url, create=True) as register:
        register.save([Organisation(key=new_key(), name="Atelier Nord")])
    with Register.open(url, create=True) as register:
        assert (register.count("organisation"), register.watermark()) == (1, 1)


def test_an_upgrade_refuses_broken_links(sqlite_file: Path) -> None:
    """Links are not checked one by one while an SQLite register is upgraded, but all are at the end."""
    Register.open(f"sqlite:///{sqlite_file}", create=True).close()
    with closing(sqlite3.connect(sqlite_file)) as careless:
        careless.execute("INSERT INTO person_roles (owner, member) VALUES ('nobody', 'mentor')")
        careless.commit()
    with pytest.raises(RegisterRefused, match="links broken"):
        upgrade(f"sqlite:///{sqlite_file}")


def test_an_empty_database_is_no_register(url: str, sqlite_file: Path) -> None:
    """Opening what is not there makes nothing, and says how to make one."""
    with pytest.raises(RegisterMissing) as caught:
        Register.open(url)
    assert "binome init" in caught.value.advice
    assert not sqlite_file.exists()


def test_a_missing_server_database_is_told(request: pytest.FixtureRequest) -> None:
    """A database that the server does not have is missing, not locked."""
    address = request.getfixturevalue("postgres")()
    with pytest.raises(RegisterMissing):
        Register.open(address.rpartition("/")[0] + "/binome_nowhere")


def test_a_newer_register_is_left_alone(url: str) -> None:
    """A register made by a newer Binôme is neither opened nor upgraded."""
    with Register.open(url, create=True) as register:
        set_revision(register, "9999")
    for create in (False, True):
        with pytest.raises(RegisterNewer, match="9999"):
            Register.open(url, create=create)


def test_an_older_register_asks_for_an_upgrade(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register made by an older Binôme is not opened before it is upgraded."""
    with Register.open(url, create=True):
        monkeypatch.setattr("connector.register.migrate.REVISIONS", (*REVISIONS, "9999"))
        with pytest.raises(RegisterOutdated, match="9999"):
            Register.open(url)


def test_a_failed_upgrade_changes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an upgrade is none: the tables that it made are gone."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.operations.Operations.bulk_insert", fail)
    with pytest.raises(ZeroDivisionError):
        upgrade(url)
    monkeypatch.undo()
    with pytest.raises(RegisterMissing):
        Register.open(url)
    upgrade(url)


def test_sqlite_is_set_up_for_safety(sqlite_file: Path) -> None:
    """An SQLite register checks links, logs ahead, waits five seconds, and overwrites what it deletes."""
    with Register.open(f"sqlite:///{sqlite_file}", create=True) as register:
        settings = ("foreign_keys", "journal_mode", "busy_timeout", "synchronous", "secure_delete")
        assert [scalar(register, f"PRAGMA {name}") for name in settings] == [1, "wal", 5000, 1, 1]


def test_the_database_itself_checks_links(register: Register) -> None:
    """A link into nowhere is refused by the database too."""
    register.save(a_pair())
    nowhere = LAYOUTS["person"].table.update().values(organisation=new_key())
    with pytest.raises(RegisterRefused, match=r"SQLITE_CONSTRAINT|23503"), register.transaction() as tx:
        tx.connection.execute(nowhere)


def test_the_files_are_the_owners_alone(sqlite_file: Path) -> None:
    """Nobody else of the machine can read the register's files."""
    with Register.open(f"sqlite:///{sqlite_file}", create=True) as register:
        register.save([Organisation(key=new_key(), name="Atelier Nord")])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in sqlite_file.parent.iterdir()}
    assert modes == {"register.db": 0o600, "register.db-wal": 0o600, "register.db-shm": 0o600}


def test_another_file_is_no_register(sqlite_file: Path) -> None:
    """A file that is no database is refused with SQLite's code."""
    sqlite_file.write_text("not a database, but long enough to be read as one")
    with pytest.raises(RegisterRefused, match=r"SQLITE_NOTADB"):
        Register.open(f"sqlite:///{sqlite_file}")


def test_a_folder_that_cannot_be_made_is_told(sqlite_file: Path) -> None:
    """A path through a file is refused, with the path."""
    sqlite_file.write_text("")
    with pytest.raises(RegisterRefused, match=r"register\.db"):
        upgrade(f"sqlite:///{sqlite_file}/inside.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "sesame"])
def test_other_addresses_are_refused(url: str) -> None:
    """An address that names no file and no PostgreSQL is refused."""
    with pytest.raises(RegisterUrlWrong):
        Register.open(url)


def test_a_silent_server_is_told_without_its_password() -> None:
    """A server that does not answer is told by place alone: no password gets into the error."""
    password = "s3cret"
    with pytest.raises(RegisterLocked, match=r"127\.0\.0\.1/binome") as caught:
        Register.open(f"postgresql://binome:{password}@127.0.0.1:1/binome")
    assert password not in "".join(traceback.format_exception(caught.value))


def test_both_spellings_of_postgresql_are_taken() -> None:
    """Plain ``postgresql://`` and any named driver mean the driver that Binôme brings."""
    for spelling in ("postgresql", "postgresql+psycopg", "postgresql+psycopg2"):
        assert parse_url(f"{spelling}://host/db").drivername == "postgresql+psycopg"
