"""What a payload discloses, for the journal: field by field, to whom and by which declaration. Never a value."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Event(StrEnum):
    """What became of a field at the door."""

    SENT = "sent"
    """A value left."""
    EMPTIED = "emptied"
    """The register holds none any more, or it stands elsewhere now: what was sent is emptied."""
    WITHDRAWN = "withdrawn"
    """The person shares it no more: what was sent is pulled back."""


class Crossing(NamedTuple):
    """One field that leaves: its CRM model and column, who sees it there, and the audience or consent that lets it.

    A tuple of texts, so that the journal looks it up and hashes it fast: a first sync has tens of thousands.
    """

    field: str
    destination: str
    audience: str
    rule: str
    event: str
