"""What a sheet and its columns are, and how columns of each type are made."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

Language = Literal["fr", "en"]
Labels = Mapping[str, tuple[str, str]]
"""The choices of a column: code to English and French label."""

class Type(StrEnum):
    """What a column takes."""

    KEY = "key"
    LINK = "link"
    LINKS = "links"
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    DAY = "day"
    WHOLE = "whole"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its headers, the name of the record's field that it fills, and what it takes.

    ``kinds`` names the records that own the field where it is not the sheet's own kind. ``low`` and ``high`` bound
    a whole number; ``high`` alone bounds the length of a text.
    """

    english: str
    french: str
    name: str
    type: Type
    required: bool = False
    target: str = ""
    choices: Labels = field(default_factory=dict)
    low: int = 0
    high: int = 500
    kinds: tuple[str, ...] = ()
    help: str = ""
    help_fr: str = ""

    def header(self, language: Language) -> str:
        """Give the header in one language."""
        return self.french if language == "fr" else self.english


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the kind of record that each of its rows makes, and its columns, the key first."""

    kind: str
    english: str
    french: str
    columns: tuple[Column, ...]
    help: str
    help_fr: str

    def title(self, language: Language) -> str:
        """Give the sheet's name in one language."""
        return self.french if language == "fr" else self.english

    @property
    def titles(self) -> tuple[str, str]:
        """Give both names, English first, as the messages take them."""
        return self.english, self.french


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Reduce a label to what counts when it is compared: no case, no accents, plain apostrophes, single spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())


def key_column(help_: str, help_fr: str) -> Column:
    """Make the column of the row's own key."""
    return Column("Key", "Clé", "ref", Type.KEY, required=True, high=64, help=help_, help_fr=help_fr)


def link_column(english: str, french: str, name: str, target: str, **more: Any) -> Column:
    """Make a column of one key of another sheet."""
    return Column(english, french, name, Type.LINK, target=target, **more)


def day_column(english: str, french: str, name: str, **more: Any) -> Column:
    """Make a column of dates."""
    return Column(english, french, name, Type.DAY, **more)


def flag_column(english: str, french: str, name: str, **more: Any) -> Column:
    """Make a column of yes and no."""
    return Column(english, french, name, Type.YES_NO, **more)


def choice_column(english: str, french: str, name: str, choices: Labels, **more: Any) -> Column:
    """Make a column of one choice."""
    return Column(english, french, name, Type.CHOICE, choices=choices, **more)


def whole_column(english: str, french: str, name: str, low: int, high: int, **more: Any) -> Column:
    """Make a column of whole numbers."""
    return Column(english, french, name, Type.WHOLE, low=low, high=high, **more)


def minutes_column(**more: Any) -> Column:
    """Make the column of minutes."""
    return whole_column("Minutes", "Minutes", "minutes", 0, 1440, **more)


def pair_column() -> Column:
    """Make the column of the row's pair."""
    return link_column("Pair", "Binôme", "pair", "pair", required=True)
