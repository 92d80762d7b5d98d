"""The sheets of a file as rows of parsed values, with a problem for each header and cell that is not as expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from mappings.records import Record
from sync_jobs.migrations.cells import Cell, Unfit, is_empty, parse
from sync_jobs.migrations.container import Container, Scan, letter
from sync_jobs.migrations.problems import Detail, EmptyWorkbook, NotAWorkbook, Problem
from sync_jobs.migrations.columns import Column, Language, Sheet, fold
from sync_jobs.migrations.sheets import CONFIDENTIAL_HEADERS, README_TITLES, SHEETS

REJECT_HEADERS: Final = ("Problem", "Problème")
"""The last column of a reject file, passed over when the corrected file is imported."""

LONGEST_HEADER: Final = 200
"""Characters of a header that are looked at; ours are shorter by far."""
LONGEST_CELL: Final = 32_767
"""Characters that a cell may hold, as in spreadsheets themselves: no column of ours takes so many."""

_SHEET_BY_TITLE: Final[Mapping[str, Sheet]] = {
    fold(title): sheet for sheet in SHEETS.values() for title in sheet.titles
}
_PASSED_OVER: Final = frozenset(map(fold, REJECT_HEADERS))
_README: Final = frozenset(map(fold, README_TITLES))


@dataclass(slots=True)
class Row:
    """One row of data: its cells as found, the values read from them by field, and the records it makes."""

    page: Page = field(repr=False)
    number: int
    cells: Sequence[Cell] = field(repr=False)
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    problems: list[Problem] = field(default_factory=list)
    records: list[Record] = field(default_factory=list, repr=False)

    @property
    def ref(self) -> str | None:
        """Give the row's own key, if it could be read."""
        ref: str | None = self.values.get("ref")
        return ref

    def wrong(self, name: str, code: str, /, **details: Detail) -> None:
        """Note a problem of one field; where the file has no such column, of the row."""
        self.problems.append(self.page.problem(self.number, self.page.position(name), code, **details))


@dataclass(slots=True)
class Page:
    """One sheet of the file. ``columns`` tells which column stands at each position, ``None`` for none of ours.

    ``french`` says that its headers are French: the header of the key, always there, differs in both languages.
    """

    sheet: Sheet
    name: str
    headers: Sequence[str] = field(repr=False)
    french: bool = False
    columns: list[Column | None] = field(default_factory=list, repr=False)
    rows: list[Row] = field(default_factory=list, repr=False)
    problems: list[Problem] = field(default_factory=list)

    def position(self, name: str) -> int | None:
        """Give the position of a field's column, from 0, if the file has it."""
        return next((i for i, column in enumerate(self.columns) if column and column.name == name), None)

    def problem(self, row: int, position: int | None, code: str, /, **details: Detail) -> Problem:
        """Make a problem at one place of this sheet."""
        if position is None:
            return Problem(self.name, row, "", "", code, details)
        # Only headers of ours are named: where the header row is missing, a "header" is somebody's name.
        header = self.headers[position].strip() if position < len(self.headers) else ""
        named = fold(header) in _columns(self.sheet) or _is_confidential(header)
        return Problem(self.name, row, header if named else "", letter(position + 1), code, details)


@dataclass(slots=True)
class Book:
    """All sheets of the file by the kind of their rows, and the problems that belong to no sheet of ours."""

    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Give every row, sheet by sheet in the template's order."""
        for kind in SHEETS:
            if kind in self.pages:
                yield from self.pages[kind].rows

    def all_problems(self) -> list[Problem]:
        """Give every problem found so far, sheet by sheet and row by row."""
        pages = [self.pages[kind] for kind in SHEETS if kind in self.pages]
        in_pages = [p for page in pages for p in (*page.problems, *(q for row in page.rows for q in row.problems))]
        return self.problems + in_pages


def read_book(container: Container, language: Language = "en") -> Book:
    """Read every sheet of a workbook. Raises EmptyWorkbook where no known sheet has a row of data."""
    book = Book()
    try:
        with CalamineWorkbook.from_filelike(container.file) as workbook:
            for name in workbook.sheet_names:
                scan = container.scans.get(name)
                if scan is not None and scan.filled and fold(name) not in _README:
                    _add(book, name, scan, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
    except CalamineError:
        raise NotAWorkbook(language) from None
    if not book.problems and not any(page.rows or page.problems for page in book.pages.values()):
        raise EmptyWorkbook(language)
    return book


def _add(book: Book, name: str, scan: Scan, grid: list[list[Cell]]) -> None:
    sheet = _SHEET_BY_TITLE.get(fold(name))
    if sheet is None:
        near = _nearest(name, {title: s.titles for s in SHEETS.values() for title in s.titles})
        book.problems.append(Problem(name, None, "", "", "unknown_sheet", {"nearest": near}))
    elif sheet.kind in book.pages:
        book.problems.append(Problem(name, None, "", "", "twice_sheet"))
    else:
        book.pages[sheet.kind] = read_page(sheet, name, scan, grid)


def read_page(sheet: Sheet, name: str, scan: Scan, grid: list[list[Cell]]) -> Page:
    """Read one sheet's grid, its header row first, as rows of this sheet of ours."""
    marks = dict.fromkeys(scan.errors, "error_cell") | dict.fromkeys(scan.formulas, "formula")
    by_row: dict[int, dict[int, str]] = {}
    for (number, column), code in marks.items():
        by_row.setdefault(number, {})[column - 1] = code
    header, *body = _whole(grid, marks)
    headers = [str(cell)[:LONGEST_HEADER] for cell in header]
    page = Page(sheet, name, headers, french=fold(sheet.columns[0].french) in map(fold, headers))
    _read_headers(page, body)
    page.problems += [page.problem(1, position, code) for position, code in by_row.get(1, {}).items()]
    for number, cells in enumerate(body, start=2):
        bad = by_row.get(number, {})
        if bad or not all(map(is_empty, cells)):
            page.rows.append(_row(page, number, cells, bad))
    return page


def _whole(grid: list[list[Cell]], marks: Iterable[tuple[int, int]]) -> list[list[Cell]]:
    """Give the grid with every marked cell in it: the reader leaves out formulas that were never calculated."""
    rows, columns = zip((1, 1), (len(grid), max(map(len, grid), default=1)), *marks, strict=True)
    padded = [row + [""] * (max(columns) - len(row)) for row in grid]
    return padded + [[""] * max(columns) for _ in range(max(rows) - len(grid))]


def _read_headers(page: Page, body: list[list[Cell]]) -> None:
    """Find which column stands where; note what is unknown, there twice, confidential or missing."""
    by_header = _columns(page.sheet)
    for position, header in enumerate(page.headers):
        column = by_header.get(fold(header))
        earlier = page.position(column.name) if column else None
        page.columns.append(column if earlier is None else None)
        if earlier is not None:
            page.problems.append(page.problem(1, position, "twice_header", other=letter(earlier + 1)))
        elif column is None:
            page.problems += _unknown_header(page, position, header, body)
    for column in page.sheet.columns:
        if column.required and page.position(column.name) is None:
            page.problems.append(page.problem(1, None, "missing_header", header=(column.english, column.french)))


def _unknown_header(page: Page, position: int, header: str, body: list[list[Cell]]) -> list[Problem]:
    if not header.strip():
        filled = any(not is_empty(cells[position]) for cells in body)
        return [page.problem(1, position, "no_header")] if filled else []
    if fold(header) in _PASSED_OVER:
        return []
    if _is_confidential(header):
        return [page.problem(1, position, "confidential_header")]
    headers = {text: (c.english, c.french) for text, c in _columns(page.sheet).items()}
    return [page.problem(1, position, "unknown_header", nearest=_nearest(header, headers))]


def _columns(sheet: Sheet) -> dict[str, Column]:
    """Give each column by its headers of both languages."""
    return {fold(text): column for column in sheet.columns for text in (column.english, column.french)}


def _is_confidential(header: str) -> bool:
    """Tell whether a header announces what a pair says, alone or with more words: ``Notes de la rencontre``."""
    words = fold(header).split()
    return any(" ".join(words[:count]) in CONFIDENTIAL_HEADERS for count in range(1, len(words) + 1))


def _row(page: Page, number: int, cells: list[Cell], bad: Mapping[int, str]) -> Row:
    row = Row(page, number, cells)
    for position, column in enumerate(page.columns):
        try:
            value = _read(column, cells[position], bad.get(position), french=page.french)
        except Unfit as unfit:
            row.problems.append(page.problem(number, position, unfit.code, **unfit.details))
        else:
            if column is not None and value is not None:
                row.values[column.name] = value
    return row


def _read(column: Column | None, cell: Cell, mark: str | None, *, french: bool) -> Any:
    """Read one cell, or nothing. ``mark`` tells of a formula or an error that stands in it. Raises Unfit."""
    if mark is not None:
        raise Unfit(mark)
    if column is not None and isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise Unfit("long", limit=LONGEST_CELL)
    if column is None or not is_empty(cell):
        return None if column is None else parse(column, cell, french=french)
    if column.required:
        raise Unfit("required")
    return None


def _nearest(text: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Name the known title or header that looks most like ``text``."""
    folded = {fold(title): both for title, both in known.items()}
    return folded[difflib.get_close_matches(fold(text), folded, n=1, cutoff=0)[0]]
