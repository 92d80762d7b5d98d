"""Writing: only where the CRM still holds what was last read."""

from __future__ import annotations

from typing import Any

import pytest

from connector.crm.errors import CrmAnswerLost
from tests.contract.faults import Fault, FaultyCrm
from tests.contract.payloads import payload
from tests.contract.sides import FALLBACK, Side

PARTNER, PAIR, SESSION = "res.partner", "x_mentoring_pair", "x_mentoring_session"


def test_a_side_says_whether_it_compares_in_the_writing_itself(side: Side) -> None:
    """A user who may run the batch action compares and sets; another compares first and sets then, and says so."""
    assert side.crm.compare_and_set is (side.name != FALLBACK)


def test_a_write_lands_where_the_expected_value_still_stands(side: Side) -> None:
    """Where every expected value stands the payload is written: ``updated``."""
    pair = side.pair()
    outcome = side.apply(pair, PAIR, {"x_state": "active"}, {"x_state": "proposed"})
    assert (outcome.status, outcome.id) == ("updated", side.crm.bindings(PAIR)[pair])
    assert side.read(pair, PAIR, "x_state") == {"x_state": "active"}


def test_a_write_after_a_staff_edit_is_stale(side: Side) -> None:
    """Where staff changed an expected value meanwhile, nothing of the payload is written: ``stale``."""
    pair = side.pair()
    side.staff.write(PAIR, pair, x_state="accepted")
    values = {"x_state": "active", "x_start": "2026-10-01"}
    outcome = side.apply(pair, PAIR, values, {"x_state": "proposed", "x_start": False})
    assert outcome.status == "stale"
    assert side.read(pair, PAIR, "x_state", "x_start") == {"x_state": "accepted", "x_start": False}


def test_a_staff_edit_of_another_column_does_not_matter(side: Side) -> None:
    """Only expected columns are compared, and only given columns are written."""
    pair = side.pair()
    side.staff.write(PAIR, pair, x_planned_end="2027-01-01")
    assert side.apply(pair, PAIR, {"x_state": "active"}, {"x_state": "proposed"}).status == "updated"
    expected = {"x_planned_end": "2027-01-01", "x_state": "active"}
    assert side.read(pair, PAIR, *expected) == expected


def test_a_stale_row_does_not_stop_the_others(side: Side) -> None:
    """In one batch, what still stands is written and what is stale is not."""
    first, second = side.pair(), side.pair()
    side.staff.write(PAIR, first, x_state="declined")
    outcomes = side.crm.apply([
        payload(each, PAIR, {"x_state": "active"}, {"x_state": "proposed"}) for each in (first, second)
    ])
    assert [outcome.status for outcome in outcomes] == ["stale", "updated"]
    assert side.read(first, PAIR, "x_state") == {"x_state": "declined"}


def test_a_write_whose_answer_was_lost_is_stale_when_sent_again(side: Side) -> None:
    """Sent again after a lost answer, a write finds its expected value gone: ``stale``, and no harm done."""
    pair = side.pair()
    line = FaultyCrm(side.crm, {1: Fault.LOST})
    change = [payload(pair, PAIR, {"x_state": "active"}, {"x_state": "proposed"})]
    with pytest.raises(CrmAnswerLost):
        line.apply(change)
    side.staff.write(PAIR, pair, x_state="paused")
    assert line.apply(change)[0].status == "stale"
    assert side.read(pair, PAIR, "x_state") == {"x_state": "paused"}


def test_a_write_to_what_is_gone_is_missing(side: Side) -> None:
    """An external id that nobody has, or whose record was deleted, is ``missing``: nothing is made anew."""
    pair = side.pair()
    side.staff.delete(PAIR, pair)
    for name in (pair, side.new("pair")):
        assert side.apply(name, PAIR, {"x_state": "active"}, {"x_state": "proposed"}).status == "missing"
    assert pair not in side.crm.bindings(PAIR)


def test_a_second_row_for_one_record_is_stale(side: Side) -> None:
    """Within one batch a record is written once; its second row is compared with what no longer stands."""
    pair = side.pair()
    change = payload(pair, PAIR, {"x_state": "active"}, {"x_state": "proposed"})
    assert [outcome.status for outcome in side.crm.apply([change, change])] == ["updated", "stale"]


@pytest.mark.parametrize(("column", "stored", "other"), [
    ("x_planned_end", "2027-01-01", "2027-01-02"),
    ("x_planned_end", False, "2027-01-02"),
    ("x_cadence_days", 30, 60),
    ("x_cadence_days", 0, 30),
    ("x_mentor_accepted", True, False),
    ("x_mentor_accepted", False, True),
    ("x_end_code", False, "other"),
    ("x_end_code", "other", "completed"),
])
def test_every_type_compares_as_it_is_read(side: Side, column: str, stored: Any, other: Any) -> None:
    """What ``read`` answers is what ``expected`` takes; anything else is stale."""
    pair = side.pair(**{column: stored})
    assert side.read(pair, PAIR, column) == {column: stored}
    change = {"x_state": "active"}
    outcomes = side.crm.apply([payload(pair, PAIR, change, {column: each}) for each in (other, stored)])
    assert [outcome.status for outcome in outcomes] == ["stale", "updated"]


def test_links_compare_by_database_id(side: Side) -> None:
    """A link is expected as it was read: the database id, or ``False``."""
    pair = side.pair()
    raw = side.read(pair, PAIR, "x_mentor_id", "x_stay_id")
    assert raw == {"x_mentor_id": raw["x_mentor_id"], "x_stay_id": False}
    other = side.person()
    assert side.apply(pair, PAIR, {"x_mentor_id": other}, raw).status == "updated"
    assert side.apply(pair, PAIR, {"x_mentor_id": other}, raw).status == "stale"


def test_sets_compare_whatever_their_order(side: Side) -> None:
    """A set of links is expected as a list of database ids in any order."""
    people = [side.person() for _ in range(3)]
    session = side.new("club_session")
    side.apply(session, SESSION, {"x_date": "2026-10-01", "x_attendee_ids": {"set": people}})
    ids = sorted(side.read(session, SESSION, "x_attendee_ids")["x_attendee_ids"])
    outcome = side.apply(session, SESSION, {"x_minutes": 90}, {"x_attendee_ids": ids[::-1]})
    assert outcome.status == "updated"
    assert side.apply(session, SESSION, {"x_minutes": 60}, {"x_attendee_ids": ids[:2]}).status == "stale"


def test_an_archived_member_of_a_set_still_counts(side: Side) -> None:
    """Archiving a contact takes it out of no set of links."""
    person = side.person()
    session = side.new("club_session")
    side.apply(session, SESSION, {"x_date": "2026-10-01", "x_attendee_ids": {"set": [person]}})
    side.staff.archive(PARTNER, person)
    raw = side.read(session, SESSION, "x_attendee_ids")
    assert raw == {"x_attendee_ids": [side.crm.bindings(PARTNER)[person]]}
    assert side.apply(session, SESSION, {"x_minutes": 90}, raw).status == "updated"


def test_an_archived_record_is_written_as_any_other(side: Side) -> None:
    """Archived is a value, not an absence."""
    pair = side.pair(x_active=False)
    assert side.apply(pair, PAIR, {"x_active": True}, {"x_active": False}).status == "updated"
    assert side.read(pair, PAIR, "x_active") == {"x_active": True}


def test_a_write_that_changes_nothing_still_moves_the_date(side: Side) -> None:
    """``write_date`` moves on every write, whatever it changes: a date alone proves no change."""
    pair = side.pair()
    before = side.written(pair, PAIR)
    side.later()
    assert side.apply(pair, PAIR, {"x_state": "proposed"}, {"x_state": "proposed"}).status == "updated"
    assert side.written(pair, PAIR) > before


def test_a_stale_write_leaves_the_date(side: Side) -> None:
    """What is not written is not touched."""
    pair = side.pair()
    before = side.written(pair, PAIR)
    side.later()
    assert side.apply(pair, PAIR, {"x_state": "active"}, {"x_state": "ended"}).status == "stale"
    assert side.written(pair, PAIR) == before


def test_an_update_with_nothing_expected_always_lands(side: Side) -> None:
    """An empty ``expected`` compares nothing, and asks for a record that exists."""
    pair, person = side.pair(), side.person()
    assert side.apply(pair, PAIR, {"x_state": "active"}, {}).status == "updated"
    assert side.apply(person, PARTNER, {"name": "Anne"}, {}).status == "updated"
    assert side.apply(side.new("pair"), PAIR, {"x_state": "active"}, {}).status == "missing"
