"""Bringing a register's schema up to date."""

from __future__ import annotations

from sqlalchemy import URL, Connection, inspect, text

from connector.register.engine import create_file, make_engine, parse_url, place, plain_errors
from connector.register.errors import RegisterMissing, RegisterNewer, RegisterOutdated, RegisterRefused
from connector.register.schema import REVISIONS

_ONE_AT_A_TIME = 0x62696E6F6D65
"""PostgreSQL's advisory lock for upgrades: "binome" in hexadecimal."""


def upgrade(url: str) -> None:
    """Bring the register to the newest revision, making it if need be: in one transaction, or not at all."""
    parsed = parse_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite:
        create_file(parsed)
    # SQLite changes a table by copying it: its links must rest until the end, and are all checked there.
    engine = make_engine(parsed, foreign_keys=False)
    try:
        with plain_errors(parsed), engine.begin() as connection:
            if not sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
            _known_revision(connection)
            _run_alembic(connection)
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RegisterRefused("links broken by an upgrade")
    finally:
        engine.dispose()


def check_revision(connection: Connection, url: URL) -> None:
    """Refuse a register that this Binôme did not make or has outgrown."""
    revision = _known_revision(connection)
    if revision is None:
        raise RegisterMissing(place(url))
    if revision != REVISIONS[-1]:
        raise RegisterOutdated(revision, REVISIONS[-1])


def _known_revision(connection: Connection) -> str | None:
    """Give the register's revision, ``None`` before the first; refuse one that only a newer Binôme knows."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and revision not in REVISIONS:
        raise RegisterNewer(revision, REVISIONS[-1])
    return revision


def _run_alembic(connection: Connection) -> None:
    # Imported here: alembic is slow to load, and of all commands only this one needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "connector.register:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
