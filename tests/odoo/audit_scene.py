"""A real Odoo with something in it to be read, and the means to open each way to it for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from connector.crm.json2 import Json2Transport
from connector.crm.module.names import ACTION_APPLY
from connector.crm.odoo import OdooCrm
from sync_jobs.audit import Leak, readers

from .client import OdooClient
from .test_module_install import PASSWORD, Lab, lab_of

CARD, PAIR, MEETING, PARTNER = "x_mentoring_card", "x_mentoring_pair", "x_mentoring_meeting", "res.partner"
ADDRESS = "kept-private@example.org"
CROWD = 1000
Found = set[tuple[str, str, str, str]]


@dataclass
class Scene:
    """A lab with something in it to be read: a card, a private pair with a meeting, and a contact of ours."""

    lab: Lab
    crm: OdooCrm
    records: dict[str, int] = field(default_factory=dict)

    def leaks(self, *, computed: bool = False, max_staff: int = CROWD) -> list[Leak]:
        """Run the audit of the readers."""
        return list(readers(self.crm, max_staff, self.lab.transport if computed else None).leaks)

    def seen(self) -> Found:
        """List what the trial finds: kind of user, model, field and way."""
        return {(leak.kind, leak.model, leak.field, leak.way) for leak in self.leaks()}

    def make(self, _of: str, **values: Any) -> int:
        """Make a record as the administrator."""
        return int(self.lab.odoo.execute(_of, "create", [values])[0])

    def write(self, model: str, record: int, **values: Any) -> None:
        """Change a record as the administrator."""
        self.lab.odoo.execute(model, "write", [record], values)

    @contextmanager
    def made(self, _of: str, **values: Any) -> Iterator[int]:
        """Make a record for a while."""
        record = self.make(_of, **values)
        try:
            yield record
        finally:
            self.lab.odoo.execute(_of, "unlink", [record])

    @contextmanager
    def written(self, model: str, record: int, back: dict[str, Any], **values: Any) -> Iterator[None]:
        """Change a record for a while."""
        self.write(model, record, **values)
        try:
            yield
        finally:
            self.write(model, record, **back)

    @contextmanager
    def open_to(self, group: str, model: str) -> Iterator[int]:
        """Let a group read a model."""
        with self.made("ir.model.access", name="opened", model_id=self.model(model), group_id=self.id(group),
                       perm_read=True) as record:
            yield record

    @contextmanager
    def field(self, model: str, name: str, ttype: str, **values: Any) -> Iterator[int]:
        """Put a field of somebody else's on a model."""
        with self.made("ir.model.fields", name=name, ttype=ttype, model_id=self.model(model), field_description=name,
                       **values) as record:
            yield record

    def id(self, name: str) -> int:
        """Resolve an external id."""
        return self.lab.odoo.resolve(name)

    def partner_of(self, who: str) -> int:
        """Find the contact that a user is."""
        read = self.lab.odoo.execute("res.users", "read", [self.lab.users[who]], ["partner_id"])
        return int(read[0]["partner_id"][0])

    def model(self, name: str) -> int:
        """Find a model's id."""
        return int(self.lab.odoo.execute("ir.model", "search", [("model", "=", name)])[0])


@pytest.fixture(name="scene", scope="module")
def the_scene(real_odoo: OdooClient) -> Scene:
    """Set the scene, once."""
    lab = lab_of(real_odoo)
    key = SecretStr(real_odoo.api_key("module-sync", PASSWORD))
    scene = Scene(lab, OdooCrm(Json2Transport(real_odoo.url, real_odoo.database, key)))
    real_odoo.create_user(f"portal-{uuid4()}", PASSWORD, ("base.group_portal",))
    name = f"binome.person_{uuid4()}"
    values = {"name": "Anne", "email": ADDRESS}
    ((_, person),) = lab.run(ACTION_APPLY, "binome_apply", {"model": PARTNER, "rows": [[name, None, values]]})
    card = lab.call("sync", CARD, "create", [{"x_partner_id": person, "x_private_email": ADDRESS}])[0]
    lab.pair(x_private=True, x_coordinator_id=lab.users["coordinator"])
    pair = lab.pair(x_state="active", x_start="2026-09-01")
    meeting = lab.call("sync", MEETING, "create", [{"x_pair_id": pair, "x_date": "2026-10-01"}])[0]
    scene.records |= {"person": person, "card": card, "pair": pair, "meeting": meeting}
    return scene
