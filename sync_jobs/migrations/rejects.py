"""The reject file: the rows that were not imported, each with what is wrong with it, ready to be corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO, Any

from openpyxl.utils import get_column_letter

from sync_jobs.migrations.cells import Cell, is_empty
from sync_jobs.migrations.container import letter
from sync_jobs.migrations.pages import REJECT_HEADERS, Row
from sync_jobs.migrations.problems import joined
from sync_jobs.migrations.columns import Language
from sync_jobs.migrations.writing import new_workbook, write_headers, write_row


def write_rejects(file: IO[bytes], rows: Iterable[Row], language: Language = "en") -> None:
    """Write rows as they were found, under the same sheets and headers, with a last column that says what is wrong.

    A formula comes out as the result that it last had, which is what was asked for. Where there is none the cell is
    an error, so that it cannot be imported uncorrected as if nothing belonged there.
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
            write_row(page, number, [*(_plain(row.cells[i]) for i in own), _why(row, language)])
            for position in _without_result(row, own):
                page.cell(number, position, "#N/A")
        for position in range(1, len(own) + 1):
            page.column_dimensions[get_column_letter(position)].width = 20
        page.column_dimensions[get_column_letter(len(own) + 1)].width = 80
    book.save(file)


def _without_result(row: Row, own: Sequence[int]) -> list[int]:
    """Give the places, from 1, of formulas and errors that have no result to write."""
    marked = {problem.letter for problem in row.problems if problem.code in {"formula", "error_cell"}}
    return [at for at, i in enumerate(own, start=1) if letter(i + 1) in marked and is_empty(row.cells[i])]


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
    return "\n".join(
        joined(p.column or p.letter, p.expected(language), language) if p.letter else p.expected(language)
        for p in row.problems
    )
