"""Creating: idempotent by external id, all or nothing by batch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.crm.errors import CrmAnswerLost, CrmError, CrmInvalid, CrmModuleError
from connector.crm.port import BATCH, Crm
from tests.contract.faults import Fault, FaultyCrm
from tests.contract.payloads import payload
from tests.contract.sides import Side

PARTNER, PAIR, MEETING = "res.partner", "x_mentoring_pair", "x_mentoring_meeting"


def test_a_creation_tells_the_id_that_its_binding_then_has(side: Side) -> None:
    """A creation answers ``created`` and the database id that its external id is bound to."""
    name = side.new("person")
    outcome = side.apply(name, PARTNER, {"name": "Anne"})
    assert (outcome.external_id, outcome.status) == (name, "created")
    assert outcome.id is not None
    assert side.crm.bindings(PARTNER)[name] == outcome.id


def test_a_creation_sent_again_finds_the_first(side: Side) -> None:
    """The same creation sent twice makes one record, and the second writes nothing, not even other values."""
    name = side.new("person")
    first = side.apply(name, PARTNER, {"name": "Anne"})
    written = side.written(name, PARTNER)
    side.later()
    second = side.apply(name, PARTNER, {"name": "Berthe"})
    assert (second.status, second.id) == ("existing", first.id)
    assert side.read(name, PARTNER, "name") == {"name": "Anne"}
    assert side.written(name, PARTNER) == written


def test_a_creation_whose_answer_was_lost_is_simply_sent_again(side: Side) -> None:
    """After a lost answer the same batch answers ``existing`` for what it had made; nothing is doubled."""
    batch = [payload(side.new("person"), PARTNER, {"name": f"Lost {number}"}) for number in range(3)]
    line = FaultyCrm(side.crm, {1: Fault.LOST})
    with pytest.raises(CrmAnswerLost):
        line.apply(batch)
    again = line.apply(batch)
    assert {outcome.status for outcome in again} == {"existing"}
    assert len({outcome.id for outcome in again}) == len(batch)


def test_one_creation_twice_in_a_batch_makes_one_record(side: Side) -> None:
    """Two creations of one external id in one batch make one record."""
    name = side.new("person")
    outcomes = side.crm.apply([payload(name, PARTNER, {"name": "Anne"})] * 2)
    assert [outcome.status for outcome in outcomes] == ["created", "existing"]
    assert outcomes[0].id == outcomes[1].id


def test_two_senders_of_one_creation_make_one_record(side: Side) -> None:
    """The same creation from two connections at once makes one record; the loser finds it or tries again."""
    name = side.new("person")
    lines = [side.another() for _ in range(2)]

    def send(crm: Crm) -> str:
        try:
            return crm.apply([payload(name, PARTNER, {"name": "Anne"})])[0].status
        except CrmError as error:
            return "again" if error.transient else type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, lines))
    assert answers.count("created") == 1
    assert set(answers) <= {"created", "existing", "again"}
    assert side.apply(name, PARTNER, {"name": "Anne"}).status == "existing"


def test_outcomes_come_in_the_order_of_the_payloads(side: Side) -> None:
    """Outcome n is about payload n, whatever each became."""
    there = side.person()
    names = [side.new("person"), there, side.new("person"), side.new("person")]
    batch = [
        payload(names[0], PARTNER, {"name": "New"}),
        payload(names[1], PARTNER, {"name": "There"}),
        payload(names[2], PARTNER, {"name": "Gone"}, {"name": "Gone"}),
        payload(names[3], PARTNER, {"name": "Lost", "parent_id": side.new("organisation")}),
    ]
    outcomes = side.crm.apply(batch)
    assert [outcome.external_id for outcome in outcomes] == names
    assert [outcome.status for outcome in outcomes] == ["created", "existing", "missing", "dangling"]


def test_one_invalid_creation_fails_its_whole_batch(side: Side) -> None:
    """Where one row is refused, the call raises CrmInvalid and no row of its batch is created."""
    pair = side.pair()
    good, bad = side.new("meeting"), side.new("meeting")
    values = {"x_pair_id": pair, "x_date": "2026-10-01"}
    with pytest.raises(CrmInvalid):
        side.crm.apply([
            payload(good, MEETING, values), payload(bad, MEETING, {**values, "x_state": "nonsense"}),
        ])
    assert not {good, bad} & side.crm.bindings(MEETING).keys()
    assert side.read(pair, PAIR, "x_meeting_ids") == {"x_meeting_ids": []}
    assert side.apply(good, MEETING, values).status == "created"


def test_one_invalid_update_takes_the_creations_of_its_batch_along(side: Side) -> None:
    """Creations and updates of one call are one transaction."""
    pair, fresh = side.pair(), side.new("pair")
    people = {"x_mentor_id": side.person(), "x_mentee_id": side.person()}
    with pytest.raises(CrmInvalid):
        side.crm.apply([
            payload(fresh, PAIR, people),
            payload(pair, PAIR, {"x_state": "nonsense"}, {"x_state": "proposed"}),
        ])
    assert fresh not in side.crm.bindings(PAIR)


@pytest.mark.parametrize(("model", "values"), [
    (PARTNER, {"email": "nobody@example.org"}),
    (PARTNER, {"name": False}),
    ("x_mentoring_contribution", {"x_date": "2026-10-01", "x_category": "workshop", "x_minutes": 60}),
    ("x_mentoring_profile", {"x_partner_id": False, "x_role": "mentor"}),
    ("x_mentoring_session", {"x_state": "planned"}),
    ("x_mentoring_session", {"x_date": False}),
    ("x_mentoring_session", {"x_date": "2026-10-01", "x_state": False}),
])
def test_a_record_without_what_it_requires_is_refused(
    side: Side, model: str, values: dict[str, object],
) -> None:
    """A creation that lacks a required value raises CrmInvalid."""
    with pytest.raises(CrmInvalid):
        side.apply(side.new("record"), model, values)


def test_a_number_that_is_required_must_be_given(side: Side) -> None:
    """A required number that is left out is refused; an empty one is 0."""
    values = {"x_partner_id": side.person(), "x_date": "2026-10-01", "x_category": "workshop"}
    with pytest.raises(CrmInvalid):
        side.apply(side.new("contribution"), "x_mentoring_contribution", values)
    empty = side.new("contribution")
    assert side.apply(empty, "x_mentoring_contribution", {**values, "x_minutes": False}).status == "created"
    assert side.read(empty, "x_mentoring_contribution", "x_minutes") == {"x_minutes": 0}


def test_what_is_not_given_takes_its_default(side: Side) -> None:
    """A new record is active, in its first state, with the default cadence."""
    pair = side.pair()
    expected = {"x_active": True, "x_state": "proposed", "x_cadence_days": 30, "x_mentor_accepted": False}
    assert side.read(pair, PAIR, *expected) == expected
    meeting = side.meeting(pair)
    expected = {"x_active": True, "x_state": "planned", "x_kind": "regular", "x_minutes": 60}
    assert side.read(meeting, MEETING, *expected) == expected


def test_rows_of_one_batch_may_give_different_columns(side: Side) -> None:
    """What one row gives and another leaves out takes its default there alone."""
    pair = side.pair()
    names = [side.new("meeting") for _ in range(2)]
    values = {"x_pair_id": pair, "x_date": "2026-10-01"}
    given = ({**values, "x_minutes": 45}, values)
    outcomes = side.crm.apply([payload(name, MEETING, each) for name, each in zip(names, given, strict=True)])
    assert [outcome.status for outcome in outcomes] == ["created", "created"]
    assert [side.read(name, MEETING, "x_minutes") for name in names] == [{"x_minutes": 45}, {"x_minutes": 60}]


def test_a_default_gives_way_to_an_empty_value(side: Side) -> None:
    """A value that is given counts, an empty one too: the default is for what is left out."""
    meeting = side.meeting(side.pair(), x_minutes=0)
    assert side.read(meeting, MEETING, "x_minutes") == {"x_minutes": 0}


def test_a_link_to_an_unknown_external_id_is_dangling(side: Side) -> None:
    """A dangling link stops its own row alone, and its columns are named."""
    good, bad, mentee = side.new("pair"), side.new("pair"), side.person()
    outcomes = side.crm.apply([
        payload(bad, PAIR, {"x_mentor_id": side.new("person"), "x_mentee_id": mentee}),
        payload(good, PAIR, {"x_mentor_id": side.person(), "x_mentee_id": mentee}),
    ])
    told = [(each.status, each.columns) for each in outcomes]
    assert told == [("dangling", ("x_mentor_id",)), ("created", ())]
    assert bad not in side.crm.bindings(PAIR)


def test_a_link_to_a_record_of_the_same_batch_is_dangling(side: Side) -> None:
    """Links are looked up before a batch is written: what it makes can be linked to in the next one."""
    parent, child = side.new("organisation"), side.new("person")
    batch = [
        payload(parent, PARTNER, {"name": "Firm"}),
        payload(child, PARTNER, {"name": "Anne", "parent_id": parent}),
    ]
    assert [outcome.status for outcome in side.crm.apply(batch)] == ["created", "dangling"]
    assert [outcome.status for outcome in side.crm.apply(batch)] == ["existing", "created"]


def test_a_link_to_a_record_of_another_model_is_dangling(side: Side) -> None:
    """An external id that is bound to another model than the link's is as good as unknown."""
    outcome = side.apply(side.new("meeting"), MEETING, {"x_pair_id": side.person(), "x_date": "2026-10-01"})
    assert (outcome.status, outcome.columns) == ("dangling", ("x_pair_id",))


def test_an_external_id_of_another_model_is_foreign(side: Side) -> None:
    """An external id that is bound to a record of another model is left alone."""
    person = side.person()
    people = {"x_mentor_id": person, "x_mentee_id": side.person()}
    assert side.apply(person, PAIR, people).status == "foreign"
    assert side.apply(person, PAIR, {"x_state": "active"}, {"x_state": "proposed"}).status == "foreign"
    assert person in side.crm.bindings(PARTNER)


def test_a_batch_too_large_is_refused_before_it_is_sent(side: Side) -> None:
    """More than BATCH payloads, or two models in one batch, are a mistake of the caller."""
    with pytest.raises(ValueError, match="at most"):
        side.crm.apply([payload(side.new("person"), PARTNER, {"name": "Anne"})] * (BATCH + 1))
    mixed = [payload(side.new("person"), PARTNER, {"name": "A"}), payload(side.new("pair"), PAIR, {})]
    with pytest.raises(ValueError, match="one model"):
        side.crm.apply(mixed)


def test_an_empty_batch_is_nothing(side: Side) -> None:
    """Nothing asked, nothing answered."""
    assert side.crm.apply([]) == []
    assert side.crm.bind(PARTNER, []) == []
    assert side.crm.remind([]) == []
    assert side.crm.find_contacts([]) == []
    assert side.crm.read(PARTNER, ("name",), []).rows == ()


def test_a_full_batch_is_one_call(side: Side) -> None:
    """BATCH payloads are written in one go."""
    values = {"x_date": "2026-10-01"}
    batch = [payload(side.new("club_session"), "x_mentoring_session", values) for _ in range(BATCH)]
    assert {outcome.status for outcome in side.crm.apply(batch)} == {"created"}


def test_an_unknown_column_says_that_the_module_is_another(side: Side) -> None:
    """A column that the CRM does not have is the module's fault, not the record's: CrmModuleError."""
    with pytest.raises(CrmModuleError):
        side.apply(side.new("person"), PARTNER, {"name": "Anne", "x_nowhere": "?"})
