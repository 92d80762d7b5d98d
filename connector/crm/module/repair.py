"""Close what others opened, as an administrator: our rights again as the module has them, and no others on ours."""

from __future__ import annotations

from connector.crm.module.drift import foreign
from connector.crm.module.install import install
from connector.crm.module.names import GROUP_COORDINATOR
from connector.crm.module.step import Step, Verb
from connector.crm.port import Transport
from mappings.destinations import MODULE

GROUP = "res.groups"


def repair(transport: Transport, version: int) -> list[Step]:
    """Install what differs, archive the rights on our models that others added, and take our group out of other groups.

    No record is deleted, and nobody is taken out of a group that a person put them in.
    """
    done = [step for step in install(transport, version).steps if step.verb is not Verb.REVIEW]
    for model, rows in foreign(transport).items():
        if rows:
            transport.call(model, "write", [row["id"] for row in rows], vals={"active": False})
            done += [Step(Verb.REPAIR, model, row["name"], "added by others: archived") for row in rows]
    return [*done, *_unlinked(transport)]


def _unlinked(transport: Transport) -> list[Step]:
    """Take our group out of those that others let imply it."""
    named = transport.call("ir.model.data", "search_read", repeatable=True, fields=["name", "res_id"], load="",
                           domain=[("module", "=", MODULE), ("model", "=", GROUP)])
    ours = {row["res_id"] for row in named}
    (group,) = [row["res_id"] for row in named if row["name"] == GROUP_COORDINATOR.partition(".")[2]]
    found = transport.call(GROUP, "search_read", repeatable=True, fields=["name"], load="",
                           domain=[("implied_ids", "in", [group]), ("id", "not in", list(ours))])
    if found:
        transport.call(GROUP, "write", [row["id"] for row in found], vals={"implied_ids": [(3, group)]})
    return [Step(Verb.REPAIR, GROUP, row["name"], f"no longer implies {GROUP_COORDINATOR}") for row in found]
