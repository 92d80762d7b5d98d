"""What the one door out lets through, withholds and refuses."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

import pytest

from mappings.base import EntityMap, FieldMap, email, flag, link, text
from mappings.catalogue import BY_KIND, CATALOGUE
from mappings.confidentiality import EMPLOYEES, PAIR, STAFF, Audience, Seen, with_consent
from mappings.egress import CrmPayload, EgressRefused, project
from mappings.records import Mentee, Organisation, Person, Record
from mappings.values import EMAIL, TEXT, external_id
from mappings.vocabulary import Role
from tests.property.strategies import key

SECRET = "do-not-print-this"
PERSON, CARD = BY_KIND["person"], BY_KIND["card"]


def person(**more: Any) -> Person:
    """Make a person with all that may be shared."""
    return Person(**{
        "key": key(1), "name": "Marie", "organisation": key(2), "email": "marie@exemple.fr", "phone": "+33612345678",
        "roles": frozenset({Role.MENTOR}), "motivation": SECRET, **more,
    })


class Planted(Record):
    """A record with which a careless map could leak."""

    kind: ClassVar[str] = "planted"
    name: Annotated[str, EMPLOYEES] = SECRET
    staff_note: Annotated[str, STAFF] = SECRET
    words: Annotated[str, PAIR] = SECRET
    undeclared: str = SECRET
    twice: Annotated[str, STAFF, EMPLOYEES] = SECRET
    shown: Annotated[str | None, with_consent("share")] = SECRET
    hidden: Annotated[str | None, Seen(Audience.EMPLOYEES, consent="share", otherwise=Audience.PAIR)] = SECRET
    share: Annotated[bool, STAFF] = False


def planted(*fields: FieldMap, model: str = "res.partner", **more: Any) -> EntityMap:
    """Map some fields of the planted record."""
    return EntityMap("planted", Planted, model, (text("name", "name"), *fields), **more)


def refused(entity: EntityMap, record: Record, *arguments: Any) -> EgressRefused:
    """Project, and give the refusal; it must hold no value."""
    with pytest.raises(EgressRefused) as caught:
        project(entity, record, *arguments)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)
    return caught.value


def values_in(wire: object) -> Iterator[object]:
    """List every single value of a payload's values, those inside links too."""
    if isinstance(wire, Mapping):
        for part in wire.values():
            yield from values_in(part)
    elif isinstance(wire, list | tuple | set | frozenset):
        for part in wire:
            yield from values_in(part)
    else:
        yield wire


# What is refused


def test_a_field_that_is_not_mapped_refuses_the_whole_payload() -> None:
    """One unknown name among good ones and nothing leaves; the refusal names the field."""
    refusal = refused(PERSON, person(), frozenset({"name", "motivation"}))
    assert (refusal.kind, refusal.fields) == ("person", ("motivation",))


def test_a_record_of_another_class_is_refused() -> None:
    """A map takes its own record and no other, not even one that has the same fields."""

    class Disguised(Person):
        """A person in disguise."""

    refused(PERSON, Organisation(key=key(2), name=SECRET))
    refused(BY_KIND["mentor"], Mentee(key=key(3), person=key(1)))
    refused(PERSON, Disguised(key=key(1), name=SECRET))


@pytest.mark.parametrize(
    "leak", [text("staff_note", "city"), text("words", "city"), email("hidden", "city", twin=True)],
    ids=lambda item: item.field)
def test_a_destination_that_is_too_wide_is_refused(leak: FieldMap) -> None:
    """Even if nobody lints the maps, the door judges each value against its destination."""
    entity = planted(leak)
    refusal = refused(entity, Planted(key=key(1)))
    assert refusal.fields == (leak.field,)
    assert refusal.why


def test_words_of_the_pair_do_not_even_reach_the_staff() -> None:
    """A map to one of our own models is judged in the same way."""
    entity = planted(text("words", "x_private_email"), model="x_mentoring_card")
    entity = dataclasses.replace(entity, fields=entity.fields[1:])
    assert refused(entity, Planted(key=key(1))).fields == ("words",)


@pytest.mark.parametrize("share", [True, False])
def test_a_twin_never_shows_what_is_for_the_pair_without_consent(share: bool) -> None:
    """A twin shows a value while its consent is missing, so the narrower audience must reach the destination."""
    twin = FieldMap("hidden", "x_private_email", EMAIL, twin=True)
    entity = EntityMap("planted", Planted, "x_mentoring_card", (twin,))
    try:
        payload = project(entity, Planted(key=key(1), share=share))
    except EgressRefused:
        return
    assert SECRET not in list(values_in(payload.values))


@pytest.mark.parametrize("leak", [text("undeclared", "city"), text("twice", "city"), text("name", "comment")],
                         ids=["no audience", "two audiences", "undeclared column"])
def test_what_has_no_audience_is_refused_by_the_door(leak: FieldMap) -> None:
    """A field or a column without an audience is refused like one that is too wide: as an EgressRefused."""
    assert refused(planted(leak), Planted(key=key(1))).fields == (leak.field,)


def test_a_narrow_field_is_refused_though_only_others_were_asked() -> None:
    """Asking for one good field of a bad map gives the good field only."""
    payload = project(planted(text("words", "city")), Planted(key=key(1)), frozenset({"name"}), {"name": "old"})
    assert dict(payload.values) == {"name": SECRET}


# Only the door makes payloads


def test_a_payload_cannot_be_made_by_hand() -> None:
    """The constructor is the door's alone; its refusal names columns and holds no value."""
    with pytest.raises(EgressRefused) as caught:
        CrmPayload("binome.person_1", "res.partner", {"name": SECRET})
    assert SECRET not in str(caught.value)
    with pytest.raises(EgressRefused):
        CrmPayload("binome.person_1", "res.partner", {"name": SECRET}, None, object())


def test_a_payload_cannot_be_remade_with_other_values() -> None:
    """``dataclasses.replace`` on a good payload is no way past the door."""
    good = project(PERSON, person())
    with pytest.raises((EgressRefused, ValueError, TypeError)):
        dataclasses.replace(good, values={"comment": SECRET})


def test_a_payload_cannot_be_changed() -> None:
    """No attribute and no value of a payload can be set or removed."""
    payload = project(PERSON, person(), frozenset({"name"}), {"name": "old"})
    for name in ("values", "expected", "model", "external_id"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(payload, name, {})
    for part in (payload.values, payload.expected):
        assert isinstance(part, MappingProxyType)
        with pytest.raises(TypeError):
            part["name"] = SECRET  # type: ignore[index] # it must fail


def test_what_the_caller_expects_is_copied() -> None:
    """Changing the mapping that was passed changes no payload."""
    expected = {"name": "old"}
    payload = project(PERSON, person(), frozenset({"name"}), expected)
    expected["name"] = "new"
    assert payload.expected == {"name": "old"}


def test_the_links_of_a_payload_cannot_be_changed() -> None:
    """A set of links inside a payload is as fixed as the payload: nothing is added to it after the door."""
    record = person(share_roles=True)
    payload = project(PERSON, record, frozenset({"roles"}), {"category_id": []})
    before = copy.deepcopy(list(values_in(payload.values)))
    inner = payload.values["category_id"]["link"]
    with pytest.raises((AttributeError, TypeError)):
        inner.append("binome_mentoring.tag_coach")
    assert list(values_in(payload.values)) == before


def test_the_repr_of_a_payload_shows_no_value() -> None:
    """A payload may end in a log or a traceback: it shows names only, neither what is sent nor what is expected."""
    payload = project(PERSON, person(name="Nadège", share_email=True), None, {"name": "Ancienne"})
    for value in ("Nadège", "Ancienne", "marie@exemple.fr"):
        assert value not in repr(payload)
        assert value not in str(payload)


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
        "category": "mentoring", "minutes": 1,
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
