"""What a plan contains where a consent was given or withdrawn, and where a value was on its way."""

from __future__ import annotations

import pytest

from mappings.vocabulary import Role
from sync_jobs.engine.plan import Direction, Operation, Plan, agreed_digest, sent_mark
from tests.property.strategies import base_of, digest, key, planned, remote_of, scope_of
from tests.unit.plan_samples import CARD, PERSON, after, only, person


# Consents


def test_a_withdrawn_consent_pulls_back() -> None:
    """What was sent is emptied on the contact, and goes to the card."""
    shared, withdrawn = person(), person(share_email=False)
    change = only(after(PERSON, shared, local=withdrawn))
    assert (change.direction, change.fields) == (Direction.CRM, ("email",))
    assert change.digests == {"email": digest("person", key(1), "email", None)}
    assert only(after(CARD, shared, local=withdrawn)).fields == ("share_email", "email")


def test_a_withdrawn_consent_beats_an_edit_of_the_staff() -> None:
    """Staff changed the shared address while its owner withdrew it: it is pulled back, and not taken in."""
    plan = after(PERSON, person(), local=person(share_email=False), email="autre@exemple.fr")
    assert only(plan).direction is Direction.CRM
    assert plan.conflicts == []


def test_a_withheld_value_of_the_staff_is_theirs() -> None:
    """An address that staff keep on a contact, and we never sent, is neither emptied nor taken in."""
    kept = person(share_email=False)
    plan = after(PERSON, kept, email="bureau@exemple.fr")
    assert plan == Plan()


def test_a_tag_that_staff_put_on_without_consent_is_taken_off() -> None:
    """The register owns the role's tags: without consent none of ours stands on a contact, whoever put it there."""
    silent = person(roles=frozenset({Role.MENTOR}))
    change = only(after(PERSON, silent, roles=frozenset({"mentor"})))
    assert (change.direction, change.fields) == (Direction.CRM, ("roles",))


def test_a_private_address_that_staff_edit_while_it_is_shared_here_is_not_lost() -> None:
    """The card empties when its owner shares the address; a new address that staff just wrote on it must survive."""
    private = person(share_email=False)
    plan = after(CARD, private, local=person(share_email=True), email="nouvelle@exemple.fr")
    taken = [field for c in plan.changes if c.direction is Direction.REGISTER for field in c.fields]
    assert "email" in [*taken, *(c.field for c in plan.conflicts)]
    assert "email" not in [f for c in plan.changes if c.direction is Direction.CRM for f in c.fields]


def test_a_consent_that_staff_record_with_the_address_comes_in_whole() -> None:
    """Staff write the new address on the card and tick that it is shared: both come in, in one change."""
    change = only(after(CARD, person(share_email=False), email="nouvelle@exemple.fr", share_email=True))
    assert (change.direction, set(change.fields)) == (Direction.REGISTER, {"email", "share_email"})


@pytest.mark.parametrize("shown", ["marie@exemple.fr", "autre@exemple.fr"])
def test_a_value_on_its_way_is_pulled_back_too(shown: str) -> None:
    """A crash while the address was sent leaves its mark: a consent withdrawn meanwhile still empties it."""
    kept = person(share_email=False)
    base = base_of(PERSON, kept)
    base["email"] = sent_mark(base["email"], "new")
    change = only(planned(scope_of(PERSON, kept, remote_of(PERSON, kept, email=shown), base)))
    assert (change.direction, change.fields) == (Direction.CRM, ("email",))


def test_a_creation_that_did_not_arrive_is_made_again() -> None:
    """A record that has nothing but the mark was never seen in the CRM: it is created, not missed."""
    base: dict[str, str] = {"email": sent_mark(None, "new")}
    assert only(planned(scope_of(PERSON, person(), None, base))).operation is Operation.CREATE


def test_a_value_on_its_way_that_arrived_is_agreed() -> None:
    """Both sides have it: the mark makes way for the digest."""
    base = {**base_of(PERSON, person()), "email": sent_mark("before", "new")}
    plan = planned(scope_of(PERSON, person(), remote_of(PERSON, person()), base))
    assert plan == Plan(agreed={("person", key(1)): {"email": digest("person", key(1), "email", "marie@exemple.fr")}})


def test_a_value_that_did_not_arrive_is_sent_again() -> None:
    """An outage is no edit: the address that the register changed, and whose sending failed, still simply goes out."""
    base = base_of(PERSON, person())
    base["email"] = sent_mark(base["email"], "new")
    plan = planned(scope_of(PERSON, person(email="neuf@exemple.fr"), remote_of(PERSON, person()), base))
    assert plan.conflicts == []
    assert (only(plan).direction, only(plan).fields) == (Direction.CRM, ("email",))


def test_what_is_changed_back_after_a_lost_answer_goes_out_again() -> None:
    """Our own value that arrived, its answer lost, is no edit of the staff: the register's change back is sent."""
    base = base_of(PERSON, person())
    base["email"] = sent_mark(base["email"], digest("person", key(1), "email", "neuf@exemple.fr"))
    plan = planned(scope_of(PERSON, person(), remote_of(PERSON, person(), email="neuf@exemple.fr"), base))
    assert (only(plan).direction, only(plan).fields) == (Direction.CRM, ("email",))


def test_an_edit_of_the_staff_after_an_outage_is_still_theirs() -> None:
    """The mark keeps what both sides agreed on: who changed what is known as before."""
    base = base_of(PERSON, person())
    base["email"] = sent_mark(sent_mark(base["email"], "one"), "two")
    assert agreed_digest(base["email"]) == base_of(PERSON, person())["email"]
    plan = planned(scope_of(PERSON, person(), remote_of(PERSON, person(), email="neuf@exemple.fr"), base))
    assert (only(plan).direction, only(plan).fields) == (Direction.REGISTER, ("email",))
