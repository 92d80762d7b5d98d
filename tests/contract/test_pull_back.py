"""Taking back: columns of contacts that are emptied on every side, with all that shows what they hold or held."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmError
from connector.crm.port import Withdrawal
from mappings.destinations import ROLE_TAGS
from tests.contract.sides import Side

PARTNER, CALL = "res.partner", "mail.mail_activity_data_call"
PHONE, WRITTEN = "+33 6 12 34 56 78", "06.12.34.56.78"


def pulled(side: Side, name: str, *columns: str) -> str:
    """Take columns of one contact back, and give what came of it."""
    (outcome,) = side.crm.pull_back([Withdrawal(name, columns)])
    return outcome.status


def test_an_address_leaves_with_what_shows_it(side: Side) -> None:
    """The column, its former values, and notes and activities that name one of them are gone; the others stay."""
    now, before = (f"{side.new('x').rpartition('_')[2]}@example.org" for _ in range(2))
    person, other = side.person(email=before), side.person(email=now)
    side.staff.write(PARTNER, person, email=now)
    for told in (f"Joindre {now.upper()}", f"Autrefois {before}", "Sans adresse"):
        side.staff.note(PARTNER, person, told)
    side.staff.note(PARTNER, other, f"Joindre {now}")
    side.staff.schedule(PARTNER, person, CALL, f"Joindre {now}", "2027-01-01")
    assert all(text in side.staff.shown(person) for text in (now, before))
    assert pulled(side, person, "email") == "pulled"
    assert side.read(person, PARTNER, "email") == {"email": False}
    left = side.staff.shown(person).lower()
    assert [text in left for text in (now, before, "sans adresse")] == [False, False, True]
    assert now in side.staff.shown(other)
    assert side.read(other, PARTNER, "email") == {"email": now}


def test_a_phone_is_known_by_its_digits(side: Side) -> None:
    """A note that writes the number in another way goes too; one with another number stays."""
    person = side.person(phone=PHONE)
    for told in (f"Appeler le {WRITTEN}", "Appeler le 06.99.99.99.99"):
        side.staff.note(PARTNER, person, told)
    assert pulled(side, person, "phone") == "pulled"
    assert side.staff.notes(PARTNER, person) == ["Appeler le 06.99.99.99.99"]


def test_other_columns_are_left(side: Side) -> None:
    """What is not asked for stays, with what shows it."""
    person = side.person(email="reste@example.org", phone=PHONE)
    side.staff.note(PARTNER, person, "Joindre reste@example.org")
    pulled(side, person, "phone")
    assert side.read(person, PARTNER, "email", "phone") == {"email": "reste@example.org", "phone": False}
    assert side.staff.notes(PARTNER, person) == ["Joindre reste@example.org"]


def test_done_again_it_does_nothing_more(side: Side) -> None:
    """A request sent again after a lost answer finds nothing; what staff write afterwards stays."""
    person = side.person(email="encore@example.org")
    assert pulled(side, person, "email") == "pulled"
    side.staff.note(PARTNER, person, "Joindre encore@example.org")
    assert pulled(side, person, "email") == "pulled"
    assert side.staff.notes(PARTNER, person) == ["Joindre encore@example.org"]


def test_only_our_tags_are_taken(side: Side) -> None:
    """Taking the tags back leaves those of others."""
    person = side.new("person")
    side.apply(person, PARTNER, {"name": "Anne", "category_id": {"link": [ROLE_TAGS["mentor"]]}})
    assert pulled(side, person, "category_id") == "pulled"
    assert side.read(person, PARTNER, "category_id") == {"category_id": []}


def test_whoever_is_not_there_is_missing(side: Side) -> None:
    """An external id without a contact is told, and the rest of the batch goes on."""
    person, nobody = side.person(email="seul@example.org"), side.new("person")
    outcomes = side.crm.pull_back([Withdrawal(nobody, ("email",)), Withdrawal(person, ("email",))])
    assert [each.status for each in outcomes] == ["missing", "pulled"]


def test_a_name_that_is_not_ours_fails_the_batch(side: Side) -> None:
    """Nobody else's contact can be emptied this way, and nothing of the batch is."""
    person = side.person(email="garde@example.org")
    with pytest.raises(CrmError):
        side.crm.pull_back([Withdrawal(person, ("email",)), Withdrawal("base.main_partner", ("email",))])
    assert side.read(person, PARTNER, "email") == {"email": "garde@example.org"}
