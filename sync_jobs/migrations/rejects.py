"""The reject file: the rows that were not imported, each with what is wrong with it, ready to be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO, Any

from openpyxl.utils import get_column_letter

from sync_jobs.migrations.cells import Cell, is_empty
from sync_jobs.migrations.pages import REJECT_HEADERS, Row
from sync_jobs.migrations.sheets import Language
from sync_jobs.migrations.writing import new_workbook, write_headers, write_row


def write_rejects(file: IO[bytes], rows: Iterable[Row], language: Language = "en") -> None:
    """Write rows as they were found, under the same sheets and headers, with a last column that says what is wrong.

    A formula comes out as the result it last had, which is what was asked for; an error comes out empty.
    """
    book = new_workbook()
    for name, group in groupby(rows, key=lambda row: row.page.name):
        rejected = list(group)
        first = rejected[0].page
        page = book.create_sheet(name)
        own = [i for i, column in enumerate(first.columns) if column]
        headers = [(first.headers[i], bool(column and column.required)) for i, column in enumerate(first.columns)]
        write_headers(page, [headers[i] for i in own] + [(REJECT_HEADERS[1 if language == "fr" else 0], False)])
        for number, row in enumerate(rejected, start=2):
            write_row(page, number, [*_as_found(row.cells, own), _why(row, language)])
        for position in range(1, len(own) + 1):
            page.column_dimensions[get_column_letter(position)].width = 20
        page.column_dimensions[get_column_letter(len(own) + 1)].width = 80
    book.save(file)


def _as_found(cells: Sequence[Cell], positions: Sequence[int]) -> list[Any]:
    return [_plain(cells[i]) for i in positions]


def _plain(cell: Cell) -> Any:
    """Give a cell as a spreadsheet takes it, without characters that XML forbids."""
    if is_empty(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str):
        return "".join(c for c in cell if c >= " " or c in "\n\t")
    return cell if isinstance(cell, bool | int | float | dt.date | dt.time | dt.timedelta) else str(cell)


def _why(row: Row, language: Language) -> str:
    """Say what is wrong, column by column; the row's old number would only confuse here."""
    joint = " : " if language == "fr" else ": "
    return "\n".join(
        f"{p.column or p.letter}{joint}{p.expected(language)}" if p.letter else p.expected(language)
        for p in row.problems
    )
