"""What a plan contains for a record that one side or both know, with strangers and merged contacts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from mappings.base import EntityMap
from mappings.catalogue import BY_KIND, CATALOGUE
from mappings.records import Meeting, Mentor, Organisation, Record
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import Conflict, Direction, Operation, Parked, Plan, Scope
from tests.property.strategies import base_of, digest, key, planned, remote_of, scope_of
from tests.unit.plan_samples import CARD, MEETING, MENTOR, PAIR, PERSON, SESSION, after, only, pair, person

MET = Meeting(key=key(5), pair=key(9), date=dt.date(2026, 1, 1))


# Both sides know the record


@pytest.mark.parametrize("entity", [PERSON, CARD], ids=lambda entity: entity.kind)
def test_what_both_sides_agree_on_is_left_alone(entity: EntityMap) -> None:
    """Nothing changed: nothing to do, nothing to remember, nobody to ask."""
    assert after(entity, person()) == Plan()


def test_an_edit_in_the_register_goes_to_the_crm_alone() -> None:
    """One edited field is one change on the CRM's side, with that field and the digest of its new value."""
    change = only(after(PERSON, person(), local=person(job_title="Fondatrice")))
    assert (change.direction, change.operation, change.fields) == (Direction.CRM, Operation.UPDATE, ("job_title",))
    assert change.digests == {"job_title": digest("person", key(1), "job_title", "Fondatrice")}


def test_an_edit_in_the_crm_comes_to_the_register_alone() -> None:
    """One field edited by staff is one change on the register's side, with that field."""
    change = only(after(PERSON, person(), job_title="Fondatrice"))
    assert (change.direction, change.operation, change.fields) == (Direction.REGISTER, Operation.UPDATE, ("job_title",))


def test_the_same_edit_on_both_sides_only_moves_the_base() -> None:
    """Both sides changed it to the same value: that is what they now agree on."""
    plan = after(PERSON, person(), local=person(job_title="Fondatrice"), job_title=" Fondatrice ")
    assert plan.changes == []
    assert plan.conflicts == []
    assert plan.agreed == {("person", key(1)): {"job_title": digest("person", key(1), "job_title", "Fondatrice")}}


def test_two_edits_of_one_field_conflict_and_the_other_fields_go_on() -> None:
    """The contested field is written nowhere; what else changed on either side still crosses."""
    plan = after(
        PERSON, person(), local=person(job_title="Fondatrice", name="Marie B."),
        job_title="Gérante", email="m@exemple.fr")
    assert plan.conflicts == [Conflict(
        "person", key(1), "job_title", digest("person", key(1), "job_title", "Fondatrice"),
        digest("person", key(1), "job_title", "Gérante"))]
    assert {(c.direction, c.fields) for c in plan.changes} == {
        (Direction.CRM, ("name",)), (Direction.REGISTER, ("email",))}
    assert plan.agreed == {}


def test_a_field_that_the_register_owns_is_set_back() -> None:
    """Staff moved a pair to another mentor; that is the register's to say."""
    change = only(after(PAIR, pair(), mentor=key(5)))
    assert (change.direction, change.fields) == (Direction.CRM, ("mentor",))


def test_writings_of_one_value_are_no_change() -> None:
    """Spaces, case of an address and punctuation of a phone do not make a change."""
    shared = person(share_phone=True)
    written = {"name": " Marie  Confidentielle", "email": "MARIE@exemple.fr", "phone": "06 12 34 56 78"}
    assert after(PERSON, shared, **written) == Plan()


def test_archiving_is_its_own_operation_on_either_side() -> None:
    """A record archived here is archived there; waking it again is an update."""
    asleep = person(active=False)
    assert only(after(PERSON, person(), local=asleep)).operation is Operation.ARCHIVE
    assert only(after(PERSON, person(), active=False)).operation is Operation.ARCHIVE
    assert only(after(PERSON, asleep, local=person())).operation is Operation.UPDATE
    assert only(after(PERSON, asleep, active=True)).operation is Operation.UPDATE


@pytest.mark.parametrize("edit", [{"share_phone": True}, {"phone": "+33699999999"}], ids=str)
def test_what_staff_change_on_a_card_comes_in(edit: dict[str, Any]) -> None:
    """A card has no archive flag of its own, and its edits come in like any others."""
    change = only(after(CARD, person(), **edit))
    assert (change.direction, change.operation, change.fields) == (Direction.REGISTER, Operation.UPDATE, tuple(edit))


@pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
def test_a_map_without_a_base_learns_it(entity: EntityMap) -> None:
    """Where both sides are equal and never met, nothing is written; the base takes every field."""
    plain: dict[str, Record] = {
        "person": person(), "card": person(), "pair": pair(), "mentor": Mentor(key=key(4), person=key(1)),
        "organisation": Organisation(key=key(2), name="X"), "meeting": MET,
    }
    if (record := plain.get(entity.kind)) is not None:
        plan = planned(scope_of(entity, record, remote_of(entity, record)))
        assert plan.changes == []
        assert plan.agreed == {(entity.kind, record.key): base_of(entity, record)}


def test_without_a_base_a_blank_side_takes_the_others_value() -> None:
    """A contact that is adopted is completed from both sides, and asks only where two values differ."""
    crm = remote_of(PERSON, person(), job_title=None, name="Marie C.", organisation=None)
    plan = planned(scope_of(PERSON, person(job_title="Fondatrice", organisation=None), crm))
    assert [(c.direction, c.fields) for c in plan.changes] == [(Direction.CRM, ("job_title",))]
    assert [c.field for c in plan.conflicts] == ["name"]


# One side does not know the record


def test_a_record_that_never_met_the_crm_is_created_there() -> None:
    """No base and no row: the CRM gets the record, with every mapped field."""
    change = only(planned(scope_of(PERSON, person(), None)))
    assert (change.direction, change.operation) == (Direction.CRM, Operation.CREATE)
    assert change.digests == base_of(PERSON, person())


def test_a_record_that_is_gone_from_the_crm_is_parked() -> None:
    """It was there, and is not: nobody guesses why, nothing is created or archived."""
    plan = planned(scope_of(PERSON, person(), None, base_of(PERSON, person())))
    assert plan == Plan(parked=[Parked("person", key(1), "gone_from_crm")])


def newcomer(entity: EntityMap, record: Record, **more: Any) -> Remote:
    """Give a row that staff made."""
    row = remote_of(entity, record, **more)
    return Remote(77, None, row.raw, row.values, row.strangers)


def test_a_record_that_staff_made_enters_the_register() -> None:
    """A newcomer of a map that adopts is one creation in the register, named by its database id until it has a key."""
    change = only(planned(Scope(MEETING, {}, {}, {}, {77: newcomer(MEETING, MET)})))
    assert (change.direction, change.operation) == (Direction.REGISTER, Operation.CREATE)
    assert (change.key, change.crm_id) == (None, 77)
    assert set(change.fields) == set(MEETING.by_field)


def test_a_newcomer_with_a_stranger_waits() -> None:
    """A pair with somebody the register does not know is parked, and says by which fields."""
    plan = planned(Scope(PAIR, {}, {}, {}, {77: newcomer(PAIR, pair(), strangers=["mentor", "stay"])}))
    assert plan == Plan(parked=[Parked("pair", None, "links_to_stranger", ("mentor", "stay"), 77)])


def test_a_bound_record_that_the_register_does_not_have_yet_is_taken_in() -> None:
    """A crash between binding and saving is healed: the row has a key, the register takes it in under that key."""
    change = only(planned(scope_of(PAIR, None, remote_of(PAIR, pair()))))
    assert (change.direction, change.operation, change.key) == (Direction.REGISTER, Operation.CREATE, key(9))


def test_a_bound_record_of_a_map_that_adopts_none_is_parked() -> None:
    """A contact under our name that the register does not have waits for a person."""
    plan = planned(scope_of(PERSON, None, remote_of(PERSON, person())))
    assert plan == Plan(parked=[Parked("person", key(1), "unknown_to_register")])


@pytest.mark.parametrize(("entity", "record"), [(PAIR, pair()), (PERSON, person())], ids=["adopts", "does not"])
def test_a_record_that_is_gone_from_the_register_does_not_come_back(entity: EntityMap, record: Record) -> None:
    """Both sides knew it and the register deleted it: the CRM's copy never brings it to life again."""
    plan = planned(scope_of(entity, None, remote_of(entity, record), base_of(entity, record)))
    assert [change for change in plan.changes if change.direction is Direction.REGISTER] == []


# Strangers


def test_a_link_to_a_stranger_is_neither_taken_nor_lost() -> None:
    """Staff linked a contact to a company we do not know: the record is parked by that field, the rest goes on."""
    plan = after(PERSON, person(), organisation=None, strangers=("organisation",), job_title="Gérante")
    assert plan.parked == [Parked("person", key(1), "links_to_stranger", ("organisation",))]
    assert only(plan).fields == ("job_title",)


def test_a_stranger_where_nothing_was_is_an_edit() -> None:
    """The register had no company, staff chose an unknown one: parked, though nothing is what both seem to have."""
    alone = person(organisation=None)
    assert after(PERSON, alone, strangers=("organisation",)).parked == [
        Parked("person", key(1), "links_to_stranger", ("organisation",))]


def test_a_stranger_and_an_edit_here_are_two_edits() -> None:
    """Staff chose an unknown company while the register chose another: the staff's choice is not overwritten."""
    alone = person(organisation=None)
    plan = after(PERSON, alone, local=person(), strangers=("organisation",))
    assert plan.changes == []
    assert [parked.fields for parked in plan.parked] == [("organisation",)]


def test_adopting_a_contact_keeps_its_unknown_company() -> None:
    """A contact that is adopted keeps the company that staff gave it, known to us or not, until a person decides."""
    crm = remote_of(PERSON, person(), organisation=None, strangers=["organisation"])
    plan = planned(scope_of(PERSON, person(), crm))
    assert plan.changes == []
    assert [parked.fields for parked in plan.parked] == [("organisation",)]


def test_a_stranger_in_a_set_is_not_thrown_out() -> None:
    """Staff added an unknown tie while the register added a known one: the set is not written over."""
    before = Mentor(key=key(4), person=key(1), conflicts=frozenset({key(2)}))
    now = before.model_copy(update={"conflicts": frozenset({key(2), key(6)})})
    plan = after(MENTOR, before, local=now, strangers=("conflicts",))
    assert plan.changes == []
    assert [parked.fields for parked in plan.parked] == [("conflicts",)]


def test_a_stranger_in_a_field_the_register_owns_is_set_back() -> None:
    """Where the register has the last word, a stranger is replaced like anybody."""
    change = only(after(PAIR, pair(), mentor=None, strangers=("mentor",)))
    assert (change.direction, change.fields) == (Direction.CRM, ("mentor",))


# Merged contacts


def test_a_record_merged_away_is_followed_in_the_register() -> None:
    """Staff merged two contacts: the register follows for the key that lost; the survivor is compared as ever."""
    survivor, lost = person(), person(key=key(8))
    row = remote_of(PERSON, survivor, merged=(key(8),))
    base = {key(1): base_of(PERSON, survivor)}
    scope = Scope(PERSON, {key(1): survivor, key(8): lost}, {key(1): row}, base, {}, {key(8): key(1)})
    change = only(planned(scope, {key(8): key(1)}))
    assert (change.key, change.direction, change.operation) == (key(8), Direction.REGISTER, Operation.MERGE)
    archived = lost.model_copy(update={"active": False})
    assert planned(replace(scope, local={key(1): survivor, key(8): archived}), {key(8): key(1)}) == Plan()


def test_a_link_to_a_merged_contact_is_no_change() -> None:
    """A pair whose mentor was merged still has the same mentor."""
    before = pair(mentor=key(8))
    scope = scope_of(PAIR, before, remote_of(PAIR, before, mentor=key(1)), base_of(PAIR, before))
    plan = planned(scope, {key(8): key(1)})
    assert (plan.changes, plan.conflicts, plan.parked) == ([], [], [])


def test_a_set_with_merged_contacts_is_no_change() -> None:
    """A merged contact counts once in a set, whichever of its keys is named."""
    before = BY_KIND["club_session"].record.model_validate(
        {"key": key(7), "date": "2026-01-10", "attendees": {key(1), key(8), key(3)}})
    crm = remote_of(SESSION, before, attendees=frozenset({key(1), key(3)}))
    scope = scope_of(SESSION, before, crm, base_of(SESSION, before))
    assert planned(scope, {key(8): key(1)}).changes == []
