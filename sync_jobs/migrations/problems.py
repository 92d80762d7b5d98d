"""What can be wrong with a workbook: typed problems that say where and what is expected, never the value found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_jobs.migrations.messages import EXPECTED, FILE, JOINT, PLACE, REFUSED
from sync_jobs.migrations.columns import Language

_FRENCH_SPACES = re.compile(r"(?<=«) | (?=[»:;])")
"""Spaces at which French lets no line break."""

Detail = str | int | tuple[str, str]
"""A part of a message: the same in both languages, or English and French."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in a workbook.

    ``sheet`` is the name in the file, ``row`` counts from 1 as the person sees it (``None``: the sheet as a whole),
    ``column`` is the header in the file and ``letter`` its place. ``code`` is one of ``messages.EXPECTED``.
    """

    sheet: str
    row: int | None
    column: str
    letter: str
    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def expected(self, language: Language = "en") -> str:
        """Say what belongs there instead."""
        return _fill(EXPECTED[self.code], self.details, language)

    def place(self, language: Language = "en") -> str:
        """Say where: sheet, row and column."""
        spot = "headed" if self.column else "column" if self.letter else "row" if self.row else "sheet"
        details = {"sheet": self.sheet, "row": self.row or 0, "column": self.column, "letter": self.letter}
        return _fill(PLACE[spot], details, language)

    def text(self, language: Language = "en") -> str:
        """Say it all in one line."""
        return joined(self.place(language), self.expected(language), language)

    def as_dict(self, language: Language = "en") -> dict[str, str | int | None]:
        """Give it for a JSON document."""
        return {
            "sheet": self.sheet, "row": self.row, "column": self.column or None, "letter": self.letter or None,
            "code": self.code, "expected": self.expected(language),
        }

    @property
    def blocks(self) -> bool:
        """Tell whether it concerns the sheet or its headers, so that no row can be taken or left without it."""
        return self.row is None or self.row == 1

    @property
    def follows(self) -> bool:
        """Tell whether the row is only set aside with another one that it refers to."""
        return self.code == "rejected_link"

    def __str__(self) -> str:
        return self.text()


class WorkbookError(Exception):
    """A workbook cannot be read or written at all. ``message`` says why and ``advice`` what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.message, self.advice = message, advice


class FileRefused(WorkbookError):
    """The file as a whole is refused; the catalogue's text for its class says why."""

    def __init__(self, language: Language = "en", **details: Detail) -> None:
        name = type(self).__name__
        super().__init__(*(_fill(text, details, language) for text in FILE[name]))


class NotFound(FileRefused):
    """There is no such file, or it may not be read."""


class NotAWorkbook(FileRefused):
    """The file is not an .xlsx workbook."""


class OldFormat(FileRefused):
    """The file is a workbook of another format."""


class Encrypted(FileRefused):
    """The workbook is protected by a password."""


class WithMacros(FileRefused):
    """The workbook carries macros."""


class TooLarge(FileRefused):
    """The workbook, once unpacked, is larger than any club's (a zip bomb among others)."""


class TooManyRows(FileRefused):
    """A sheet has more rows than can be checked with care."""


class TooWide(FileRefused):
    """A sheet has content far to the right of its columns."""


class EmptyWorkbook(FileRefused):
    """No row of data in any known sheet."""


class AlreadyThere(FileRefused):
    """A file that would be written exists already."""


class NotWritten(FileRefused):
    """A file cannot be written where it was asked for."""


class WorkbookProblems(WorkbookError):
    """Some cells are wrong, so nothing was imported. ``problems`` names each of them."""

    def __init__(self, problems: Sequence[Problem], language: Language = "en") -> None:
        message, advice = (_fill(text, {"count": len(problems)}, language) for text in REFUSED)
        super().__init__(message, advice)
        self.problems = tuple(problems)


def problems_table(problems: Iterable[Problem], language: Language = "en") -> list[tuple[str, str, str, str]]:
    """Give the rows of a table: sheet, row, column, expected; one for each thing to correct."""
    return [
        (p.sheet, str(p.row or ""), f"{p.column} ({p.letter})" if p.column else p.letter, p.expected(language))
        for p in problems if not p.follows
    ]


def problems_text(problems: Iterable[Problem], language: Language = "en") -> str:
    """Give the problems as plain text, one a line."""
    return "\n".join(problem.text(language) for problem in problems)


def joined(place: str, expected: str, language: Language) -> str:
    """Say where and what in one line."""
    return _fill(JOINT, {"place": place, "expected": expected}, language)


def _fill(texts: tuple[str, str], details: Mapping[str, Any], language: Language) -> str:
    which = 1 if language == "fr" else 0
    text = texts[which].format_map({
        name: value[which] if isinstance(value, tuple) else value for name, value in details.items()
    })
    return _FRENCH_SPACES.sub("\N{NO-BREAK SPACE}", text) if language == "fr" else text
