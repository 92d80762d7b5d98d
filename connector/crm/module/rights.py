"""Who may do what: access rights and record rules of every model of ours, by construction."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

from connector.crm.module.datafile import Expression, Ref, add, data_file
from connector.crm.module.generate import model_id, ours, short
from connector.crm.module.names import GROUP_COORDINATOR, GROUP_SYNC
from mappings.destinations import Model

READ_BY_SYNC = (
    "base.model_ir_model", "base.model_ir_model_data", "base.model_ir_model_fields", "base.model_ir_module_module",
)
"""Metadata that the sync looks up: names of models, fields, modules and external ids, no personal data.

Not ``ir.actions.server``: the code of other people's actions may hold secrets, and running ours needs no right on it.
"""

RIGHTS = ("perm_read", "perm_write", "perm_create", "perm_unlink")


def access_csv() -> bytes:
    """Grant coordinators all but deletion, the sync all, and nobody else anything."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("id", "name", "model_id:id", "group_id:id", *RIGHTS))
    for name in ours():
        rows.writerow((f"access_{short(name)}_coordinator", f"{name} coordinator", model_id(name),
                       GROUP_COORDINATOR, 1, 1, 1, 0))
        rows.writerow((f"access_{short(name)}_sync", f"{name} sync", model_id(name), GROUP_SYNC, 1, 1, 1, 1))
    for target in READ_BY_SYNC:
        name = target.removeprefix("base.model_")
        rows.writerow((f"access_{name}_sync", f"{name} sync", target, GROUP_SYNC, 1, 0, 0, 0))
    return text.getvalue().encode()


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
            })
    return root


def _to_pair(model: Model) -> str | None:
    """Give the path from a model to the pair that it tells about, ``None`` where it tells of none."""
    if "x_private" in model.fields:
        return ""
    return "x_pair_id." if "x_pair_id" in model.fields else None
