"""What the buttons of the screens do, in a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.odoo.client import OdooFault
from tests.odoo.test_module_install import Lab, the_lab  # noqa: F401 - the fixture

PAIR = "x_mentoring_pair"


def press(lab: Lab, button: str, model: str, record: int, **context: Any) -> Any:
    """Press a button as a coordinator."""
    pressed = {"active_model": model, "active_id": record, "active_ids": [record], **context}
    action = lab.odoo.resolve(f"binome_mentoring.{button}")
    return lab.call("coordinator", "ir.actions.server", "run", [action], context=pressed)


def move(lab: Lab, pair: int, state: str, lang: str = "en_US") -> str:
    """Press one of a pair's buttons; give its state after that."""
    press(lab, "action_move_pair", PAIR, pair, binome_to=state, lang=lang)
    return str(lab.call("coordinator", PAIR, "read", [pair], ["x_state"])[0]["x_state"])


def test_a_pair_moves_along_its_life(lab: Lab) -> None:
    """Proposed, accepted, charter, active, paused, active, ended: each button asks for the next state."""
    pair = lab.pair(x_mentor_accepted=True, x_mentee_accepted=True)
    assert move(lab, pair, "accepted") == "accepted"
    assert move(lab, pair, "charter_pending") == "charter_pending"
    lab.call("coordinator", "x_mentoring_charter", "create",
             [{"x_pair_id": pair, "x_version": "2026-1", "x_state": "signed"}])
    assert move(lab, pair, "active") == "active"
    assert move(lab, pair, "paused") == "paused"
    assert move(lab, pair, "active") == "active"
    assert move(lab, pair, "ended") == "ended"
    row = lab.call("coordinator", PAIR, "read", [pair], ["x_start", "x_end"])[0]
    assert row["x_start"]
    assert row["x_end"]


def test_no_pair_is_imposed(lab: Lab) -> None:
    """While one of the two has not accepted, the pair is not accepted; the refusal is in the user's language."""
    pair = lab.pair(x_mentor_accepted=True)
    with pytest.raises(OdooFault, match="aucun binôme n'est imposé"):
        move(lab, pair, "accepted", lang="fr_FR")
    with pytest.raises(OdooFault, match="no pair is imposed"):
        move(lab, pair, "accepted")


def test_no_activation_before_both_signatures(lab: Lab) -> None:
    """A charter that one of the two has not signed does not make a pair active; nor does a superseded one."""
    pair = lab.pair(x_state="charter_pending")
    charters = [{"x_pair_id": pair, "x_version": "2025-1", "x_state": "superseded"},
                {"x_pair_id": pair, "x_version": "2026-1", "x_state": "signed_by_mentor"}]
    lab.call("coordinator", "x_mentoring_charter", "create", charters)
    with pytest.raises(OdooFault, match="sign the charter first"):
        move(lab, pair, "active")


@pytest.mark.parametrize("state", ["active", "accepted", "no such state"])
def test_a_pair_that_changed_meanwhile_is_not_moved(lab: Lab, state: str) -> None:
    """A button of a screen that is out of date does nothing."""
    pair = lab.pair(x_state="ended")
    with pytest.raises(OdooFault, match="changed meanwhile"):
        move(lab, pair, state)


def test_a_meeting_is_marked_as_held(lab: Lab) -> None:
    """One press on a planned meeting, and the pair's figures follow."""
    pair = lab.pair(x_state="active", x_start="2026-09-01")
    values = {"x_pair_id": pair, "x_date": "2026-11-20", "x_minutes": 45}
    (meeting,) = lab.call("coordinator", "x_mentoring_meeting", "create", [values])
    press(lab, "action_meetings_held", "x_mentoring_meeting", meeting)
    figures = {"x_meetings_held": 1, "x_minutes": 45, "x_last_meeting": "2026-11-20", "x_next_due": "2026-12-20"}
    (row,) = lab.call("coordinator", PAIR, "read", [pair], list(figures))
    assert row | figures == row


def test_hours_are_confirmed(lab: Lab) -> None:
    """One press confirms declared hours; minutes are shown as hours."""
    values = {"x_partner_id": lab.person("Anne"), "x_date": "2026-11-20", "x_category": "workshop", "x_minutes": 90}
    (given,) = lab.call("coordinator", "x_mentoring_contribution", "create", [values])
    press(lab, "action_confirm_hours", "x_mentoring_contribution", given)
    row = lab.call("coordinator", "x_mentoring_contribution", "read", [given], ["x_state", "x_hours"])[0]
    assert row | {"x_state": "confirmed", "x_hours": 1.5} == row


def test_the_contacts_button_opens_the_one_pair(lab: Lab) -> None:
    """A person with one pair: the button opens that pair."""
    mentor = lab.person("Anne")
    pair = lab.pair(x_mentor_id=mentor)
    action = press(lab, "action_contact_mentoring", "res.partner", mentor)
    assert (action["res_model"], action["res_id"], [kind for _, kind in action["views"]]) == (PAIR, pair, ["form"])


def test_the_contacts_button_lists_all_pairs(lab: Lab) -> None:
    """A person with several pairs, as mentor or mentee, and the company of such a person: the button lists them."""
    company = lab.person("Anne & Co", is_company=True)
    anne = lab.person("Anne", parent_id=company)
    pairs = sorted([lab.pair(x_mentor_id=anne), lab.pair(x_mentee_id=anne)])
    for contact in (anne, company):
        action = press(lab, "action_contact_mentoring", "res.partner", contact)
        assert not action.get("res_id")
        assert action["views"][0][1] == "list"
        assert sorted(lab.call("coordinator", PAIR, "search", action["domain"])) == pairs


def test_the_contacts_button_of_a_venture_without_pair_lists_its_stays(lab: Lab) -> None:
    """A hosted venture that has no pair yet: the button lists its stays."""
    venture = lab.person("Tissons", is_company=True)
    values = {"x_organisation_id": venture, "x_start": "2026-01-05"}
    stay = lab.call("coordinator", "x_mentoring_stay", "create", [values])
    action = press(lab, "action_contact_mentoring", "res.partner", venture)
    assert action["res_model"] == "x_mentoring_stay"
    assert lab.call("coordinator", "x_mentoring_stay", "search", action["domain"]) == stay


def test_a_pair_shows_its_current_charter(lab: Lab) -> None:
    """The charter shown on a pair is the newest that still counts, and none where none does."""
    pair = lab.pair()

    def shown() -> Any:
        return lab.call("coordinator", PAIR, "read", [pair], ["x_charter_state"])[0]["x_charter_state"]

    assert shown() is False
    old, new = lab.call("coordinator", "x_mentoring_charter", "create", [
        {"x_pair_id": pair, "x_version": "2025-1", "x_state": "signed"}, {"x_pair_id": pair, "x_version": "2026-1"}])
    assert shown() == "draft"
    lab.call("coordinator", "x_mentoring_charter", "write", [new], {"x_active": False})
    assert shown() == "signed"
    lab.call("coordinator", "x_mentoring_charter", "write", [old], {"x_state": "superseded"})
    assert shown() is False


def test_a_profile_shows_how_to_reach_a_person(lab: Lab) -> None:
    """A profile shows the e-mail that all may see, or the one kept among coordinators."""
    open_one, private = lab.person("Anne", email="anne@example.org"), lab.person("Berthe")
    card = {"x_partner_id": private, "x_private_email": "berthe@example.org", "x_private_phone": "+33 4 78 00 00 00"}
    lab.call("sync", "x_mentoring_card", "create", [card])
    profiles = lab.call("coordinator", "x_mentoring_profile", "create", [
        {"x_partner_id": person, "x_role": "mentor"} for person in (open_one, private)])
    rows = lab.call("coordinator", "x_mentoring_profile", "read", profiles, ["x_email", "x_phone"])
    assert [(row["x_email"], row["x_phone"]) for row in rows] == [
        ("anne@example.org", False), ("berthe@example.org", "+33 4 78 00 00 00")]


def test_a_contact_of_the_programme_is_not_deleted(lab: Lab) -> None:
    """Whoever is in a pair cannot be deleted from the contacts, only archived."""
    mentor = lab.person("Anne")
    lab.pair(x_mentor_id=mentor)
    with pytest.raises(OdooFault):
        lab.call("manager", "res.partner", "unlink", [mentor])
    assert lab.call("manager", "res.partner", "write", [mentor], {"active": False}) is True
