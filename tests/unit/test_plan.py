"""What a plan contains for every situation a record can be in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from mappings.base import EntityMap
from mappings.catalogue import BY_KIND, CATALOGUE
from mappings.records import Meeting, Mentor, Organisation, Pair, Person, Record
from mappings.values import LINK
from mappings.vocabulary import Role
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import (
    Change, Conflict, Direction, Operation, Parked, Plan, Scope, agreed_digest, sent_mark,
)
from tests.property.strategies import base_of, digest, key, planned, remote_of, scope_of

PERSON, CARD, MENTOR, PAIR, ORGANISATION, SESSION, MEETING = (
    BY_KIND[kind] for kind in ("person", "card", "mentor", "pair", "organisation", "club_session", "meeting"))
NAMES = {entity.kind: entity for entity in CATALOGUE}


def person(**more: Any) -> Person:
    """Make a person who shares an e-mail."""
    return Person(**{
        "key": key(1), "name": "Marie Confidentielle", "organisation": key(2), "email": "marie@exemple.fr",
        "phone": "+33612345678", "share_email": True, **more,
    })


MET = Meeting(key=key(5), pair=key(9), date=dt.date(2026, 1, 1))


def pair(**more: Any) -> Pair:
    """Make a pair."""
    return Pair(**{"key": key(9), "mentor": key(1), "mentee": key(3), "planned_end": dt.date(2026, 12, 31), **more})


def after(
    entity: EntityMap, agreed: Record, *, local: Record | None = None, strangers: tuple[str, ...] = (), **remote: Any,
) -> Plan:
    """Plan for a record that both sides agreed on, after edits on either side."""
    crm = remote_of(entity, agreed, strangers=strangers, **remote)
    return planned(scope_of(entity, local or agreed, crm, base_of(entity, agreed)))


def only(plan: Plan) -> Change:
    """Give the one change of a plan."""
    (change,) = plan.changes
    return change


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


# Consents


def test_a_withdrawn_consent_pulls_back() -> None:
    """What was sent is emptied on the contact, and goes to the card."""
    shared, withdrawn = person(), person(share_email=False)
    change = only(after(PERSON, shared, local=withdrawn))
    assert (change.direction, change.fields) == (Direction.CRM, ("email",))
    assert change.digests == {"email": digest("person", key(1), "email", None)}
    assert only(after(CARD, shared, local=withdrawn)).fields == ("share_email", "email")


def test_a_withdrawn_consent_beats_an_edit_of_the_staff() -> None:
    """Staff changed the shared address while its owner withdrew it: it is pulled back, and not taken in."""
    plan = after(PERSON, person(), local=person(share_email=False), email="autre@exemple.fr")
    assert only(plan).direction is Direction.CRM
    assert plan.conflicts == []


def test_a_withheld_value_of_the_staff_is_theirs() -> None:
    """An address that staff keep on a contact, and we never sent, is neither emptied nor taken in."""
    kept = person(share_email=False)
    plan = after(PERSON, kept, email="bureau@exemple.fr")
    assert plan == Plan()


def test_a_tag_that_staff_put_on_without_consent_is_taken_off() -> None:
    """The register owns the role's tags: without consent none of ours stands on a contact, whoever put it there."""
    silent = person(roles=frozenset({Role.MENTOR}))
    change = only(after(PERSON, silent, roles=frozenset({"mentor"})))
    assert (change.direction, change.fields) == (Direction.CRM, ("roles",))


def test_a_private_address_that_staff_edit_while_it_is_shared_here_is_not_lost() -> None:
    """The card empties when its owner shares the address; a new address that staff just wrote on it must survive."""
    private = person(share_email=False)
    plan = after(CARD, private, local=person(share_email=True), email="nouvelle@exemple.fr")
    taken = [field for c in plan.changes if c.direction is Direction.REGISTER for field in c.fields]
    assert "email" in [*taken, *(c.field for c in plan.conflicts)]
    assert "email" not in [f for c in plan.changes if c.direction is Direction.CRM for f in c.fields]


def test_a_consent_that_staff_record_with_the_address_comes_in_whole() -> None:
    """Staff write the new address on the card and tick that it is shared: both come in, in one change."""
    change = only(after(CARD, person(share_email=False), email="nouvelle@exemple.fr", share_email=True))
    assert (change.direction, set(change.fields)) == (Direction.REGISTER, {"email", "share_email"})


@pytest.mark.parametrize("shown", ["marie@exemple.fr", "autre@exemple.fr"])
def test_a_value_on_its_way_is_pulled_back_too(shown: str) -> None:
    """A crash while the address was sent leaves its mark: a consent withdrawn meanwhile still empties it."""
    kept = person(share_email=False)
    base = base_of(PERSON, kept)
    base["email"] = sent_mark(base["email"], "new")
    change = only(planned(scope_of(PERSON, kept, remote_of(PERSON, kept, email=shown), base)))
    assert (change.direction, change.fields) == (Direction.CRM, ("email",))


def test_a_creation_that_did_not_arrive_is_made_again() -> None:
    """A record that has nothing but the mark was never seen in the CRM: it is created, not missed."""
    base: dict[str, str] = {"email": sent_mark(None, "new")}
    assert only(planned(scope_of(PERSON, person(), None, base))).operation is Operation.CREATE


def test_a_value_on_its_way_that_arrived_is_agreed() -> None:
    """Both sides have it: the mark makes way for the digest."""
    base = {**base_of(PERSON, person()), "email": sent_mark("before", "new")}
    plan = planned(scope_of(PERSON, person(), remote_of(PERSON, person()), base))
    assert plan == Plan(agreed={("person", key(1)): {"email": digest("person", key(1), "email", "marie@exemple.fr")}})


def test_a_value_that_did_not_arrive_is_sent_again() -> None:
    """An outage is no edit: the address that the register changed, and whose sending failed, still simply goes out."""
    base = base_of(PERSON, person())
    base["email"] = sent_mark(base["email"], "new")
    plan = planned(scope_of(PERSON, person(email="neuf@exemple.fr"), remote_of(PERSON, person()), base))
    assert plan.conflicts == []
    assert (only(plan).direction, only(plan).fields) == (Direction.CRM, ("email",))


def test_what_is_changed_back_after_a_lost_answer_goes_out_again() -> None:
    """Our own value that arrived, its answer lost, is no edit of the staff: the register's change back is sent."""
    base = base_of(PERSON, person())
    base["email"] = sent_mark(base["email"], digest("person", key(1), "email", "neuf@exemple.fr"))
    plan = planned(scope_of(PERSON, person(), remote_of(PERSON, person(), email="neuf@exemple.fr"), base))
    assert (only(plan).direction, only(plan).fields) == (Direction.CRM, ("email",))


def test_an_edit_of_the_staff_after_an_outage_is_still_theirs() -> None:
    """The mark keeps what both sides agreed on: who changed what is known as before."""
    base = base_of(PERSON, person())
    base["email"] = sent_mark(sent_mark(base["email"], "one"), "two")
    assert agreed_digest(base["email"]) == base_of(PERSON, person())["email"]
    plan = planned(scope_of(PERSON, person(), remote_of(PERSON, person(), email="neuf@exemple.fr"), base))
    assert (only(plan).direction, only(plan).fields) == (Direction.REGISTER, ("email",))


# Merged contacts


def test_a_record_merged_away_is_noted_and_written_nowhere() -> None:
    """Staff merged two contacts: the key that lost waits for a person, the survivor is compared as ever."""
    survivor, lost = person(), person(key=key(8))
    row = remote_of(PERSON, survivor, merged=(key(8),))
    base = {key(1): base_of(PERSON, survivor)}
    scope = Scope(PERSON, {key(1): survivor, key(8): lost}, {key(1): row}, base, {}, {key(8): key(1)})
    assert planned(scope, {key(8): key(1)}) == Plan(parked=[Parked("person", key(8), "merged_in_crm")])


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


# The plan as a whole


def change(number: int = 1, **more: Any) -> Change:
    """Make a change."""
    return Change(**{
        "kind": "person", "key": key(number), "direction": Direction.CRM, "operation": Operation.UPDATE,
        "digests": {"name": "d1", "email": "d2"}, **more,
    })


def test_a_plan_has_one_hash_in_any_order() -> None:
    """The order of changes and of their fields does not count."""
    one, other = change(1), change(2)
    turned = change(1, digests={"email": "d2", "name": "d1"})
    assert Plan([one, other]).hash == Plan([other, turned]).hash
    assert Plan([one]).hash == Plan([one], conflicts=[Conflict("person", key(1), "phone", "a", "b")]).hash


@pytest.mark.parametrize("other", [
    {"digests": {"name": "d1", "email": "d3"}}, {"digests": {"name": "d1"}}, {"digests": {"name": "d1", "phone": "d2"}},
    {"key": key(2)}, {"kind": "organisation"}, {"direction": Direction.REGISTER}, {"operation": Operation.ARCHIVE},
    {"key": None, "crm_id": 5},
], ids="-".join)
def test_a_different_plan_has_a_different_hash(other: dict[str, Any]) -> None:
    """Another value, field, record, side or operation is another plan: approving one approves no other."""
    assert Plan([change()]).hash != Plan([change(**other)]).hash


def test_a_longer_plan_has_a_different_hash() -> None:
    """One change more, even the same again, is another plan."""
    assert len({Plan([change(n) for n in range(1, length)]).hash for length in (1, 2, 3)}) == 3
    assert Plan([change(), change()]).hash != Plan([change()]).hash


def test_a_plan_of_like_changes_can_be_hashed() -> None:
    """Newcomers have no key and may have equal digests; sorting them does not fail."""
    alike = [change(key=None, crm_id=number) for number in (3, 1, 2)]
    assert Plan(alike).hash == Plan(alike[::-1]).hash


def test_a_plan_is_counted_by_side_and_operation() -> None:
    """Counting takes one side, and some operations or all."""
    plan = Plan([change(1), change(2, operation=Operation.ARCHIVE), change(3, direction=Direction.REGISTER)])
    assert plan.count(Direction.CRM) == 2
    assert plan.count(Direction.CRM, Operation.ARCHIVE) == 1
    assert plan.count(Direction.CRM, Operation.ARCHIVE, Operation.UPDATE) == 2
    assert plan.count(Direction.REGISTER, Operation.CREATE) == 0


def test_the_repr_of_a_plan_shows_no_value() -> None:
    """Plans are logged and printed: names and digests only, in changes, conflicts and parked records alike."""
    plan = after(
        PERSON, person(), local=person(job_title="Fondatrice", name="Marie Nouvelle"), job_title="Gérante",
        email="neuf@exemple.fr", strangers=("organisation",))
    assert plan.changes
    assert plan.conflicts
    assert plan.parked
    for value in ("Marie", "Confidentielle", "Fondatrice", "Gérante", "neuf@", "marie@", "612345678"):
        assert value not in repr(plan)


def test_planning_changes_nothing_it_was_given() -> None:
    """Planning is pure: scope, base and alias are as before, and planning again gives the same."""
    agreed = person()
    scope = scope_of(PERSON, person(name="Autre"), remote_of(PERSON, agreed, job_title="X"), base_of(PERSON, agreed))
    before = repr(scope)
    assert planned(scope) == planned(scope)
    assert repr(scope) == before


def test_a_links_canonical_form_is_its_key() -> None:
    """Links are compared by key, so that both sides' words for one record are equal."""
    assert LINK.canonical(key(1)) == str(key(1))
    assert set(NAMES) == set(BY_KIND)
