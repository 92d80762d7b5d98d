"""When the fall-back is taken, and when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from connector.crm.errors import CrmInvalid, CrmPermissionError
from connector.crm.odoo import OdooCrm
from mappings import egress
from tests.unit.test_odoo_crm import Scripted, actions

CREATION = egress.CrmPayload("binome.person_1", "res.partner", {"city": "Lyon"}, None, door=egress._DOOR)


def refuse(**_: Any) -> Any:
    """Answer as Odoo does to a user outside the action's group."""
    raise CrmPermissionError("no")


def bound_to_nothing(*, domain: list[Any], **_: Any) -> list[dict[str, Any]]:
    """Find the action, and no external id."""
    ours = ("module", "=", "binome_mentoring") in domain
    return [{"name": "action_apply", "res_id": 11}] if ours else []


def without_action(**answers: Any) -> Scripted:
    """Stand in for an Odoo that does not let us run the action."""
    return Scripted(
        ir_model_data_search_read=bound_to_nothing, ir_actions_server_run=refuse,
        res_partner_fields_get=lambda **_: {"city": {}}, **answers,
    )


def test_the_action_is_asked_for_once_and_then_left() -> None:
    """A refusal is remembered: the next batch goes straight to the fall-back."""
    over = without_action(
        res_partner_has_access=lambda **_: True, res_partner_load=lambda **_: {"ids": [7], "messages": []},
    )
    crm = OdooCrm(over)
    for _ in range(2):
        assert [(each.status, each.id) for each in crm.apply([CREATION])] == [("created", 7)]
    assert [call["method"] for call in over.asked].count("run") == 2
    assert crm.compare_and_set is False


def test_who_may_run_the_action_is_not_led_round_a_refusal() -> None:
    """Where the action runs and the records are refused, the refusal stands."""

    def run(*, context: dict[str, Any], **_: Any) -> Any:
        if context["binome_apply"]["rows"]:
            raise CrmPermissionError("not these records")
        return {"results": []}

    crm = OdooCrm(actions(ir_actions_server_run=run))
    with pytest.raises(CrmPermissionError, match="not these records"):
        crm.apply([CREATION])
    assert crm.compare_and_set is True


def test_who_may_not_create_is_told_so_before_anything_is_sent() -> None:
    """A missing right is a missing right, not a wrong value, as ``load`` would have it."""
    crm = OdooCrm(without_action(res_partner_has_access=lambda **_: False))
    with pytest.raises(CrmPermissionError, match="create"):
        crm.apply([CREATION])


def test_an_odoo_before_19_has_no_fallback() -> None:
    """Without a call that writes a list of values there is no fall-back: the refusal stands."""
    over = without_action()
    over.version = lambda: 18  # type: ignore[method-assign]
    with pytest.raises(CrmPermissionError):
        OdooCrm(over).apply([CREATION])


def test_what_load_refuses_is_told_by_field_and_never_by_value() -> None:
    """The words of ``load`` quote what was sent: only the names of our own columns come through."""
    told = [{"type": "error", "field": "city", "message": "'Lyon' is wrong"}, {"field": "Lyon", "message": "Lyon"}]
    over = without_action(
        res_partner_has_access=lambda **_: True, res_partner_load=lambda **_: {"ids": False, "messages": told},
    )
    with pytest.raises(CrmInvalid) as caught:
        OdooCrm(over).apply([CREATION])
    assert caught.value.fields == ("city",)
    assert "Lyon" not in repr(caught.value) + caught.value.message
