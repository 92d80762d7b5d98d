"""Installing the data module into a real Odoo, again, and after changes. Other module tests share this lab."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from connector.crm.errors import CrmModuleError, CrmPermissionError
from connector.crm.json2 import Json2Transport
from connector.crm.module import install as installing
from connector.crm.module.install import check, install
from connector.crm.module.names import GROUP_COORDINATOR, GROUP_SYNC
from connector.crm.module.step import Step, Verb
from tests.odoo.client import OdooClient

PASSWORD = "module-tests-1"
VERSION = 19
PEOPLE = {
    "employee": ("base.group_user",), "manager": ("base.group_user", "base.group_partner_manager"),
    "coordinator": (GROUP_COORDINATOR,), "colleague": (GROUP_COORDINATOR,), "sync": (GROUP_SYNC,),
}
QUIET = {
    "tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True, "mail_notrack": True,
    "mail_activity_quick_update": True,
}


@dataclass
class Lab:
    """An Odoo that has the module, with one user of each kind."""

    odoo: OdooClient
    transport: Json2Transport
    users: dict[str, int] = field(default_factory=dict)
    _sessions: dict[str, requests.Session] = field(default_factory=dict)

    def call(self, who: str, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method as one of the people; ``admin`` is the administrator."""
        if who == "admin":
            return self.odoo.execute(model, method, *args, **kwargs)
        if who not in self._sessions:
            self._sessions[who] = self.odoo.web_session(f"module-{who}", PASSWORD)
        return self.odoo.call(self._sessions[who], model, method, *args, **kwargs)

    def run(self, action: str, key: str, batch: dict[str, Any], who: str = "sync") -> list[list[Any]]:
        """Run one of the batch actions."""
        context = {**QUIET, key: batch}
        answer = self.call(who, "ir.actions.server", "run", [self.odoo.resolve(action)], context=context)
        return list(answer["results"])

    def person(self, name: str, **values: Any) -> int:
        """Make a contact."""
        return int(self.call("coordinator", "res.partner", "create", [{"name": name, **values}])[0])

    def pair(self, **values: Any) -> int:
        """Make a pair of two new people."""
        members = {"x_mentor_id": self.person("Mentor of a pair"), "x_mentee_id": self.person("Mentee of a pair")}
        return int(self.call("sync", "x_mentoring_pair", "create", [{**members, **values}])[0])


@cache
def lab_of(odoo: OdooClient) -> Lab:
    """Install the module and make the people, once for all files of module tests."""
    transport = Json2Transport(odoo.url, odoo.database, SecretStr(odoo.api_key(odoo.login, odoo.password)))
    install(transport, VERSION)
    lab = Lab(odoo, transport)
    for who, groups in PEOPLE.items():
        found = odoo.execute("res.users", "search", [("login", "=", f"module-{who}")])
        lab.users[who] = found[0] if found else odoo.create_user(f"module-{who}", PASSWORD, groups)
    return lab


@pytest.fixture(name="lab", scope="module")
def the_lab(real_odoo: OdooClient) -> Lab:
    """Give the lab."""
    return lab_of(real_odoo)


def repairs(steps: list[Step]) -> list[str]:
    """List what is to be repaired."""
    return [f"{step.thing} {step.name}" for step in steps if step.verb is Verb.REPAIR]


def test_a_second_install_changes_nothing(lab: Lab) -> None:
    """Once installed, check finds nothing to do, and install sends nothing."""
    assert [step for step in check(lab.transport, VERSION) if step.verb is not Verb.REVIEW] == []
    assert install(lab.transport, VERSION).verb == "unchanged"


def test_a_forced_install_keeps_every_row(lab: Lab) -> None:
    """Sending the whole module again upgrades it; records, their values and their figures stay."""
    pair = lab.pair(x_state="active", x_start="2026-09-01")
    meeting = {"x_pair_id": pair, "x_date": "2026-10-01", "x_state": "held", "x_minutes": 50}
    lab.call("sync", "x_mentoring_meeting", "create", [meeting])
    columns = ["x_name", "x_start", "x_meetings_held", "x_minutes", "x_last_meeting", "x_next_due", "x_active"]
    before = lab.call("sync", "x_mentoring_pair", "read", [pair], columns)
    assert install(lab.transport, VERSION, force=True).verb == "upgraded"
    assert lab.call("sync", "x_mentoring_pair", "read", [pair], columns) == before
    assert before[0]["x_next_due"] == "2026-10-31"
    assert repairs(check(lab.transport, VERSION)) == []


def test_what_somebody_changed_is_told_and_set_right(lab: Lab) -> None:
    """A changed label, access right, rule or batch action is named by check, and repaired by the next install."""
    resolve, write = lab.odoo.resolve, lab.odoo.execute
    write("ir.model.fields", "write", [resolve("binome_mentoring.field_pair_start")], {"field_description": "Other"})
    write("ir.model.access", "write", [resolve("binome_mentoring.access_pair_coordinator")], {"perm_unlink": True})
    write("ir.rule", "write", [resolve("binome_mentoring.rule_pair_coordinator")], {"domain_force": "[(1, '=', 1)]"})
    write("ir.actions.server", "write", [resolve("binome_mentoring.action_bind")], {"code": "action = {}"})
    wrong = ["field pair_start", "ir.model.access access_pair_coordinator", "ir.rule rule_pair_coordinator",
             "ir.actions.server action_bind"]
    assert repairs(check(lab.transport, VERSION)) == wrong
    assert install(lab.transport, VERSION).verb == "upgraded"
    assert repairs(check(lab.transport, VERSION)) == []


def test_a_right_that_others_added_is_left_to_a_person(lab: Lab) -> None:
    """An access right on our models that somebody else made is reported, not removed."""
    values = {"name": "added by hand", "model_id": lab.odoo.resolve("binome_mentoring.model_x_mentoring_stay"),
              "group_id": lab.odoo.resolve("base.group_user"), "perm_read": True}
    made = lab.odoo.execute("ir.model.access", "create", [values])
    try:
        (step,) = [step for step in check(lab.transport, VERSION) if step.name == "added by hand"]
        assert step.verb is Verb.REVIEW
        assert install(lab.transport, VERSION).verb == "unchanged"
    finally:
        lab.odoo.execute("ir.model.access", "unlink", made)


def test_the_installing_user_sees_the_menu(lab: Lab) -> None:
    """Whoever installs becomes a coordinator."""
    uid = lab.transport.call("res.users", "context_get")["uid"]
    assert lab.transport.call("res.users", "has_group", [uid], group_ext_id=GROUP_COORDINATOR) is True


@pytest.mark.parametrize("who", ["coordinator", "sync"])
def test_only_an_administrator_installs(lab: Lab, who: str) -> None:
    """Without administration rights, install and check say who must run them."""
    key = SecretStr(lab.odoo.api_key(f"module-{who}", PASSWORD))
    transport = Json2Transport(lab.odoo.url, lab.odoo.database, key)
    for deed in (check, install):
        with pytest.raises(CrmPermissionError) as refusal:
            deed(transport, VERSION)
        assert "administrator" in refusal.value.advice


def test_a_newer_module_is_not_replaced(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older Binôme refuses to install over a newer module, and says to upgrade Binôme."""
    monkeypatch.setattr(installing, "module_version", lambda _version: "19.0.0.9.0")
    with pytest.raises(CrmModuleError, match="newer"):
        check(lab.transport, VERSION)


def test_an_odoo_that_takes_no_modules_in_is_told_how(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where base_import_module is not installed, the refusal says to install it from Apps."""
    monkeypatch.setattr(installing, "_IMPORTER", "base_import_of_nothing")
    with pytest.raises(CrmModuleError) as refusal:
        install(lab.transport, VERSION)
    assert "Apps" in refusal.value.advice
