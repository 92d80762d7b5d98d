"""What a club's own texts of pairs must not be found in: every table, the register's files, the CRM, and any log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from connector.crm.port import Crm
from connector.register.repository import Register
from connector.register.schema import metadata
from mappings.confidentiality import pair_fields
from mappings.destinations import MODELS
from mappings.records import RECORDS
from sync_jobs.audit.contents import rows_of
from sync_jobs.canaries import Canary, Search
from sync_jobs.pair_texts import FILE

WINDOW = 32
"""Bytes in a row that give a real text away: fewer may be a name or a phrase that stands elsewhere rightly."""

SHORTEST = 12
"""Texts of fewer bytes are left out: "Lyon" is the place of a meeting and the city of a venture."""

_TEXTS = {"char", "text", "html"}


def own_canaries(register: Register) -> tuple[Canary, ...]:
    """Give every text that only a pair may read. Raises VaultKeyMissing."""
    register.need_vault()
    return tuple(
        Canary(kind, name, text if (kind, name) != FILE else _stretch(text), WINDOW, str(one.key))
        for kind, record in RECORDS.items()
        if pair_fields(record)
        for one in register.all(kind)
        for name, text in register.unseal(kind, one.key).items()
        if len(text.encode()) >= SHORTEST
    )


def _stretch(file: str) -> str:
    """Give some of a file from its middle: how it begins, it shares with others of its kind."""
    return file[len(file) // 2 :][:4096]


def search_own(register: Register, crm: Crm, files: Iterable[Path] = ()) -> Search:
    """Look for the club's texts in all that this machine keeps, in the CRM, and in these files."""
    search = Search(own_canaries(register))
    for name, content in (*tables(register), *_crm(crm), *_files([*_own_files(register), *files])):
        search.look(name, content)
    return search


def tables(register: Register) -> Iterator[tuple[str, bytes]]:
    """Give the rows of every table of the register, the sync's memory too."""
    for table in metadata.sorted_tables:
        with register.transaction(reads_only=True) as tx:
            rows = [list(row) for row in tx.connection.execute(table.select())]
        yield f"table {table.name}", _lines(rows)


def _crm(crm: Crm) -> Iterator[tuple[str, bytes]]:
    """Read every field of text that the sync may read, not only those of the maps."""
    for model in MODELS:
        columns = sorted(name for name, fact in crm.fields(model).items() if fact.type in _TEXTS)
        yield f"CRM {model}", _lines([dict(row.values) for row in rows_of(crm, model, columns)])


def _own_files(register: Register) -> list[Path]:
    """Name the files of an SQLite register: texts in clear could lie in freed pages and in the log."""
    place = register.url.database
    if register.url.get_backend_name() != "sqlite" or not place:
        return []
    return [path for end in ("", "-wal", "-journal") if (path := Path(f"{place}{end}")).exists()]


def _files(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            yield f"file {file}", file.read_bytes()


def _lines(rows: Iterable[Any]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False, default=_plain) for row in rows).encode()


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
