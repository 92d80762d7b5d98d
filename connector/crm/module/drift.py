"""What in the CRM is not as the module has it: models and fields to come, rights that somebody changed."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.crm.module import rights
from connector.crm.module.build import data_files
from connector.crm.module.generate import columns, ours
from connector.crm.port import Transport
from mappings.destinations import MODULE

_BATCH_ACTIONS = "data/batch_actions.xml"


class Verb(StrEnum):
    """What is to be done about one thing."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    ADD = "add"
    REPAIR = "repair"
    """Somebody changed it in the CRM; installing again sets it right."""
    REVIEW = "review"
    """Somebody made it in the CRM; only a person can say whether it should be there."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that installing would change, or that a person should look at."""

    verb: Verb
    thing: str
    name: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.thing} {self.name}{f' ({self.why})' if self.why else ''}"


def missing_parts(transport: Transport) -> Iterator[Step]:
    """Name the models that the CRM does not have yet, and the fields that others of ours lack."""
    found = _search(transport, "ir.model.fields", [("model", "in", list(ours()))], ["model", "name"])
    there = {(row["model"], row["name"]) for row in found}
    known = {model for model, _column in there}
    for name, model in ours().items():
        if name not in known:
            yield Step(Verb.ADD, "model", name)
            continue
        yield from (
            Step(Verb.ADD, "field", f"{name}.{column}") for column in columns(model) if (name, column) not in there
        )


def changed_rights(transport: Transport, version: int) -> Iterator[Step]:
    """Name the access rights, rules and batch actions of ours that no longer say what the module says."""
    expected: dict[str, dict[str, dict[str, Any]]] = {
        "ir.model.access": _access(),
        "ir.rule": _fields(rights.rules_xml(), "ir.rule", ("domain_force",), {"active": True}),
        "ir.actions.server": _fields(data_files(version)[_BATCH_ACTIONS], "ir.actions.server", ("code",), {}),
    }
    for model, records in expected.items():
        ids = _resolved(transport, model)
        found = _search(transport, model, [("id", "in", list(ids.values()))], sorted({*next(iter(records.values()))}))
        by_id = {row["id"]: row for row in found}
        for name, values in records.items():
            row = by_id.get(ids.get(name, 0))
            if row is None:
                yield Step(Verb.REPAIR, model, name, "gone")
            elif changed := sorted(column for column in values if _differs(row[column], values[column])):
                yield Step(Verb.REPAIR, model, name, f"changed: {', '.join(changed)}")


def foreign_rights(transport: Transport) -> Iterator[Step]:
    """Name the access rights on our models that others have added: they may show the programme to more people."""
    known = set(_resolved(transport, "ir.model.access").values())
    fields = ["name", "model_id", "group_id"]
    for row in transport.call("ir.model.access", "search_read", repeatable=True, fields=fields,
                              domain=[("model_id.model", "in", list(ours())), ("active", "=", True)]):
        if row["id"] not in known:
            group = row["group_id"][1] if row["group_id"] else "everybody"
            yield Step(Verb.REVIEW, "ir.model.access", row["name"], f"{row['model_id'][1]} is open to {group}")


def _access() -> dict[str, dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(rights.access_csv().decode()))
    return {row["id"]: {"active": True, **{right: row[right] == "1" for right in rights.RIGHTS}} for row in rows}


def _fields(
    root: ET.Element, model: str, names: tuple[str, ...], more: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    return {
        record.get("id", ""): {**more, **{name: record.findtext(f"field[@name='{name}']") for name in names}}
        for record in root.iterfind(f"record[@model='{model}']")
    }


def _differs(found: object, expected: object) -> bool:
    if isinstance(found, str) and isinstance(expected, str):
        return found.split() != expected.split()  # Odoo trims code and domains
    return found != expected


def _resolved(transport: Transport, model: str) -> dict[str, int]:
    found = _search(transport, "ir.model.data", [("module", "=", MODULE), ("model", "=", model)], ["name", "res_id"])
    return {row["name"]: row["res_id"] for row in found}


def _search(transport: Transport, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = transport.call(
        model, "search_read", context={"active_test": False}, repeatable=True, domain=domain, fields=fields, load="",
    )
    return found
