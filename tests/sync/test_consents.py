"""Consents withdrawn: what leaves the contact and what shows it there, and the directory that follows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from connector.crm.errors import CrmAnswerLost, CrmError
from mappings.catalogue import CATALOGUE
from mappings.known import DIRECTORY
from mappings.person import PERSON
from sync_jobs.disclosed import disclosed
from sync_jobs.journal import Journal
from tests.contract.faults import Fault, FaultyCrm, every_fault
from tests.property.strategies import key
from tests.sync.conftest import MENTEE, MENTOR, PAIR, Club

CONTACT, MAIL, BEFORE = "res.partner", "marie@example.org", "avant@example.org"
MENTORS, PAIRS = DIRECTORY
AS_MENTOR = key(21)


def shared(club: Club) -> None:
    """Share the mentor's e-mail, and let the chatter hold it."""
    club.change("person", MENTOR, email=BEFORE, share_email=True)
    club.sync()
    club.write("person", MENTOR, email=MAIL)
    club.sync()
    club.staff.note(CONTACT, club.name("person", MENTOR), f"Joindre {MAIL}")
    assert MAIL in club.staff.shown(club.name("person", MENTOR))


def told(club: Club) -> str:
    """Give all that a contact shows."""
    return f"{club.seen('person', MENTOR, 'email')} {club.staff.shown(club.name('person', MENTOR))}"


def withdrawn(club: Club, field: str) -> list[str]:
    """Give to where the journal says that a field was taken back."""
    rows = disclosed(club.register, [MENTOR, AS_MENTOR, PAIR])
    return [one.destination for one in rows if one.field == field and one.event == "withdrawn"]


@pytest.mark.parametrize("side", ["register", "crm"])
def test_a_withdrawn_address_is_gone_after_one_sync(club: Club, side: str) -> None:
    """Withdrawn on either side, it stands on the card alone; the journal tells it, and nothing is left to do."""
    shared(club)
    if side == "register":
        club.change("person", MENTOR, share_email=False)
    else:
        club.write("card", MENTOR, x_share_email=False)
    club.sync()
    assert [text in told(club) for text in (MAIL, BEFORE)] == [False, False]
    assert club.seen("card", MENTOR, "x_private_email") == MAIL
    assert withdrawn(club, "email") == ["res.partner.email"]
    assert club.settled()


def test_an_address_that_staff_emptied_first_leaves_the_chatter_too(club: Club) -> None:
    """Where staff emptied the contact by hand as the consent ended, former values still go."""
    shared(club)
    club.change("person", MENTOR, share_email=False)
    club.write("person", MENTOR, email=False)
    club.sync()
    assert MAIL not in club.staff.shown(club.name("person", MENTOR))
    assert club.settled()


def test_a_sync_broken_off_anywhere_ends_the_same(club: Club) -> None:
    """Whichever call fails, before or after the CRM did it, the next sync leaves nothing of the value."""
    shared(club)
    backup = club.crm.backup()
    for plan in every_fault(12, Fault.BEFORE, Fault.LOST):
        club.crm.restore(backup)
        club.change("person", MENTOR, share_email=True)
        club.sync(full=True)
        club.staff.write(CONTACT, club.name("person", MENTOR), email=MAIL)
        club.staff.note(CONTACT, club.name("person", MENTOR), f"Joindre {MAIL}")
        club.sync(full=True)
        club.change("person", MENTOR, share_email=False)
        with suppress(CrmError):
            club.cycle_with(FaultyCrm(club.crm, plan)).run()
        club.sync()
        assert MAIL not in told(club)


def test_without_a_consent_what_staff_typed_stays(club: Club) -> None:
    """An address that was never shared, typed by staff on the contact, is theirs, and so are their notes."""
    club.write("person", MENTEE, email="tom@example.org")
    club.staff.note(CONTACT, club.name("person", MENTEE), "Joindre tom@example.org")
    club.sync()
    club.sync(full=True)
    assert club.seen("person", MENTEE, "email") == "tom@example.org"
    assert club.notes("person", MENTEE) == ["Joindre tom@example.org"]


def test_a_photo_goes_with_its_consent(club: Club) -> None:
    """It stays while it is shared; who never shared one keeps what staff put there."""
    for of in (MENTOR, MENTEE):
        club.write("person", of, image_1920="image")
    club.change("person", MENTOR, share_photo=True)
    club.sync()
    assert club.seen("person", MENTOR, "image_1920") == "image"
    club.write("card", MENTOR, x_share_photo=False)
    club.sync()
    assert [club.seen("person", of, "image_1920") for of in (MENTOR, MENTEE)] == [False, "image"]
    assert withdrawn(club, "photo") == ["res.partner.image_1920"]


def test_a_field_that_no_map_writes_any_more_is_taken_back(club: Club) -> None:
    """Where a new Binôme shows a field to fewer people, the contact loses what an older one wrote there."""
    club.change("person", MENTOR, job_title="Directrice")
    club.sync()
    club.staff.note(CONTACT, club.name("person", MENTOR), "La directrice rappelle")
    tightened = replace(PERSON, fields=tuple(item for item in PERSON.fields if item.field != "job_title"))
    maps = tuple(tightened if entity is PERSON else entity for entity in CATALOGUE)
    club.cycle(maps=maps).run()
    assert club.seen("person", MENTOR, "function") is False
    assert "directrice" not in club.staff.shown(club.name("person", MENTOR))
    assert withdrawn(club, "job_title") == ["res.partner.function"]
    club.write("person", MENTOR, function="Retraitée")
    club.cycle(maps=maps).run(full=True)
    assert club.seen("person", MENTOR, "function") == "Retraitée"


def known(club: Club) -> tuple[int, int]:
    """Count the directory's mentors and pairs."""
    mentors, pairs = (len(club.crm.changed(one.model, one.columns, None).rows) for one in DIRECTORY)
    return mentors, pairs


def test_a_mentor_is_in_the_directory_while_the_consent_stands(club: Club) -> None:
    """Shared, the expertise is there and follows the register; withdrawn, its record is deleted."""
    club.change("mentor", AS_MENTOR, expertise="Finance")
    club.sync()
    assert known(club) == (0, 0)
    club.change("person", MENTOR, share_expertise=True)
    club.sync()
    name = MENTORS.external_id(AS_MENTOR)
    assert club.staff.read(MENTORS.model, name, "x_expertise")["x_expertise"] == "Finance"
    club.change("mentor", AS_MENTOR, expertise="Droit")
    club.sync()
    assert club.staff.read(MENTORS.model, name, "x_expertise")["x_expertise"] == "Droit"
    club.write("card", MENTOR, x_share_expertise=False)
    club.sync()
    assert known(club) == (0, 0)
    assert club.crm.bindings(MENTORS.model) == {}
    assert set(withdrawn(club, "expertise")) == {"x_mentoring_known.x_expertise"}
    assert Journal(club.register, club.state).verify().broken is None


@pytest.mark.parametrize("missing", ["x_mentor_shares", "x_mentee_shares", "x_private", "x_active"])
def test_a_pair_is_known_only_with_both_and_not_private(club: Club, missing: str) -> None:
    """One consent less, a private or an archived pair: its record of the directory is deleted by the next sync."""
    club.change("charter", club.register.keys("charter")[0], state="signed")
    club.change("pair", PAIR, mentor_shares=True, mentee_shares=True, state="active")
    club.sync()
    assert known(club) == (0, 1)
    club.write("pair", PAIR, **{missing: missing == "x_private"})
    club.sync()
    assert known(club) == (0, 0)
    assert set(withdrawn(club, "mentor")) == {"x_mentoring_known_pair.x_mentor_id"}
    assert club.settled()


def test_a_pair_not_begun_is_not_known(club: Club) -> None:
    """What both would let be known is shown only once the pair is one."""
    club.change("pair", PAIR, mentor_shares=True, mentee_shares=True)
    club.sync()
    assert known(club) == (0, 0)


def test_a_lost_answer_makes_no_second_record(club: Club) -> None:
    """The directory is read before it is written: what landed unheard is found."""
    club.change("mentor", AS_MENTOR, expertise="Finance")
    club.change("person", MENTOR, share_expertise=True)
    before = club.crm.calls
    club.sync()
    for call in range(1, club.crm.calls - before + 1):
        club.change("person", MENTOR, share_expertise=not club.get("person", MENTOR).share_expertise)
        try:
            club.cycle_with(FaultyCrm(club.crm, {call: Fault.LOST})).run()
        except CrmAnswerLost:
            club.sync()
        assert known(club) == (int(club.get("person", MENTOR).share_expertise), 0)
