"""What an undo leaves, and why: consents, owners of fields, what nobody knows any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from connector.crm.sandbox import SandboxCrm
from connector.crm.sandbox.staff import Staff
from connector.register.repository import Register
from connector.register.state_schema import sync_base, undo_image
from mappings.records import Organisation, Pair, Person, Stay
from mappings.vocabulary import Role
from sync_jobs.cycle import Cycle
from sync_jobs.digests import Digests
from sync_jobs.state import State
from sync_jobs.undo import Outcome, Undo, UndoRefused
from tests.property.strategies import key

CONTACT, CARD = f"binome.person_{key(1).hex}", f"binome.card_{key(1).hex}"


class Club:
    """One person on both sides, in step."""

    def __init__(self, register: Register, crm: SandboxCrm) -> None:
        self.register, self.crm, self.state = register, crm, State(register, Digests(b"secret"))
        self.save(name="Marie", email="m@x.fr", roles=frozenset({Role.MENTOR}))
        self.sync()

    def save(self, **fields: Any) -> None:
        """Edit the person in the register."""
        known = self.register.get("person", key(1))
        self.register.save([Person.model_validate({**(known.model_dump() if known else {"key": key(1)}), **fields})])

    def sync(self) -> None:
        """Run a cycle."""
        Cycle(self.register, self.crm, self.state).run()

    def undo(self, run: str = "last") -> Outcome:
        """Take a run back."""
        undo = Undo(self.register, self.crm, self.state, Cycle(self.register, self.crm, self.state))
        return undo.take_back(undo.find(run))

    def person(self) -> Person:
        """The person in the register."""
        found = self.register.get("person", key(1))
        assert isinstance(found, Person)
        return found

    @property
    def staff(self) -> Staff:
        """Staff at work."""
        return self.crm.as_staff()

    def contact(self) -> dict[str, Any]:
        """What employees see."""
        return self.staff.read("res.partner", CONTACT, "email", "function", "category_id", "active")


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Club]:
    """A register and a CRM in step."""
    crm = SandboxCrm.open()
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}", create=True) as register:
        yield Club(register, crm)
    crm.close()


def left(outcome: Outcome) -> set[tuple[str, str]]:
    """What was left, by field and code."""
    return {(one.field, one.code) for one in outcome.left}


def test_a_consent_is_taken_back_and_no_value_with_it(club: Club) -> None:
    """With the consent goes what it showed; address and role stay in the register, the address on the card."""
    club.save(share_email=True, share_roles=True)
    club.sync()
    assert club.contact()["email"] == "m@x.fr"
    assert len(club.contact()["category_id"]) == 1

    assert club.undo().left == ()
    assert (club.contact()["email"], len(club.contact()["category_id"])) == (False, 0)
    assert (club.person().email, club.person().roles) == ("m@x.fr", {Role.MENTOR})
    assert club.staff.read("x_mentoring_card", CARD, "x_private_email")["x_private_email"] == "m@x.fr"


def test_a_withdrawn_consent_is_not_given_again(club: Club) -> None:
    """What a person withdrew stays withdrawn, and what it hides stays hidden and known."""
    club.save(share_email=True)
    club.sync()
    club.staff.write("x_mentoring_card", CARD, x_share_email=False)
    club.sync()
    outcome = club.undo()
    assert left(outcome) == {("share_email", "consent_withdrawn"), ("email", "consent_decides")}
    assert club.contact()["email"] is False
    assert (club.person().share_email, club.person().email) == (False, "m@x.fr")


def test_a_consent_that_both_sides_noted_is_nobodys_to_take_back(club: Club) -> None:
    """The run wrote no consent, only what it shows: that stays, and nothing is emptied in the register."""
    club.save(share_email=True, share_roles=True)
    club.staff.write("x_mentoring_card", CARD, x_share_email=True, x_share_roles=True)
    club.sync()
    assert left(club.undo()) == {("email", "consent_decides"), ("roles", "consent_decides")}
    assert (club.person().email, club.person().roles) == ("m@x.fr", {Role.MENTOR})


def test_what_the_deciding_side_set_back_stays(club: Club) -> None:
    """A role tag that staff took off and the register put on again is not taken off by an undo."""
    club.save(share_roles=True)
    club.sync()
    club.staff.write("res.partner", CONTACT, category_id=[])
    club.sync()
    assert left(club.undo()) == {("roles", "set_back")}
    assert len(club.contact()["category_id"]) == 1


def test_what_a_rule_made_goes_with_the_edit_that_asked_for_it(club: Club) -> None:
    """Staff end a stay earlier and its pair's planned end follows; an undo puts both back, on both sides."""
    late, early = dt.date(2027, 6, 30), dt.date(2027, 3, 31)
    club.register.save([
        Organisation(key=key(2), name="Firm"), Person(key=key(3), name="Paul", organisation=key(2)),
        Stay(key=key(4), organisation=key(2), start=dt.date(2026, 1, 1), planned_end=late),
        Pair(key=key(5), mentor=key(1), mentee=key(3), stay=key(4), planned_end=late),
    ])
    club.sync()
    club.staff.write("x_mentoring_stay", f"binome.stay_{key(4).hex}", x_planned_end=early.isoformat())
    club.sync()

    def ends() -> list[Any]:
        there = [("x_mentoring_stay", f"binome.stay_{key(4).hex}"), ("x_mentoring_pair", f"binome.pair_{key(5).hex}")]
        here = [club.register.get("stay", key(4)), club.register.get("pair", key(5))]
        shown = [club.staff.read(model, name, "x_planned_end")["x_planned_end"] for model, name in there]
        return [*(str(getattr(one, "planned_end", None)) for one in here), *shown]

    assert ends() == [early.isoformat()] * 4
    assert club.undo().left == ()
    assert ends() == [late.isoformat()] * 4


def test_where_the_sides_had_never_agreed_nothing_is_emptied(club: Club) -> None:
    """A first meeting fills the blank side; an undo does not empty the other for it."""
    club.staff.write("res.partner", CONTACT, function="Baker")
    with club.register.transaction() as tx:
        tx.connection.execute(delete(sync_base))
    club.sync()
    assert club.person().job_title == "Baker"
    assert left(club.undo()) == {("job_title", "never_agreed")}
    assert club.person().job_title == club.contact()["function"] == "Baker"


def test_without_its_image_a_run_cannot_be_taken_back(club: Club) -> None:
    """Each field of the run is named, and nothing is touched."""
    club.save(job_title="Baker")
    club.sync()
    with club.register.transaction() as tx:
        tx.connection.execute(delete(undo_image))
    outcome = club.undo()
    assert (left(outcome), outcome.run) == ({("job_title", "image_gone")}, None)
    assert club.contact()["function"] == "Baker"


def test_what_a_run_created_is_archived_and_what_left_the_crm_is_named(club: Club) -> None:
    """A creation is archived on both sides; a record that staff deleted is not brought back."""
    assert left(club.undo()) == set()
    assert (club.person().active, club.contact()["active"]) == (False, False)
    club.save(active=True, job_title="Baker")
    club.sync()
    club.staff.delete("x_mentoring_card", CARD)
    club.staff.delete("res.partner", CONTACT)
    assert left(club.undo()) == {("", "gone_from_crm")}


def test_maps_that_changed_are_synced_first(club: Club) -> None:
    """Digests of other maps mean something else: nothing is judged by them."""
    club.state.set_cursors({"maps": "others"})
    with pytest.raises(UndoRefused):
        club.undo()
