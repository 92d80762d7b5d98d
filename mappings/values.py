"""Canonical values: one form for each value, so that equal values on two sides never look changed."""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import phonenumbers

Canonical = str | int | bool | tuple[str, ...] | None
"""What is compared and digested: links as external ids, days as ISO text, sets sorted, ``None`` for empty."""

_SPACES = re.compile(r"\s+")
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: how its canonical form is found, and how it goes out to and comes in from the CRM.

    ``canonical`` takes the register's value or a decoded CRM value; ``to_wire`` and ``from_wire`` speak Odoo's
    dialect, where ``False`` stands for empty.
    """

    name: str
    canonical: Callable[[Any], Canonical]
    to_wire: Callable[[Any], Any]
    from_wire: Callable[[Any], Any]


def _text(value: Any) -> Canonical:
    if value is None or value is False:
        return None
    return _SPACES.sub(" ", unicodedata.normalize("NFC", str(value))).strip() or None


def _email(value: Any) -> Canonical:
    text = _text(value)
    return text.casefold() if isinstance(text, str) else None


def _phone(value: Any) -> Canonical:
    """Bring a phone number to its international form, French where it says no country; what is none stays text."""
    text = _text(value)
    return _international(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _international(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return text
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension


def _markup(value: Any) -> Canonical:
    return _text(html.unescape(_TAGS.sub(" ", value))) if isinstance(value, str) else None


def _choice(value: Any) -> Canonical:
    return str(value.value if isinstance(value, Enum) else value) if value not in (None, False, "") else None


def _day(value: Any) -> Canonical:
    if isinstance(value, dt.datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, dt.date) else _text(value)


def _moment(value: Any) -> Canonical:
    """Bring a moment to UTC at second resolution; one without a zone is UTC already, as Odoo stores it."""
    if isinstance(value, str) and value:
        value = dt.datetime.fromisoformat(value)
    if not isinstance(value, dt.datetime):
        return None
    aware = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    return aware.strftime("%Y-%m-%d %H:%M:%S")


def _whole(value: Any) -> Canonical:
    return int(value or 0)


def _flag(value: Any) -> Canonical:
    return bool(value)


def _key(value: Any) -> Canonical:
    return str(value) if value else None


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(sorted(str(item.value if isinstance(item, Enum) else item) for item in value or ()))


def _or_false(value: Any) -> Any:
    return False if value is None or value == "" else value


def _or_none(value: Any) -> Any:
    return None if value is False else value


def _read_day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value[:10]) if value else None


def _read_moment(value: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC) if value else None


def _read_key(value: Any) -> UUID | None:
    return UUID(value) if value else None


TEXT = Kind("text", _text, _or_false, _or_none)
EMAIL = Kind("email", _email, _or_false, _or_none)
PHONE = Kind("phone", _phone, _or_false, _or_none)
MARKUP = Kind("markup", _markup, _or_false, _or_none)
CHOICE = Kind("choice", _choice, lambda value: _or_false(_choice(value)), _or_none)
DAY = Kind("day", _day, lambda value: _or_false(_day(value)), _read_day)
MOMENT = Kind("moment", _moment, lambda value: _or_false(_moment(value)), _read_moment)
WHOLE = Kind("whole", _whole, _whole, _whole)
FLAG = Kind("flag", _flag, _flag, _flag)
LINK = Kind("link", _key, _or_false, _read_key)
LINKS = Kind(
    "links", _keys, lambda value: MappingProxyType({"set": _keys(value)}), lambda value: frozenset(map(UUID, value))
)


def external_id(kind: str, key: UUID) -> str:
    """Name a record in the CRM: ``binome.person_0192…``. It says nothing about the record."""
    return f"binome.{kind}_{key.hex}"


def parse_external_id(name: str) -> tuple[str, UUID] | None:
    """Read an external id of ours back into kind and key; ``None`` where it is somebody else's."""
    module, _, rest = name.partition(".")
    kind, _, digits = rest.rpartition("_")
    if module != "binome" or not kind:
        return None
    try:
        key = UUID(digits)
    except ValueError:
        return None
    return (kind, key) if key.hex == digits else None  # UUID() reads other spellings too


def tags(vocabulary: Mapping[str, str]) -> Kind:
    """Make the kind of a set shown as contact tags: only the tags of ``vocabulary`` are ours, others are left alone."""

    def to_wire(value: Any) -> Mapping[str, tuple[str, ...]]:
        wanted = set(_keys(value))
        return MappingProxyType(
            {
                "link": tuple(tag for name, tag in vocabulary.items() if name in wanted),
                "unlink": tuple(tag for name, tag in vocabulary.items() if name not in wanted),
            }
        )

    return Kind("tags", _keys, to_wire, frozenset)
