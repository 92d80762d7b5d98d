"""For any records, edits and bases: what a plan does, and that following it leads to agreement."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from mappings.base import EntityMap, Policy
from mappings.catalogue import CATALOGUE
from mappings.records import Record
from sync_jobs.engine.compare import plan_map
from sync_jobs.engine.plan import Change, Direction, Operation, Parked, Plan, Scope
from tests.property.strategies import base_of, digest, key, planned, records, remote_of, scope_of, without_ids

MAPS = st.sampled_from(CATALOGUE)
CONSENTS = {"share_email", "share_phone", "share_roles"}


def canonical(entity: EntityMap, record: Record) -> dict[str, Any]:
    """Give what the CRM would be sent, in canonical form, by field."""
    return {item.field: item.canonical(entity.outgoing(item, record)) for item in entity.fields}


def differing(entity: EntityMap, one: Record, other: Record) -> set[str]:
    """Name the mapped fields in which two records differ."""
    first, second = canonical(entity, one), canonical(entity, other)
    return {name for name in first if first[name] != second[name]}


def two(data: st.DataObject, entity: EntityMap, count: int = 2, *, one_consent: bool = False) -> list[Record]:
    """Draw states of one record; with ``one_consent`` all of them withhold the same, so that only edits count."""
    first = data.draw(records(entity.record.kind))
    same = {name: getattr(first, name) for name in CONSENTS & set(type(first).model_fields)} if one_consent else {}
    more = [data.draw(records(entity.record.kind, key=first.key, **same)) for _ in range(count - 1)]
    return [first, *more]


@given(entity=MAPS, data=st.data())
def test_agreement_needs_nothing(entity: EntityMap, data: st.DataObject) -> None:
    """Whatever both sides agreed on, a plan leaves alone: a second run right after a sync plans nothing."""
    (record,) = two(data, entity, 1)
    assert planned(scope_of(entity, record, remote_of(entity, record), base_of(entity, record))) == Plan()


@given(entity=MAPS, data=st.data())
def test_an_edit_here_is_one_change_there_with_just_its_fields(entity: EntityMap, data: st.DataObject) -> None:
    """Only the register changed: one change on the CRM's side, of exactly the fields that differ."""
    before, after = two(data, entity)
    plan = planned(scope_of(entity, after, remote_of(entity, before), base_of(entity, before)))
    changed = differing(entity, before, after)
    assert (plan.conflicts, plan.parked, plan.agreed) == ([], [], {})
    assert [(c.direction, set(c.fields)) for c in plan.changes] == ([(Direction.CRM, changed)] if changed else [])
    for change in plan.changes:
        assert change.digests == {name: base_of(entity, after)[name] for name in changed}


@given(entity=MAPS, data=st.data())
def test_an_edit_there_is_one_change_here_with_just_its_fields(entity: EntityMap, data: st.DataObject) -> None:
    """Only the CRM changed: the register takes in what it does not own, and sets the rest back."""
    before, after = two(data, entity, one_consent=True)
    plan = planned(scope_of(entity, before, remote_of(entity, after), base_of(entity, before)))
    changed = differing(entity, before, after)
    owned = {item.field for item in entity.fields if item.policy is Policy.REGISTER}
    assert (plan.conflicts, plan.parked, plan.agreed) == ([], [], {})
    assert {c.direction: set(c.fields) for c in plan.changes} == {
        direction: fields
        for direction, fields in ((Direction.CRM, changed & owned), (Direction.REGISTER, changed - owned)) if fields
    }


@given(entity=MAPS, data=st.data())
def test_a_contested_field_is_written_nowhere_and_the_rest_goes_on(entity: EntityMap, data: st.DataObject) -> None:
    """Every field that differs is, exactly once, sent, taken in, or left in conflict; conflicts are true ones."""
    before, local, remote = two(data, entity, 3, one_consent=True)
    plan = planned(scope_of(entity, local, remote_of(entity, remote), base_of(entity, before)))
    was, here, there = (canonical(entity, record) for record in (before, local, remote))
    fields = [name for change in plan.changes for name in change.fields] + [c.field for c in plan.conflicts]
    assert len(fields) == len(set(fields))
    owned = {item.field for item in entity.fields if item.policy is Policy.REGISTER}
    assert {c.field for c in plan.conflicts} == {
        name for name in here if name not in owned and len({was[name], here[name], there[name]}) == 3}
    assert set(fields) == {name for name in here if here[name] != there[name]}
    for change in plan.changes:
        for name in set(change.fields) - owned:
            kept = was[name] == (there if change.direction is Direction.CRM else here)[name]
            assert kept, "an edit would be overwritten"


@given(entity=MAPS, data=st.data())
def test_following_a_plan_leads_to_agreement(entity: EntityMap, data: st.DataObject) -> None:
    """Doing what the plan says and advancing the base leaves conflicts as they were, and nothing else to do."""
    before, local, remote = two(data, entity, 3, one_consent=True)
    crm = remote_of(entity, remote)
    base = base_of(entity, before)
    plan = planned(scope_of(entity, local, crm, base))
    for change in plan.changes:
        base |= change.digests
        if change.direction is Direction.CRM:
            crm = remote_of(entity, remote, **(dict(crm.values) | {
                name: entity.outgoing(entity.by_field[name], local) for name in change.fields}))
    taken = {name: crm.values[name] for c in plan.changes if c.direction is Direction.REGISTER for name in c.fields}
    merged = type(local).model_validate(local.model_dump() | taken)
    base |= plan.agreed.get((entity.kind, local.key), {})
    again = planned(scope_of(entity, merged, crm, base))
    assert (again.changes, again.parked, again.agreed) == ([], [], {})
    assert again.conflicts == plan.conflicts


@given(entity=MAPS, data=st.data())
def test_a_record_without_base_or_row_is_created(entity: EntityMap, data: st.DataObject) -> None:
    """Never met: the CRM gets it with all mapped fields."""
    (record,) = two(data, entity, 1)
    (change,) = planned(scope_of(entity, record, None)).changes
    assert (change.direction, change.operation, change.key) == (Direction.CRM, Operation.CREATE, record.key)
    assert change.digests == base_of(entity, record)


@given(entity=MAPS, data=st.data())
def test_a_record_with_a_base_and_no_row_is_parked(entity: EntityMap, data: st.DataObject) -> None:
    """Met and gone: nothing is written on either side, but for a record that was taken up again since."""
    record, before = two(data, entity)
    plan = planned(scope_of(entity, record, None, base_of(entity, before)))
    if "active" in entity.by_field and record.active and not before.active:
        assert [change.operation for change in plan.changes] == [Operation.CREATE]
    else:
        gone = [Parked(entity.kind, record.key, "gone_from_crm")]
        assert plan == Plan(parked=gone if record.active else [])


@given(entity=MAPS, data=st.data())
def test_a_row_with_a_base_and_no_record_brings_nothing_back(entity: EntityMap, data: st.DataObject) -> None:
    """Deleted here: whatever staff changed there, the register does not get it again."""
    record, before = two(data, entity)
    assert planned(scope_of(entity, None, remote_of(entity, record), base_of(entity, before))).changes == []


@given(entity=MAPS, data=st.data())
def test_without_a_base_no_value_is_overwritten(entity: EntityMap, data: st.DataObject) -> None:
    """Adopting a row writes over blanks only, save where the register has the last word."""
    local, remote = two(data, entity, one_consent=True)
    plan = planned(scope_of(entity, local, remote_of(entity, remote)))
    here, there = canonical(entity, local), canonical(entity, remote)
    for change in plan.changes:
        for name in change.fields:
            loser = there if change.direction is Direction.CRM else here
            assert loser[name] in (None, ()) or entity.by_field[name].policy is Policy.REGISTER


@given(entity=MAPS, data=st.data())
def test_a_stranger_is_never_taken_in_nor_written_over(entity: EntityMap, data: st.DataObject) -> None:
    """A two-way link to somebody unknown stays as staff made it, whatever changed here, with or without a base."""
    linking = [item for item in entity.fields if item.target is not None and item.policy is Policy.BOTH]
    if not linking:
        return
    before, local = two(data, entity)
    item = data.draw(st.sampled_from(linking))
    empty: object = frozenset() if item.kind.name == "links" else None
    crm = remote_of(entity, before, strangers=[item.field], **{item.field: empty})
    for base in (base_of(entity, before), {}):
        plan = planned(scope_of(entity, local, crm, base))
        assert item.field not in [name for change in plan.changes for name in change.fields]
        assert [item.field] == [name for parked in plan.parked for name in parked.fields]


@given(st.data())
def test_a_withdrawn_consent_always_empties_what_was_sent(data: st.DataObject) -> None:
    """Whatever staff made of a shared value meanwhile: without consent it is emptied, and none of it is taken in."""
    entity = next(entity for entity in CATALOGUE if entity.kind == "person")
    consents = {"share_email": True, "share_phone": True, "share_roles": True}
    shared = data.draw(records("person", **consents))
    withdrawn = shared.model_copy(update=dict.fromkeys(consents, False))
    edited = data.draw(records("person", key=shared.key, **consents))
    plan = planned(scope_of(entity, withdrawn, remote_of(entity, edited), base_of(entity, shared)))
    private = {"email", "phone", "roles"}
    sent = {name for name in private if canonical(entity, shared)[name] and canonical(entity, edited)[name]}
    emptied = {name for c in plan.changes if c.direction is Direction.CRM for name in c.fields}
    taken = {name for c in plan.changes if c.direction is Direction.REGISTER for name in c.fields}
    assert sent <= emptied
    assert not private & taken
    assert not private & {c.field for c in plan.conflicts}


def scopes(data: st.DataObject, entity: EntityMap) -> Scope:
    """Draw a scope of a few records in any situation: known here, there, to the base, or newcomers."""
    local, remote, base, newcomers = {}, {}, {}, {}
    for number in range(1, data.draw(st.integers(1, 4)) + 1):
        here, there, before = (data.draw(records(entity.record.kind, key=key(number))) for _ in range(3))
        if data.draw(st.booleans()):
            local[key(number)] = here
        if data.draw(st.booleans()):
            remote[key(number)] = remote_of(entity, there, crm_id=number)
        if data.draw(st.booleans()):
            base[key(number)] = base_of(entity, before)
        if entity.adopts_new and data.draw(st.booleans()):
            newcomers[100 + number] = remote_of(entity, before, crm_id=100 + number)
    return Scope(entity, local, remote, base, newcomers)


@given(entity=MAPS, data=st.data())
def test_a_plans_hash_does_not_depend_on_the_order_of_reading(entity: EntityMap, data: st.DataObject) -> None:
    """Records read in another order give the same plan, and the same hash."""
    scope = scopes(data, entity)

    def turned(mapping: Any) -> Any:
        return dict(data.draw(st.permutations(list(mapping.items()))))

    other = Scope(entity, turned(scope.local), turned(scope.remote), scope.base, turned(scope.newcomers))
    assert planned(scope).hash == planned(other).hash


@given(entity=MAPS, data=st.data())
def test_another_value_is_another_hash(entity: EntityMap, data: st.DataObject) -> None:
    """A plan that would write one value differently has another hash, so that an approval does not cover it."""
    before, one, other = two(data, entity, 3)
    assume(differing(entity, one, other) and differing(entity, before, one))
    crm, base = remote_of(entity, before), base_of(entity, before)
    first, second = (planned(scope_of(entity, record, crm, base)) for record in (one, other))
    assert first.hash != second.hash


@given(entity=MAPS, data=st.data())
def test_maps_are_planned_apart(entity: EntityMap, data: st.DataObject) -> None:
    """Each record adds what it needs to the plan, whatever the others need."""
    scope = scopes(data, entity)
    together = planned(scope)
    apart = Plan()
    for one in scope.local.keys() | scope.remote.keys():
        local, remote = ({k: v for k, v in side.items() if k == one} for side in (scope.local, scope.remote))
        plan_map(Scope(entity, local, remote, scope.base), {}, digest, apart)
    plan_map(Scope(entity, {}, {}, {}, scope.newcomers), {}, digest, apart)

    def said(changes: list[Change]) -> list[str]:
        return sorted(map(repr, changes))

    assert said(together.changes) == said(apart.changes)
    assert together.hash == apart.hash
    assert together.agreed == without_ids(apart).agreed
