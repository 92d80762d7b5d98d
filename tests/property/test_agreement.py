"""For any records and bases: what is let go of unplanned is just what a plan would leave alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.crm.port import Row
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE
from mappings.destinations import ROLE_TAGS
from mappings.records import Record
from mappings.values import external_id
from sync_jobs.engine.agreement import Agreement
from sync_jobs.engine.identity import recognise
from sync_jobs.engine.plan import CRM_ID, Plan, Scope
from tests.property.strategies import base_of, digest, key, planned, records

MAPS = st.sampled_from(CATALOGUE)


class Shown:
    """A record as the CRM shows it: a row, and the external ids of what it links to."""

    def __init__(self, entity: EntityMap, record: Record) -> None:
        self._entity, self.links = entity, dict[tuple[str, int], tuple[str, ...]]()
        values = {item.column: self._raw(item, entity.outgoing(item, record)) for item in entity.fields}
        self.row = Row(1, (entity.external_id(record.key),), "", {**entity.constants, **values})

    def _raw(self, item: Any, value: Any) -> Any:
        relation = self._entity.destination.fields[item.column].relation
        if not relation:
            return item.kind.to_wire(value)
        if item.kind.name == "link":
            return self._link(relation, external_id(item.target, value)) if value else False
        names = [ROLE_TAGS[role] if item.target is None else external_id(item.target, role) for role in value]
        return [self._link(relation, name) for name in names]

    def _link(self, relation: str, name: str) -> int:
        number = 100 + len(self.links)
        self.links[relation, number] = (name,)
        return number

    def scope(self, local: Record, base: dict[str, str]) -> Scope:
        """Give the scope that a plan is made from."""
        (remote,) = recognise(self._entity, [self.row], self.links)
        return Scope(self._entity, {local.key: local}, {local.key: remote}, {local.key: base})


def holds(entity: EntityMap, record: Record, shown: Shown, links: Any, base: Mapping[str, str]) -> bool:
    """Tell whether a whole reading lets go of a record."""
    agreement = Agreement(entity, digest)
    values = agreement.values(record, shown.row, links)
    return values is not None and agreement.based(record, shown.row, values, base)


def met(entity: EntityMap, record: Record, shown: Shown) -> dict[str, str]:
    """Give the base once both sides agreed on a record, with the CRM's own id of it."""
    return base_of(entity, record) | {CRM_ID: str(shown.row.id)}


@given(entity=MAPS, data=st.data())
def test_what_both_sides_and_the_base_hold_is_let_go_of(entity: EntityMap, data: st.DataObject) -> None:
    """Whatever a sync brought in step agrees: a whole reading right after it holds no record."""
    record = data.draw(records(entity.record.kind))
    shown, agreement = Shown(entity, record), Agreement(entity, digest)
    assert agreement.key(shown.row) == record.key
    assert holds(entity, record, shown, shown.links, met(entity, record, shown))


@given(entity=MAPS, data=st.data(), based=st.sampled_from(["here", "there", "earlier", "partly"]))
def test_only_what_a_plan_leaves_alone_is_let_go_of(entity: EntityMap, data: st.DataObject, based: str) -> None:
    """A record that agrees needs no plan, whatever its base; one with an edit on either side never agrees."""
    here = data.draw(records(entity.record.kind))
    there = data.draw(st.just(here) | records(entity.record.kind, key=here.key))
    earlier = data.draw(records(entity.record.kind, key=here.key))
    base = base_of(entity, {"here": here, "there": there}.get(based, earlier))
    if based == "partly":
        base = dict(list(base_of(entity, here).items())[1:])
    shown = Shown(entity, there)
    plan = planned(shown.scope(here, base))
    base[CRM_ID] = str(shown.row.id)
    assert holds(entity, here, shown, shown.links, base) <= (plan == Plan())
    assert not holds(entity, here, shown, shown.links, base | {CRM_ID: "0"})


@given(entity=MAPS, data=st.data())
def test_a_merged_contact_and_a_link_to_a_stranger_are_left_to_the_plan(
    entity: EntityMap, data: st.DataObject
) -> None:
    """Two names on one row give no key; a link that the register cannot name agrees with nothing."""
    record = data.draw(records(entity.record.kind))
    shown, agreement = Shown(entity, record), Agreement(entity, digest)
    twice = Row(1, (*shown.row.external_ids, entity.external_id(key(41))), "", shown.row.values)
    assert agreement.key(twice) is None
    linked = {name for names in shown.links.values() for name in names} - set(ROLE_TAGS.values())
    if linked:
        assert not holds(entity, record, shown, {}, met(entity, record, shown))


@given(entity=MAPS, data=st.data())
def test_one_digest_stands_for_a_row_a_number_and_a_meaning(entity: EntityMap, data: st.DataObject) -> None:
    """The digest of the whole moves with the record's number, the maps' meaning, the row's id, any column, any link."""
    record = data.draw(records(entity.record.kind))
    shown, agreement = Shown(entity, record), Agreement(entity, digest, "then")
    row, links = shown.row, shown.links
    whole = agreement.whole(record.key, 7, row, links)
    moved = [replace(row, values={**row.values, item.column: "no such value"}) for item in entity.fields]
    others = {
        agreement.whole(record.key, 8, row, links),
        agreement.whole(key(41), 7, row, links),
        Agreement(entity, digest, "now").whole(record.key, 7, row, links),
        agreement.whole(record.key, 7, replace(row, id=2), links),
        *(agreement.whole(record.key, 7, one, links) for one in moved),
        *(agreement.whole(record.key, 7, row, {**links, at: (*links[at], "binome.other")}) for at in links),
    }
    assert whole == agreement.whole(record.key, 7, row, links)
    assert whole not in others
    assert len(others) == 4 + len(moved) + len(links)
