"""Odoo as the port's Crm: a fixed number of calls a page, quiet and repeatable writes, errors that tell the remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from connector.crm import reading
from connector.crm.errors import CrmMissing, CrmModuleError, CrmPermissionError
from connector.crm.odoo import OdooCrm
from connector.crm.port import BATCH, QUIET, Outcome, Todo
from mappings import egress

Answer = Callable[..., Any]
ACTIONS = [{"name": "action_apply", "res_id": 11}, {"name": "action_bind", "res_id": 12},
           {"name": "action_activities", "res_id": 13}]


class Scripted:
    """A transport that answers by model and method, and remembers what was asked."""

    name, database = "scripted", "club"

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []

    @property
    def calls(self) -> int:
        return len(self.asked)

    def version(self) -> int:
        return 19

    def now(self) -> str:
        return "2026-11-24 08:00:00"

    def call(
        self, model: str, method: str, ids: Sequence[int] | None = None, *,
        context: Mapping[str, Any] | None = None, repeatable: bool = False, **arguments: Any,
    ) -> Any:
        self.asked.append({"model": model, "method": method, "ids": ids, "context": context,
                           "repeatable": repeatable, **arguments})
        return self.answers[f"{model}.{method}".replace(".", "_")](**self.asked[-1])


def actions(**answers: Answer) -> Scripted:
    """Stand in for an Odoo with our module."""
    return Scripted(ir_model_data_search_read=lambda **_: ACTIONS, **answers)


def payload(
    number: int = 1, *, model: str = "res.partner", expected: dict[str, Any] | None = None,
) -> egress.CrmPayload:
    """Make a payload past the door: here only its way to the CRM is looked at."""
    name = f"binome.person_{number:032x}"
    return egress.CrmPayload(name, model, {"city": "Lyon"}, expected, door=egress._DOOR)


def test_an_empty_delta_costs_one_call() -> None:
    """Nothing changed: nothing more is asked."""
    over = Scripted(x_mentoring_pair_web_search_read=lambda **_: {"records": []})
    page = OdooCrm(over).changed("x_mentoring_pair", ["x_mentor_id"], "2026-11-24 08:00:00")
    assert (page.rows, page.after, over.calls) == ((), None, 1)
    assert over.asked[0]["domain"] == [("id", ">", 0), ("write_date", ">=", "2026-11-24 08:00:00")]
    assert over.asked[0]["context"] == {"active_test": False}


def test_a_page_costs_two_calls_however_many_links() -> None:
    """The external ids of rows and of all that they link to come in one call."""
    pairs = [{"id": key, "write_date": "d", "x_mentor_id": 100 + key, "x_mentee_id": False} for key in (1, 2)]
    names = [
        {"module": "binome", "name": "pair_1", "model": "x_mentoring_pair", "res_id": 1},
        {"module": "binome", "name": "person_b", "model": "res.partner", "res_id": 101},
        {"module": "binome", "name": "person_a", "model": "res.partner", "res_id": 101},
    ]
    over = Scripted(
        x_mentoring_pair_web_search_read=lambda **_: {"records": pairs}, ir_model_data_search_read=lambda **_: names,
    )
    page = OdooCrm(over).changed("x_mentoring_pair", ["x_mentor_id", "x_mentee_id"], None)
    assert over.calls == 2
    assert [row.external_ids for row in page.rows] == [("binome.pair_1",), ()]
    assert page.rows[0].values == {"x_mentor_id": 101, "x_mentee_id": False}
    assert page.links["res.partner", 101] == ("binome.person_a", "binome.person_b"), "a merged contact has both"


def test_a_shared_model_is_read_along_the_bindings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all contacts only ours are read, and a merged one never loses an external id at the edge of a page."""
    monkeypatch.setattr(reading, "PAGE", 3)
    bound = [(5, "a"), (6, "b"), (7, "c"), (7, "d"), (9, "e")]

    def bindings(*, domain: list[Any], limit: int | None = None, **_: Any) -> list[dict[str, Any]]:
        _, operator, asked = domain[-1]
        rows = [row for row in bound if (row[0] > asked if operator == ">" else row[0] in asked)]
        return [{"module": "binome", "model": "res.partner", "name": name, "res_id": key} for key, name in rows][:limit]

    def contacts(*, domain: list[Any], **_: Any) -> Any:
        return {"records": [{"id": key, "name": "?", "write_date": "d"} for key in domain[0][2] if key != 9]}

    crm = OdooCrm(Scripted(ir_model_data_search_read=bindings, res_partner_web_search_read=contacts))
    found, after = [], 0
    while after is not None:
        page = crm.changed("res.partner", ["name"], None, after)
        found += [(row.id, row.external_ids) for row in page.rows]
        after = page.after
    assert found == [(5, ("binome.a",)), (6, ("binome.b",)), (7, ("binome.c", "binome.d"))], "9 vanished"


def test_reading_nobody_costs_nothing() -> None:
    """No external id of ours asked, no call made."""
    over = Scripted()
    assert OdooCrm(over).read("res.partner", ["name"], ["base.main_partner"]).rows == ()
    assert over.calls == 0


def test_a_batch_is_one_quiet_repeatable_call() -> None:
    """Payloads travel as rows of one action, with the quiet context; its id is asked for once."""
    over = actions(ir_actions_server_run=lambda **_: {"results": [["created", 5], ["dangling", False, ["parent_id"]]]})
    crm = OdooCrm(over)
    batch = [payload(1), payload(2, expected={"city": False})]
    assert crm.apply(batch) == [
        Outcome(batch[0].external_id, "created", 5), Outcome(batch[1].external_id, "dangling", None, ("parent_id",)),
    ]
    crm.apply(batch)
    assert [call["method"] for call in over.asked] == ["search_read", "run", "run"]
    sent = over.asked[1]
    assert sent["ids"] == [11]
    assert sent["repeatable"]
    assert sent["context"] == {**QUIET, "binome_apply": {"model": "res.partner", "rows": [
        [batch[0].external_id, None, {"city": "Lyon"}], [batch[1].external_id, {"city": False}, {"city": "Lyon"}],
    ]}}


def test_a_batch_has_one_model_and_a_limit() -> None:
    """A call that the CRM would refuse is not sent."""
    crm = OdooCrm(Scripted())
    assert crm.apply([]) == []
    for wrong in ([payload(1), payload(2, model="x_mentoring_pair")], [payload(n) for n in range(BATCH + 1)]):
        with pytest.raises(ValueError, match="one model"):
            crm.apply(wrong)


def test_many_bindings_go_in_several_calls() -> None:
    """Who adopts a thousand contacts need not count."""

    def run(*, context: Mapping[str, Any], **_: Any) -> Any:
        return {"results": [["bound", key] for _, key in context["binome_bind"]["rows"]]}

    over = actions(ir_actions_server_run=run)
    done = OdooCrm(over).bind("res.partner", [(f"binome.person_{n}", n + 1) for n in range(BATCH + 1)])
    assert len(done) == BATCH + 1
    assert done[-1] == Outcome(f"binome.person_{BATCH}", "bound", BATCH + 1)
    assert over.calls == 3


def test_a_reminder_leaves_the_choice_of_person_to_the_crm() -> None:
    """Activities are asked for without a user."""
    over = actions(ir_actions_server_run=lambda **_: {"results": [["existing", 3]]})
    todo = Todo("binome.pair_1", "binome_mentoring.activity_silence", "Silence", "2026-12-01")
    assert OdooCrm(over).remind([todo]) == [Outcome("binome.pair_1", "existing", 3)]
    assert over.asked[-1]["context"]["binome_activities"] == {"rows": [[
        "binome.pair_1", "binome_mentoring.activity_silence", "Silence", "2026-12-01", False]]}


def _refuse(**_: Any) -> Any:
    raise CrmPermissionError("no")


def _no_model(**_: Any) -> Any:
    raise CrmModuleError("no")


def test_a_crm_without_the_module_says_so() -> None:
    """An administrator finds no action; an ordinary user may not even look, and our models are not there."""
    for over in (
        Scripted(ir_model_data_search_read=lambda **_: []),
        Scripted(ir_model_data_search_read=_refuse, x_mentoring_pair_fields_get=_no_model),
    ):
        with pytest.raises(CrmModuleError):
            OdooCrm(over).apply([payload()])


def test_a_user_without_the_group_is_told_so() -> None:
    """The module is there, and the user may not use it: another remedy than installing."""
    there = {"x_state": {"type": "selection"}}
    over = Scripted(ir_model_data_search_read=_refuse, x_mentoring_pair_fields_get=lambda **_: there)
    with pytest.raises(CrmPermissionError):
        OdooCrm(over).apply([payload()])


def test_actions_that_were_replaced_are_looked_up_again() -> None:
    """A module that was removed and installed again has other ids: one call fails, the next finds them."""
    answers: list[Any] = [CrmMissing("gone"), {"results": [["existing", 5]]}]

    def run(**_: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    crm = OdooCrm(actions(ir_actions_server_run=run))
    with pytest.raises(CrmModuleError):
        crm.apply([payload()])
    assert crm.apply([payload()])[0].status == "existing"


@pytest.mark.parametrize("answer", [False, {}, {"results": []}, {"type": "ir.actions.act_window"}])
def test_an_action_that_answers_otherwise_is_another_module(answer: Any) -> None:
    """Results that do not match the rows are not guessed at."""
    with pytest.raises(CrmModuleError):
        OdooCrm(actions(ir_actions_server_run=lambda **_: answer)).apply([payload()])


def test_contacts_are_found_whatever_the_case() -> None:
    """E-mails are compared as Odoo normalises them, each asked for once."""
    over = Scripted(res_partner_search_read=lambda **_: [{"id": 3, "name": False, "email": "Ada@Example.org"}])
    assert OdooCrm(over).find_contacts(["ADA@example.org ", "ada@Example.org"]) == [(3, "", "Ada@Example.org")]
    assert over.asked[0]["domain"] == [("email_normalized", "in", ["ada@example.org"])]


def test_fields_of_no_model_are_none() -> None:
    """A model that is missing or closed to us has no fields to tell."""
    assert OdooCrm(Scripted(x_fields_get=_no_model)).fields("x") == {}
    assert OdooCrm(Scripted(x_fields_get=_refuse)).fields("x") == {}


@pytest.mark.parametrize(("modules", "there", "expected"), [
    (lambda **_: [{"installed_version": "19.0.1.0.0"}], {}, "19.0.1.0.0"), (lambda **_: [], {}, None),
    (_refuse, {"x_state": {"type": "selection"}}, "unknown"), (_refuse, {}, None),
])
def test_the_server_tells_of_our_module(modules: Answer, there: Any, expected: str | None) -> None:
    """Its version where the user may read it, else whether it is there."""
    server = OdooCrm(Scripted(
        res_users_context_get=lambda **_: {"uid": 7}, res_users_read=lambda **_: [{"login": "bot"}],
        ir_module_module_search_read=modules, x_mentoring_pair_fields_get=lambda **_: there,
    )).server()
    assert (server.version, server.transport, server.database, server.login) == (19, "scripted", "club", "bot")
    assert server.module == expected
