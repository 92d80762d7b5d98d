"""Notes: a remark in the chatter of a record of ours, once, and without noise."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmError
from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.port import BATCH, Note, Todo
from tests.contract.sides import Side

PAIR, MEETING = "x_mentoring_pair", "x_mentoring_meeting"
BODY = "Le champ <état> & l'échéance ont été \"remis\" par Binôme"


def test_a_note_shows_as_it_was_written(side: Side) -> None:
    """A note is plain text: what looks like markup is shown, not obeyed."""
    pair = side.pair()
    (outcome,) = side.crm.explain([Note(pair, BODY)])
    assert (outcome.external_id, outcome.status) == (pair, "created")
    assert side.staff.notes(PAIR, pair) == [BODY]


def test_a_note_sent_again_is_existing(side: Side) -> None:
    """The same note is not posted twice in a row, in one batch or two."""
    pair = side.pair()
    first, twice = side.crm.explain([Note(pair, BODY), Note(pair, BODY)])
    (again,) = side.crm.explain([Note(pair, BODY)])
    assert [first.status, twice.status, again.status] == ["created", "existing", "existing"]
    assert first.id == twice.id == again.id
    assert side.staff.notes(PAIR, pair) == [BODY]


def test_a_note_comes_again_after_another(side: Side) -> None:
    """Behind a newer message, ours or of staff, the same note is posted anew."""
    pair = side.pair()
    statuses = [each.status for each in side.crm.explain([Note(pair, "A"), Note(pair, "B"), Note(pair, "A")])]
    assert statuses == ["created", "created", "created"]
    side.staff.note(PAIR, pair, "A")
    (outcome,) = side.crm.explain([Note(pair, "A")])
    assert outcome.status == "created"
    assert side.staff.notes(PAIR, pair) == ["A", "B", "A", "A", "A"]


def test_an_activity_done_is_a_newer_message(side: Side) -> None:
    """What staff tick off shows in the chatter, so a note may follow it."""
    pair = side.pair()
    side.crm.explain([Note(pair, "A")])
    side.staff.mark_done(side.staff.schedule(PAIR, pair, ACTIVITY_TYPES["silence"], "Call", "2026-12-01"))
    (outcome,) = side.crm.explain([Note(pair, "A")])
    assert outcome.status == "created"
    assert side.staff.notes(PAIR, pair) == ["A", "A"]


def test_a_note_for_what_is_gone_is_missing(side: Side) -> None:
    """An unbound external id and a deleted record are missing; the rest of the batch goes on."""
    pair, gone = side.pair(), side.pair()
    meeting = side.meeting(pair)
    side.staff.delete(PAIR, gone)
    sent = [Note(gone, "A"), Note(side.new("pair"), "A"), Note(meeting, "A"), Note(pair, "A")]
    assert [each.status for each in side.crm.explain(sent)] == ["missing", "missing", "created", "created"]
    assert side.staff.notes(MEETING, meeting) == ["A"]


def test_a_note_on_a_contact_is_refused(side: Side) -> None:
    """Every employee reads the chatter of contacts: no note goes there, nor any other of its batch."""
    pair = side.pair()
    with pytest.raises(CrmError):
        side.crm.explain([Note(pair, "A"), Note(side.person(), "B")])
    assert side.staff.notes(PAIR, pair) == []


def test_a_note_is_quiet(side: Side) -> None:
    """A note sends no mail, notifies and enlists nobody, and is no edit of its record."""
    pair = side.pair()
    before, written = dict(side.traces()), side.written(pair, PAIR)
    side.later()
    side.crm.explain([Note(pair, "A")])
    after = dict(side.traces())
    assert {name: after[name] - before[name] for name in after if name != "mail.message"} == dict.fromkeys(
        (name for name in before if name != "mail.message"), 0,
    )
    assert side.written(pair, PAIR) == written


def test_many_notes_are_few_calls(side: Side) -> None:
    """Notes go by batches, never a call per record; none is no call."""
    pair = side.pair()
    side.crm.explain([Note(pair, "warm")])
    before = side.crm.calls
    outcomes = side.crm.explain([Note(pair, "many")] * (BATCH + 1))
    assert [each.status for each in outcomes] == ["created"] + ["existing"] * BATCH
    assert side.crm.calls - before <= 2


def test_a_note_and_a_reminder_are_apart(side: Side) -> None:
    """Scheduling an activity is no message: the note before it is still the newest."""
    pair = side.pair()
    side.crm.explain([Note(pair, "A")])
    side.crm.remind([Todo(pair, ACTIVITY_TYPES["silence"], "Call", "2026-12-01")])
    (outcome,) = side.crm.explain([Note(pair, "A")])
    assert outcome.status == "existing"
