"""The plan: what one sync would change, on which side, field by field. Pure, and without values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mappings.base import EntityMap
from mappings.records import Key, Record
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.ports import Digest


class Direction(StrEnum):
    """The side that a change is written on."""

    CRM = "crm"
    REGISTER = "register"


class Operation(StrEnum):
    """What is done to the record there."""

    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"
    MERGE = "merge"
    """In the register only: follow staff who merged two contacts."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change on one side. ``digests`` are those of the values to be written, by field.

    ``because`` is the code of what asks for it, where it is not simply an edit on the other side.
    """

    kind: str
    key: Key | None
    direction: Direction
    operation: Operation
    digests: Mapping[str, Digest]
    crm_id: int | None = None
    because: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that change, in the map's order."""
        return tuple(self.digests)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both sides changed to different values: both are kept until a person decides."""

    kind: str
    key: Key
    field: str
    local: Digest
    remote: Digest


@dataclass(frozen=True, slots=True)
class Parked:
    """One record that this sync leaves alone: ``code`` says why, ``fields`` where."""

    kind: str
    key: Key | None
    code: str
    fields: tuple[str, ...] = ()
    crm_id: int | None = None


GONE = "gone_from_crm"
"""Why a record of the register is archived that staff deleted in the CRM."""

CRM_ID = "@id"
"""Beside the digests, the base keeps the CRM's own id of the record: an external id that leads elsewhere was moved."""

_SENT = "sent:"


def sent_mark(base: Digest | None, new: Digest) -> Digest:
    """Mark a base before a value is sent: it keeps the digest last agreed on, and that of the value on its way."""
    return f"{_SENT}{agreed_digest(base) or ''}>{new}"


def agreed_digest(base: Digest | None) -> Digest | None:
    """Give the digest that both sides last agreed on, whatever was sent since."""
    return (base or "").removeprefix(_SENT).partition(">")[0] or None


def settled_base(base: Digest | None, remote: Digest) -> Digest | None:
    """Give the base that counts now that the CRM was read: after a lost answer, what was sent if it is there."""
    if base is None or not base.startswith(_SENT):
        return base
    new = base.partition(">")[2]
    return new if remote == new else agreed_digest(base) or new


Agreed = dict[tuple[str, Key], dict[str, Digest]]
"""Fields that were seen equal on both sides, and their digests: what the base advances to."""


@dataclass(slots=True)
class Plan:
    """Everything one sync would do, in the order in which it is done."""

    changes: list[Change] = field(default_factory=list[Change])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    parked: list[Parked] = field(default_factory=list[Parked])
    agreed: Agreed = field(default_factory=dict[tuple[str, Key], dict[str, Digest]])

    @property
    def hash(self) -> str:
        """A digest of what would be changed; the same plan has the same hash, and approving one approves no other."""
        said = [
            [c.kind, str(c.key or c.crm_id), c.direction, c.operation, sorted(c.digests.items())] for c in self.changes
        ]
        return hashlib.sha256(json.dumps(sorted(said)).encode()).hexdigest()[:16]

    def count(self, direction: Direction, *operations: Operation) -> int:
        """Count the changes on one side, of some operations or of all."""
        return sum(c.direction is direction and (not operations or c.operation in operations) for c in self.changes)


@dataclass(frozen=True, slots=True)
class Absence:
    """A record that was in the CRM and is not seen there now.

    ``hidden``: its external id still leads to a record, which we may not see or were not shown. ``listings`` counts the
    complete listings in a row, this one included, that did not show it.
    """

    hidden: bool = False
    listings: int = 0


@dataclass(frozen=True, slots=True)
class Derived:
    """What the programme's rules make of a record: values that follow from others and that nobody typed.

    ``record`` is the register's record as it was read. ``activities`` names the CRM's done activities that ask for it.
    ``typed`` are digests of what staff typed in these fields instead: heard, though not taken.
    """

    record: Record
    values: Mapping[str, Any] = field(repr=False)
    activities: tuple[int, ...] = ()
    typed: Mapping[str, Digest] = field(default_factory=dict[str, Digest])


@dataclass(frozen=True, slots=True)
class Scope:
    """What was observed for one map: the records of both sides, and the base.

    ``merged`` leads from keys that staff merged away to the surviving one; ``stolen`` names keys whose external id
    leads to another CRM record than it did, while the first one still lives. ``erased`` keys are never taken in again.
    """

    entity: EntityMap
    local: Mapping[Key, Record]
    remote: Mapping[Key, Remote]
    base: Mapping[Key, Mapping[str, Digest]]
    newcomers: Mapping[int, Remote] = field(default_factory=dict[int, Remote])
    merged: Mapping[Key, Key] = field(default_factory=dict[Key, Key])
    absent: Mapping[Key, Absence] = field(default_factory=dict[Key, Absence])
    stolen: frozenset[Key] = frozenset()
    erased: frozenset[Key] = frozenset()
    derived: dict[Key, Derived] = field(default_factory=dict[Key, Derived])
