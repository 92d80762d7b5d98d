"""Adopting: contacts that are there already are found by e-mail and bound, never doubled."""

from __future__ import annotations

from uuid import uuid4

from tests.contract.sides import Side

PARTNER, PAIR = "res.partner", "x_mentoring_pair"


def address() -> str:
    """Make an e-mail address that nobody has."""
    return f"u{uuid4().hex}@example.org"


def test_an_existing_contact_is_bound(side: Side) -> None:
    """``bind`` gives an existing record an external id, and again says ``existing``."""
    record, name = side.staff.create(PARTNER, name="There before"), side.new("person")
    for status in ("bound", "existing"):
        (outcome,) = side.crm.bind(PARTNER, [(name, record)])
        assert (outcome.external_id, outcome.status, outcome.id) == (name, status, record)
    assert side.crm.bindings(PARTNER)[name] == record
    assert side.apply(name, PARTNER, {"name": "Anew"}).status == "existing"


def test_binding_does_not_touch_the_record(side: Side) -> None:
    """Adopting writes no value and moves no date."""
    record = side.staff.create(PARTNER, name="There before")
    before = side.staff.read(PARTNER, record, "name")
    side.later()
    side.crm.bind(PARTNER, [(side.new("person"), record)])
    assert side.staff.read(PARTNER, record, "name") == before


def test_an_external_id_is_not_taken_from_its_record(side: Side) -> None:
    """An external id that is bound to another live record stays there: ``taken``."""
    person = side.person()
    record = side.staff.create(PARTNER, name="Other")
    (outcome,) = side.crm.bind(PARTNER, [(person, record)])
    assert (outcome.status, outcome.id) == ("taken", side.crm.bindings(PARTNER)[person])
    (outcome,) = side.crm.bind(PARTNER, [(side.pair(), record)])
    assert outcome.status == "taken"


def test_what_is_not_there_cannot_be_bound(side: Side) -> None:
    """A record that is gone is ``missing``, and its external id stays free."""
    name, record = side.new("person"), side.staff.create(PARTNER, name="Gone")
    side.staff.delete(PARTNER, record)
    (outcome,) = side.crm.bind(PARTNER, [(name, record)])
    assert outcome.status == "missing"
    assert name not in side.crm.bindings(PARTNER)


def test_a_record_may_carry_two_external_ids(side: Side) -> None:
    """A second external id for one record is bound too, as a merge would do."""
    person, second = side.person(), side.new("person")
    record = side.crm.bindings(PARTNER)[person]
    (outcome,) = side.crm.bind(PARTNER, [(second, record)])
    assert outcome.status == "bound"
    assert side.crm.bindings(PARTNER)[person] == side.crm.bindings(PARTNER)[second] == record


def test_one_batch_binds_an_external_id_once(side: Side) -> None:
    """Within one batch the first wins; each row has its own outcome."""
    first, second = (side.staff.create(PARTNER, name=name) for name in ("First", "Second"))
    name = side.new("person")
    outcomes = side.crm.bind(PARTNER, [(name, first), (name, second), (name, first)])
    assert [outcome.status for outcome in outcomes] == ["bound", "taken", "existing"]


def test_a_record_of_ours_made_by_staff_is_bound_too(side: Side) -> None:
    """A pair that staff entered enters the register, and is bound like any other."""
    record = side.staff.create(PAIR, x_mentor_id=side.person(), x_mentee_id=side.person())
    name = side.new("pair")
    assert side.crm.bind(PAIR, [(name, record)])[0].status == "bound"
    assert side.since(PAIR, None)[record] == (name,)


def test_contacts_are_found_by_email_whatever_its_case(side: Side) -> None:
    """``find_contacts`` ignores case and outer spaces, and tells id, name and e-mail as they are."""
    email = address()
    record = side.staff.create(PARTNER, name="Élodie", email=email.upper())
    assert side.crm.find_contacts([f" {email.title()} "]) == [(record, "Élodie", email.upper())]


def test_every_contact_of_an_address_is_found(side: Side) -> None:
    """Two contacts with one address are both told, so that a person can choose; other contacts are not."""
    email, other = address(), address()
    found = [side.staff.create(PARTNER, name=name, email=email) for name in ("First", "Second")]
    third = side.staff.create(PARTNER, name="Third", email=other)
    side.staff.create(PARTNER, name="Fourth", email=address())
    side.staff.create(PARTNER, name="Fifth")
    assert [record for record, _name, _email in side.crm.find_contacts([other, email])] == [*found, third]


def test_an_address_with_a_name_around_it_is_found(side: Side) -> None:
    """An e-mail that staff typed as ``Name <address>`` is found by the address."""
    email = address()
    record = side.staff.create(PARTNER, name="Anne", email=f"Anne B <{email}>")
    assert [found[0] for found in side.crm.find_contacts([email])] == [record]


def test_an_archived_contact_is_not_found(side: Side) -> None:
    """Staff put an archived contact away: it is not adopted."""
    email = address()
    record = side.staff.create(PARTNER, name="Away", email=email)
    side.staff.archive(PARTNER, record)
    assert side.crm.find_contacts([email]) == []
