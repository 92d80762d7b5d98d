"""The file itself: opened only as far as it is safe to, before anything is made of its content.

An .xlsx file is a zip of XML parts. Every part is unpacked here, measured as it comes, and looked through once with
expat for what the value reader would pass over in silence: formulas, error values, cells far outside the table,
document types (the door to entity attacks). The value reader then gets a repacked copy that holds nothing but the
parts looked through: whatever it takes for a sheet was measured.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final
from xml.parsers import expat

from sync_jobs.migrations.problems import (
    Encrypted, NotAWorkbook, NotFound, OldFormat, TooLarge, TooManyRows, TooWide, WithMacros,
)
from sync_jobs.migrations.columns import Language

MAX_ROWS: Final = 50_000
"""Rows of data in one sheet; the largest club we know of has some thousands."""
MAX_COLUMNS: Final = 256
MAX_CELLS: Final = 2_000_000
"""Cells of the rectangle that one sheet spans: the value reader fills it, however few of them hold something."""
MAX_NAME: Final = 100
"""Characters of a sheet's name; spreadsheets themselves allow 31."""
MAX_PACKED: Final = 32 * 1024 * 1024
MAX_UNPACKED: Final = 256 * 1024 * 1024
MAX_RATIO: Final = 200
"""How much smaller a part may be packed; sheets pack about twenty times."""
SMALL: Final = 1024 * 1024
"""Bytes up to which a part's ratio does not matter."""

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_PARTS: Final = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_MACROS: Final = re.compile(r"(^|/)(vbaProject[^/]*|macrosheets/.+)$", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What spreadsheets pack with. Python unpacks the others by whole blocks, whatever size was declared."""
_WORKBOOK: Final = "xl/workbook.xml"
_SHARED: Final = "xl/sharedstrings.xml"
_BESIDE: Final = frozenset({
    "[content_types].xml", "_rels/.rels", _WORKBOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml", _SHARED,
})
"""The parts that the value reader needs beside the sheets; it finds parts whatever their case."""

Attributes = dict[str, str]


@dataclass(slots=True)
class Scan:
    """What the value reader would not tell of one sheet: cells as (row, column), both from 1."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    rows: int = 0
    columns: int = 0

    @property
    def filled(self) -> bool:
        """Tell whether any cell holds something."""
        return self.rows > 0


@dataclass(frozen=True, slots=True)
class Container:
    """A workbook that is safe to read: the repacked file, and the scan of each sheet by its name."""

    file: io.BytesIO
    scans: Mapping[str, Scan]


def open_container(path: Path, language: Language = "en") -> Container:
    """Unpack, measure and look through a workbook. Raises a ``FileRefused`` where it is not one to read."""
    try:
        with path.open("rb") as file:
            parts = _unpack(file, language)
    except OSError:
        raise NotFound(language) from None
    try:
        sheets = _sheet_parts(parts)
        texts = _texts(parts)
        scans = {name: _scan(name, parts[part], texts, language) for name, part in sheets.items()}
        for part in parts.keys() - sheets.values():
            _walk(parts[part], lambda _tag, _attributes: None)
    except (expat.ExpatError, LookupError, StopIteration, ValueError):
        raise NotAWorkbook(language) from None
    looked_through = {*sheets.values(), *(name for name in parts if name.lower() in _BESIDE)}
    return Container(_repack({name: part for name, part in parts.items() if name in looked_through}), scans)


def letter(column: int) -> str:
    """Give the letters of a column, counted from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _unpack(file: io.BufferedReader, language: Language) -> dict[str, bytes]:
    """Read the XML parts, never more than was declared and allowed; pictures and the like are left packed."""
    if os.fstat(file.fileno()).st_size > MAX_PACKED:
        raise TooLarge(language, limit=MAX_PACKED // SMALL)
    if file.read(8) == _OLE:
        file.seek(0)
        raise (Encrypted if "EncryptedPackage".encode("utf-16-le") in file.read() else OldFormat)(language)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if any(map(_MACROS.search, names)):
                raise WithMacros(language)
            if _WORKBOOK not in names:
                raise (OldFormat if names & {"content.xml", "xl/workbook.bin"} else NotAWorkbook)(language)
            wanted = [info for info in infos if _PARTS.search(info.filename)]
            if any(info.flag_bits & 1 for info in wanted):
                raise Encrypted(language)
            if len({info.filename.lower() for info in wanted}) < len(wanted) or not all(map(_plain, wanted)):
                raise NotAWorkbook(language)
            if sum(info.file_size for info in wanted) > MAX_UNPACKED or any(map(_suspicious, wanted)):
                raise TooLarge(language, limit=MAX_UNPACKED // SMALL)
            parts = {info.filename: archive.read(info) for info in wanted}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError):
        raise NotAWorkbook(language) from None
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise WithMacros(language)
    return parts


def _suspicious(info: zipfile.ZipInfo) -> bool:
    return info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1)


def _plain(info: zipfile.ZipInfo) -> bool:
    return info.compress_type in _METHODS


def _repack(parts: Mapping[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def _walk(
    part: bytes, on_start: Callable[[str, Attributes], None], on_text: Callable[[str], object] | None = None,
) -> None:
    """Give each element's local name and attributes to ``on_start``. A document type is an ExpatError.

    Every part is read as UTF-8, whatever it says of itself: that is how the value reader reads it.
    """

    def start(name: str, attributes: Attributes) -> None:
        on_start(name.rpartition(" ")[2], attributes)

    def refuse(*_: object) -> None:
        raise ValueError("no part of a workbook has a document type")

    if b"\0" in part:  # a byte order mark would make expat read UTF-16 all the same, and that has zeros
        raise ValueError("not UTF-8")
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.CharacterDataHandler = on_text
    parser.Parse(part, True)  # noqa: FBT003 - the C function takes no keywords


def _texts(parts: Mapping[str, bytes]) -> list[int]:
    """Measure each shared text: cells only hold its number, and the value reader makes a copy for each of them."""
    sizes: list[int] = []

    def start(tag: str, _attributes: Attributes) -> None:
        if tag == "si":
            sizes.append(0)

    def text(found: str) -> None:
        if sizes:
            sizes[-1] += len(found)

    for part in (content for name, content in parts.items() if name.lower() == _SHARED):
        _walk(part, start, text)
    return sizes


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the part of each worksheet by the sheet's name."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            targets[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else str(
                PurePosixPath("xl") / target)

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            name = attributes["name"]
            if name in sheets or len(name) > MAX_NAME:
                raise ValueError("two sheets of one name, or a name that is a text")
            sheets[name] = next(v for k, v in attributes.items() if k.endswith("relationships id"))

    _walk(parts["xl/_rels/workbook.xml.rels"], relation)
    _walk(parts["xl/workbook.xml"], sheet)
    return {name: targets[link] for name, link in sheets.items() if link in targets}


def _scan(name: str, part: bytes, texts: Sequence[int], language: Language) -> Scan:
    """Look through one worksheet for formulas, errors and its extent. Cells that are only styled do not count."""
    scan = Scan()
    row = column = copied = 0
    number: list[str] | None = None

    def shared() -> None:
        """Count the shared text of the cell that ended, if it had one."""
        nonlocal number, copied
        copied, number = copied + (texts[int("".join(number))] if number else 0), None
        if copied > MAX_UNPACKED:
            raise TooLarge(language, limit=MAX_UNPACKED // SMALL)

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, number
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            shared()
            row, column = _place(attributes["r"]) if "r" in attributes else (row, column + 1)
            number = [] if attributes.get("t") == "s" else None
            if attributes.get("t") == "e":
                _measure(scan, name, row, column, language)
                scan.errors.append((row, column))
        elif tag in {"v", "is", "f"}:
            _measure(scan, name, row, column, language)
            if tag == "f":
                scan.formulas.append((row, column))

    _walk(part, start, lambda text: number.append(text) if number is not None else None)
    shared()
    return scan


def _measure(scan: Scan, name: str, row: int, column: int, language: Language) -> None:
    """Stop before the value reader fills a rectangle of empty cells, from the first to one far outside the table."""
    scan.rows, scan.columns = max(scan.rows, row), max(scan.columns, column)
    if scan.rows > MAX_ROWS + 1:
        raise TooManyRows(language, sheet=name, limit=MAX_ROWS)
    limit = min(MAX_COLUMNS, MAX_CELLS // max(scan.rows, 1))
    if scan.columns > limit:
        raise TooWide(language, sheet=name, limit=limit)


def _place(reference: str) -> tuple[int, int]:
    """Give the row and column of a cell. One that is written in another way, the value reader might still follow."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError("not a cell's place")
    return int(found[2]), _number(found[1])


def _number(letters: str) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number
