"""For any record and any consents: what the door lets out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE
from mappings.confidentiality import Audience, pair_fields
from mappings.egress import CrmPayload, EgressRefused, project
from mappings.records import RECORDS, Record
from mappings.values import TEXT
from tests.property.strategies import CANARY, digest, planned, records, remote_of, scope_of

EACH_MAP = pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
MAPS = st.sampled_from(CATALOGUE)


def everything_in(payload: CrmPayload) -> Iterator[str]:
    """List every text that a payload carries or shows."""
    yield from (repr(payload), str(payload), payload.external_id, payload.model)
    yield from _texts(payload.values)
    yield from _texts(payload.expected or {})


def _texts(wire: object) -> Iterator[str]:
    if isinstance(wire, Mapping):
        for name, part in wire.items():
            yield str(name)
            yield from _texts(part)
    elif isinstance(wire, list | tuple | set | frozenset):
        for part in wire:
            yield from _texts(part)
    else:
        yield str(wire)


def test_every_kind_with_words_of_the_pair_is_tried() -> None:
    """The canary is planted in each field that the vault holds."""
    assert sum(len(pair_fields(record)) for record in RECORDS.values()) == 12


@EACH_MAP
def test_no_map_names_free_text(entity: EntityMap) -> None:
    """No mapped field is one that the vault holds, and no column that is written takes long or formatted text."""
    assert not pair_fields(entity.record) & {item.field for item in entity.fields}
    assert not {entity.destination.fields[item.column].type for item in entity.fields} & {"text", "html", "properties"}


def test_every_text_that_crosses_is_a_short_one_that_is_known() -> None:
    """The texts that may cross are names, titles and codes: another one is decided here, not by a map alone."""
    texts = {(entity.record.kind, item.field) for entity in CATALOGUE for item in entity.fields if item.kind is TEXT}
    assert texts == {
        ("organisation", "name"), ("organisation", "city"), ("person", "name"), ("person", "job_title"),
        ("mentor", "expertise"), ("mentee", "expertise"), ("charter", "version"), ("charter", "document_hash"),
        ("charter", "mentor_recorded_by"), ("charter", "mentee_recorded_by"),
    }


@EACH_MAP
@given(data=st.data())
def test_no_word_of_a_pair_is_in_any_payload(entity: EntityMap, data: st.DataObject) -> None:
    """Whatever a record holds and whatever is asked for, no payload carries or shows what is for the pair."""
    record = data.draw(records(entity.record.kind, canary=True))
    asked = data.draw(st.none() | st.frozensets(st.sampled_from(sorted(entity.by_field))))
    payload = project(entity, record, asked, None if asked is None else {})
    assert not [text for text in everything_in(payload) if CANARY in text]


@given(entity=MAPS, data=st.data())
def test_asking_for_words_of_a_pair_is_refused(entity: EntityMap, data: st.DataObject) -> None:
    """Naming a field that is not mapped refuses the whole payload; the refusal shows the name only."""
    record = data.draw(records(entity.record.kind, canary=True))
    unmapped = sorted(set(entity.record.model_fields) - set(entity.by_field))
    asked = data.draw(st.frozensets(st.sampled_from(unmapped), min_size=1))
    with pytest.raises(EgressRefused) as refused:
        project(entity, record, asked | {entity.fields[0].field}, {})
    assert CANARY not in str(refused.value)
    assert set(refused.value.fields) == asked


@given(entity=MAPS, data=st.data())
def test_a_map_takes_its_own_records_only(entity: EntityMap, data: st.DataObject) -> None:
    """A record of any other kind is refused whole, with none of its words."""
    other = data.draw(st.sampled_from(sorted(kind for kind, record in RECORDS.items() if record is not entity.record)))
    with pytest.raises(EgressRefused) as refused:
        project(entity, data.draw(records(other, canary=True)))
    assert CANARY not in str(refused.value)


@given(entity=MAPS, data=st.data())
def test_what_leaves_reaches_nobody_who_may_not_see_it(entity: EntityMap, data: st.DataObject) -> None:
    """Told anew from the declarations: a value leaves only if its audience today contains the destination's."""
    record = data.draw(records(entity.record.kind))
    values = project(entity, record).values
    for item in entity.fields:
        seen = entity.seen[item.field]
        assert seen is not None
        if not entity.destination.audience.within(seen.audience(record)):
            assert _is_empty(values[item.column])


def _is_empty(wire: Any) -> bool:
    return wire is False or (isinstance(wire, Mapping) and not wire.get("link") and not wire.get("set"))


@given(entity=MAPS, data=st.data())
def test_the_journal_is_told_what_leaves(entity: EntityMap, data: st.DataObject) -> None:
    """Every field that leaves with something in it is a crossing to those who see it, and shows nothing of it."""
    record = data.draw(records(entity.record.kind))
    asked = data.draw(st.none() | st.frozensets(st.sampled_from(sorted(entity.by_field))))
    payload = project(entity, record, asked, None if asked is None else {})
    told = {one.destination.rpartition(".")[2]: one for one in payload.crossings}
    leaving = {item.column: item for item in entity.fields if item.column in payload.values}
    assert set(told) <= set(leaving)
    for column, item in leaving.items():
        if asked is not None or not (_is_empty(payload.values[column]) and item.kind.name != "flag"):
            assert told[column].audience == entity.destination.audience.name
            withheld = not item.twin and entity.withheld(item, record)
            empty = _is_empty(payload.values[column]) and item.kind.name != "flag"
            assert told[column].event == ("withdrawn" if withheld else "emptied" if empty else "sent")


@given(records("person"))
def test_an_address_stands_in_one_place_only(person: Record) -> None:
    """E-mail and phone are on the contact or on the staff's card, by consent: never on both, never lost."""
    contact, card = (project(entity, person).values for entity in CATALOGUE if entity.kind in ("person", "card"))
    for name in ("email", "phone"):
        places = [value for value in (contact[name], card[f"x_private_{name}"]) if value]
        held = getattr(person, name)
        assert places == ([held] if held else [])


@given(entity=MAPS, data=st.data())
def test_plans_show_no_value(entity: EntityMap, data: st.DataObject) -> None:
    """A plan for any record against any other shows neither words of the pair nor texts of the record."""
    local = data.draw(records(entity.record.kind, canary=True))
    other = data.draw(records(entity.record.kind, key=local.key))
    shown = repr(planned(scope_of(entity, local, remote_of(entity, other), {})))
    assert CANARY not in shown
    for name in ("email", "phone"):
        value = getattr(local, name, None)
        assert value is None or value not in shown
    assert digest("a", 1, "b", "c") != digest("a", 1, "b", "d")


@given(records("person", share_email=False, share_phone=False, name="Nom", job_title=None))
def test_an_employee_sees_no_private_address(person: Record) -> None:
    """A payload for a contact holds the address of nobody who does not share it."""
    (contact,) = (entity for entity in CATALOGUE if entity.kind == "person")
    assert contact.destination.audience is Audience.EMPLOYEES
    texts = list(_texts(project(contact, person).values))
    for name in ("email", "phone"):
        value = getattr(person, name)
        assert value is None or value not in texts
