"""The file itself: opened only as far as it is safe to, before anything is made of its content.

An .xlsx file is a zip of XML parts. Every part is unpacked here, measured as it comes, and looked through once with
expat for what the value reader would pass over in silence: formulas, error values, cells far outside the table,
document types (the door to entity attacks). The value reader then gets a repacked copy, so that it sees exactly the
bytes that were measured.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final
from xml.parsers import expat

from sync_jobs.migrations.problems import (
    Encrypted, NotAWorkbook, NotFound, OldFormat, TooLarge, TooManyRows, TooWide, WithMacros,
)
from sync_jobs.migrations.sheets import Language

MAX_ROWS: Final = 50_000
"""Rows of data in one sheet; the largest club we know of has some thousands."""
MAX_COLUMNS: Final = 256
MAX_UNPACKED: Final = 256 * 1024 * 1024
MAX_RATIO: Final = 200
"""How much smaller a part may be packed; sheets pack about twenty times."""
SMALL: Final = 1024 * 1024
"""Bytes up to which a part's ratio does not matter."""

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_PARTS: Final = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_MACROS: Final = re.compile(r"(^|/)(vbaProject[^/]*|macrosheets/.+)$", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Attributes = dict[str, str]


@dataclass(slots=True)
class Scan:
    """What the value reader would not tell of one sheet: cells as (row, column), both from 1."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    filled: bool = False


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
        scans = {name: _scan(name, parts[part], language) for name, part in sheets.items()}
        for part in parts.keys() - sheets.values():
            _walk(parts[part], lambda _tag, _attributes: None)
    except (expat.ExpatError, LookupError, StopIteration, ValueError):
        raise NotAWorkbook(language) from None
    return Container(_repack(parts), scans)


def letter(column: int) -> str:
    """Give the letters of a column, counted from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _unpack(file: io.BufferedReader, language: Language) -> dict[str, bytes]:
    """Read the XML parts, never more than was declared and allowed; pictures and the like are left packed."""
    if file.read(8) == _OLE:
        file.seek(0)
        raise (Encrypted if "EncryptedPackage".encode("utf-16-le") in file.read() else OldFormat)(language)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if any(map(_MACROS.search, names)):
                raise WithMacros(language)
            if "xl/workbook.xml" not in names:
                raise (OldFormat if names & {"content.xml", "xl/workbook.bin"} else NotAWorkbook)(language)
            wanted = [info for info in infos if _PARTS.search(info.filename)]
            if any(info.flag_bits & 1 for info in wanted):
                raise Encrypted(language)
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


def _repack(parts: Mapping[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def _walk(part: bytes, on_start: Callable[[str, Attributes], None]) -> None:
    """Give each element's local name and attributes to ``on_start``. A document type is an ExpatError."""

    def start(name: str, attributes: Attributes) -> None:
        on_start(name.rpartition(" ")[2], attributes)

    def refuse(*_: object) -> None:
        raise ValueError("no part of a workbook has a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(part, True)  # noqa: FBT003 - the C function takes no keywords


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
            sheets[attributes["name"]] = next(v for k, v in attributes.items() if k.endswith("relationships id"))

    _walk(parts["xl/_rels/workbook.xml.rels"], relation)
    _walk(parts["xl/workbook.xml"], sheet)
    return {name: targets[link] for name, link in sheets.items() if link in targets}


def _scan(name: str, part: bytes, language: Language) -> Scan:
    """Look through one worksheet for formulas, errors and its extent. Cells that are only styled do not count."""
    scan = Scan()
    row = column = 0

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            row, column = (int(found[2]), _number(found[1])) if found else (row, column + 1)
            if attributes.get("t") == "e":
                scan.errors.append((row, column))
        elif tag in {"v", "is", "f"}:
            # Beyond the table the value reader would fill a rectangle of empty cells: stop before it can.
            if row > MAX_ROWS + 1:
                raise TooManyRows(language, sheet=name, limit=MAX_ROWS)
            if column > MAX_COLUMNS:
                raise TooWide(language, sheet=name, limit=MAX_COLUMNS)
            scan.filled = True
            if tag == "f":
                scan.formulas.append((row, column))

    _walk(part, start)
    return scan


def _number(letters: str) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number
