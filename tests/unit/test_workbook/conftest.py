"""Workbooks made on the spot, and a register to import them into."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from connector.register.repository import Register
from mappings.records import RECORDS

Sheets = dict[str, Sequence[Sequence[Any]]]
MakeFile = Callable[[Sheets], Path]
CLUB = Path(__file__).parents[3] / "examples" / "club.xlsx"


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty register once, since its migrations take their time."""
    path = tmp_path_factory.mktemp("register") / "empty.db"
    Register.open(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture
def register(empty_register: Path, tmp_path: Path) -> Iterator[Register]:
    """Open an empty register in a file of its own."""
    path = shutil.copy(empty_register, tmp_path / "register.db")
    with Register.open(f"sqlite:///{path}") as register:
        yield register


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Write a workbook of plain sheets: headers first, then rows."""

    def make(sheets: Sheets) -> Path:
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(list(row))
        path = tmp_path / f"file-{len(list(tmp_path.glob('file-*')))}.xlsx"
        book.save(path)
        return path

    return make


@pytest.fixture
def counts(register: Register) -> Callable[[], dict[str, int]]:
    """Count the register's records by kind, those that are there."""
    return lambda: {kind: n for kind in RECORDS if (n := register.count(kind))}


@pytest.fixture(scope="session")
def club_file() -> Path:
    """Name the club that is shipped as an example."""
    return CLUB
