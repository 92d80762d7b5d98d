"""Workbooks written by us: styled, easy to fill in, and never with a cell that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, cast
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from mappings.records import Mentee, Mentor, Record
from sync_jobs.migrations.cells import render
from sync_jobs.migrations.columns import Column, Language, Sheet, Type
from sync_jobs.migrations.sheets import PROFILES, SHEETS

DAY_FORMAT: Final = "yyyy-mm-dd"
REQUIRED_FILL: Final = PatternFill("solid", fgColor="1F4E5F")
OPTIONAL_FILL: Final = PatternFill("solid", fgColor="6C8A94")
HEADER_FONT: Final = Font(bold=True, color="FFFFFF")

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make some spreadsheet take a text for a formula."""
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What the format itself would read as an escaped character, as in ``_x000D_``."""


def new_workbook() -> Workbook:
    """Give a workbook without sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def add_sheet(book: Workbook, sheet: Sheet, language: Language) -> Worksheet:
    """Add one sheet of the template: styled headers that stay in view, and widths to fit."""
    page: Worksheet = book.create_sheet(sheet.title(language))
    write_headers(page, [(column.header(language), column.required) for column in sheet.columns])
    for position, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(position)].width = _width(column, language)
    return page


def write_headers(page: Worksheet, headers: Sequence[tuple[str, bool]]) -> None:
    """Write the header row; required columns are darker."""
    for position, (header, required) in enumerate(headers, start=1):
        cell = page.cell(1, position, header)
        cell.font, cell.fill = HEADER_FONT, REQUIRED_FILL if required else OPTIONAL_FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    page.freeze_panes = "B2"
    page.row_dimensions[1].height = 32


def write_row(page: Worksheet, number: int, values: Sequence[Any]) -> None:
    """Write one row of data; what looks like a formula is written as the text it is."""
    for position, value in enumerate(values, start=1):
        if value not in (None, ""):
            put(cast("Cell", page.cell(number, position)), value)  # never merged: we merge none


def put(cell: Cell, value: Any) -> None:
    """Write one value that no spreadsheet will run and that reads back the same."""
    if isinstance(value, str):
        cell.value = _ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"
        # Without it Excel would take the text for a formula as soon as somebody edits the cell.
        cell.quotePrefix = value.startswith(_RUNS)
    else:
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = DAY_FORMAT


def write_records(file: Path | IO[bytes], records: Iterable[Record], language: Language = "fr") -> None:
    """Write records as a workbook that reads back as the same records; profiles join their person's row."""
    given = list(records)
    refs = {record.key: record.ref for record in given}
    profiles = {(p.kind, p.person): p for p in given if isinstance(p, Mentor | Mentee)}
    book = new_workbook()
    for sheet in SHEETS.values():
        page = add_sheet(book, sheet, language)
        for number, record in enumerate((r for r in given if r.kind == sheet.kind), start=2):
            owners = [record, *(profiles[kind, record.key] for kind in PROFILES if (kind, record.key) in profiles)]
            write_row(page, number, [render(c, _value(c, owners, refs), language) for c in sheet.columns])
    book.save(file)


def _value(column: Column, owners: Sequence[Record], refs: Mapping[UUID, str | None]) -> Any:
    """Give what belongs in a column, from the record that owns the field; links as references."""
    owner = next((r for r in owners if not column.kinds or r.kind in column.kinds), None)
    value = getattr(owner, column.name, None)
    if value is None or not column.target:
        return value
    return frozenset(refs[key] for key in value) if column.type is Type.LINKS else refs[value]


def _width(column: Column, language: Language) -> float:
    least = {Type.TEXT: 24, Type.EMAIL: 30, Type.LINKS: 30, Type.LINK: 20, Type.KEY: 20, Type.DAY: 13}
    return max(least.get(column.type, 12), min(len(column.header(language)) + 3, 22))
