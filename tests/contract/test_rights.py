"""Rights: an ordinary employee reaches nothing of ours, and a machine's writes make no noise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.crm.errors import CrmPermissionError
from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.port import Crm, Erasure, Note, Todo, Withdrawal
from tests.contract.payloads import payload
from tests.contract.sides import Side

PARTNER, PAIR, MEETING = "res.partner", "x_mentoring_pair", "x_mentoring_meeting"
SILENCE = ACTIVITY_TYPES["silence"]
REFUSED: dict[str, Callable[[Crm, str, str], object]] = {
    "read all": lambda crm, _pair, _person: crm.changed(PAIR, ("x_state",), None),
    "poll": lambda crm, _pair, _person: crm.changed(PAIR, ("x_state",), "2026-01-01 00:00:00"),
    "poll contacts": lambda crm, _pair, _person: crm.changed(PARTNER, ("name",), "2026-01-01 00:00:00"),
    "read one": lambda crm, pair, _person: crm.read(PAIR, ("x_state",), [pair]),
    "list": lambda crm, _pair, _person: crm.bindings(PAIR),
    "write": lambda crm, pair, _person: crm.apply([payload(pair, PAIR, {"x_state": "ended"}, {})]),
    "create": lambda crm, _pair, person: crm.apply([payload(f"{person}x", PARTNER, {"name": "Anne"})]),
    "write a contact": lambda crm, _pair, person: crm.apply([
        payload(person, PARTNER, {"name": "Anne"}, {"name": "Untouched"}),
    ]),
    "bind": lambda crm, _pair, person: crm.bind(PARTNER, [(f"{person}x", 1)]),
    "remind": lambda crm, pair, _person: crm.remind([Todo(pair, SILENCE, "A", "2026-12-01")]),
    "withdraw": lambda crm, pair, _person: crm.withdraw([Todo(pair, SILENCE, "A", "2026-12-01")]),
    "explain": lambda crm, pair, _person: crm.explain([Note(pair, "A")]),
    "erase": lambda crm, pair, _person: crm.erase([Erasure(pair)]),
    "pull back": lambda crm, _pair, person: crm.pull_back([Withdrawal(person, ("name",))]),
    "mark": lambda crm, _pair, _person: crm.mark("employee"),
}


@pytest.mark.parametrize("deed", REFUSED.values(), ids=REFUSED)
def test_an_employee_is_refused(side: Side, deed: Callable[[Crm, str, str], object]) -> None:
    """Reading or writing anything of ours, an employee is told CrmPermissionError, and nothing changes."""
    pair, person = side.pair(), side.person(name="Untouched")
    with pytest.raises(CrmPermissionError):
        deed(side.employee, pair, person)
    assert side.read(pair, PAIR, "x_state") == {"x_state": "proposed"}
    assert side.read(person, PARTNER, "name") == {"name": "Untouched"}
    assert side.staff.activities(PAIR, pair, done=None) == []
    assert side.staff.notes(PAIR, pair) == []
    assert side.crm.mark() != "employee"


def test_contacts_have_no_field_of_ours(side: Side) -> None:
    """Nothing of the programme is a field of contacts; which fields our own models have, Odoo tells everybody."""
    facts = side.employee.fields(PARTNER)
    assert "name" in facts
    assert not [name for name in facts if name.startswith("x_")]
    assert not [fact.name for fact in facts.values() if (fact.relation or "").startswith("x_")]
    assert "x_state" in side.employee.fields(PAIR)


def test_an_employee_sees_contacts(side: Side) -> None:
    """Contacts are for all employees: what is written there is seen by all."""
    email = f"{side.new('mail').rpartition('_')[2]}@example.org"
    person = side.person(email=email)
    (found,) = side.employee.find_contacts([email])
    assert found[0] == side.crm.bindings(PARTNER)[person]


def test_machine_writes_are_quiet(side: Side) -> None:
    """Creating, writing and binding send no mail, write no log line and make nobody a follower."""
    stranger = side.staff.create(PARTNER, name="Stranger")
    before = side.traces()
    pair = side.pair(x_state="active", x_planned_end="2027-01-01")
    meeting = side.meeting(pair)
    side.apply(pair, PAIR, {"x_state": "ended", "x_planned_end": "2026-12-31"}, {"x_state": "active"})
    side.apply(meeting, MEETING, {"x_state": "held", "x_date": "2026-10-02"}, {"x_state": "planned"})
    side.apply(side.person(), PARTNER, {"email": "quiet@example.org"}, {"email": False})
    side.crm.bind(PARTNER, [(side.new("person"), stranger)])
    assert side.traces() == before


def test_a_reminder_tells_nobody_but_whom_it_asks(side: Side) -> None:
    """A reminder sends nothing; Odoo makes the one staff member who is asked a follower, and nobody else."""
    pair = side.pair()
    before = side.traces()
    side.crm.remind([Todo(pair, SILENCE, "Quiet", "2026-12-01")])
    after = side.traces()
    assert after["mail.followers"] - before["mail.followers"] in (0, 1)
    assert {**after, "mail.followers": 0} == {**before, "mail.followers": 0}
