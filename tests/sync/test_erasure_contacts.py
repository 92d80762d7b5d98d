"""Erasing where staff merged contacts, where a contact stays, and while somebody else writes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mappings.records import Contribution, Key
from sync_jobs.persons.erasure import Eraser
from sync_jobs.persons.tombstones import buried
from tests.property.strategies import key
from tests.sync.conftest import FIRM, MENTEE, MENTOR, OTHER, Club

HOURS = key(33)
ROOT = [("person", MENTOR)]


def test_merged_contacts_are_one_person(club: Club) -> None:
    """The record that a merge archived holds the same human being: it goes along."""
    club.staff.merge(club.name("person", MENTOR), club.name("person", OTHER))
    club.sync()
    archived = next(k for k in (MENTOR, OTHER) if not club.get("person", k).active)
    living: Key = next(k for k in (MENTOR, OTHER) if k != archived)
    Eraser(club.register, club.crm, club.state).erase([("person", living)])
    assert (club.get("person", living), club.get("person", archived)) == (None, None)
    assert club.get("organisation", FIRM) is not None


def test_two_in_use_who_share_a_contact_are_two_people(club: Club) -> None:
    """Where staff merged the two of a pair, only the one who asks goes; the other keeps record and contact."""
    club.staff.merge(club.name("person", MENTOR), club.name("person", MENTEE))
    club.sync()
    erased = Eraser(club.register, club.crm, club.state).erase(ROOT)
    assert erased.kept == (club.name("person", MENTOR),)
    assert (club.get("person", MENTOR), club.get("person", MENTEE).active) == (None, True)
    assert club.crm.bindings("res.partner", [club.name("person", MENTEE)])


def test_what_is_written_meanwhile_goes_too(club: Club) -> None:
    """Hours that somebody enters while the CRM is asked are erased by another round."""

    class Between:
        def __getattr__(self, name: str) -> Any:
            return getattr(club.crm, name)

        def erase(self, asked: Any) -> Any:
            """Enter hours first."""
            if club.get("contribution", HOURS) is None:
                club.register.save(
                    [Contribution(key=HOURS, person=MENTOR, date=dt.date(2026, 9, 1), category="workshop", minutes=60)]
                )
            return club.crm.erase(asked)

    crm: Any = Between()
    erased = Eraser(club.register, crm, club.state).erase(ROOT)
    assert (erased.register["contribution"], club.get("contribution", HOURS)) == (1, None)
    assert HOURS in buried(club.register, "contribution")


def test_of_a_contact_that_stays_only_what_we_showed_is_taken(club: Club) -> None:
    """The shared e-mail goes; the phone, which the person keeps private, staff typed there themselves: it stays."""
    made = club.staff.create("res.partner", name="Mentor")
    club.staff.merge(made, club.name("person", MENTOR))
    club.sync()
    club.change("person", MENTOR, email="m@x.fr", share_email=True, phone="+33142000042")
    club.sync()
    club.staff.write("res.partner", made, phone="+33142000042")
    club.sync()
    erased = Eraser(club.register, club.crm, club.state).erase(ROOT)
    assert erased.kept == (club.name("person", MENTOR),)
    left = club.staff.read("res.partner", made, "name", "email", "phone")
    assert (left["name"], left["email"], left["phone"]) == ("Mentor", False, "+33142000042")
