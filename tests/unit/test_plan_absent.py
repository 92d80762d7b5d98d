"""What a plan makes of records that left the CRM, and of external ids that were moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync_jobs.engine.compare import plan_map
from sync_jobs.engine.plan import CRM_ID, Absence, Direction, Operation, Parked, Plan, Scope
from tests.property.strategies import base_of, digest, key, planned, remote_of, scope_of
from tests.unit.plan_samples import CARD, PERSON, only, person


@pytest.mark.parametrize(("absence", "code"), [
    (Absence(listings=2), "gone_from_crm"), (Absence(hidden=True, listings=9), "hidden_in_crm"),
])
def test_a_deletion_is_not_believed_too_early(absence: Absence, code: str) -> None:
    """Two listings without it are not enough, and a record that is only hidden from us is never taken for deleted."""
    scope = replace(scope_of(PERSON, person(), None, base_of(PERSON, person())), absent={key(1): absence})
    assert planned(scope) == Plan(parked=[Parked("person", key(1), code)])


def test_a_deletion_is_believed_when_three_listings_agree() -> None:
    """Then the register's record is archived, and once it is, nothing more is to do: it is never made again."""
    scope = replace(scope_of(PERSON, person(), None, base_of(PERSON, person())), absent={key(1): Absence(listings=3)})
    change = only(planned(scope))
    assert (change.direction, change.operation, change.fields) == (Direction.REGISTER, Operation.ARCHIVE, ("active",))
    archived = person(active=False)
    assert planned(scope_of(PERSON, archived, None, base_of(PERSON, archived))) == Plan()


def test_a_deleted_record_that_is_taken_up_again_is_made_anew() -> None:
    """The register un-archives what staff had deleted: the CRM gets it again."""
    base = base_of(PERSON, person(active=False))
    assert only(planned(scope_of(PERSON, person(), None, base))).operation is Operation.CREATE


def test_what_the_register_alone_archives_is_made_again_in_the_crm() -> None:
    """A person's card that staff deleted comes back: it is no reason to archive the person."""
    scope = replace(scope_of(CARD, person(), None, base_of(CARD, person())), absent={key(1): Absence(listings=3)})
    assert only(planned(scope)).direction is Direction.CRM


def test_a_stolen_external_id_is_set_aside() -> None:
    """An external id that leads to another record than it did is not followed: neither side is written."""
    scope = replace(after_scope(name="Quelqu'un d'autre"), stolen=frozenset({key(1)}))
    assert planned(scope) == Plan(parked=[Parked("person", key(1), "external_id_taken")])


def test_the_base_keeps_the_crms_own_id() -> None:
    """So that an external id that was moved is noticed."""
    plan = Plan()
    plan_map(after_scope(), {}, digest, plan)
    assert plan.agreed == {("person", key(1)): {CRM_ID: "1"}}


def after_scope(**edited: Any) -> Scope:
    """Give the scope of a person on whom both sides agreed, but for what staff edited."""
    return scope_of(PERSON, person(), remote_of(PERSON, person(), **edited), base_of(PERSON, person()))
