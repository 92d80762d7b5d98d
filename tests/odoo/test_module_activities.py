"""The activities that the data module schedules, in a real Odoo: once while open, quietly, for the right person."""

from __future__ import annotations

from typing import Any

import pytest

from connector.crm.module.names import (
    ACTION_ACTIVITIES, ACTION_BIND, ACTION_MARK, ACTION_NOTES, ACTIVITY_TYPES,
)
from tests.odoo.client import OdooFault
from tests.odoo.test_module_actions import MEETING, PAIR, apply, new, person, read
from tests.odoo.test_module_install import Lab, the_lab  # noqa: F401 - the fixture


def remind(lab: Lab, *rows: list[Any]) -> list[list[Any]]:
    """Schedule activities."""
    return lab.run(ACTION_ACTIVITIES, "binome_activities", {"rows": list(rows)})


def bound_pair(lab: Lab, **values: Any) -> str:
    """Make a pair that answers to an external id."""
    key = new("pair")
    lab.run(ACTION_BIND, "binome_bind", {"model": PAIR, "rows": [[key, lab.pair(**values)]]})
    return key


def test_an_activity_is_scheduled_once_while_open(lab: Lab) -> None:
    """The same record, type and summary is existing while open; once done, it is scheduled anew."""
    row = [bound_pair(lab), ACTIVITY_TYPES["meeting_overdue"], "Ask for the next date", "2026-11-30", False]
    first, twice = remind(lab, row, row)
    assert first[0] == "created"
    assert twice == ["existing", first[1]]
    assert remind(lab, row) == [["existing", first[1]]]
    lab.call("sync", "mail.activity", "action_feedback", [first[1]])
    ((status, anew),) = remind(lab, row)
    assert status == "created"
    assert anew != first[1]


@pytest.mark.parametrize(("who", "asked"), [
    ("coordinator", "coordinator"), ("colleague", "colleague"), ("employee", "coordinator"), (None, "coordinator"),
])
def test_the_pairs_coordinator_is_asked(lab: Lab, who: str | None, asked: str) -> None:
    """An activity goes to the pair's coordinator, while one of the staff; otherwise to the first one there is."""
    key = bound_pair(lab, x_coordinator_id=lab.users[who] if who else False)
    ((_, made),) = remind(lab, [key, ACTIVITY_TYPES["silence"], "Call", "2026-11-30", False])
    assert read(lab, "mail.activity", made, "user_id") == [lab.users[asked]]


def test_an_activity_of_a_private_pair_goes_to_nobody_else(lab: Lab) -> None:
    """Without a coordinator of its own, a private pair is the sync's own user's affair: no other may know of it."""
    key = bound_pair(lab, x_private=True)
    ((_, made),) = remind(lab, [key, ACTIVITY_TYPES["silence"], "Call", "2026-11-30", False])
    assert read(lab, "mail.activity", made, "user_id") == [lab.users["sync"]]


def test_an_activity_on_a_meeting_goes_to_its_pairs_coordinator(lab: Lab) -> None:
    """A record that links to a pair is that pair's coordinator's; a named user is asked instead."""
    key = new("meeting")
    values = {"x_pair_id": bound_pair(lab, x_coordinator_id=lab.users["coordinator"]), "x_date": "2026-11-24"}
    apply(lab, MEETING, [key, None, values])
    kind = ACTIVITY_TYPES["conflict_to_decide"]
    colleague = lab.users["colleague"]
    made = remind(lab, [key, kind, "One", "2026-11-30", False], [key, kind, "Two", "2026-11-30", colleague])
    assert [read(lab, "mail.activity", answer[1], "user_id") for answer in made] == [
        [lab.users["coordinator"]], [colleague]]


def test_an_activity_on_nothing_is_missing(lab: Lab) -> None:
    """An unbound record or an unknown type is missing."""
    key = bound_pair(lab)
    assert remind(lab, [new("pair"), ACTIVITY_TYPES["silence"], "Call", "2026-11-30", False],
                  [key, "binome_mentoring.no_such_type", "Call", "2026-11-30", False]) == [["missing", False]] * 2


def test_no_activity_on_a_contact(lab: Lab) -> None:
    """Every employee reads a contact's activities, so a batch that would put one there is refused."""
    key, _ = person(lab)
    with pytest.raises(OdooFault, match="not open to batches"):
        remind(lab, [key, ACTIVITY_TYPES["silence"], "Call", "2026-11-30", False])


def test_scheduling_is_silent(lab: Lab) -> None:
    """A scheduled activity sends no mail and writes no message."""
    def noise() -> list[int]:
        tables = ("mail.mail", "mail.message", "mail.notification")
        return [lab.odoo.execute(table, "search_count", []) for table in tables]

    key = bound_pair(lab, x_coordinator_id=lab.users["coordinator"])
    before = noise()
    remind(lab, [key, ACTIVITY_TYPES["stay_ending"], "Prepare", "2026-11-24", False])
    assert noise() == before


def test_a_note_is_the_syncs_and_internal(lab: Lab) -> None:
    """A note is posted by the sync's own user, as an internal note that nobody outside sees."""
    key = bound_pair(lab)
    ((status, made),) = lab.run(ACTION_NOTES, "binome_notes", {"rows": [[key, "Why"]]})
    assert status == "created"
    columns = ["author_id", "is_internal", "subtype_id", "message_type", "partner_ids", "notified_partner_ids"]
    (row,) = lab.call("admin", "mail.message", "read", [made], columns, load="")
    (sync,) = read(lab, "res.users", lab.users["sync"], "partner_id")
    note = lab.odoo.resolve("mail.mt_note")
    assert [row[column] for column in columns] == [sync, True, note, "notification", [], []]


def test_the_mark_is_out_of_reach_of_staff(lab: Lab) -> None:
    """The mark is a parameter of the database, which only the action sets for the sync's user."""
    lab.run(ACTION_MARK, "binome_mark", {"rows": [["a mark"]]})
    assert lab.call("admin", "ir.config_parameter", "get_param", "binome.mark") == "a mark"
    with pytest.raises(OdooFault, match="AccessError"):
        lab.call("sync", "ir.config_parameter", "set_param", "binome.mark", "another")
