"""What a plan promises as a whole: its hash, its counts, its repr."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.catalogue import BY_KIND, CATALOGUE
from mappings.values import LINK
from sync_jobs.engine.plan import Change, Conflict, Direction, Operation, Plan
from tests.property.strategies import base_of, key, planned, remote_of, scope_of
from tests.unit.plan_samples import PERSON, after, person

NAMES = {entity.kind: entity for entity in CATALOGUE}


def change(number: int = 1, **more: Any) -> Change:
    """Make a change."""
    return Change(**{
        "kind": "person", "key": key(number), "direction": Direction.CRM, "operation": Operation.UPDATE,
        "digests": {"name": "d1", "email": "d2"}, **more,
    })


def test_a_plan_has_one_hash_in_any_order() -> None:
    """The order of changes and of their fields does not count."""
    one, other = change(1), change(2)
    turned = change(1, digests={"email": "d2", "name": "d1"})
    assert Plan([one, other]).hash == Plan([other, turned]).hash
    assert Plan([one]).hash == Plan([one], conflicts=[Conflict("person", key(1), "phone", "a", "b")]).hash


@pytest.mark.parametrize("other", [
    {"digests": {"name": "d1", "email": "d3"}}, {"digests": {"name": "d1"}}, {"digests": {"name": "d1", "phone": "d2"}},
    {"key": key(2)}, {"kind": "organisation"}, {"direction": Direction.REGISTER}, {"operation": Operation.ARCHIVE},
    {"key": None, "crm_id": 5},
], ids="-".join)
def test_a_different_plan_has_a_different_hash(other: dict[str, Any]) -> None:
    """Another value, field, record, side or operation is another plan: approving one approves no other."""
    assert Plan([change()]).hash != Plan([change(**other)]).hash


def test_a_longer_plan_has_a_different_hash() -> None:
    """One change more, even the same again, is another plan."""
    assert len({Plan([change(n) for n in range(1, length)]).hash for length in (1, 2, 3)}) == 3
    assert Plan([change(), change()]).hash != Plan([change()]).hash


def test_a_plan_of_like_changes_can_be_hashed() -> None:
    """Newcomers have no key and may have equal digests; sorting them does not fail."""
    alike = [change(key=None, crm_id=number) for number in (3, 1, 2)]
    assert Plan(alike).hash == Plan(alike[::-1]).hash


def test_a_plan_is_counted_by_side_and_operation() -> None:
    """Counting takes one side, and some operations or all."""
    plan = Plan([change(1), change(2, operation=Operation.ARCHIVE), change(3, direction=Direction.REGISTER)])
    assert plan.count(Direction.CRM) == 2
    assert plan.count(Direction.CRM, Operation.ARCHIVE) == 1
    assert plan.count(Direction.CRM, Operation.ARCHIVE, Operation.UPDATE) == 2
    assert plan.count(Direction.REGISTER, Operation.CREATE) == 0


def test_the_repr_of_a_plan_shows_no_value() -> None:
    """Plans are logged and printed: names and digests only, in changes, conflicts and parked records alike."""
    plan = after(
        PERSON, person(), local=person(job_title="Fondatrice", name="Marie Nouvelle"), job_title="Gérante",
        email="neuf@exemple.fr", strangers=("organisation",))
    assert plan.changes
    assert plan.conflicts
    assert plan.parked
    for value in ("Marie", "Confidentielle", "Fondatrice", "Gérante", "neuf@", "marie@", "612345678"):
        assert value not in repr(plan)


def test_planning_changes_nothing_it_was_given() -> None:
    """Planning is pure: scope, base and alias are as before, and planning again gives the same."""
    agreed = person()
    scope = scope_of(PERSON, person(name="Autre"), remote_of(PERSON, agreed, job_title="X"), base_of(PERSON, agreed))
    before = repr(scope)
    assert planned(scope) == planned(scope)
    assert repr(scope) == before


def test_a_links_canonical_form_is_its_key() -> None:
    """Links are compared by key, so that both sides' words for one record are equal."""
    assert LINK.canonical(key(1)) == str(key(1))
    assert set(NAMES) == set(BY_KIND)
