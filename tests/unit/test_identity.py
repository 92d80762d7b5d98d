"""How CRM rows are recognised and put in the register's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.base import EntityMap
from mappings.catalogue import BY_KIND, CATALOGUE
from mappings.records import Key
from mappings.values import external_id
from sync_jobs.engine.identity import Remote, aliases, keys_of, recognise
from tests.property.strategies import KEYS, key

PARTNER = "res.partner"
PAIR, PERSON, MENTOR, SESSION = (BY_KIND[kind] for kind in ("pair", "person", "mentor", "club_session"))


@dataclass(frozen=True)
class Row:
    """A CRM row as the port gives it."""

    id: int
    external_ids: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


def person_id(number: int) -> str:
    """Name a person."""
    return external_id("person", key(number))


def one(entity: EntityMap, row: Row, links: dict[tuple[str, int], tuple[str, ...]] | None = None) -> Remote:
    """Recognise a row that must be this map's."""
    (found,) = recognise(entity, [row], links or {})
    return found


PAIR_LINKS = {(PARTNER, 1): (person_id(1),), (PARTNER, 2): (person_id(2),)}
PAIR_ROW = Row(7, (external_id("pair", key(9)),), {
    "x_mentor_id": 1, "x_mentee_id": 2, "x_stay_id": False, "x_state": "active", "x_mentor_accepted": True,
    "x_start": "2026-03-02", "x_end": False, "x_cadence_days": 30, "x_active": True,
})


def test_a_row_is_recognised_by_its_external_id() -> None:
    """The external id gives the key; raw values stay as read, for the compare-and-set."""
    found = one(PAIR, PAIR_ROW, PAIR_LINKS)
    assert (found.id, found.key, found.merged, found.strangers) == (7, key(9), (), frozenset())
    assert found.raw is PAIR_ROW.values


def test_a_row_is_put_in_the_registers_words() -> None:
    """Links become keys, days become dates, False becomes nothing, and yes or no stays so."""
    values = one(PAIR, PAIR_ROW, PAIR_LINKS).values
    assert (values["mentor"], values["mentee"], values["stay"]) == (key(1), key(2), None)
    assert (values["start"], values["end"]) == (dt.date(2026, 3, 2), None)
    assert (values["state"], values["end_code"], values["cadence_days"]) == ("active", None, 30)
    assert (values["mentor_accepted"], values["mentee_accepted"], values["active"]) == (True, False, True)


@pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
def test_an_empty_row_has_a_value_for_every_field(entity: EntityMap) -> None:
    """Whatever a row leaves out counts as empty, and no map stumbles over it."""
    found = one(entity, Row(1, (entity.external_id(key(1)),)))
    assert set(found.values) == set(entity.by_field)
    assert not found.strangers


@pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
def test_a_row_of_somebody_else_is_left_alone(entity: EntityMap) -> None:
    """External ids of other modules or of our other maps do not make a row this map's."""
    others = tuple(other.external_id(key(1)) for other in CATALOGUE if other is not entity)
    assert recognise(entity, [Row(1, ("base.main_partner",)), Row(2, others)], {}) == []


def test_maps_that_share_a_model_tell_their_rows_apart() -> None:
    """A contact is a person or an organisation by its external id; a profile made by staff by its role."""
    rows = [Row(1, (person_id(1),)), Row(2, (external_id("organisation", key(2)),)), Row(3)]
    assert [found.id for found in recognise(PERSON, rows, {})] == [1]
    assert [found.id for found in recognise(BY_KIND["organisation"], rows, {})] == [2]
    profiles = [Row(4 + at, values={"x_role": role}) for at, role in enumerate(("mentor", "mentee", False))]
    assert [found.id for found in recognise(MENTOR, profiles, {})] == [4]
    assert [found.id for found in recognise(BY_KIND["mentee"], profiles, {})] == [5]


@pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
def test_only_maps_that_adopt_take_a_row_without_name(entity: EntityMap) -> None:
    """A record that staff made is new to a map that adopts new ones, and invisible to the others."""
    found = recognise(entity, [Row(1, (), dict(entity.constants))], {})
    assert [each.key for each in found] == ([None] if entity.adopts_new else [])


def test_no_map_adopts_every_contact() -> None:
    """Most contacts have nothing to do with the programme: no map on contacts takes new ones in."""
    assert not [entity.kind for entity in CATALOGUE if entity.model == PARTNER and entity.adopts_new]


def test_a_link_to_an_unknown_contact_is_a_stranger() -> None:
    """A link to a record that has no external id of ours is named, and its value is nothing."""
    found = one(PAIR, PAIR_ROW, {(PARTNER, 1): (person_id(1),), (PARTNER, 2): ("base.partner_admin",)})
    assert found.strangers == {"mentee"}
    assert found.values["mentee"] is None


def test_a_link_to_a_record_of_another_kind_is_a_stranger() -> None:
    """An organisation in the place of a mentor is nobody the register knows as a person."""
    found = one(PAIR, PAIR_ROW, {**PAIR_LINKS, (PARTNER, 1): (external_id("organisation", key(1)),)})
    assert found.strangers == {"mentor"}


def test_an_id_is_looked_up_in_the_model_it_belongs_to() -> None:
    """Number 1 of one model is not number 1 of another."""
    row = Row(7, PAIR_ROW.external_ids, {**PAIR_ROW.values, "x_stay_id": 1})
    assert one(PAIR, row, PAIR_LINKS).strangers == {"stay"}
    known = {**PAIR_LINKS, ("x_mentoring_stay", 1): (external_id("stay", key(5)),)}
    assert one(PAIR, row, known).values["stay"] == key(5)


def test_one_stranger_in_a_set_is_named() -> None:
    """A set with an unknown member is not the set of its known members: the field is marked."""
    row = Row(3, (external_id("club_session", key(3)),), {"x_attendee_ids": [1, 2]})
    found = one(SESSION, row, {(PARTNER, 1): (person_id(1),)})
    assert found.strangers == {"attendees"}
    assert one(SESSION, row, PAIR_LINKS).values["attendees"] == {key(1), key(2)}


def test_tags_of_others_are_not_seen() -> None:
    """Of a contact's tags only ours count; the staff's own neither show nor are strangers."""
    names = {1: "binome_mentoring.tag_mentor", 2: "base.tag_vip"}
    tags = {("res.partner.category", number): (name,) for number, name in names.items()}
    found = one(PERSON, Row(1, (person_id(1),), {"category_id": [1, 2, 3]}), tags)
    assert found.values["roles"] == {"mentor"}
    assert not found.strangers


def test_a_merged_contact_answers_to_all_its_keys() -> None:
    """After staff merged contacts the smallest key stands for all; the others are named as merged."""
    found = one(PERSON, Row(1, (person_id(3), person_id(1), "base.x", person_id(2))))
    assert (found.key, found.merged) == (key(1), (key(2), key(3)))


def test_a_link_to_a_merged_contact_points_to_the_survivor() -> None:
    """Whoever linked to a merged contact now links to the one that stands for all."""
    found = one(PAIR, PAIR_ROW, {**PAIR_LINKS, (PARTNER, 1): (person_id(8), person_id(4))})
    assert found.values["mentor"] == key(4)


def test_a_contact_merged_across_kinds_keeps_both_names() -> None:
    """A person merged into an organisation is still found by both maps, each under its own key."""
    row = Row(1, (person_id(1), external_id("organisation", key(2))))
    assert one(PERSON, row).key == key(1)
    assert one(BY_KIND["organisation"], row).key == key(2)
    assert one(PERSON, row).merged == ()


def test_aliases_lead_from_every_merged_key_to_the_survivor() -> None:
    """Each key that was merged away leads to the smallest; one that stands alone leads nowhere."""
    groups = [(person_id(3), person_id(1), person_id(2)), (person_id(5),), ("base.x", person_id(6)), ()]
    assert aliases("person", groups) == {key(2): key(1), key(3): key(1)}


def test_aliases_stay_within_their_kind() -> None:
    """A person and an organisation on one contact are not one record of the register."""
    assert aliases("person", [(person_id(2), external_id("organisation", key(1)))]) == {}


@given(st.lists(st.sets(KEYS, min_size=1, max_size=4), max_size=4))
def test_an_alias_is_final(groups: list[set[Key]]) -> None:
    """Of disjoint groups no alias leads to a key that leads further, and all of a group meet in one key."""
    apart: list[set[Key]] = []
    for group in groups:
        if rest := group.difference(*apart):
            apart.append(rest)
    alias = aliases("person", [tuple(external_id("person", each) for each in group) for group in apart])
    assert not set(alias.values()) & set(alias)
    assert all(len({alias.get(each, each) for each in group}) == 1 for group in apart)


@pytest.mark.parametrize("hostile", ["", "binome.person_zz", "binome.person_", "person", "base.person_" + key(1).hex])
def test_hostile_names_give_no_key(hostile: str) -> None:
    """Names that only look like ours are ignored among good ones."""
    assert keys_of("person", (hostile, person_id(1))) == [key(1)]
