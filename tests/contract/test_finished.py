"""Activities on their way back: those that staff did, and those whose cause is gone."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmError
from connector.crm.module.names import ACTIVITY_MEETING, ACTIVITY_TYPES
from connector.crm.port import Finished, Todo
from tests.contract.sides import Side

PAIR, PARTNER = "x_mentoring_pair", "res.partner"
OVERDUE, SILENCE = ACTIVITY_TYPES["meeting_overdue"], ACTIVITY_TYPES["silence"]
DAY = "2026-12-01"


def done_on(side: Side, pair: str, since: str | None = None) -> list[Finished]:
    """List what staff did on one pair."""
    return [each for each in side.crm.finished(since) if each.external_id == pair]


def reminded(side: Side, pair: str, summary: str = "Call") -> int:
    """Schedule an activity of ours, and give its id."""
    (outcome,) = side.crm.remind([Todo(pair, SILENCE, summary, DAY)])
    assert outcome.id
    return outcome.id


def test_what_staff_did_is_told(side: Side) -> None:
    """An activity of ours that staff ticked off is told with its record, kind, summary and moment, not their words."""
    pair = side.pair()
    activity, left_open = reminded(side, pair), reminded(side, pair, "Open")
    before = side.crm.now()
    side.later()
    side.staff.mark_done(activity, feedback="Un mot confidentiel")
    (found,) = done_on(side, pair)
    assert (found.id, found.model, found.activity_type, found.summary) == (activity, PAIR, SILENCE, "Call")
    assert before <= found.done_at <= side.crm.now()
    assert "confidentiel" not in repr(found)
    assert left_open in [each.id for each in side.staff.activities(PAIR, pair)]


def test_a_meeting_that_staff_planned_is_told(side: Side) -> None:
    """Odoo's own "Meeting" counts as ours; its other types do not."""
    pair = side.pair()
    meeting = side.staff.schedule(PAIR, pair, ACTIVITY_MEETING, "Rencontre", DAY)
    other = side.staff.schedule(PAIR, pair, "mail.mail_activity_data_call", "Appel", DAY)
    side.staff.mark_done(meeting)
    side.staff.mark_done(other)
    assert [(each.id, each.activity_type) for each in done_on(side, pair)] == [(meeting, ACTIVITY_MEETING)]


def test_what_was_cancelled_is_not_told(side: Side) -> None:
    """A cancelled activity was not done."""
    pair = side.pair()
    side.staff.cancel(reminded(side, pair))
    assert done_on(side, pair) == []


def test_only_what_was_done_since_is_told(side: Side) -> None:
    """What was done in the second itself is told, what was done before it is not."""
    pair = side.pair()
    first, second = reminded(side, pair, "First"), reminded(side, pair, "Second")
    side.staff.mark_done(first)
    side.later()
    side.staff.mark_done(second)
    late = next(each.done_at for each in done_on(side, pair) if each.id == second)
    assert [each.id for each in done_on(side, pair, late)] == [second]
    assert [each.id for each in done_on(side, pair)] == [first, second]


def test_only_bound_records_of_ours_count(side: Side) -> None:
    """What staff did on a contact, or on a pair that is not bound, is not told."""
    person, pair = side.person(), side.pair()
    unbound = side.staff.create(PAIR, x_mentor_id=person, x_mentee_id=side.person())
    activities = [
        side.staff.schedule(PARTNER, person, ACTIVITY_MEETING, "A", DAY),
        side.staff.schedule(PAIR, unbound, ACTIVITY_MEETING, "A", DAY),
        side.staff.schedule(PAIR, pair, ACTIVITY_MEETING, "A", DAY),
    ]
    for activity in activities:
        side.staff.mark_done(activity)
    assert [each.id for each in side.crm.finished(None) if each.id in activities] == activities[2:]


def test_finished_takes_two_calls_at_most(side: Side) -> None:
    """However much was done, it is two calls."""
    pair = side.pair()
    for summary in ("A", "B", "C"):
        side.staff.mark_done(reminded(side, pair, summary))
    before = side.crm.calls
    assert len(done_on(side, pair)) == 3
    assert side.crm.calls - before <= 2


def test_a_cause_that_is_gone_takes_its_activity_along(side: Side) -> None:
    """Withdrawn, an activity is gone without a message; others stay; once more it is missing."""
    pair = side.pair()
    reminded(side, pair)
    kept = reminded(side, pair, "Another")
    before = side.traces()
    todo = Todo(pair, SILENCE, "Call", "2027-01-01")
    outcomes = side.crm.withdraw([todo, todo, Todo(pair, OVERDUE, "Another", DAY)])
    assert [each.status for each in outcomes] == ["withdrawn", "missing", "missing"]
    assert [each.id for each in side.staff.activities(PAIR, pair, done=None)] == [kept]
    assert side.traces() == before
    assert [each.status for each in side.crm.withdraw([todo])] == ["missing"]


def test_what_staff_scheduled_or_did_is_left(side: Side) -> None:
    """An activity that staff made by hand, or that is done, is not ours to withdraw."""
    pair = side.pair()
    done = reminded(side, pair)
    side.staff.mark_done(done)
    by_hand = side.staff.schedule(PAIR, pair, SILENCE, "Call", DAY)
    (outcome,) = side.crm.withdraw([Todo(pair, SILENCE, "Call", DAY)])
    assert outcome.status == "missing"
    assert [each.id for each in side.staff.activities(PAIR, pair, done=None)] == [done, by_hand]


def test_nothing_is_withdrawn_from_what_is_gone_or_a_contact(side: Side) -> None:
    """An unbound external id is missing; a contact is refused, with all of its batch."""
    pair, person = side.pair(), side.person()
    activity = reminded(side, pair)
    (outcome,) = side.crm.withdraw([Todo(side.new("pair"), SILENCE, "Call", DAY)])
    assert outcome.status == "missing"
    with pytest.raises(CrmError):
        side.crm.withdraw([Todo(pair, SILENCE, "Call", DAY), Todo(person, SILENCE, "Call", DAY)])
    assert [each.id for each in side.staff.activities(PAIR, pair)] == [activity]
