"""What the one door out refuses, and that only the door makes payloads."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from mappings.base import EntityMap, FieldMap, email, text
from mappings.catalogue import BY_KIND
from mappings.egress import CrmPayload, EgressRefused, project
from mappings.records import Mentee, Organisation, Person, Record
from mappings.values import EMAIL
from tests.property.strategies import key
from tests.unit.egress_samples import PERSON, SECRET, Planted, person, planted


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
