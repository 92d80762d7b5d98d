"""Rules of the programme that edits in the CRM break, and what follows from others."""

from __future__ import annotations

import datetime as dt

import pytest

from connector.crm.module.names import ACTIVITY_TYPES
from mappings.vocabulary import CharterState, MeetingState, PairState
from tests.sync.conftest import CHARTER, DAY, FIRM, MEETING, MENTEE, MENTOR, OTHER, PAIR, STAY, VENTURE, Club

TO_CONFIRM = ACTIVITY_TYPES["meeting_to_confirm"]


def test_activating_a_pair_without_both_signatures_is_set_back_and_explained(club: Club) -> None:
    """The pair keeps its state on both sides, and its chatter says why, without a name or a value."""
    club.write("pair", PAIR, x_state="active")
    (change,) = club.cycle().plan().plan.changes
    assert (change.direction, change.fields, change.because) == ("crm", ("state",), "rule_5")
    club.sync()
    assert club.get("pair", PAIR).state is PairState.CHARTER_PENDING
    assert club.seen("pair", PAIR, "x_state") == "charter_pending"
    (note,) = club.notes("pair", PAIR)
    assert "signatures" in note
    assert "Mentor" not in note
    assert club.settled()


def test_signing_and_activating_at_once_is_taken_in(club: Club) -> None:
    """Both signatures and the activation come in one sync: nothing is broken."""
    signed = {"x_mentor_signed_on": "2026-11-23", "x_mentee_signed_on": "2026-11-24", "x_state": "signed"}
    club.write("charter", CHARTER, **signed)
    club.write("pair", PAIR, x_state="active")
    club.sync()
    assert club.get("pair", PAIR).state is PairState.ACTIVE
    assert club.notes("pair", PAIR) == []
    assert club.settled()


def test_one_signature_recorded_on_each_side_makes_a_signed_charter(club: Club) -> None:
    """Both sides changed its state, each to what it knew: the two dates decide, and nobody is asked."""
    club.change("charter", CHARTER, mentor_signed_on=DAY(2026, 11, 23), state="signed_by_mentor")
    club.write("charter", CHARTER, x_mentee_signed_on="2026-11-24", x_state="signed_by_mentee")
    report = club.sync()
    assert (report.conflicts, club.get("charter", CHARTER).state) == (0, CharterState.SIGNED)
    club.sync()
    assert club.seen("charter", CHARTER, "x_state") == "signed"
    assert club.settled()


def test_the_rest_of_an_edit_that_breaks_a_rule_is_taken_in(club: Club) -> None:
    """Only the field that breaks the rule is set back."""
    club.write("pair", PAIR, x_state="active", x_cadence_days=60, x_planned_end="2029-01-01")
    club.sync()
    pair = club.get("pair", PAIR)
    assert (pair.state, pair.cadence_days, pair.planned_end) == (PairState.CHARTER_PENDING, 60, DAY(2027, 12, 31))
    assert club.seen("pair", PAIR, "x_planned_end") == "2027-12-31"
    assert club.settled()


def test_an_edit_that_repeats_the_break_is_set_back_again(club: Club) -> None:
    """Each time staff try it is set back and explained."""
    for _ in range(2):
        club.write("pair", PAIR, x_state="active")
        club.sync()
        assert club.seen("pair", PAIR, "x_state") == "charter_pending"


def test_a_pair_that_broke_a_rule_before_can_still_be_edited(club: Club) -> None:
    """What was wrong already is not the doing of this edit."""
    club.change("pair", PAIR, planned_end=DAY(2030, 1, 1))
    club.change("pair", PAIR, state=PairState.ACTIVE)
    club.sync()
    club.write("pair", PAIR, x_cadence_days=45)
    club.sync()
    assert club.get("pair", PAIR).cadence_days == 45
    assert club.notes("pair", PAIR) == []


def test_a_new_pair_that_breaks_a_rule_stays_out_and_is_explained_once(club: Club) -> None:
    """Staff pair two people of one company: it waits in the CRM with a note, and enters once it is corrected."""
    club.change("person", OTHER, organisation=VENTURE)
    club.sync()
    people = {"x_mentor_id": club.name("person", OTHER), "x_mentee_id": club.name("person", MENTEE)}
    made = club.staff.create("x_mentoring_pair", **people, x_state="proposed")
    for _ in range(3):
        assert club.sync().parked == 1
    assert [row["code"] for row in club.state.parked()] == ["rule_1"]
    assert len(club.staff.notes("x_mentoring_pair", made)) == 1
    assert club.register.count("pair") == 1
    club.change("person", OTHER, organisation=FIRM)
    club.sync()
    assert club.register.count("pair") == 2
    assert club.settled()


@pytest.mark.parametrize("side", ["register", "crm"])
def test_the_planned_end_of_a_pair_follows_its_stay(club: Club, side: str) -> None:
    """A stay that ends earlier takes its pairs along, whichever side shortened it, and on both sides."""
    if side == "register":
        club.change("stay", STAY, end=DAY(2026, 12, 31))
    else:
        club.write("stay", STAY, x_end="2026-12-31")
    club.sync()
    assert club.get("pair", PAIR).planned_end == DAY(2026, 12, 31)
    assert club.seen("pair", PAIR, "x_planned_end") == "2026-12-31"
    assert club.settled()


def test_a_stay_that_staff_prolong_takes_along_the_pairs_that_ended_with_it(club: Club) -> None:
    """The pair's end was the stay's own: it still is."""
    club.write("stay", STAY, x_planned_end="2028-06-30")
    club.sync()
    assert club.get("pair", PAIR).planned_end == DAY(2028, 6, 30)
    assert club.settled()


@pytest.mark.parametrize("activity", [TO_CONFIRM, "mail.mail_activity_data_meeting"])
def test_a_meeting_whose_activity_is_done_is_held(club: Club, activity: str) -> None:
    """Staff tick the meeting's activity off: the meeting is held on both sides; what they wrote there stays there."""
    place = "x_mentoring_meeting", club.name("meeting", MEETING)
    club.staff.mark_done(club.staff.schedule(*place, activity, "Meeting", "2026-11-20"), "they said a secret")
    club.sync()
    assert club.get("meeting", MEETING).state is MeetingState.HELD
    assert club.seen("meeting", MEETING, "x_state") == "held"
    assert club.settled()


def test_a_done_activity_counts_once(club: Club) -> None:
    """Staff set the meeting back afterwards: the activity of before is not heeded again."""
    place = "x_mentoring_meeting", club.name("meeting", MEETING)
    club.staff.mark_done(club.staff.schedule(*place, TO_CONFIRM, "M", "2026-11-20"))
    club.cycle().run()
    club.write("meeting", MEETING, x_state="planned")
    for _ in range(3):
        club.cycle().run()
    club.sync(full=True)
    assert club.get("meeting", MEETING).state is MeetingState.PLANNED


def test_a_meeting_cancelled_since_stays_cancelled(club: Club) -> None:
    """What staff typed after ticking the activity off is their last word."""
    place = "x_mentoring_meeting", club.name("meeting", MEETING)
    club.staff.mark_done(club.staff.schedule(*place, TO_CONFIRM, "M", "2026-11-20"))
    club.write("meeting", MEETING, x_state="cancelled")
    club.sync()
    club.sync(full=True)
    assert club.get("meeting", MEETING).state is MeetingState.CANCELLED


def test_a_meeting_rescheduled_here_and_cancelled_there_keeps_both(club: Club) -> None:
    """Two edits of two fields: cancelled, at its new date, on both sides."""
    club.change("meeting", MEETING, date=DAY(2026, 12, 1))
    club.write("meeting", MEETING, x_state="cancelled")
    club.sync()
    met = club.get("meeting", MEETING)
    assert (met.date, met.state) == (DAY(2026, 12, 1), MeetingState.CANCELLED)
    assert (club.seen("meeting", MEETING, "x_date"), club.seen("meeting", MEETING, "x_state")) == (
        "2026-12-01", "cancelled",
    )
    assert club.settled()


def test_a_pair_paused_there_while_its_charter_is_signed_here(club: Club) -> None:
    """Two records, two edits: the pair is paused and the charter signed, on both sides."""
    club.change(
        "charter", CHARTER, state="signed", mentor_signed_on=DAY(2026, 11, 23), mentee_signed_on=DAY(2026, 11, 23)
    )
    club.write("pair", PAIR, x_state="paused")
    club.sync()
    assert club.get("pair", PAIR).state is PairState.PAUSED
    assert club.seen("charter", CHARTER, "x_state") == "signed"
    assert club.settled()


def test_nothing_happens_to_people_of_the_pair(club: Club) -> None:
    """The club that these tests use is in step, and its people are known to the CRM."""
    assert club.settled()
    assert {club.seen("person", of, "name") for of in (MENTOR, MENTEE, OTHER)} == {"Mentor", "Mentee", "Other"}


def test_the_state_of_a_charter_follows_the_dates_that_staff_enter(club: Club) -> None:
    """One date, then the other: the state follows on both sides, and the pair may be activated in the same sync."""
    club.write("charter", CHARTER, x_mentor_signed_on="2026-11-23")
    club.sync()
    assert club.seen("charter", CHARTER, "x_state") == club.get("charter", CHARTER).state == "signed_by_mentor"
    club.write("charter", CHARTER, x_mentee_signed_on="2026-11-24")
    club.write("pair", PAIR, x_state="active")
    club.sync()
    assert club.seen("charter", CHARTER, "x_state") == club.get("charter", CHARTER).state == "signed"
    assert club.get("pair", PAIR).state is PairState.ACTIVE
    assert club.notes("charter", CHARTER) == club.notes("pair", PAIR) == []
    assert club.settled()


@pytest.mark.parametrize(
    ("typed", "stands", "notes"),
    [
        ({"x_state": "signed"}, "sent", 1),
        ({"x_state": "signed", "x_mentor_signed_way": "scan"}, "sent", 1),
        ({"x_state": "signed", "x_mentee_signed_on": "2026-11-24"}, "signed_by_mentee", 0),
        ({"x_state": "draft", "x_mentor_signed_on": "2026-11-24", "x_mentee_signed_on": "2026-11-24"}, "signed", 0),
    ],
)
def test_a_state_that_the_dates_gainsay_does_not_stand(
    club: Club, typed: dict[str, str], stands: str, notes: int
) -> None:
    """The dates win on both sides; a state that was chosen with no date behind it is set back with a note."""
    club.write("charter", CHARTER, **typed)
    club.sync()
    assert club.seen("charter", CHARTER, "x_state") == club.get("charter", CHARTER).state == stands
    assert len(club.notes("charter", CHARTER)) == notes
    assert club.settled()


def test_a_charter_that_staff_make_follows_its_dates_too(club: Club) -> None:
    """Staff enter a whole charter at once: it is taken in, and its state follows."""
    made = {"x_pair_id": club.name("pair", PAIR), "x_version": "2025-1", "x_state": "signed"}
    club.staff.create("x_mentoring_charter", **made, x_sent_on="2025-01-01")
    club.sync()
    (other,) = [one for one in club.register.all("charter") if one.key != CHARTER]
    assert club.seen("charter", other.key, "x_state") == club.get("charter", other.key).state == "sent"
    assert club.settled()


def test_an_older_version_does_not_activate(club: Club) -> None:
    """Both signed last year's charter, and the club has a new one: the pair waits for new signatures."""
    signed = {"x_mentor_signed_on": "2026-11-23", "x_mentee_signed_on": "2026-11-24", "x_state": "signed"}
    club.write("charter", CHARTER, **signed)
    club.write("pair", PAIR, x_state="active")
    club.now += dt.timedelta(minutes=15)
    club.cycle(charter_version="2027-1").run()
    assert club.get("pair", PAIR).state is PairState.CHARTER_PENDING
    club.write("pair", PAIR, x_state="active")
    club.now += dt.timedelta(minutes=15)
    club.cycle(charter_version="2026-1").run()
    assert club.get("pair", PAIR).state is PairState.ACTIVE
