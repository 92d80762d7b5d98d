"""The real Odoo as one side of the contract: its users, its staff at work, and what its mail tables hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Protocol, Self

from pydantic import SecretStr

from connector.crm.json2 import Json2Transport
from connector.crm.jsonrpc import JsonRpcTransport
from connector.crm.module.install import install
from connector.crm.module.names import GROUP_COORDINATOR, GROUP_SYNC
from connector.crm.odoo import OdooCrm
from connector.crm.sandbox import Activity
from mappings.destinations import MODELS, PARTNER

SYNC, EMPLOYEE = "contract-sync", "contract-employee"
REFUSED = "contract-refused"
"""A user who may read and write all that the sync does, but not run the module's actions."""

Reference = int | str
SHOWING = {
    "mail.message": ("res_", ["subject", "body", "email_from", "reply_to"]),
    "mail.mail": ("res_", ["subject", "body_html", "email_to"]),
    "mail.activity": ("res_", ["summary", "note"]),
    "ir.attachment": ("res_", ["name", "index_content"]),
    "mail.tracking.value": ("mail_message_id.res_", ["old_value_char", "new_value_char"]),
}
"""What shows something on a contact: the model, how it names the contact, and the fields that are read."""

MAIL = ("mail.mail", "mail.message", "mail.notification", "mail.followers")


class Odoo(Protocol):
    """The part of tests.odoo's fixture that is used here."""

    url: str
    database: str
    login: str
    password: str

    def execute(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any: ...
    def api_key(self, login: str, password: str) -> str: ...
    def resolve(self, xmlid: str) -> int: ...
    def create_user(self, login: str, password: str, groups: tuple[str, ...] = ...) -> int: ...


@dataclass(frozen=True)
class RealStaff:
    """Staff at work in the real Odoo, through the calls that its screens make."""

    odoo: Odoo

    def id_of(self, model: str, reference: Reference, /) -> int:
        """Find a record's database id; LookupError where it is gone."""
        if isinstance(reference, int):
            return reference
        module, _, name = reference.partition(".")
        domain = [("module", "=", module), ("name", "=", name), ("model", "=", model)]
        found = self.odoo.execute("ir.model.data", "search_read", domain, ["res_id"])
        if not found:
            raise LookupError(f"{model}: no such record")
        return int(found[0]["res_id"])

    def read(self, model: str, reference: Reference, /, *columns: str) -> dict[str, Any]:
        """See a record's values, with its ``write_date``."""
        asked = [self.id_of(model, reference)]
        (row,) = self.odoo.execute(
            model, "read", asked, [*columns, "write_date"], load="", context={"active_test": False},
        )
        return {name: value for name, value in row.items() if name != "id"}

    def create(self, model: str, /, **columns: Any) -> int:
        """Enter a new record."""
        return int(self.odoo.execute(model, "create", [self._ready(model, columns)])[0])

    def write(self, model: str, reference: Reference, /, **columns: Any) -> None:
        """Change a record."""
        self.odoo.execute(model, "write", [self.id_of(model, reference)], self._ready(model, columns))

    def archive(self, model: str, reference: Reference, /) -> None:
        """Put a record away."""
        self.write(model, reference, **{"x_active" if MODELS[model].ours else "active": False})

    def delete(self, model: str, reference: Reference, /) -> None:
        """Delete a record."""
        self.odoo.execute(model, "unlink", [self.id_of(model, reference)])

    def merge(self, survivor: Reference, /, *others: Reference) -> None:
        """Merge duplicate contacts, through Odoo's own wizard."""
        kept = self.id_of(PARTNER, survivor)
        ids = [kept, *(self.id_of(PARTNER, other) for other in others)]
        wizard = "base.partner.merge.automatic.wizard"
        values = {"partner_ids": [(6, 0, ids)], "dst_partner_id": kept, "state": "selection"}
        made = self.odoo.execute(wizard, "create", [values])
        self.odoo.execute(wizard, "action_merge", made)

    def activities(self, model: str, reference: Reference, /, *, done: bool | None = False) -> list[Activity]:
        """List a record's activities."""
        rows = self.odoo.execute(
            "mail.activity", "search_read",
            [("res_model", "=", model), ("res_id", "=", self.id_of(model, reference))],
            ["res_id", "activity_type_id", "summary", "date_deadline", "active"], load="", order="id",
            context={"active_test": False},
        )
        listed = [
            Activity(
                row["id"], model, row["res_id"], self._name_of("mail.activity.type", row["activity_type_id"]),
                row["summary"] or "", row["date_deadline"] or "", done=not row["active"],
            )
            for row in rows
        ]
        return [each for each in listed if done in (None, each.done)]

    def mark_done(self, activity: int, feedback: str = "") -> None:
        """Tick an activity off."""
        self.odoo.execute("mail.activity", "action_feedback", [activity], feedback=feedback)

    def schedule(self, model: str, reference: Reference, /, activity_type: str, summary: str, deadline: str) -> int:
        """Schedule an activity by hand, and give its id."""
        (kind,) = self.odoo.execute("ir.model", "search", [("model", "=", model)])
        values = {
            "res_model_id": kind, "res_id": self.id_of(model, reference), "summary": summary,
            "activity_type_id": self.odoo.resolve(activity_type), "date_deadline": deadline,
        }
        return int(self.odoo.execute("mail.activity", "create", [values])[0])

    def cancel(self, activity: int) -> None:
        """Cancel an activity: the button on the screen deletes it."""
        self.odoo.execute("mail.activity", "unlink", [activity])

    def note(self, model: str, reference: Reference, /, body: str) -> None:
        """Write an internal note on a record, as its chatter does."""
        note = {"body": body, "message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        self.odoo.execute(model, "message_post", [self.id_of(model, reference)], **note)

    def notes(self, model: str, reference: Reference, /) -> list[str]:
        """Read a record's internal notes, the oldest first, as the text that a screen shows."""
        domain = [
            ("model", "=", model), ("res_id", "=", self.id_of(model, reference)),
            ("subtype_id", "=", self.odoo.resolve("mail.mt_note")), ("body", "not in", (False, "")),
        ]
        found = self.odoo.execute("mail.message", "search_read", domain, ["body"], order="id")
        return ["".join(ET.fromstring(f"<p>{row['body']}</p>").itertext()) for row in found]  # noqa: S314 # our own Odoo

    def shown(self, reference: Reference, /) -> str:
        """Give all that the chatter of a contact shows and keeps: messages, mail, activities, files, former values."""
        on = self.id_of(PARTNER, reference)
        told = [
            self.odoo.execute(model, "search_read", [(f"{of}model", "=", PARTNER), (f"{link}id", "=", on)], columns,
                              context={"active_test": False})
            for model, (link, columns) in SHOWING.items()
            for of in [f"{link}" if model in ("mail.activity", "ir.attachment") else link.removesuffix("res_")]
        ]
        return str(told)

    def hide(self, model: str, reference: Reference, /) -> None:
        """Hide a record from everybody, the sync's user too: a rule without a group narrows all others."""
        record = self.id_of(model, reference)
        (kind,) = self.odoo.execute("ir.model", "search", [("model", "=", model)])
        domain = f"[('id', '!=', {record})]"
        self.odoo.execute("ir.rule", "create", [{"name": "hide", "model_id": kind, "domain_force": domain}])

    def show(self, model: str, reference: Reference, /) -> None:
        """Take the rule away that hides a record."""
        domain = [("name", "=", "hide"), ("model_id.model", "=", model),
                  ("domain_force", "=", f"[('id', '!=', {self.id_of(model, reference)})]")]
        self.odoo.execute("ir.rule", "unlink", self.odoo.execute("ir.rule", "search", domain))

    def _name_of(self, model: str, record: int) -> str:
        return str(self.odoo.execute(model, "get_metadata", [record])[0]["xmlid"])

    def _ready(self, model: str, columns: Mapping[str, Any]) -> dict[str, Any]:
        known = MODELS[model].fields if model in MODELS else {}

        def number(relation: str, value: Any) -> Any:
            return self.id_of(relation, value) if isinstance(value, str) else value

        def ready(name: str, value: Any) -> Any:
            relation = known[name].relation if name in known else ""
            if isinstance(value, list | tuple | set):
                return [(6, 0, [number(relation, each) for each in value])]
            return number(relation, value) if relation else value

        return {name: ready(name, value) for name, value in columns.items()}


@dataclass(frozen=True)
class Prepared:
    """A real Odoo with the data module and three users in it; each connection to it is made once."""

    odoo: Odoo
    keys: Mapping[str, tuple[str, SecretStr]]
    lines: dict[tuple[str, str], OdooCrm] = field(default_factory=dict)

    @classmethod
    def of(cls, odoo: Odoo) -> Self:
        """Install the module; make the sync's least-privileged user, an ordinary employee, and one in between."""
        key = SecretStr(odoo.api_key(odoo.login, odoo.password))
        transport = Json2Transport(odoo.url, odoo.database, key)
        install(transport, transport.version())
        # Coordinators archive; only an administrator who took the right may delete a record of the programme.
        administrator = odoo.execute("res.users", "search", [("login", "=", odoo.login)])
        odoo.execute("res.users", "write", administrator, {"group_ids": [(4, odoo.resolve(GROUP_SYNC))]})
        groups = {
            SYNC: ("base.group_user", "base.group_partner_manager", GROUP_SYNC),
            EMPLOYEE: ("base.group_user",),
            REFUSED: ("base.group_user", "base.group_erp_manager", GROUP_COORDINATOR),
        }
        keys = {}
        for role, group in groups.items():
            login, password = f"{role}-{token_hex(4)}", token_hex(16)
            odoo.create_user(login, password, group)
            keys[role] = login, SecretStr(odoo.api_key(login, password))
        return cls(odoo, keys)

    def connect(self, transport: str, role: str = SYNC) -> OdooCrm:
        """Make a new connection as one of the users."""
        login, key = self.keys[role]
        if transport == "json2":
            return OdooCrm(Json2Transport(self.odoo.url, self.odoo.database, key))
        return OdooCrm(JsonRpcTransport(self.odoo.url, self.odoo.database, login, key))

    def line(self, transport: str, role: str = SYNC) -> OdooCrm:
        """Give the session's one connection over this transport as this user: a login costs half a second."""
        if (transport, role) not in self.lines:
            self.lines[transport, role] = self.connect(transport, role)
        return self.lines[transport, role]

    def traces(self) -> dict[str, int]:
        """Count what a quiet write must not make."""
        return {model: self.odoo.execute(model, "search_count", []) for model in MAIL}
