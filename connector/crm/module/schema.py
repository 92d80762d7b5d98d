"""Compare the models, fields and choices that the CRM has with those it should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.crm.module import generate
from connector.crm.module.datafile import Ref, Row
from connector.crm.module.step import Step, Verb
from connector.crm.port import Transport
from mappings.destinations import MODULE

_ENGLISH = {"lang": "en_US", "active_test": False}


@dataclass(frozen=True, slots=True)
class Schema:
    """What differs, and the external ids of what does not."""

    steps: tuple[Step, ...]
    settled: frozenset[str]


def compare(transport: Transport) -> Schema:
    """Compare every model, field and choice of ours by what it says, in a handful of calls."""
    names = _names(transport)
    models = generate.models()
    fields = [row for lot in generate.fields() for row in lot]
    steps: list[Step] = []
    settled: set[str] = set()
    for model, rows in (("ir.model", models), ("ir.model.fields", fields),
                        ("ir.model.fields.selection", generate.choices())):
        found = _read(transport, model, [names[row["id"]] for row in rows if row["id"] in names], list(rows[0])[1:])
        for row in rows:
            there = found.get(names.get(str(row["id"]), 0))
            changed = None if there is None else sorted(_changes(row, there, names))
            if changed == []:
                settled.add(str(row["id"]))
            else:
                steps.append(_step(row, changed))
    return Schema(tuple(_without_fields_of_new_models(steps)), frozenset(settled))


def _changes(row: Row, there: Mapping[str, Any], names: Mapping[str, int]) -> Iterator[str]:
    for column, wanted in row.items():
        if column == "id" or (column == "relation_table" and not wanted):  # Odoo names the table itself then
            continue
        value = names.get(wanted.external_id) if isinstance(wanted, Ref) else wanted
        if _plain(there[column]) != _plain(value):
            yield column


def _plain(value: object) -> object:
    """Give empty values, whatever their type, one form; and code without its spacing, which Odoo trims."""
    return " ".join(value.split()) if isinstance(value, str) else value or ""


def _step(row: Row, changed: Sequence[str] | None) -> Step:
    name = str(row["id"])
    if changed is None:
        return Step(Verb.ADD, name.partition("_")[0], name.partition("_")[2])
    return Step(Verb.REPAIR, name.partition("_")[0], name.partition("_")[2], f"differs: {', '.join(changed)}")


def _without_fields_of_new_models(steps: Sequence[Step]) -> Iterator[Step]:
    """Leave out what goes without saying: the fields of a model that is new, the choices of a field that is new."""
    new = {generate.short(step.name) for step in steps if step.thing == "model" and step.verb is Verb.ADD}
    new |= {step.name for step in steps if step.thing == "field" and step.verb is Verb.ADD}
    for step in steps:
        parents = {step.name[:end] for end, letter in enumerate(step.name) if letter == "_"}
        if step.thing == "model" or not parents & new:
            yield step


def _names(transport: Transport) -> dict[str, int]:
    found: list[dict[str, Any]] = transport.call(
        "ir.model.data", "search_read", repeatable=True, load="", fields=["name", "res_id"],
        domain=[("module", "=", MODULE), ("model", "in", ["ir.model", "ir.model.fields", "ir.model.fields.selection"])],
    )
    return {row["name"]: row["res_id"] for row in found}


def _read(transport: Transport, model: str, ids: list[int], columns: list[str]) -> dict[int, dict[str, Any]]:
    found: list[dict[str, Any]] = transport.call(
        model, "search_read", context=_ENGLISH, repeatable=True, load="", domain=[("id", "in", ids)], fields=columns,
    )
    return {row["id"]: row for row in found}
