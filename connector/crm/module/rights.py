"""Who may do what: access rights and record rules of every model of ours, by construction."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from connector.crm.module.datafile import Expression, Ref, Row, add, data_file
from connector.crm.module.generate import model_id, ours, short
from connector.crm.module.names import GROUP_COORDINATOR, GROUP_EMPLOYEES, GROUP_SYNC
from mappings.confidentiality import Audience
from mappings.destinations import Model

READ_BY_SYNC = (
    "base.model_ir_model", "base.model_ir_model_data", "base.model_ir_model_fields", "base.model_ir_module_module",
)
"""Metadata that the sync looks up: names of models, fields, modules and external ids, no personal data.

Not ``ir.actions.server``: the code of other people's actions may hold secrets, and running ours needs no right on it.
"""

RIGHTS = ("perm_read", "perm_write", "perm_create", "perm_unlink")


def access() -> list[Row]:
    """Grant coordinators all but deletion, the sync all, and nobody else anything.

    The directory is only read, by employees; a screen's own model is only read, by coordinators and the sync.
    """
    rows = []
    for name, model in ours().items():
        if model.audience is Audience.EMPLOYEES:
            rows.append(_right(f"{short(name)}_employee", model_id(name), GROUP_EMPLOYEES, "000"))
        else:
            staff = "000" if model.screen else "110"
            rows.append(_right(f"{short(name)}_coordinator", model_id(name), GROUP_COORDINATOR, staff))
        rows.append(_right(f"{short(name)}_sync", model_id(name), GROUP_SYNC, "000" if model.screen else "111"))
    rows += [_right(f"{name.removeprefix('base.model_')}_sync", name, GROUP_SYNC, "000") for name in READ_BY_SYNC]
    return rows


def rules_xml() -> ET.Element:
    """Keep a private pair, and all that hangs on it, to its own coordinator; rules of several groups add up."""
    root = data_file()
    for model in ours().values():
        path = _to_pair(model)
        if path is None:
            continue
        theirs = f"['|', ('{path}x_private', '=', False), ('{path}x_coordinator_id', '=', user.id)]"
        for who, group, domain in (("coordinator", GROUP_COORDINATOR, theirs), ("sync", GROUP_SYNC, "[(1, '=', 1)]")):
            add(root, f"rule_{short(model.name)}_{who}", "ir.rule", {
                "name": f"{model.label}: {who}", "model_id": Ref(model_id(model.name)),
                "groups": Expression(f"[(6, 0, [ref('{group}')])]"), "domain_force": domain,
                "active": True,
            })
    return root


def _to_pair(model: Model) -> str | None:
    """Give the path from a model to the pair that it tells about, ``None`` where it tells of none."""
    if "x_private" in model.fields:
        return ""
    return "x_pair_id." if "x_pair_id" in model.fields else None


def _right(name: str, model: str, group: str, changes: str) -> Row:
    """Grant reading, and writing, creating and deleting where ``changes`` says 1."""
    granted = dict(zip(RIGHTS, (True, *(each == "1" for each in changes)), strict=True))
    return {"id": f"access_{name}", "name": name, "model_id": Ref(model), "group_id": Ref(group), **granted}
