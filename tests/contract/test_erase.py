"""Erasing: what is deleted on every side, what has to stay, and that nothing is left of what is gone."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmError
from connector.crm.port import Erasure
from mappings.destinations import ROLE_TAGS
from tests.contract.sides import Side

PARTNER, PAIR, MEETING, CARD = "res.partner", "x_mentoring_pair", "x_mentoring_meeting", "x_mentoring_card"
SESSION, CONTRIBUTION = "x_mentoring_session", "x_mentoring_contribution"
MENTOR = ROLE_TAGS["mentor"]
SHOWN = {"email": "anne@example.org"}


def erased(side: Side, *names: str) -> list[str]:
    """Erase records, and give what came of each."""
    return [each.status for each in side.crm.erase([Erasure(name) for name in names])]


def bound(side: Side, model: str, *names: str) -> list[str]:
    """Give which of these external ids still lead to a record."""
    return sorted(side.crm.bindings(model, names))


def test_a_person_goes_with_all_that_needs_them(side: Side) -> None:
    """One external id takes the contact, the pairs, their meetings, hours, and what staff made unbound."""
    person, other = side.person(), side.person()
    pair = side.pair(x_mentor_id=person, x_mentee_id=other)
    meeting, session = side.meeting(pair), side.new("session")
    side.apply(session, SESSION, {"x_date": "2026-10-01", "x_attendee_ids": {"set": [person, other]}})
    by_hand = side.staff.create(
        CONTRIBUTION, x_partner_id=person, x_date="2026-10-01", x_category="workshop", x_minutes=30,
    )
    side.staff.note(PAIR, pair, "Un mot")
    assert erased(side, person) == ["erased"]
    assert [bound(side, *at) for at in ((PARTNER, person), (PAIR, pair), (MEETING, meeting))] == [[], [], []]
    assert side.crm.living(CONTRIBUTION, [by_hand]) == set()
    assert side.read(session, SESSION, "x_attendee_ids") == {"x_attendee_ids": [side.staff.id_of(PARTNER, other)]}


def test_children_and_parents_may_come_in_one_batch(side: Side) -> None:
    """Each row is answered, in order; sent again, all is missing."""
    pair = side.pair()
    meeting = side.meeting(pair)
    assert erased(side, pair, meeting, side.new("pair")) == ["erased", "erased", "missing"]
    assert erased(side, pair, meeting) == ["missing", "missing"]


def test_a_contact_that_staff_made_stays_without_what_is_ours(side: Side) -> None:
    """It loses our name, our tags and the e-mail we showed; the name, and a phone that staff typed, are theirs."""
    made = side.staff.create(PARTNER, name="Anne", phone="+33 1 02 03 04 05", email=SHOWN["email"])
    person, card = side.new("person"), side.new("card")
    side.crm.bind(PARTNER, [(person, made)])
    side.apply(person, PARTNER, {"category_id": {"link": [MENTOR]}}, {"name": "Anne"})
    side.apply(card, CARD, {"x_partner_id": person})
    (outcome,) = side.crm.erase([Erasure(person, {**SHOWN, "phone": "+33 9 99 99 99 99"})])
    assert (outcome.status, outcome.id) == ("unbound", made)
    assert bound(side, PARTNER, person) == bound(side, CARD, card) == []
    left = side.staff.read(PARTNER, made, "name", "email", "phone", "category_id")
    left.pop("write_date")
    assert left == {"name": "Anne", "email": False, "phone": "+33 1 02 03 04 05", "category_id": []}
    assert [each.status for each in side.crm.erase([Erasure(person)])] == ["missing"]


def test_a_contact_with_somebody_elses_name_stays(side: Side) -> None:
    """Of two people whom staff merged only the one is let go of; the other's records are not touched."""
    person, other = side.person(), side.person()
    pair = side.pair(x_mentor_id=other)
    side.staff.merge(other, person)
    assert erased(side, person) == ["unbound"]
    assert (bound(side, PARTNER, person, other), bound(side, PAIR, pair)) == ([other], [pair])


def test_two_names_of_one_contact_go_together(side: Side) -> None:
    """Where all of a contact's names are in the batch, it is deleted once."""
    person, other = side.person(), side.person()
    side.staff.merge(other, person)
    assert erased(side, person, other) == ["erased", "erased"]
    assert bound(side, PARTNER, person, other) == []


def test_a_name_that_is_not_ours_fails_the_batch(side: Side) -> None:
    """Nothing else of the CRM can be erased this way, and the rest of the batch stays."""
    pair = side.pair()
    with pytest.raises(CrmError):
        side.crm.erase([Erasure(pair), Erasure("base.main_partner")])
    assert bound(side, PAIR, pair) == [pair]
