"""Is anybody able to read ours who should not? Tried with every kind of user, and computed from the rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connector.crm.module.drift import changed_rights, foreign_rights
from connector.crm.module.names import GROUP_COORDINATOR
from connector.crm.odoo import OdooCrm, OdooTransport
from connector.crm.port import Crm
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE

GROUP = "res.groups"

_FEW = 3
"""A CRM of so few users may well be the coordinators' alone."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One way to what is ours for people who should not have it.

    ``users`` counts them, ``user`` is one of them by database id; both are 0 where it is known from the rights alone.
    """

    model: str
    field: str
    way: str
    kind: str = ""
    users: int = 0
    user: int = 0

    def document(self) -> dict[str, Any]:
        """Give it for a JSON document."""
        return {"map": self.model, "field": self.field, "problem": self.way, "kind": self.kind,
                "users": self.users, "user": self.user}


@dataclass(frozen=True, slots=True)
class Readers:
    """What was found. ``tried``: with the rights of each kind of user; ``computed``: from all rights and rules."""

    leaks: tuple[Leak, ...]
    tried: bool
    computed: bool


def readers(
    crm: Crm, max_staff: int, administrator: OdooTransport | None = None, maps: Sequence[EntityMap] = CATALOGUE,
) -> Readers:
    """Name every way to ours that is open to more people than declared.

    The ways are tried by the sync's user; only an ``administrator`` may read the rights from which to compute.
    """
    leaks: list[Leak] = []
    if isinstance(crm, OdooCrm):
        leaks += _tried(crm, maps)
        leaks += _staffed(crm, max_staff)
    if administrator:
        leaks += _computed(administrator)
    return Readers(tuple(leaks), isinstance(crm, OdooCrm), administrator is not None)


def _tried(crm: OdooCrm, maps: Sequence[EntityMap]) -> Iterator[Leak]:
    for reach in crm.audiences.reached(maps):
        for way in reach.ways:
            yield Leak(reach.model, reach.field, way, reach.kind, reach.users, reach.user)


def _staffed(crm: OdooCrm, max_staff: int) -> Iterator[Leak]:
    staff = crm.audiences.staff()
    for group in staff.implied_by:
        yield Leak(GROUP, group, "implied", "internal", staff.members)
    if staff.members == staff.users > _FEW:
        yield Leak(GROUP, GROUP_COORDINATOR, "everybody", "internal", staff.members)
    elif staff.members > max_staff:
        yield Leak(GROUP, GROUP_COORDINATOR, "crowd", "internal", staff.members)


def _computed(administrator: OdooTransport) -> Iterator[Leak]:
    for step in changed_rights(administrator, administrator.version()):
        yield Leak(step.thing, step.name, "changed_right")
    for step in foreign_rights(administrator):
        yield Leak(step.thing, step.name, "added_right")
