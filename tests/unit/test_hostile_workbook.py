"""Workbooks made to harm: each is refused before the value reader could fill memory with it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync_jobs.migrations import problems
from sync_jobs.migrations.cells import Unfit, parse
from sync_jobs.migrations.container import open_container
from sync_jobs.migrations.pages import _read
from sync_jobs.migrations.problems import FileRefused, TooLarge, TooManyRows, TooWide
from sync_jobs.migrations.columns import Type
from sync_jobs.migrations.sheets import PERSON, SHEETS
from sync_jobs.migrations.workbook import read_workbook
from sync_jobs.migrations.writing import new_workbook, write_row

CLUB = Path(__file__).parents[2] / "examples" / "club.xlsx"
ROOT, SHEET, SHARED = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
Parts = dict[str, bytes]


def club() -> Parts:
    with zipfile.ZipFile(CLUB) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_rows(rows: bytes) -> bytes:
    parts = club()
    return zipped({**parts, SHEET: parts[SHEET].replace(b"</sheetData>", rows + b"</sheetData>")})


def far_error() -> bytes:
    return with_rows(b'<row r="1048576"><c r="XFD1048576" t="e"/></row>')


def far_in_lower_case() -> bytes:
    return with_rows(b'<row><c r="xfd1048576"><v>1</v></c></row>')


def wide_and_long() -> bytes:
    return with_rows(b'<row r="50000"><c r="IV50000"><v>1</v></c></row>')


def two_sheets_of_one_name() -> bytes:
    parts = club()
    far = b'<row r="900000"><c r="IV900000"><v>1</v></c></row></sheetData>'
    double = parts[ROOT].replace('name="Hébergements"'.encode(), b'name="Organisations"')
    assert double != parts[ROOT]
    return zipped({**parts, ROOT: double, SHEET: parts[SHEET].replace(b"</sheetData>", far)})


def two_parts_of_one_name() -> bytes:
    return zipped({"xl/worksheets/SHEET1.xml": b"<x/>", **club()})


def another_packing() -> bytes:
    """Pack with bzip2, of which Python unpacks whole blocks, whatever was declared."""
    return zipped(club(), zipfile.ZIP_BZIP2)


def two_encodings() -> bytes:
    parts = club()
    return zipped({**parts, SHEET: parts[SHEET].decode().encode("utf-16")})


def one_long_text_many_times() -> bytes:
    """Hold one text of a million signs once, and name it in a thousand cells."""
    cells = b"".join(b'<row r="%d"><c r="B%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(100, 1100))
    parts = club()
    text = b"<sst><si><t>" + bytes(range(97, 123)) * 40_000 + b"</t></si></sst>"
    return zipped({**parts, SHARED: text, SHEET: parts[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")})


@pytest.mark.parametrize(("make", "error"), [
    (far_error, TooManyRows), (far_in_lower_case, problems.NotAWorkbook), (wide_and_long, TooWide),
    (two_sheets_of_one_name, problems.NotAWorkbook), (two_parts_of_one_name, problems.NotAWorkbook),
    (another_packing, problems.NotAWorkbook), (two_encodings, problems.NotAWorkbook),
    (one_long_text_many_times, TooLarge),
])
def test_a_bomb_is_refused_before_its_values_are_read(
    make: Callable[[], bytes], error: type[FileRefused], tmp_path: Path
) -> None:
    """Far cells, doubled names, other packings, other encodings and shared texts never reach the value reader."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(make())
    with pytest.raises(error):
        open_container(path)


def test_a_file_larger_than_any_workbook_is_not_even_opened(tmp_path: Path) -> None:
    """Beyond 32 MB of packed file nothing of it is read."""
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(TooLarge):
        open_container(path)


def test_the_value_reader_gets_no_part_that_was_not_looked_through(tmp_path: Path) -> None:
    """A sheet that the workbook does not list is not in the copy, so that no other reading of a path leads to it."""
    path = tmp_path / "decoy.xlsx"
    path.write_bytes(zipped({**club(), "xl/xl/worksheets/sheet1.xml": b"<worksheet/>"}))
    with zipfile.ZipFile(open_container(path).file) as copy:
        assert SHEET in copy.namelist()
        assert "xl/xl/worksheets/sheet1.xml" not in copy.namelist()


@pytest.mark.parametrize("size", [40_000, 10_000_000])
def test_a_long_cell_is_named_by_its_place(size: int, tmp_path: Path) -> None:
    """A text longer than any cell is one problem of its row and column, and its text is not repeated."""
    path = tmp_path / "long.xlsx"
    texts = {"A": "new", "B": "a," * (size // 2)}
    cells = "".join(f'<c r="{at}90" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in texts.items())
    with zipfile.ZipFile(io.BytesIO(with_rows(f'<row r="90">{cells}</row>'.encode()))) as archive:
        path.write_bytes(zipped({name: archive.read(name) for name in archive.namelist()}, zipfile.ZIP_STORED))
    (found,) = read_workbook(path, lambda _kind, _refs: {}).problems
    assert (found.row, found.letter, found.code) == (90, "B", "long")
    assert "a,a" not in str(found)


def test_many_keys_in_one_cell_are_a_text_too_long() -> None:
    """A list of links is bounded like any text, before it is taken apart."""
    links = next(column for column in SHEETS["club_session"].columns if column.type is Type.LINKS)
    with pytest.raises(Unfit, match="long"):
        _read(links, "k," * 20_000, None, french=True)


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "=cmd|' /C calc'!A0", "\uff1d"]), st.text(max_size=20))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_that_we_write_is_a_formula(first: str, rest: str) -> None:
    """Whatever a text begins with, a workbook of ours has no formula element, and reads back the same text."""
    text = first + "".join(c for c in rest if c.isprintable())
    book, file = new_workbook(), io.BytesIO()
    write_row(book.create_sheet("a"), 1, [text])
    book.save(file)
    (cell,) = next(load_workbook(file).worksheets[0].iter_rows())
    assert cell.data_type in {"s", "inlineStr"}
    assert text.startswith("\uff1d") or cell.quotePrefix
    with zipfile.ZipFile(file) as archive:
        assert b"<f>" not in archive.read(SHEET)


def test_markup_in_a_name_stays_text() -> None:
    """HTML in a name is kept as it is typed: what shows it has to escape it, and nothing here makes HTML of it."""
    name = next(column for column in PERSON.columns if column.name == "name")
    assert parse(name, "<img src=x onerror=alert(1)>", french=True) == "<img src=x onerror=alert(1)>"
