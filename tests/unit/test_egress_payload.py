"""What the one door out lets through, and withholds until there is consent."""

from __future__ import annotations

import pytest

from mappings.base import EntityMap, email, flag, link
from mappings.catalogue import CATALOGUE
from mappings.egress import project
from mappings.records import Person, Record
from mappings.values import TEXT, external_id
from tests.property.strategies import key
from tests.unit.egress_samples import CARD, PERSON, SECRET, Planted, person, planted


# What a payload holds


def test_a_new_record_carries_all_mapped_fields_and_the_constants() -> None:
    """A creation names every mapped column, the constants, the model and the external id."""
    payload = project(PERSON, person())
    assert set(payload.values) == {*(item.column for item in PERSON.fields), "is_company"}
    assert (payload.model, payload.external_id) == ("res.partner", external_id("person", key(1)))
    assert payload.expected is None
    assert payload.values["parent_id"] == external_id("organisation", key(2))


def test_an_update_carries_the_asked_fields_only() -> None:
    """An update names what changes and what is expected there; constants are written once, at creation."""
    payload = project(PERSON, person(), frozenset({"name"}), {"name": "Old"})
    assert dict(payload.values) == {"name": "Marie"}
    assert payload.expected == {"name": "Old"}


def test_asking_for_no_field_gives_no_value() -> None:
    """An empty set of fields is not the same as all of them."""
    assert not project(PERSON, person(), frozenset(), {}).values


@pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
def test_a_payload_is_addressed_to_its_maps_record(entity: EntityMap) -> None:
    """The external id is the map's kind and the record's key."""
    payload = project(entity, _least(entity))
    assert payload.external_id == f"binome.{entity.kind}_{key(1).hex}"
    assert payload.model == entity.model
    assert set(payload.values) == set(entity.columns)


def _least(entity: EntityMap) -> Record:
    needed = {
        "name": "X", "date": "2026-01-01", "start": "2026-01-01", "agreed_on": "2026-01-01", "version": "1",
        "category": "mentoring", "minutes": 1, "round": 1, "table": 1,
    }
    given = {n: needed.get(n, key(2)) for n, info in entity.record.model_fields.items() if info.is_required()}
    return entity.record.model_validate({**given, "key": key(1)})


# Consents

SHARED = [
    ("email", "email", "x_private_email", "marie@exemple.fr"), ("phone", "phone", "x_private_phone", "+33612345678"),
]


@pytest.mark.parametrize(("field", "column", "private", "value"), SHARED)
def test_without_consent_the_value_is_on_the_card_only(field: str, column: str, private: str, value: str) -> None:
    """Until a person shares it, the address is blank on the contact and stands on the staff's card."""
    record = person(**{f"share_{field}": False})
    assert project(PERSON, record).values[column] is False
    assert project(CARD, record).values[private] == value


@pytest.mark.parametrize(("field", "column", "private", "value"), SHARED)
def test_with_consent_the_value_is_on_the_contact_only(field: str, column: str, private: str, value: str) -> None:
    """Once shared, the address stands on the contact and is blank on the card: there is one place to edit it."""
    record = person(**{f"share_{field}": True})
    assert project(PERSON, record).values[column] == value
    assert project(CARD, record).values[private] is False


@pytest.mark.parametrize(("field", "column", "private", "value"), SHARED)
def test_a_withdrawn_consent_sends_an_empty_value(field: str, column: str, private: str, value: str) -> None:
    """Withdrawing pulls back: the payload expects the value that was sent, and empties it."""
    payload = project(PERSON, person(**{f"share_{field}": False}), frozenset({field}), {column: value})
    assert dict(payload.values) == {column: False}
    assert payload.expected == {column: value}


def test_one_consent_opens_one_field() -> None:
    """Sharing the e-mail shares neither the phone nor the role."""
    values = project(PERSON, person(share_email=True)).values
    assert values["email"] == "marie@exemple.fr"
    assert values["phone"] is False
    assert not values["category_id"]["link"]


def test_a_role_that_is_not_shared_is_no_tag() -> None:
    """Without consent every tag of ours is taken off; with it the person's own are put on, the others off."""
    tags = project(PERSON, person()).values["category_id"]
    assert (len(tags["link"]), len(tags["unlink"])) == (0, 3)
    shared = project(PERSON, person(share_roles=True)).values["category_id"]
    assert (list(shared["link"]), len(shared["unlink"])) == (["binome_mentoring.tag_mentor"], 2)


@pytest.mark.parametrize("consent", ["yes", 1, None, "false"])
def test_a_consent_that_is_not_true_opens_nothing(consent: object) -> None:
    """A record altered past its checks is withheld unless its consent is exactly True."""
    record = person().model_copy(update={"share_email": consent})
    assert project(PERSON, record).values["email"] is False


def test_a_field_behind_a_missing_consent_is_refused_or_withheld() -> None:
    """A declared audience that holds only with consent is judged by today's consent."""
    entity = planted(email("shown", "email"))
    assert project(entity, Planted(key=key(1), share=False)).values["email"] is False
    assert project(entity, Planted(key=key(1), share=True)).values["email"] == SECRET


def test_constants_are_not_words_of_a_person() -> None:
    """Every constant of a shipped map is a code or a yes or no that the map itself holds."""
    held = {value for entity in CATALOGUE for value in entity.constants.values()}
    assert held <= {True, False, "mentor", "mentee", "other"}


def test_a_wrong_kind_of_field_does_not_slip_through_as_text() -> None:
    """A key sent as text would be a bare key in the CRM: links leave as external ids whatever their column."""
    fields = (link("organisation", "parent_id", "organisation"), flag("active", "active"))
    entity = EntityMap("person", Person, "res.partner", fields)
    assert project(entity, person()).values["parent_id"] == external_id("organisation", key(2))
    assert TEXT.to_wire(None) is False
