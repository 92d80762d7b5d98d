"""Who may do what in the CRM, compared with what the module says: a changed right shows the programme to others."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any

from connector.crm.module import rights
from connector.crm.module.build import hand_written
from connector.crm.module.generate import ours
from connector.crm.module.step import Step, Verb
from connector.crm.port import Transport
from mappings.destinations import MODULE

_BATCH_ACTIONS = "data/batch_actions.xml"


def changed_rights(transport: Transport, version: int) -> Iterator[Step]:
    """Name the access rights, rules and batch actions of ours that no longer say what the module says."""
    expected: dict[str, dict[str, dict[str, Any]]] = {
        "ir.model.access": _access(),
        "ir.rule": _fields(rights.rules_xml(), "ir.rule", ("domain_force",), {"active": True}),
        "ir.actions.server": _fields(hand_written(version)[_BATCH_ACTIONS], "ir.actions.server", ("code",), {}),
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
    return {
        str(row["id"]): {"active": True, **{right: row[right] for right in rights.RIGHTS}} for row in rights.access()
    }


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
