"""Files that are refused as a whole: a clear error, and nothing changed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connector.register.repository import Register
from sync_jobs.migrations import container, problems
from sync_jobs.migrations.template import write_template
from sync_jobs.migrations.workbook import import_workbook, read_workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ROOT_PART = "xl/workbook.xml"
SHEET_PART = "xl/worksheets/sheet1.xml"


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(path)
    return zipped({**parts, name: change(parts.get(name, b""))})


def text_file(_club: Path) -> bytes:
    return b"name;city\nAnybody;Anywhere\n"


def open_document(_club: Path) -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


def truncated(club: Path) -> bytes:
    return club.read_bytes()[:4000]


def encrypted(_club: Path) -> bytes:
    return OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500


def with_macros(club: Path) -> bytes:
    return changed(club, "xl/vbaProject.bin", lambda _: b"\0")


def declared_with_macros(club: Path) -> bytes:
    main = b"openxmlformats-officedocument.spreadsheetml.sheet.main"
    return changed(club, "[Content_Types].xml", lambda xml: xml.replace(main, b"ms-excel.sheet.macroEnabled.main"))


def with_entities(club: Path) -> bytes:
    door = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return changed(club, SHEET_PART, lambda xml: door + xml)


def with_entities_elsewhere(club: Path) -> bytes:
    door = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    return changed(club, "xl/styles.xml", lambda xml: door + xml)


def bomb(club: Path) -> bytes:
    return changed(club, "xl/theme/theme1.xml", lambda _: b" " * (300 * 1024 * 1024))


def small_bomb(club: Path) -> bytes:
    return changed(club, "xl/theme/theme1.xml", lambda _: b" " * (8 * 1024 * 1024))


def lying_bomb(club: Path) -> bytes:
    """Declare ten bytes for a part that unpacks to eight million."""
    content = small_bomb(club)
    size = struct.pack("<I", 8 * 1024 * 1024)
    assert size in content
    return content.replace(size, struct.pack("<I", 10))


def far_cell(club: Path) -> bytes:
    row = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return changed(club, SHEET_PART, lambda xml: xml.replace(b"</sheetData>", row))


def wide_cell(club: Path) -> bytes:
    row = b'<row r="900"><c r="XFD900"><v>1</v></c></row></sheetData>'
    return changed(club, SHEET_PART, lambda xml: xml.replace(b"</sheetData>", row))


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda _: b"", problems.NotAWorkbook), (text_file, problems.NotAWorkbook),
        (truncated, problems.NotAWorkbook), (lambda _: zipped({"a.txt": b"a"}), problems.NotAWorkbook),
        (lambda club: changed(club, ROOT_PART, lambda xml: xml[:200]), problems.NotAWorkbook),
        (open_document, problems.OldFormat), (lambda _: OLE + b"\0" * 5000, problems.OldFormat),
        (encrypted, problems.Encrypted), (with_macros, problems.WithMacros),
        (declared_with_macros, problems.WithMacros), (with_entities, problems.NotAWorkbook),
        (with_entities_elsewhere, problems.NotAWorkbook), (bomb, problems.TooLarge), (small_bomb, problems.TooLarge),
        (lying_bomb, problems.NotAWorkbook), (far_cell, problems.TooManyRows), (wide_cell, problems.TooWide),
    ],
)
def test_a_file_that_is_not_a_plain_workbook_is_refused(
    make: Callable[[Path], bytes], error: type[problems.FileRefused], club_file: Path, tmp_path: Path,
    register: Register,
) -> None:
    """Each kind of unfit file has its own error, which says what to do; the register stays as it was."""
    path = tmp_path / "bad.xlsx"
    path.write_bytes(make(club_file))
    before = register.watermark()
    with pytest.raises(error) as caught:
        import_workbook(register, path, language="fr")
    assert caught.value.message
    assert caught.value.advice
    assert register.watermark() == before


def test_a_missing_file_is_told_apart(tmp_path: Path, register: Register) -> None:
    """A file that is not there, or a folder, cannot be read, and that is what the error says."""
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(problems.NotFound):
            import_workbook(register, path)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_empty_template_holds_nothing_to_import(language: str, tmp_path: Path, register: Register) -> None:
    """A template that nobody filled in is told to be empty."""
    path = tmp_path / "template.xlsx"
    write_template(path, language)  # type: ignore[arg-type] # parametrized
    with pytest.raises(problems.EmptyWorkbook):
        import_workbook(register, path)


def test_a_hundred_thousand_rows_are_refused_before_they_are_read(
    tmp_path: Path, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit the error names the sheet and the limit, and the value reader never sees the file."""
    book = Workbook(write_only=True)
    page = book.create_sheet("Organisations")
    page.append(["Clé", "Nom"])
    for number in range(100_000):
        page.append([f"o-{number}", "x"])
    book.save(tmp_path / "many.xlsx")
    monkeypatch.setattr("sync_jobs.migrations.workbook.read_book", lambda *_: pytest.fail("was read"))
    with pytest.raises(problems.TooManyRows) as caught:
        import_workbook(register, tmp_path / "many.xlsx")
    assert "Organisations" in caught.value.message
    assert str(container.MAX_ROWS) in caught.value.message


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_never_a_crash(data: st.DataObject, club_file: Path, tmp_path: Path) -> None:
    """Whatever bytes are damaged, in the zip or in a part of it, the file is read or refused with a typed error."""
    parts = parts_of(club_file)
    name = data.draw(st.sampled_from([*parts, ""]))
    content = bytearray(parts[name] if name else club_file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(zipped({**parts, name: bytes(content)}) if name else bytes(content))
    with suppress(problems.FileRefused):
        read_workbook(path, lambda _kind, _refs: {})
