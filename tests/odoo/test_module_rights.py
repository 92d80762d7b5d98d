"""Who may do what with the module's models, in a real Odoo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.crm.module.generate import ours
from mappings.confidentiality import Audience
from tests.odoo.client import OdooFault
from tests.odoo.test_module_install import Lab, the_lab  # noqa: F401 - the fixture

MODELS = sorted(name for name, model in ours().items() if model.audience is Audience.STAFF)
KNOWN = sorted(ours().keys() - set(MODELS))
READING: dict[str, Callable[[Lab, str, str], Any]] = {
    "read": lambda lab, who, model: lab.call(who, model, "read", [1], ["x_name"]),
    "search": lambda lab, who, model: lab.call(who, model, "search", []),
    "search by a guess": lambda lab, who, model: lab.call(who, model, "search", [("x_name", "ilike", "a")]),
    "count": lambda lab, who, model: lab.call(who, model, "search_count", []),
    "group": lambda lab, who, model: lab.call(who, model, "formatted_read_group", [], ["x_active"], ["__count"]),
    "complete a name": lambda lab, who, model: lab.call(who, model, "name_search", "a"),
    "open its list": lambda lab, who, model: lab.call(who, model, "get_views", [[False, "list"]]),
    "create": lambda lab, who, model: lab.call(who, model, "create", [{}]),
}


@pytest.mark.parametrize("who", ["employee", "manager"])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("deed", READING.values(), ids=READING)
def test_employees_reach_nothing(lab: Lab, who: str, model: str, deed: Callable[[Lab, str, str], Any]) -> None:
    """An employee, and one who manages contacts, is refused every way of reading our models."""
    with pytest.raises(OdooFault, match="AccessError"):
        deed(lab, who, model)


def test_employees_see_no_menu(lab: Lab) -> None:
    """The Mentoring menu is there for coordinators alone."""
    root = lab.odoo.resolve("binome_mentoring.menu_root")

    def menus(who: str) -> list[int]:
        return list(lab.call(who, "ir.ui.menu", "load_menus", debug=False)["root"]["children"])

    assert root in menus("coordinator")
    assert root not in menus("employee")


def test_employees_see_the_directory(lab: Lab) -> None:
    """Its menu is there for every employee."""
    menus = lab.call("employee", "ir.ui.menu", "load_menus", debug=False)["root"]["children"]
    assert lab.odoo.resolve("binome_mentoring.menu_directory") in menus


def test_the_contact_form_is_the_same_for_employees(lab: Lab) -> None:
    """The contact form loads for everybody; its Mentoring button is there for coordinators alone, with no field."""
    def form(who: str) -> str:
        views = lab.call(who, "res.partner", "get_views", [[False, "form"]])
        assert not [name for name in views["models"]["res.partner"]["fields"] if name.startswith("x_")]
        return str(views["views"]["form"]["arch"])

    assert "fa-handshake-o" in form("coordinator")
    assert "fa-handshake-o" not in form("employee")
    assert lab.call("employee", "res.partner", "read", [lab.person("Anne")], ["name"])[0]["name"] == "Anne"


def test_employees_may_not_run_the_contacts_button(lab: Lab) -> None:
    """Calling the button's action by hand is refused as well."""
    person = lab.person("Anne")
    action = lab.odoo.resolve("binome_mentoring.action_contact_mentoring")
    context = {"active_model": "res.partner", "active_id": person, "active_ids": [person]}
    with pytest.raises(OdooFault, match="AccessError"):
        lab.call("employee", "ir.actions.server", "run", [action], context=context)


@pytest.mark.parametrize("model", [n for n, m in ours().items() if not m.screen and n not in KNOWN])
def test_coordinators_do_all_but_delete(lab: Lab, model: str) -> None:
    """A coordinator reads, creates, writes and archives; deleting is for the sync's user alone."""
    rights = {
        (who, right): lab.call(who, model, "has_access", [], right)
        for who in ("coordinator", "sync") for right in ("read", "write", "create", "unlink")
    }
    assert [key for key, granted in rights.items() if not granted] == [("coordinator", "unlink")]


@pytest.mark.parametrize("model", KNOWN)
def test_everybody_reads_the_directory_and_the_sync_alone_writes_it(lab: Lab, model: str) -> None:
    """Employees and coordinators read the directory, and change nothing of it."""
    rights = {
        (who, right) for who in ("employee", "coordinator", "sync") for right in ("read", "write", "create", "unlink")
        if lab.call(who, model, "has_access", [], right)
    }
    everything = {("sync", right) for right in ("write", "create", "unlink")}
    assert rights == {(who, "read") for who in ("employee", "coordinator", "sync")} | everything


def test_deleting_is_refused_to_coordinators(lab: Lab) -> None:
    """A coordinator who tries to delete a pair is refused, and the sync's user is not."""
    pair = lab.pair()
    lab.call("coordinator", "x_mentoring_pair", "write", [pair], {"x_active": False})
    with pytest.raises(OdooFault, match="AccessError"):
        lab.call("coordinator", "x_mentoring_pair", "unlink", [pair])
    assert lab.call("sync", "x_mentoring_pair", "unlink", [pair]) is True


def test_a_private_pair_is_for_its_own_coordinator(lab: Lab) -> None:
    """A private pair, its charters, roadmaps and meetings are for its coordinator and the sync, for no one else."""
    pair = lab.pair(x_private=True, x_coordinator_id=lab.users["coordinator"])
    hanging = {
        "x_mentoring_charter": {"x_version": "2026-1"}, "x_mentoring_roadmap": {"x_agreed_on": "2026-03-02"},
        "x_mentoring_meeting": {"x_date": "2026-03-02"},
    }
    for model, values in hanging.items():
        lab.call("sync", model, "create", [{"x_pair_id": pair, **values}])
    for model in ("x_mentoring_pair", *hanging):
        of_pair = [("id", "=", pair)] if model == "x_mentoring_pair" else [("x_pair_id", "=", pair)]
        seen = {who: lab.call(who, model, "search_count", of_pair) for who in ("coordinator", "colleague", "sync")}
        assert seen == {"coordinator": 1, "colleague": 0, "sync": 1}
    with pytest.raises(OdooFault, match="AccessError"):
        lab.call("colleague", "x_mentoring_pair", "read", [pair], ["x_name"])


def test_a_private_pair_stays_out_of_its_members_profile(lab: Lab) -> None:
    """The pairs shown on a profile are those that the person who looks may see."""
    mentor = lab.person("Mentor")
    profile = lab.call("sync", "x_mentoring_profile", "create", [{"x_partner_id": mentor, "x_role": "mentor"}])
    pair = lab.pair(x_mentor_id=mentor, x_state="active", x_private=True, x_coordinator_id=lab.users["coordinator"])
    columns = ["x_pair_ids", "x_active_pairs"]

    def seen(who: str) -> list[Any]:
        (row,) = lab.call(who, "x_mentoring_profile", "read", profile, columns)
        return [row[column] for column in columns]

    assert seen("coordinator") == [[pair], 1]
    assert seen("colleague") == [[], 0]


def test_the_syncs_key_lives_a_year(lab: Lab) -> None:
    """The sync's group lets its user make an API key for 365 days; an employee's ends after 90."""
    group = lab.odoo.resolve("binome_mentoring.group_sync")
    assert lab.call("admin", "res.groups", "read", [group], ["api_key_duration"])[0]["api_key_duration"] == 365
