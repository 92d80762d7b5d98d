"""Activities: reminders for staff, each once while it is open."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmError
from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.port import Todo
from tests.contract.sides import Side

PAIR = "x_mentoring_pair"
OVERDUE, STAY = ACTIVITY_TYPES["meeting_overdue"], ACTIVITY_TYPES["stay_ending"]


def test_a_reminder_is_an_activity_on_the_record(side: Side) -> None:
    """A reminder shows on its record with its kind, summary and deadline."""
    pair = side.pair()
    (outcome,) = side.crm.remind([Todo(pair, OVERDUE, "Rencontre à fixer", "2026-12-01")])
    assert (outcome.external_id, outcome.status) == (pair, "created")
    (activity,) = side.staff.activities(PAIR, pair)
    assert activity.id == outcome.id
    assert (activity.activity_type, activity.summary) == (OVERDUE, "Rencontre à fixer")
    assert (activity.deadline, activity.done) == ("2026-12-01", False)


def test_an_open_reminder_is_not_repeated(side: Side) -> None:
    """The same reminder is there once while it is open, even with another deadline."""
    pair = side.pair()
    (first,) = side.crm.remind([Todo(pair, OVERDUE, "Once", "2026-12-01")])
    (again,) = side.crm.remind([Todo(pair, OVERDUE, "Once", "2026-12-24")])
    assert (again.status, again.id) == ("existing", first.id)
    assert [each.deadline for each in side.staff.activities(PAIR, pair)] == ["2026-12-01"]


def test_one_batch_repeats_nothing_either(side: Side) -> None:
    """Two equal reminders in one batch make one activity; another kind or summary makes another."""
    pair = side.pair()
    todos = [
        Todo(pair, OVERDUE, "One", "2026-12-01"), Todo(pair, OVERDUE, "One", "2026-12-01"),
        Todo(pair, OVERDUE, "Two", "2026-12-01"), Todo(pair, STAY, "One", "2026-12-01"),
    ]
    statuses = [outcome.status for outcome in side.crm.remind(todos)]
    assert statuses == ["created", "existing", "created", "created"]
    assert len(side.staff.activities(PAIR, pair)) == 3


def test_a_reminder_that_was_done_may_come_again(side: Side) -> None:
    """Once staff tick it off, the same reminder makes a new activity; the old one stays done."""
    pair = side.pair()
    todo = Todo(pair, OVERDUE, "Again", "2026-12-01")
    (first,) = side.crm.remind([todo])
    assert first.id is not None
    side.staff.mark_done(first.id, feedback="Appelé le mentor")
    assert side.staff.activities(PAIR, pair) == []
    assert [each.id for each in side.staff.activities(PAIR, pair, done=True)] == [first.id]
    (second,) = side.crm.remind([todo])
    assert second.status == "created"
    assert second.id != first.id


def test_a_reminder_for_what_is_gone_is_missing(side: Side) -> None:
    """An unbound external id, a deleted record, an unknown kind: ``missing``; the rest goes on."""
    pair, gone = side.pair(), side.pair()
    side.staff.delete(PAIR, gone)
    todos = [
        Todo(gone, OVERDUE, "A", "2026-12-01"),
        Todo(side.new("pair"), OVERDUE, "B", "2026-12-01"),
        Todo(pair, "binome_mentoring.activity_unknown", "C", "2026-12-01"),
        Todo(pair, OVERDUE, "D", "2026-12-01"),
    ]
    statuses = [outcome.status for outcome in side.crm.remind(todos)]
    assert statuses == ["missing", "missing", "missing", "created"]


def test_a_reminder_on_a_contact_is_refused(side: Side) -> None:
    """Every employee reads the activities of contacts: no reminder goes there, nor any other of its batch."""
    pair = side.pair()
    todos = [Todo(pair, OVERDUE, "A", "2026-12-01"), Todo(side.person(), OVERDUE, "B", "2026-12-01")]
    with pytest.raises(CrmError):
        side.crm.remind(todos)
    assert side.staff.activities(PAIR, pair) == []


def test_a_reminder_moves_no_date(side: Side) -> None:
    """An activity is not an edit of its record."""
    pair = side.pair()
    before = side.written(pair, PAIR)
    side.later()
    side.crm.remind([Todo(pair, OVERDUE, "Quiet", "2026-12-01")])
    assert side.written(pair, PAIR) == before


def test_a_deleted_record_takes_its_activities_along(side: Side) -> None:
    """No activity is left behind for a record that is gone."""
    pair = side.pair()
    side.crm.remind([Todo(pair, OVERDUE, "Gone", "2026-12-01")])
    record = side.crm.bindings(PAIR)[pair]
    side.staff.delete(PAIR, pair)
    assert side.staff.activities(PAIR, record, done=None) == []
