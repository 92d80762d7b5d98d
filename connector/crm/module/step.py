"""One thing that installing the module would change, or that a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What is to be done about one thing."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    ADD = "add"
    REPAIR = "repair"
    """It says something else in the CRM than in the module; installing sets it right."""
    REVIEW = "review"
    """Somebody made it in the CRM; only a person can say whether it should be there."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that differs, and why."""

    verb: Verb
    thing: str
    name: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.thing} {self.name}{f' ({self.why})' if self.why else ''}"
