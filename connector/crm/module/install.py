"""Install or upgrade the data module, once, as an administrator; say before what it would change."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from connector.crm.errors import CrmModuleError, CrmPermissionError
from connector.crm.module.build import build, fingerprint, module_version
from connector.crm.module.drift import changed_rights, foreign_rights
from connector.crm.module.names import GROUP_COORDINATOR
from connector.crm.module.schema import Schema, compare
from connector.crm.module.step import Step, Verb
from connector.crm.port import Transport
from mappings.destinations import MODULE

_IMPORTER = "base_import_module"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What installing did. ``steps`` were done, but for those to review, which only a person can judge."""

    verb: str
    """``installed``, ``upgraded``, or ``unchanged``: nothing differed, nothing was sent."""
    version: str
    steps: tuple[Step, ...]


def check(transport: Transport, version: int) -> list[Step]:
    """Say what installing would change, and what a person should review; empty where all is as the module has it.

    Raises CrmPermissionError where the user is no administrator, CrmModuleError where the CRM cannot take the module
    in, or holds a newer one.
    """
    return _differences(transport, version, _compared(transport))


def install(transport: Transport, version: int, *, force: bool = False) -> Outcome:
    """Bring the CRM to this Binôme's module, keep every record, and show its menu to the installing user.

    Nothing is sent where nothing differs, unless ``force``, which also sets right what ``check`` does not look at
    (screens and translations that somebody edited).
    """
    schema = _compared(transport)
    steps = _differences(transport, version, schema)
    todo = [step for step in steps if step.verb is not Verb.REVIEW]
    if todo or force:
        _import(transport, version, frozenset() if force else schema.settled)
    _join_coordinators(transport)
    new = any(step.verb is Verb.INSTALL for step in todo)
    verb = "installed" if new else "upgraded" if todo or force else "unchanged"
    return Outcome(verb, module_version(version), tuple(steps))


def _compared(transport: Transport) -> Schema:
    _require_administrator(transport)
    _require_importer(transport)
    return compare(transport)


def _differences(transport: Transport, version: int, schema: Schema) -> list[Step]:
    installed = _module(transport, MODULE)
    if installed is None:
        return [Step(Verb.INSTALL, "module", MODULE, module_version(version)), *schema.steps]
    steps = [*_other_version(installed, version), *schema.steps, *changed_rights(transport, version)]
    return [*steps, *foreign_rights(transport)]


def _import(transport: Transport, version: int, settled: frozenset[str]) -> None:
    content = base64.b64encode(build(version, settled)).decode()
    made = transport.call("base.import.module", "create", vals_list=[{"module_file": content}])
    wizard = made if isinstance(made, list) else [made]
    transport.call("base.import.module", "import_module", wizard)
    installed = _module(transport, MODULE)
    if installed is None or installed["state"] != "installed" or list(_other_version(installed, version)):
        raise CrmModuleError("the CRM took the module in, but does not show this version of it as installed",
                             "Look at the Odoo server's log, then run `binome install --check`.")


def _other_version(installed: dict[str, Any], version: int) -> list[Step]:
    """Compare by version, then by content: a module in development changes under one version."""
    there, wanted = installed["latest_version"] or "", module_version(version)
    if _numbers(there) > _numbers(wanted):
        raise CrmModuleError(f"the CRM holds module {there}, newer than this Binôme's {wanted}",
                             "Upgrade this Binôme: an older one would take the newer module's screens away.")
    if there != wanted or installed["state"] != "installed":
        return [Step(Verb.UPGRADE, "module", MODULE, f"{there} to {wanted}")]
    if fingerprint(version) not in (installed["description"] or ""):
        return [Step(Verb.UPGRADE, "module", MODULE, f"{wanted} with other content")]
    return []


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]


def _module(transport: Transport, name: str) -> dict[str, Any] | None:
    found = transport.call(
        "ir.module.module", "search_read", repeatable=True, load="",
        domain=[("name", "=", name), ("state", "in", ["installed", "to upgrade"])],
        fields=["state", "latest_version", "description"],
    )
    return dict(found[0]) if found else None


def _require_administrator(transport: Transport) -> None:
    if not transport.call("res.users", "has_group", [_user(transport)], group_ext_id="base.group_system",
                          repeatable=True):
        raise CrmPermissionError(
            "installing the module needs a user with the right Administration: Settings",
            "Run `binome install --login LOGIN` once, with an administrator's login; "
            "daily work goes on with Binôme's own user.",
        )


def _require_importer(transport: Transport) -> None:
    if _module(transport, _IMPORTER) is None:
        raise CrmModuleError(
            f"this Odoo has no {_IMPORTER}, which takes data modules in",
            f"In Odoo, open Apps, take the filter away, search {_IMPORTER}, install it, then run `binome install`.",
        )


def _join_coordinators(transport: Transport) -> None:
    """Make the installing user a coordinator: whoever installs wants to see the menu that came."""
    user = _user(transport)
    if transport.call("res.users", "has_group", [user], group_ext_id=GROUP_COORDINATOR, repeatable=True):
        return
    module, _, name = GROUP_COORDINATOR.partition(".")
    group = transport.call("ir.model.data", "search_read", repeatable=True, fields=["res_id"], load="",
                           domain=[("module", "=", module), ("name", "=", name)])[0]["res_id"]
    transport.call("res.groups", "write", [group], vals={_members(transport): [(4, user)]})


def _members(transport: Transport) -> str:
    """Name the field that lists a group's users: it changed in 19."""
    known = transport.call("res.groups", "fields_get", allfields=["user_ids", "users"], attributes=["type"],
                           repeatable=True)
    return "user_ids" if "user_ids" in known else "users"


def _user(transport: Transport) -> int:
    return int(transport.call("res.users", "context_get", repeatable=True)["uid"])
