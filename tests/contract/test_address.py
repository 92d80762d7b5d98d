"""Addresses: Odoo keeps one for a contact and its parent, whatever the sync thinks."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmInvalid
from tests.contract.sides import Side

PARTNER = "res.partner"


def city(side: Side, contact: str) -> object:
    """Read a contact's city."""
    return side.read(contact, PARTNER, "city")["city"]


def test_a_contact_takes_the_address_of_its_parent(side: Side) -> None:
    """A contact that is put under a parent with an address gives up its own."""
    firm = side.person(is_company=True, city="Paris")
    person = side.person(city="Lyon", parent_id=firm)
    assert (city(side, firm), city(side, person)) == ("Paris", "Paris")
    later = side.person(city="Nice")
    side.apply(later, PARTNER, {"parent_id": firm}, {"parent_id": False})
    assert city(side, later) == "Paris"


def test_a_parent_without_an_address_takes_that_of_its_contact(side: Side) -> None:
    """An address goes up where there is none."""
    firm = side.person(is_company=True)
    side.person(city="Lyon", parent_id=firm)
    assert city(side, firm) == "Lyon"


def test_an_address_changed_on_either_end_changes_both(side: Side) -> None:
    """A city written on the parent goes down to its contacts, one written on a contact goes up and down."""
    firm = side.person(is_company=True, city="Paris")
    first, second = side.person(parent_id=firm), side.person(parent_id=firm)
    side.staff.write(PARTNER, firm, city="Lille")
    assert [city(side, each) for each in (firm, first, second)] == ["Lille"] * 3
    side.staff.write(PARTNER, first, city="Brest")
    assert [city(side, each) for each in (firm, first, second)] == ["Brest"] * 3


def test_a_company_under_a_company_shares_its_address_too(side: Side) -> None:
    """A company and its parent company have one city: two mapped cities would fight for it."""
    holding = side.person(is_company=True, city="Paris")
    venture = side.person(is_company=True, city="Lyon", parent_id=holding)
    assert city(side, venture) == "Paris"
    side.apply(venture, PARTNER, {"city": "Lyon"}, {"city": "Paris"})
    assert (city(side, venture), city(side, holding)) == ("Lyon", "Lyon")


def test_a_renamed_company_moves_the_date_of_its_people(side: Side) -> None:
    """A person's stored full name holds the company's: a poll shows the person, in whom nothing changed."""
    firm = side.person(is_company=True, name="Firm")
    person = side.person(parent_id=firm)
    before = side.written(person, PARTNER)
    side.later()
    side.staff.write(PARTNER, firm, name="Firm & Co")
    assert side.written(person, PARTNER) > before


def test_a_contact_is_not_its_own_parent(side: Side) -> None:
    """A circle of parents is refused."""
    firm = side.person()
    person = side.person(parent_id=firm)
    with pytest.raises(CrmInvalid):
        side.apply(firm, PARTNER, {"parent_id": person}, {"parent_id": False})
