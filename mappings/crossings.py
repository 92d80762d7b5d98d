"""What a payload discloses, for the journal: field by field, to whom and by which declaration. Never a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """What became of a field at the door."""

    SENT = "sent"
    """A value left."""
    EMPTIED = "emptied"
    """The register holds none any more, or it stands elsewhere now: what was sent is emptied."""
    WITHDRAWN = "withdrawn"
    """The person shares it no more: what was sent is pulled back."""


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """One field that leaves: its CRM model and column, who sees it there, and the audience or consent that lets it.

    A map makes each of its own once, so that the journal knows them by identity: a first sync has tens of thousands.
    """

    field: str
    destination: str
    audience: str
    rule: str
    event: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Give what the journal keeps."""
        return self.field, self.destination, self.audience, self.rule, self.event
