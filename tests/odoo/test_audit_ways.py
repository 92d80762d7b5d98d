"""Who really reaches what is ours, in a real Odoo: nobody at first; then each way, opened on purpose, is seen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from connector.crm.module.names import ACTION_PROBE, GROUP_COORDINATOR
from connector.crm.module.repair import repair
from sync_jobs.audit import Leak
from tests.odoo.audit_scene import ADDRESS, CARD, MEETING, PAIR, PARTNER, Scene, the_scene  # noqa: F401 - the fixture
from tests.odoo.client import OdooFault
from tests.odoo.test_module_install import VERSION


def test_nobody_reads_too_much(scene: Scene) -> None:
    """Coordinators, employees, portal users and the public each see what is declared, and the rights say the same."""
    assert scene.leaks(computed=True) == []


def test_a_model_opened_to_employees(scene: Scene) -> None:
    """An access right of somebody else's opens every way to the card, which the trial walks and the rights show."""
    with scene.open_to("base.group_user", CARD):
        leaks = scene.leaks(computed=True)
    ways = {leak.way for leak in leaks if (leak.kind, leak.field) == ("internal", "x_private_email")}
    assert {"read", "search", "group"} <= ways
    assert ("internal", CARD, "x_name", "name") in {(one.kind, one.model, one.field, one.way) for one in leaks}
    assert ("internal", CARD, "", "list") in {(one.kind, one.model, one.field, one.way) for one in leaks}
    assert Leak("ir.model.access", "opened", "added_right") in leaks
    assert {one.model for one in leaks} == {CARD, "ir.model.access"}
    # The employee and the one who manages contacts are two kinds, each tried by one of them.
    read = [one for one in leaks if (one.field, one.way) == ("x_private_email", "read")]
    assert len(read) == 2
    assert sum(one.users for one in read) == scene.crm.audiences.staff().users - scene.crm.audiences.staff().members


def test_a_model_opened_to_export(scene: Scene) -> None:
    """Where employees may export, an open model is exported too."""
    export = scene.id("base.group_allow_export")
    back = {"implied_ids": [(3, export)]}
    with ExitStack() as stack:
        stack.enter_context(scene.written("res.groups", scene.id("base.group_user"), back, implied_ids=[(4, export)]))
        stack.enter_context(scene.open_to("base.group_user", CARD))
        assert ("internal", CARD, "x_private_email", "export") in scene.seen()


@pytest.mark.parametrize("kind", ["portal", "public"])
def test_a_model_opened_to_strangers(scene: Scene, kind: str) -> None:
    """An access right for portal users or for the public is seen by their own trial."""
    with scene.open_to(f"base.group_{kind}", PAIR):
        assert (kind, PAIR, "x_state", "read") in scene.seen()


def test_contacts_opened_to_portal_users(scene: Scene) -> None:
    """A portal user who reads other people's contacts is found; reading oneself is none."""
    opened = scene.made("ir.rule", name="opened", model_id=scene.model(PARTNER), domain_force="[(1, '=', 1)]",
                        groups=[(4, scene.id("base.group_portal"))])
    with opened:
        assert ("portal", PARTNER, "email", "read") in scene.seen()


def test_a_rule_that_lost_its_domain(scene: Scene) -> None:
    """Where the rule of private pairs says nothing any more, one coordinator is seen to reach another's pair."""
    rule = scene.id("binome_mentoring.rule_pair_coordinator")
    (before,) = scene.lab.odoo.execute("ir.rule", "read", [rule], ["domain_force"])
    with scene.written("ir.rule", rule, {"domain_force": before["domain_force"]}, domain_force=False):
        leaks = scene.leaks(computed=True)
    assert {(one.model, one.way) for one in leaks} == {(PAIR, "private"), ("ir.rule", "changed_right")}


def test_a_right_given_to_another_group(scene: Scene) -> None:
    """Our own access right, turned to all employees, is seen by trial and in the rights."""
    right = scene.id("binome_mentoring.access_stay_coordinator")
    back = {"group_id": scene.id(GROUP_COORDINATOR)}
    with scene.written("ir.model.access", right, back, group_id=scene.id("base.group_user")):
        leaks = scene.leaks(computed=True)
    assert Leak("ir.model.access", "access_stay_coordinator", "changed_right") in leaks
    assert ("internal", "x_mentoring_stay", "list") in {(one.kind, one.model, one.way) for one in leaks}


def test_a_related_field_on_contacts(scene: Scene) -> None:
    """A field on contacts that repeats a kept-private address is seen, although it reads as superuser."""
    with ExitStack() as stack:
        stack.enter_context(scene.field(PARTNER, "x_cards", "one2many", relation=CARD, relation_field="x_partner_id"))
        stack.enter_context(scene.field(PARTNER, "x_shown", "char", related="x_cards.x_private_email", readonly=True))
        seen = scene.seen()
    assert {("internal", PARTNER, "x_shown", "read"), ("internal", PARTNER, "x_shown", "search")} <= seen
    assert ("internal", PARTNER, "x_cards", "search") in seen
    assert {field for _, _, field, _ in seen} == {"x_cards", "x_shown"}


def test_a_link_from_another_model(scene: Scene) -> None:
    """A link to a pair on a model that employees read tells the pair's name; so does what is related to that link."""
    with ExitStack() as stack:
        stack.enter_context(scene.field("res.partner.category", "x_of_pair", "many2one", relation=PAIR))
        stack.enter_context(scene.field("res.partner.category", "x_of_state", "selection", related="x_of_pair.x_state"))
        stack.enter_context(scene.made("res.partner.category", name="Tag", x_of_pair=scene.records["pair"]))
        seen = scene.seen()
    assert {("internal", "res.partner.category", name, "read") for name in ("x_of_pair", "x_of_state")} <= seen


def test_a_field_computed_past_the_rights(scene: Scene) -> None:
    """A field whose code reads our model as superuser is seen, although it names no field of ours as its source."""
    code = f"for r in self:\n    r['x_told'] = r.env['{CARD}'].sudo().search([('x_partner_id', '=', r.id)]).x_name"
    with scene.field(PARTNER, "x_told", "char", compute=code, store=False, readonly=True):
        assert ("internal", PARTNER, "x_told", "read") in scene.seen()


def test_a_field_that_fails(scene: Scene) -> None:
    """A field whose code fails is unclear, not clean; the trial of the others goes on."""
    code = f"for r in self:\n    r['x_told'] = r.env.cr.execute('SELECT 1 / 0')  # {CARD}"
    with ExitStack() as stack:
        stack.enter_context(scene.field(PARTNER, "x_told", "char", compute=code, store=False, readonly=True))
        stack.enter_context(scene.open_to("base.group_user", MEETING))
        seen = scene.seen()
    assert ("internal", PARTNER, "x_told", "unclear") in seen
    assert ("internal", MEETING, "x_date", "read") in seen


def test_a_group_that_implies_ours(scene: Scene) -> None:
    """Where being an employee makes one a coordinator, the group and the number of people are named."""
    group, ours = scene.id("base.group_user"), scene.id(GROUP_COORDINATOR)
    with scene.written("res.groups", group, {"implied_ids": [(3, ours)]}, implied_ids=[(4, ours)]):
        found = {(leak.field, leak.way): leak.users for leak in scene.leaks()}
    people = scene.crm.audiences.staff().users
    assert found == {("base.group_user", "implied"): people, (GROUP_COORDINATOR, "everybody"): people}


def test_too_many_coordinators(scene: Scene) -> None:
    """More coordinators than the club allows are counted, not named; as many as it allows are not."""
    (leak,) = scene.leaks(max_staff=2)
    assert (leak.field, leak.way, leak.user) == (GROUP_COORDINATOR, "crowd", 0)
    assert scene.leaks(max_staff=leak.users) == []


HUNG: dict[str, Callable[[Scene, int], dict[str, Any]]] = {
    "follower": lambda scene, pair: {"_of": "mail.followers", "res_model": PAIR, "res_id": pair,
                                     "partner_id": scene.records["person"]},
    "message": lambda scene, pair: {"_of": "mail.message", "model": PAIR, "res_id": pair, "body": "A",
                                    "partner_ids": [(4, scene.partner_of("employee"))]},
    "attachment": lambda scene, pair: {"_of": "ir.attachment", "res_model": PAIR, "res_id": pair, "name": "A",
                                       "public": True},
    "activity": lambda scene, pair: {"_of": "mail.activity", "res_model_id": scene.model(PAIR), "res_id": pair,
                                     "user_id": scene.lab.users["employee"]},
}


@pytest.mark.parametrize("way", HUNG)
def test_what_hangs_on_a_pair(scene: Scene, way: str) -> None:
    """A mentor who follows, a message to an employee, a public attachment, an employee's activity: each is seen."""
    pair = scene.lab.pair()
    try:
        scene.make(**HUNG[way](scene, pair))
        # What staff see stands before it.
        scene.lab.call("coordinator", PAIR, "message_post", [pair], body="A note")
        scene.make("mail.activity", res_model_id=scene.model(PAIR), res_id=pair, date_deadline="2020-01-01",
                   user_id=scene.lab.users["coordinator"])
        seen = scene.seen()
    finally:
        scene.lab.call("sync", PAIR, "unlink", [pair])
    assert (PAIR, "", way) in {(model, name, how) for _, model, name, how in seen}
    assert {model for _, model, _, _ in seen} == {PAIR}
    assert ("public" in {kind for kind, *_ in seen}) is (way == "attachment")


def test_tracked_values_opened(scene: Scene) -> None:
    """Tracked values of the chatter, opened to employees as a model, are seen; administrators always had them."""
    scene.lab.call("coordinator", PAIR, "write", [scene.records["pair"]], {"x_state": "paused"})
    with scene.open_to("base.group_user", "mail.tracking.value"):
        assert ("internal", PAIR, "", "tracking") in scene.seen()


@pytest.mark.parametrize("who", ["employee", "coordinator"])
def test_only_binome_may_ask(scene: Scene, who: str) -> None:
    """The trial is for the sync's own user: to others it would tell who may read what."""
    with pytest.raises(OdooFault, match="AccessError"):
        scene.lab.run(ACTION_PROBE, "binome_probe", {"rows": []}, who)


def test_no_answer_holds_a_value(scene: Scene) -> None:
    """What the trial answers of an open model names ways and numbers of users, never what is kept there."""
    with scene.open_to("base.group_user", CARD):
        rows = [[CARD, "x_private_email", GROUP_COORDINATOR], [CARD, False, GROUP_COORDINATOR]]
        answer = repr(scene.lab.run(ACTION_PROBE, "binome_probe", {"rows": rows}))
    assert "read" in answer
    assert ADDRESS not in answer


def test_repair_closes_what_was_opened(scene: Scene) -> None:
    """Added rights are archived, changed ones are ours again, our group leaves other groups; the rest is for people."""
    lab, ours, stranger = scene.lab, scene.id(GROUP_COORDINATOR), scene.make("res.groups", name="Stranger")
    scene.write("res.groups", stranger, implied_ids=[(4, ours)])
    access = scene.make("ir.model.access", name="opened", model_id=scene.model(CARD), perm_read=True,
                        group_id=scene.id("base.group_user"))
    rule = scene.make("ir.rule", name="opened", model_id=scene.model(PAIR), domain_force="[(1, '=', 1)]",
                      groups=[(4, ours)])
    scene.write("ir.rule", scene.id("binome_mentoring.rule_meeting_coordinator"), active=False)
    scene.write("ir.model.access", scene.id("binome_mentoring.access_stay_coordinator"),
                group_id=scene.id("base.group_user"))
    with scene.field("res.partner.category", "x_of_pair", "many2one", relation=PAIR), \
            scene.made("res.partner.category", name="Tag", x_of_pair=scene.records["pair"]):
        assert len({leak.model for leak in scene.leaks(computed=True)}) > 5
        done = repair(lab.transport, VERSION)
        assert {(leak.model, leak.field) for leak in scene.leaks(computed=True)} == {
            ("res.partner.category", "x_of_pair")}
    assert {(step.thing, step.name) for step in done} == {
        ("ir.model.access", "opened"), ("ir.rule", "opened"), ("ir.rule", "rule_meeting_coordinator"),
        ("ir.model.access", "access_stay_coordinator"), ("res.groups", "Stranger"),
    }
    lab.odoo.execute("ir.model.access", "unlink", [access])
    lab.odoo.execute("ir.rule", "unlink", [rule])
    assert lab.call("admin", "res.users", "has_group", lab.users["coordinator"], GROUP_COORDINATOR)
    assert repair(lab.transport, VERSION) == []
