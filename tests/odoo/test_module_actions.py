"""The batch actions' protocol (connector/crm/module/actions), branch by branch, in a real Odoo."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from connector.crm.module.names import (
    ACTION_ACTIVITIES, ACTION_APPLY, ACTION_BIND, ACTION_ERASE, ACTION_MARK, ACTION_NOTES, ACTION_WITHDRAW,
)
from tests.odoo.client import OdooFault
from tests.odoo.test_module_install import Lab, the_lab  # noqa: F401 - the fixture

PARTNER, PAIR, MEETING, SESSION = "res.partner", "x_mentoring_pair", "x_mentoring_meeting", "x_mentoring_session"
TAG_MENTOR, TAG_COACH = "binome_mentoring.tag_mentor", "binome_mentoring.tag_coach"


def new(kind: str = "person") -> str:
    """Make an external id that nobody has used."""
    return f"binome.{kind}_{uuid4()}"


def apply(lab: Lab, model: str, *rows: list[Any], who: str = "sync") -> list[list[Any]]:
    """Send rows to the action that applies a batch."""
    return lab.run(ACTION_APPLY, "binome_apply", {"model": model, "rows": list(rows)}, who)


def person(lab: Lab, **values: Any) -> tuple[str, int]:
    """Make a bound contact; give its external id and its id."""
    key = new()
    ((status, made),) = apply(lab, PARTNER, [key, None, {"name": "Somebody", **values}])
    assert status == "created"
    return key, made


def read(lab: Lab, model: str, record: int, *columns: str) -> list[Any]:
    """Read a record's columns as the wire gives them."""
    (row,) = lab.call("sync", model, "read", [record], list(columns), load="")
    return [row[column] for column in columns]


def test_a_creation_is_written_and_bound(lab: Lab) -> None:
    """What is created answers to its external id, in the module that outlives ours."""
    key, made = person(lab, name="Anne", city="Lyon")
    assert read(lab, PARTNER, made, "name", "city") == ["Anne", "Lyon"]
    (bound,) = lab.call("sync", "ir.model.data", "search_read", [("name", "=", key.partition(".")[2])],
                        ["module", "model", "res_id", "noupdate"])
    assert bound | {"module": "binome", "model": PARTNER, "res_id": made, "noupdate": True} == bound


def test_a_creation_sent_again_is_existing(lab: Lab) -> None:
    """A resent creation writes nothing and names the record, archived or not."""
    key, made = person(lab, name="Anne", active=False)
    assert apply(lab, PARTNER, [key, None, {"name": "Another"}]) == [["existing", made]]
    assert read(lab, PARTNER, made, "name") == ["Anne"]


def test_a_key_twice_in_a_batch_makes_one_record(lab: Lab) -> None:
    """The second row of one external id is existing, with the id of the first."""
    key = new()
    first, second = apply(lab, PARTNER, [key, None, {"name": "Anne"}], [key, None, {"name": "Berthe"}])
    assert first[0] == "created"
    assert second == ["existing", first[1]]
    assert read(lab, PARTNER, first[1], "name") == ["Anne"]


def test_a_dead_binding_makes_way(lab: Lab) -> None:
    """An external id left over from a record that is gone is used again for the new record."""
    key, made = person(lab)
    gone = made + 100_000
    (bound,) = lab.odoo.execute("ir.model.data", "search", [("name", "=", key.partition(".")[2])])
    lab.odoo.execute("ir.model.data", "write", [bound], {"res_id": gone})
    assert apply(lab, PARTNER, [key, {"name": "Somebody"}, {"name": "Anne"}]) == [["missing", False]]
    ((status, again),) = apply(lab, PARTNER, [key, None, {"name": "Anne"}])
    assert status == "created"
    assert lab.odoo.resolve(key) == again


def test_an_update_whose_expectation_holds_is_written(lab: Lab) -> None:
    """Empty values, links, tags and dates compare as the wire reads them."""
    company, company_id = person(lab, is_company=True)
    key, made = person(lab, parent_id=company, category_id={"set": [TAG_MENTOR]})
    tag = lab.odoo.resolve(TAG_MENTOR)
    expected = {"name": "Somebody", "email": False, "parent_id": company_id, "category_id": [tag], "is_company": False}
    assert apply(lab, PARTNER, [key, expected, {"name": "Anne", "parent_id": False}]) == [["updated", made]]
    assert read(lab, PARTNER, made, "name", "parent_id") == ["Anne", False]


def test_a_link_compares_with_its_name_too(lab: Lab) -> None:
    """A many2one expected as [id, name], as Odoo reads it by default, compares by its id."""
    company, company_id = person(lab, is_company=True)
    key, made = person(lab, parent_id=company)
    assert apply(lab, PARTNER, [key, {"parent_id": [company_id, "old"]}, {"name": "Anne"}]) == [["updated", made]]


@pytest.mark.parametrize("expected", [
    {"name": "Another"}, {"email": "a@example.org"}, {"active": False}, {"category_id": [1]}, {"parent_id": 1},
], ids=str)
def test_an_update_whose_expectation_broke_is_stale(lab: Lab, expected: dict[str, Any]) -> None:
    """Where one expected value differs now, nothing of the row is written."""
    key, made = person(lab)
    assert apply(lab, PARTNER, [key, {"name": "Somebody", **expected}, {"name": "Anne"}]) == [["stale", made]]
    assert read(lab, PARTNER, made, "name") == ["Somebody"]


def test_dates_and_numbers_compare(lab: Lab) -> None:
    """Dates compare as text, whole numbers as numbers; a compare-and-set on them works twice in a row."""
    key = new("session")
    ((_, made),) = apply(lab, SESSION, [key, None, {"x_date": "2026-11-24", "x_minutes": 90}])
    expected = {"x_date": "2026-11-24", "x_minutes": 90, "x_coach_id": False, "x_attendee_ids": []}
    assert apply(lab, SESSION, [key, expected, {"x_date": "2026-11-25"}]) == [["updated", made]]
    assert apply(lab, SESSION, [key, expected, {"x_date": "2026-11-26"}]) == [["stale", made]]


def test_two_rows_for_one_record_are_not_both_written(lab: Lab) -> None:
    """After staff merged contacts two external ids may lead to one record: the second row waits for the next plan."""
    key, made = person(lab)
    other = new()
    assert lab.run(ACTION_BIND, "binome_bind", {"model": PARTNER, "rows": [[other, made]]}) == [["bound", made]]
    rows = [key, {"name": "Somebody"}, {"name": "Anne"}], [other, {"name": "Somebody"}, {"name": "Berthe"}]
    assert apply(lab, PARTNER, *rows) == [["updated", made], ["stale", made]]
    assert read(lab, PARTNER, made, "name") == ["Anne"]


def test_an_update_of_nothing_is_missing(lab: Lab) -> None:
    """An update whose external id is unbound, or whose record is gone, is missing."""
    key, made = person(lab)
    lab.odoo.execute(PARTNER, "unlink", [made])
    assert apply(lab, PARTNER, [key, {}, {"name": "A"}], [new(), {}, {"name": "A"}]) == [["missing", False]] * 2


def test_another_models_key_is_foreign(lab: Lab) -> None:
    """An external id bound to another model is foreign, for creations and updates."""
    key, _ = person(lab)
    rows = [key, None, {"x_date": "2026-11-24"}], [key, {}, {"x_date": "2026-11-24"}]
    assert apply(lab, SESSION, *rows) == [["foreign", False]] * 2


def test_a_link_to_the_unknown_is_dangling(lab: Lab) -> None:
    """A row that links to an unknown, vanished or wrong-model external id is not written; the columns are named."""
    key, made = person(lab)
    assert apply(
        lab, PARTNER, [key, {}, {"name": "Anne", "parent_id": new()}],
        [new(), None, {"name": "B", "parent_id": TAG_MENTOR}],
        [new(), None, {"name": "C", "parent_id": new(), "category_id": {"link": [new()]}}],
    ) == [
        ["dangling", made, ["parent_id"]], ["dangling", False, ["parent_id"]],
        ["dangling", False, ["parent_id", "category_id"]],
    ]
    assert read(lab, PARTNER, made, "name") == ["Somebody"]


def test_tags_are_set_linked_and_unlinked(lab: Lab) -> None:
    """Set replaces, link adds, unlink takes away and does not mind an unknown external id."""
    tags = {name: lab.odoo.resolve(name) for name in (TAG_MENTOR, TAG_COACH)}
    key, made = person(lab, category_id={"link": [TAG_MENTOR]})
    assert read(lab, PARTNER, made, "category_id") == [[tags[TAG_MENTOR]]]
    apply(lab, PARTNER, [key, {}, {"category_id": {"link": [TAG_COACH], "unlink": [TAG_MENTOR, new()]}}])
    assert read(lab, PARTNER, made, "category_id") == [[tags[TAG_COACH]]]
    apply(lab, PARTNER, [key, {}, {"category_id": {"set": []}}])
    assert read(lab, PARTNER, made, "category_id") == [[]]


def test_one_batch_answers_in_the_order_of_its_rows(lab: Lab) -> None:
    """Every kind of row in one batch; the answers stand where their rows stood."""
    (a, a_id), (b, b_id), fresh = person(lab), person(lab), new()
    answers = apply(
        lab, PARTNER, [a, {"name": "Old"}, {"name": "A"}], [fresh, None, {"name": "F"}], [new(), {}, {"name": "M"}],
        [b, {"name": "Somebody"}, {"name": "B"}], [fresh, None, {"name": "F"}],
    )
    assert [answer[0] for answer in answers] == ["stale", "created", "missing", "updated", "existing"]
    assert answers[0][1] == a_id
    assert answers[3][1] == b_id
    assert answers[4][1] == answers[1][1]


def test_one_invalid_row_leaves_all_unwritten(lab: Lab) -> None:
    """A batch is one transaction."""
    key, made = person(lab)
    with pytest.raises(OdooFault):
        apply(lab, PARTNER, [key, {}, {"name": "Anne"}], [new(), None, {"name": False}])
    assert read(lab, PARTNER, made, "name") == ["Somebody"]


@pytest.mark.parametrize("model", ["res.users", "ir.rule", "no.such", None], ids=str)
@pytest.mark.parametrize(("action", "key"), [(ACTION_APPLY, "binome_apply"), (ACTION_BIND, "binome_bind")])
def test_other_models_are_refused(lab: Lab, action: str, key: str, model: str | None) -> None:
    """Only contacts and our own models are open to batches."""
    with pytest.raises(OdooFault, match="not open to batches"):
        lab.run(action, key, {"model": model, "rows": [[new(), None, {}]]})


@pytest.mark.parametrize(("action", "key", "row"), [
    (ACTION_APPLY, "binome_apply", ["binome.x", None, {}]), (ACTION_BIND, "binome_bind", ["binome.x", 1]),
    (ACTION_ACTIVITIES, "binome_activities", ["binome.x", "y", "z", "2026-11-24", False]),
    (ACTION_WITHDRAW, "binome_withdraw", ["binome.x", "y", "z"]), (ACTION_NOTES, "binome_notes", ["binome.x", "y"]),
    (ACTION_ERASE, "binome_erase", ["binome.x", {}]),
])
def test_a_batch_holds_at_most_500_rows(lab: Lab, action: str, key: str, row: list[Any]) -> None:
    """A longer batch is refused whole."""
    with pytest.raises(OdooFault, match="at most 500"):
        lab.run(action, key, {"model": PARTNER, "rows": [row] * 501})


@pytest.mark.parametrize("who", ["employee", "coordinator"])
@pytest.mark.parametrize(("action", "key"), [
    (ACTION_APPLY, "binome_apply"), (ACTION_BIND, "binome_bind"), (ACTION_ACTIVITIES, "binome_activities"),
    (ACTION_WITHDRAW, "binome_withdraw"), (ACTION_NOTES, "binome_notes"), (ACTION_MARK, "binome_mark"),
    (ACTION_ERASE, "binome_erase"),
])
def test_the_actions_are_for_the_syncs_user(lab: Lab, who: str, action: str, key: str) -> None:
    """An employee and a coordinator are refused: people work by the screens."""
    with pytest.raises(OdooFault, match="AccessError"):
        lab.run(action, key, {"model": PARTNER, "rows": []}, who)


def test_an_unknown_column_is_named(lab: Lab) -> None:
    """A column that Odoo does not have is refused by name, without its value."""
    with pytest.raises(OdooFault, match="no column x_secret") as refusal:
        apply(lab, PARTNER, [new(), None, {"name": "Anne", "x_secret": "hush"}])
    assert "hush" not in str(refusal.value)


def test_only_keys_of_ours_are_given(lab: Lab) -> None:
    """A record is bound under our own module's name, or not at all."""
    with pytest.raises(OdooFault, match="not an external id of ours"):
        apply(lab, PARTNER, ["base.somebody", None, {"name": "Anne"}])


def test_existing_records_are_adopted(lab: Lab) -> None:
    """Bind answers bound, existing, taken and missing, row by row."""
    found, other = lab.person("Found"), lab.person("Other")
    key = new()
    rows = [[key, found], [key, found], [key, other], [new(), found + 100_000]]
    answers = lab.run(ACTION_BIND, "binome_bind", {"model": PARTNER, "rows": rows})
    assert answers == [["bound", found], ["existing", found], ["taken", found], ["missing", False]]
    assert lab.run(ACTION_BIND, "binome_bind", {"model": PARTNER, "rows": [[key, found], [key, other]]}) == [
        ["existing", found], ["taken", found]]
    assert lab.odoo.resolve(key) == found
