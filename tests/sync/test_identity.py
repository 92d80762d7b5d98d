"""Contacts that staff merge, records that they delete or hide, databases that somebody restores."""

from __future__ import annotations

import pytest

from mappings.records import Contribution, Mentor
from sync_jobs.cycle import ApprovalNeeded
from tests.property.strategies import key
from tests.sync.conftest import DAY, FIRM, MEETING, MENTEE, MENTOR, OTHER, PAIR, Club


def test_a_contact_merge_is_followed(club: Club) -> None:
    """Staff merge two contacts: the register's links lead to the survivor, the other is archived, nothing waits."""
    club.register.save([
        Contribution(key=key(30), person=OTHER, date=DAY(2026, 10, 1), category="workshop", minutes=60),
        Mentor(key=key(31), person=OTHER),
    ])
    club.change("person", MENTEE, manager=OTHER)
    club.sync()
    club.staff.merge(club.name("person", MENTOR), club.name("person", OTHER))
    report = club.sync()
    assert (report.parked, report.conflicts) == (0, 0)
    assert not club.get("person", OTHER).active
    assert club.get("contribution", key(30)).person == MENTOR
    assert club.get("person", MENTEE).manager == MENTOR
    assert not club.get("mentor", key(31)).active, "a person has one profile in use"
    assert club.get("mentor", key(21)).active
    assert club.settled()


def test_merging_the_two_of_a_pair_waits_for_a_person(club: Club) -> None:
    """That cannot be meant: nothing is re-linked."""
    club.staff.merge(club.name("person", MENTOR), club.name("person", MENTEE))
    club.sync()
    assert [row["code"] for row in club.state.parked()] == ["merged_in_crm"]
    assert club.get("pair", PAIR).mentee == MENTEE


def test_a_contact_merged_into_a_stranger_keeps_its_binding(club: Club) -> None:
    """The survivor is a contact that Binôme did not know: it is ours from then on."""
    stranger = club.staff.create("res.partner", name="Mentor, again", is_company=False)
    club.staff.merge(stranger, club.name("person", OTHER))
    club.sync()
    assert club.get("person", OTHER).name == "Mentor, again"
    assert club.settled()


def test_a_deletion_is_believed_after_three_complete_listings(club: Club) -> None:
    """Staff delete a meeting: two full comparisons leave the register's alone, the third archives it, for good."""
    club.staff.delete("x_mentoring_meeting", club.name("meeting", MEETING))
    for _ in range(2):
        assert club.sync(full=True).parked == 1
        club.sync()
        assert club.get("meeting", MEETING).active
    assert club.sync(full=True).archived == 1
    assert not club.get("meeting", MEETING).active
    assert club.sync(full=True).parked == 0
    assert club.settled()


def test_a_record_that_comes_back_starts_anew(club: Club) -> None:
    """Listings that do not follow one another do not count together."""
    name = club.name("meeting", MEETING)
    club.staff.hide("x_mentoring_meeting", name)
    club.sync(full=True)
    assert [row["code"] for row in club.state.parked()] == ["hidden_in_crm"]
    club.staff.show("x_mentoring_meeting", name)
    assert club.sync(full=True).parked == 0
    assert club.settled()


def test_what_is_hidden_is_never_archived(club: Club) -> None:
    """Rights lost are no deletion, however many listings agree."""
    for kind, of in (("meeting", MEETING), ("pair", PAIR)):
        club.staff.hide(f"x_mentoring_{kind}", club.name(kind, of))
    for _ in range(5):
        club.sync(full=True)
    assert club.get("meeting", MEETING).active
    assert club.get("pair", PAIR).active


def test_a_crm_restored_from_a_backup_is_noticed_and_nothing_is_overwritten(club: Club) -> None:
    """Yesterday's CRM comes back: the sync asks first, and edits made since in the register are still there after."""
    yesterday = club.crm.backup()
    club.change("person", MENTOR, job_title="Director")
    given = Contribution(key=key(30), person=MENTOR, date=DAY(2026, 11, 1), category="workshop", minutes=60)
    club.register.save([given])
    club.sync()
    club.crm.restore(yesterday)
    club.now = club.now.replace(minute=0)
    with pytest.raises(ApprovalNeeded) as asked:
        club.sync()
    assert any("restored" in str(reason) for reason in asked.value.reasons)
    club.cycle().run(approve=asked.value.plan.hash)
    assert club.get("person", MENTOR).job_title == "Director"
    assert club.seen("contribution", key(30), "x_minutes") == 60
    assert club.sync().conflicts == 0
    assert club.settled()


def test_after_a_restore_a_value_on_both_sides_is_asked_about(club: Club) -> None:
    """Nobody can tell any more who changed a field that differs: a person decides."""
    yesterday = club.crm.backup()
    club.change("person", MENTOR, name="Mentor Renamed")
    club.sync()
    club.crm.restore(yesterday)
    with pytest.raises(ApprovalNeeded):
        club.change("person", OTHER, job_title="Director")
        club.sync()
    club.cycle().run(approve=club.cycle().plan().plan.hash)
    assert [(row["key"], row["field"]) for row in club.state.conflicts()] == [(MENTOR, "name")]
    assert club.get("person", MENTOR).name == "Mentor Renamed"
    club.state.decide(club.state.conflicts()[0], "register")
    club.sync()
    assert club.seen("person", MENTOR, "name") == "Mentor Renamed"
    assert club.settled()


def test_a_full_comparison_comes_by_itself(club: Club) -> None:
    """A day after the last one the next cycle compares every record, even what no cursor shows."""
    assert club.state.cursor("full")
    before = club.state.cursor("full")
    club.sync()
    assert club.state.cursor("full") == before
    club.now = club.now.replace(day=26)
    club.sync()
    assert club.state.cursor("full") != before


def test_the_firm_is_known(club: Club) -> None:
    """A renamed and moved company keeps its binding."""
    club.write("organisation", FIRM, name="Firm & Co", city="Meylan")
    club.sync()
    assert (club.get("organisation", FIRM).name, club.get("organisation", FIRM).city) == ("Firm & Co", "Meylan")
    assert club.settled()


def test_an_external_id_moved_to_another_record_is_noticed(club: Club) -> None:
    """Somebody gives a contact's external id to another one: nothing is taken in from there, nor written on it."""
    other = club.staff.create("res.partner", name="Somebody else", is_company=False)
    with club.crm._store.transaction() as records:
        records.name(club.name("person", MENTOR), "res.partner", other)
    club.staff.write("res.partner", other, function="Elsewhere")
    club.change("person", MENTOR, job_title="Director")
    for full in (False, True):
        assert club.sync(full=full).parked == 1
        assert [(row["key"], row["code"]) for row in club.state.parked()] == [(MENTOR, "external_id_taken")]
    assert club.get("person", MENTOR).name == "Mentor"
    assert club.staff.read("res.partner", other, "name", "function")["function"] == "Elsewhere"
