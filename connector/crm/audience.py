"""Who really reaches what is ours in one Odoo: tried with the rights of every kind of its users."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector.crm.actions import Actions
from connector.crm.module.generate import columns
from connector.crm.module.names import ACTION_PROBE, GROUP_COORDINATOR, GROUP_EMPLOYEES
from connector.crm.port import Transport
from connector.crm.reading import chunks
from mappings.base import EntityMap, columns_of
from mappings.confidentiality import Audience
from mappings.destinations import MODELS

ROWS = 100
"""Fields in one call: the CRM tries each with every kind of user."""

GROUPS = {Audience.EMPLOYEES: GROUP_EMPLOYEES, Audience.STAFF: GROUP_COORDINATOR}
"""The group whose members an audience is."""

Row = tuple[str | bool, str | bool, str]


@dataclass(frozen=True, slots=True)
class Reach:
    """Users who should not, and do: how many of one kind, one of them by database id, what, and by which ways.

    ``kind``: internal, portal or public. ``field`` is empty where it is about all that hangs on the model's records.
    """

    model: str
    field: str
    kind: str
    users: int
    user: int
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staff:
    """The coordinators' group as it is: how many people, of how many, and the others' groups that imply it."""

    members: int
    users: int
    implied_by: tuple[str, ...]


class Audiences:
    """Asks one Odoo who reaches what. Nothing is written, and no value is answered."""

    def __init__(self, transport: Transport, actions: Actions) -> None:
        self._transport, self._actions = transport, actions

    def reached(self, maps: Sequence[EntityMap]) -> list[Reach]:
        """Try every field that these maps write, all of our own models, and every field that others put on top."""
        rows = [*_declared(maps), *((model, field, GROUP_COORDINATOR) for model, field in self.foreign_fields())]
        found: list[Reach] = []
        for part in chunks(rows, ROWS):
            answers = self._actions.run(ACTION_PROBE, "binome_probe", {"rows": [list(row) for row in part]})
            for (model, field, _), answer in zip(part, answers, strict=True):
                found += [Reach(str(model), str(field or ""), kind, users, user, tuple(ways))
                          for kind, users, user, ways in answer]
        return found

    def staff(self) -> Staff:
        """Count the coordinators."""
        (((members, users, implied_by),),) = self._actions.run(
            ACTION_PROBE, "binome_probe", {"rows": [[False, False, GROUP_COORDINATOR]]},
        )
        return Staff(members, users, tuple(implied_by))

    def foreign_fields(self) -> list[tuple[str, str]]:
        """Name the fields by which other models look into ours: links to them, and what is related to or computed
        from those, or names our models in its code. Only fields made by hand can: ours are not there for Odoo's own.
        """
        ours = [name for name, model in MODELS.items() if model.ours]
        found = self._transport.call(
            "ir.model.fields", "search_read", repeatable=True, load="", order="model, name",
            domain=[("state", "=", "manual"), ("model", "not in", ours)],
            fields=["model", "name", "relation", "related", "depends"],
        )
        coded = self._transport.call(
            "ir.model.fields", "search", repeatable=True,
            domain=[("state", "=", "manual"), ("model", "not in", ours), ("compute", "like", "x_mentoring_")],
        )
        looking = {row["id"] for row in found if row["relation"] in ours} | set(coded)
        while True:
            names = {row["name"] for row in found if row["id"] in looking}
            more = {row["id"] for row in found if not names.isdisjoint(_steps(row["related"], row["depends"]))}
            if more <= looking:
                return [(row["model"], row["name"]) for row in found if row["id"] in looking]
            looking |= more


def _declared(maps: Sequence[EntityMap]) -> Iterator[Row]:
    for name, model in MODELS.items():
        group = GROUPS[model.audience]
        for column in columns(model) if model.ours else columns_of(maps, name):
            yield name, column, group
        if model.ours:
            yield name, False, group


def _steps(*paths: str | bool) -> set[str]:
    """Name every field that these paths go through."""
    return {step.strip() for path in paths if isinstance(path, str) for step in path.replace(",", ".").split(".")}
