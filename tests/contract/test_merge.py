"""Merging: staff merge duplicate contacts in the CRM, and everything of ours follows the survivor."""

from __future__ import annotations

from tests.contract.sides import Side

PARTNER, PAIR, SESSION = "res.partner", "x_mentoring_pair", "x_mentoring_session"


def test_the_survivor_answers_to_every_external_id(side: Side) -> None:
    """After a merge both external ids are bound to the survivor, and its one row names both."""
    kept, gone = side.person(), side.person()
    record = side.crm.bindings(PARTNER)[kept]
    side.staff.merge(kept, gone)
    ids = side.crm.bindings(PARTNER)
    assert ids[kept] == ids[gone] == record
    (row,) = side.crm.read(PARTNER, ("name",), [gone]).rows
    assert set(row.external_ids) == {kept, gone}


def test_links_follow_the_survivor(side: Side) -> None:
    """Links and sets that held the merged contact hold the survivor, once."""
    kept, gone = side.person(), side.person()
    pair = side.pair(x_mentor_id=gone)
    session = side.new("club_session")
    side.apply(session, SESSION, {"x_date": "2026-10-01", "x_attendee_ids": {"set": [kept, gone]}})
    side.staff.merge(kept, gone)
    record = side.crm.bindings(PARTNER)[kept]
    assert side.read(pair, PAIR, "x_mentor_id") == {"x_mentor_id": record}
    assert side.read(session, SESSION, "x_attendee_ids") == {"x_attendee_ids": [record]}
    page = side.crm.read(PAIR, ("x_mentor_id",), [pair])
    assert set(page.links[PARTNER, record]) == {kept, gone}


def test_links_follow_without_a_new_date(side: Side) -> None:
    """A merge moves links by SQL: the linking record's ``write_date`` stays, so that no poll shows it."""
    kept, gone = side.person(), side.person()
    session = side.new("club_session")
    values = {"x_date": "2026-10-01", "x_coach_id": gone, "x_attendee_ids": {"set": [gone]}}
    side.apply(session, SESSION, values)
    before = side.written(session, SESSION)
    side.later()
    side.staff.merge(kept, gone)
    record = side.crm.bindings(PARTNER)[kept]
    values = side.read(session, SESSION, "x_coach_id", "x_attendee_ids")
    assert values == {"x_coach_id": record, "x_attendee_ids": [record]}
    assert side.written(session, SESSION) == before
    assert side.written(kept, PARTNER) > before


def test_names_follow_the_survivor(side: Side) -> None:
    """What is named after a merged contact takes the survivor's name, and that is a write."""
    kept, gone = side.person(name="Kept"), side.person(name="Gone")
    pair = side.pair(x_mentor_id=gone, x_mentee_id=side.person(name="Zoé"))
    before = side.written(pair, PAIR)
    side.later()
    side.staff.merge(kept, gone)
    assert side.read(pair, PAIR, "x_name") == {"x_name": "Kept – Zoé"}
    assert side.written(pair, PAIR) > before


def test_the_survivor_keeps_its_values_and_fills_its_gaps(side: Side) -> None:
    """The survivor's own values win; what it lacked is taken from the merged contact."""
    kept = side.person(name="Kept", email=False, city="Nantes")
    gone = side.person(name="Gone", email="gone@example.org")
    side.staff.merge(kept, gone)
    values = side.read(kept, PARTNER, "name", "email", "city")
    assert values == {"name": "Kept", "email": "gone@example.org", "city": "Nantes"}


def test_a_merged_contact_is_written_under_any_of_its_names(side: Side) -> None:
    """The external id of the merged contact reaches the survivor: creation finds it, writes change it."""
    kept, gone = side.person(name="Kept"), side.person()
    side.staff.merge(kept, gone)
    record = side.crm.bindings(PARTNER)[kept]
    assert (side.apply(gone, PARTNER, {"name": "Anew"})).id == record
    assert side.apply(gone, PARTNER, {"name": "Changed"}, {"name": "Kept"}).status == "updated"
    assert side.read(kept, PARTNER, "name") == {"name": "Changed"}


def test_a_merge_into_a_stranger_binds_the_stranger(side: Side) -> None:
    """Where staff merge our contact into one that was not ours, that one is ours from then on."""
    person = side.person()
    stranger = side.staff.create(PARTNER, name="Stranger")
    side.staff.merge(stranger, person)
    assert side.crm.bindings(PARTNER)[person] == stranger
