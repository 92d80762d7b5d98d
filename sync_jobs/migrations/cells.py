"""One cell at a time: from what a spreadsheet holds to what a record takes, and back."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from sync_jobs.migrations.problems import Detail
from sync_jobs.migrations.columns import Column, Labels, Language, Type, fold

Cell = Any
"""What a spreadsheet holds: text, a number, a yes/no, a date or a time; ``""`` for an empty cell."""

YES: Final = frozenset({"oui", "yes", "vrai", "true", "x", "o", "y", "1"})
NO: Final = frozenset({"non", "no", "faux", "false", "n", "0"})
SEPARATORS: Final = re.compile(r"[,;]")
YEARS: Final = range(1950, 2101)

_JOINERS: Final = frozenset("\u200c\u200d")  # zero-width, yet part of the spelling of names in some scripts
_FRENCH_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unfit(ValueError):
    """A cell does not hold what its column takes. ``code`` and ``details`` make a ``Problem`` of it."""

    def __init__(self, code: str, **details: Detail) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell holds nothing; spaces are nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def parse(column: Column, cell: Cell, *, french: bool) -> Any:
    """Read a cell that is not empty. Links stay keys of the workbook. Raises Unfit.

    ``french`` says that the sheet has French headers, so that 02/03/2026 is the second of March; under English
    headers the same text could be either and is refused.
    """
    if column.type is Type.DAY:
        return _day(cell, french=french)
    return _PARSERS[column.type](column, cell)


def render(column: Column, value: Any, language: Language) -> Cell:
    """Give the cell that ``parse`` reads back as ``value``; links are given as keys of the workbook."""
    if value is None:
        return None
    if isinstance(value, bool):
        return ("oui" if value else "non") if language == "fr" else ("yes" if value else "no")
    if isinstance(value, frozenset | set):
        return ", ".join(str(render(column, item, language)) for item in sorted(value))
    if column.choices:
        code = str(value.value if isinstance(value, Enum) else value)
        return column.choices[code][1 if language == "fr" else 0]
    return value


def labels(choices: Labels) -> tuple[str, str]:
    """List the labels of a choice, in English and in French."""
    return ", ".join(en for en, _ in choices.values()), ", ".join(fr for _, fr in choices.values())


def _line(cell: Cell, limit: int) -> str:
    """Read one line of text: composed characters, single spaces, nothing hidden."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise Unfit("text")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", " ".join(str(cell).split(None)))
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} and c not in _JOINERS for c in text):
        raise Unfit("hidden")
    if len(text) > limit:
        raise Unfit("long", limit=limit)
    return text


def _text(column: Column, cell: Cell) -> str:
    return _line(cell, column.high)


def _key(_column: Column, cell: Cell) -> str:
    try:
        text = _line(cell, 64)
    except Unfit:
        raise Unfit("key", limit=64) from None
    if SEPARATORS.search(text):
        raise Unfit("key", limit=64)
    return text


def _links(column: Column, cell: Cell) -> tuple[str, ...]:
    """Read keys separated by commas or semicolons, in their order; a trailing separator does not count."""
    parts = SEPARATORS.split(cell) if isinstance(cell, str) else [cell]
    return tuple(_key(column, part) for part in parts if not is_empty(part))


def _email(_column: Column, cell: Cell) -> str:
    try:
        return validate_email(_line(cell, 254), check_deliverability=False).normalized
    except (EmailNotValidError, Unfit):
        raise Unfit("email") from None


def _phone(_column: Column, cell: Cell) -> str:
    """Read a phone number into its international form. Spreadsheets drop a first zero: nine digits will do."""
    try:
        number = phonenumbers.parse(_line(cell, 40), "FR")
    except (phonenumbers.NumberParseException, Unfit):
        raise Unfit("phone") from None
    if not phonenumbers.is_possible_number(number):
        raise Unfit("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _day(cell: Cell, *, french: bool) -> dt.date:
    day = _written_day(cell.strip(), french=french) if isinstance(cell, str) else cell
    if isinstance(day, dt.datetime):
        if day.time() != dt.time():
            raise Unfit("day_time")
        day = day.date()
    if not isinstance(day, dt.date):
        raise Unfit("day")
    if day.year not in YEARS:
        raise Unfit("day_range")
    return day


def _written_day(text: str, *, french: bool) -> dt.date:
    """Read a date written as text where it can be read one way only."""
    try:
        if _ISO_DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
        if french and (found := _FRENCH_DAY.fullmatch(text)):
            day, month, year = map(int, found.groups())
            return dt.date(year, month, day)
    except ValueError:
        pass
    raise Unfit("day")


def _whole(column: Column, cell: Cell) -> int:
    wrong = Unfit("whole", low=column.low, high=column.high)
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if isinstance(cell, bool) or not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise wrong
    number = int(text)
    if not column.low <= number <= column.high:
        raise wrong
    return number


def _yes_no(_column: Column, cell: Cell) -> bool:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    word = fold(str(cell))
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unfit("yes_no")


def _choice(column: Column, cell: Cell) -> str:
    code = _codes(column.choices).get(fold(str(cell)))
    if code is None:
        raise Unfit("choice", choices=labels(column.choices))
    return code


def _choices(column: Column, cell: Cell) -> frozenset[str]:
    return frozenset(_choice(column, part) for part in SEPARATORS.split(str(cell)) if not is_empty(part))


def _codes(choices: Labels) -> dict[str, str]:
    """Give the code behind every way to write a choice: the code itself and both labels."""
    return {fold(text): code for code, both in choices.items() for text in (code, *both)}


_PARSERS: Final[Mapping[Type, Callable[[Column, Cell], Any]]] = {
    Type.KEY: _key, Type.LINK: _key, Type.LINKS: _links, Type.TEXT: _text, Type.EMAIL: _email, Type.PHONE: _phone,
    Type.WHOLE: _whole, Type.YES_NO: _yes_no, Type.CHOICE: _choice, Type.CHOICES: _choices,
}
