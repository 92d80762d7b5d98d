"""Who may do what in the CRM, compared with what the module says: a changed right shows the programme to others."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any

from connector.crm.module import rights
from connector.crm.module.build import hand_written
from connector.crm.module.datafile import Ref
from connector.crm.module.generate import ours
from connector.crm.module.names import GROUP_COORDINATOR, GROUP_EMPLOYEES, GROUP_SYNC
from connector.crm.module.step import Step, Verb
from connector.crm.port import Transport
from mappings.destinations import MODULE

_BATCH_ACTIONS = "data/batch_actions.xml"

GROUP_IDS_SINCE = 19
"""Before, an action named its groups otherwise."""


def changed_rights(transport: Transport, version: int) -> Iterator[Step]:
    """Name the access rights, rules and batch actions of ours that no longer say what the module says."""
    groups = _resolved(transport, "res.groups") | _employees(transport)
    actions = _fields(hand_written(version)[_BATCH_ACTIONS], "ir.actions.server", ("code",), {})
    for_sync = {("group_ids" if version >= GROUP_IDS_SINCE else "groups_id"): _ids(groups, GROUP_SYNC)}
    expected: dict[str, dict[str, dict[str, Any]]] = {
        "ir.model.access": _access(groups), "ir.rule": _rules(groups),
        "ir.actions.server": {name: {**values, **for_sync} for name, values in actions.items()},
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
    """Name the rights on our models that others have added: they may show the programme to more people."""
    for model, rows in foreign(transport).items():
        for row in rows:
            yield Step(Verb.REVIEW, model, row["name"], f"{row['model_id'][1]} is open to {_group(row)}")


def foreign(transport: Transport) -> dict[str, list[dict[str, Any]]]:
    """Find the access rights and rules that others have added to our models, by their model.

    A rule for a group opens, since rules of several groups add up; one for everybody only narrows.
    """
    found = {}
    for model, fields, opening in (
        ("ir.model.access", ["group_id"], ("perm_read", "=", True)), ("ir.rule", ["groups"], ("groups", "!=", False)),
    ):
        known = list(_resolved(transport, model).values())
        found[model] = transport.call(
            model, "search_read", repeatable=True, fields=["name", "model_id", *fields],
            domain=[("model_id.model", "in", list(ours())), ("active", "=", True), ("id", "not in", known), opening],
        )
    return found


def _group(row: Mapping[str, Any]) -> str:
    if "groups" in row:
        return f"{len(row['groups'])} groups"
    return str(row["group_id"][1]) if row["group_id"] else "everybody"


def _access(groups: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    return {
        str(row["id"]): {
            "active": True, "group_id": groups.get(_name(row["group_id"])),
            **{right: row[right] for right in rights.RIGHTS},
        }
        for row in rights.access()
    }


def _rules(groups: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    root = rights.rules_xml()
    expected = _fields(root, "ir.rule", ("domain_force",), {"active": True})
    for name, values in expected.items():
        values["groups"] = _ids(groups, GROUP_SYNC if name.endswith("_sync") else GROUP_COORDINATOR)
    return expected


def _name(reference: object) -> str:
    return reference.external_id.partition(".")[2] if isinstance(reference, Ref) else ""


def _ids(groups: Mapping[str, int], group: str) -> list[int]:
    return [groups[name]] if (name := group.partition(".")[2]) in groups else []


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


def _employees(transport: Transport) -> dict[str, int]:
    """Find Odoo's own group of all employees, who may read the directory."""
    module, _, name = GROUP_EMPLOYEES.partition(".")
    found = _search(transport, "ir.model.data", [("module", "=", module), ("name", "=", name)], ["name", "res_id"])
    return {row["name"]: row["res_id"] for row in found}


def _search(transport: Transport, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = transport.call(
        model, "search_read", context={"active_test": False}, repeatable=True, domain=domain, fields=fields, load="",
    )
    return found
