"""What saving and reading records promises."""

from __future__ import annotations

import datetime as dt
import random
import traceback
from uuid import UUID

import pytest

from connector.register.errors import (
    DanglingLink,
    DuplicateReference,
    RecordInvalid,
    StillLinked,
)
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.rows import CHUNK
from connector.register.schema import LAYOUTS
from mappings.records import (
    LINKS,
    ClubSession,
    Mentor,
    Organisation,
    Pair,
    Person,
    SpeedDating,
)
from mappings.vocabulary import PairState, Role
from tests.unit.register_samples import a_meeting, a_pair

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]


def organisations(count: int) -> list[Organisation]:
    """Make companies."""
    return [
        Organisation(key=new_key(), ref=f"O{number}", name=f"Company {number}") for number in range(count)
    ]


def test_a_batch_is_saved_in_any_order(register: Register) -> None:
    """A batch of mixed kinds may come in any order: what others link to is saved first."""
    batch = a_pair()
    random.Random(7).shuffle(batch)  # noqa: S311 - a fixed order, not a secret
    result = register.save(batch)
    assert sorted(result.created) == sorted((record.kind, record.key) for record in batch)
    assert (result.updated, result.unchanged) == ([], 0)


def test_links_within_one_kind_may_form_a_circle(register: Register) -> None:
    """Two organisations may name each other as parent in one batch."""
    one, other = new_key(), new_key()
    register.save(
        [Organisation(key=one, name="One", parent=other), Organisation(key=other, name="Other", parent=one)]
    )
    assert register.count("organisation") == 2


def test_saving_equal_records_again_changes_nothing(register: Register) -> None:
    """A second save of equal records, texts and sets too, writes nothing and takes no number of change."""
    *others, pair = a_pair()
    batch = [*others, pair, a_meeting(pair, notes="We talked."), Mentor(key=new_key(), person=others[2].key)]
    register.save(batch)
    before = register.watermark(), register.changed("meeting", 0)
    result = register.save(batch)
    assert (result.created, result.updated, result.unchanged) == ([], [], len(batch))
    assert (register.watermark(), register.changed("meeting", 0)) == before


def test_only_what_differs_is_numbered(register: Register) -> None:
    """Of a batch, only the record that differs gets a new number of change."""
    batch = organisations(3)
    register.save(batch)
    result = register.save([batch[0], batch[1].model_copy(update={"city": "Lille"}), batch[2]])
    assert result.updated == [("organisation", batch[1].key)]
    assert [(seq, record.key) for seq, record in register.changed("organisation", 3)] == [(4, batch[1].key)]


def test_sets_follow_the_record(register: Register) -> None:
    """Members that leave a set leave the register, and new ones join."""
    *_, ana, bob, _ = batch = a_pair()
    session = ClubSession(key=new_key(), date=dt.date(2026, 9, 30), attendees=frozenset({ana.key}))
    register.save([*batch, session])
    register.save([session.model_copy(update={"attendees": frozenset({bob.key})})])
    found = register.get("club_session", session.key)
    assert isinstance(found, ClubSession)
    assert found.attendees == {bob.key}


def test_values_come_back_as_they_are_meant(register: Register) -> None:
    """Choices come back as choices, sets as frozen sets, keys as keys."""
    batch = a_pair()
    register.save(batch)
    person, pair = register.get("person", batch[2].key), register.get("pair", batch[4].key)
    assert isinstance(person, Person)
    assert isinstance(pair, Pair)
    assert person.roles == frozenset({Role.MENTEE})
    assert {type(role) for role in person.roles} == {Role}
    assert pair.state is PairState.PROPOSED
    assert isinstance(pair.mentor, UUID)


def test_a_dangling_link_saves_nothing(register: Register) -> None:
    """One link into nowhere refuses the whole batch, and the error names kind, key and field."""
    lost = Person(key=new_key(), name="Lost", organisation=new_key())
    with pytest.raises(DanglingLink, match=f"person {lost.key} links by `organisation`"):
        register.save([*a_pair(), lost])
    assert [register.count(kind) for kind in ("organisation", "person", "pair")] == [0, 0, 0]
    assert register.watermark() == 0


def test_a_dangling_link_in_a_set_is_found(register: Register) -> None:
    """Members of a set must exist as well."""
    with pytest.raises(DanglingLink, match="by `attendees`"):
        register.save(
            [SpeedDating(key=new_key(), date=dt.date(2026, 10, 1), attendees=frozenset({new_key()}))]
        )


@pytest.mark.parametrize("together", [True, False])
def test_a_reference_belongs_to_one_record(register: Register, *, together: bool) -> None:
    """A reference that two records claim is refused, in one batch or in two, and is not repeated."""
    one, other = (Organisation(key=new_key(), ref="CLASH-9", name="Same") for _ in range(2))
    if not together:
        register.save([one])
    with pytest.raises(DuplicateReference, match=str(other.key)) as caught:
        register.save([one, other] if together else [other])
    assert "CLASH-9" not in "".join(traceback.format_exception(caught.value))
    assert register.count("organisation") == (0 if together else 1)


def test_an_unchecked_copy_is_checked(register: Register) -> None:
    """``model_copy`` checks nothing; saving does, and names the field without its value."""
    record = organisations(1)[0].model_copy(update={"name": ""})
    with pytest.raises(RecordInvalid, match="is not valid: name"):
        register.save([record])


def test_one_key_twice_is_refused(register: Register) -> None:
    """A batch that gives one record twice does not say which one is meant."""
    record = organisations(1)[0]
    with pytest.raises(ValueError, match="given twice"):
        register.save([record, record.model_copy(update={"name": "Other"})])


def test_many_reads_more_than_a_chunk(register: Register) -> None:
    """Reading and saving by key goes on past one chunk; unknown keys are left out."""
    batch = organisations(CHUNK + 1)
    register.save(batch)
    keys = [record.key for record in batch]
    assert register.many("organisation", [*keys, new_key()]) == {record.key: record for record in batch}


def test_references_lead_to_records(register: Register) -> None:
    """Records are found by the reference that people know; unknown ones are left out."""
    batch = organisations(3)
    register.save(batch)
    assert register.by_ref("organisation", ["O1", "O9"]) == {"O1": batch[1]}


def test_all_gives_every_record_once(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading all pages gives every record once, by key, whatever the page's size."""
    monkeypatch.setattr("connector.register.repository.PAGE", 2)
    batch = organisations(4)
    register.save(batch)
    assert list(register.all("organisation")) == batch


def test_changes_come_in_pages(register: Register) -> None:
    """Paging by number of change gives every record once, in order."""
    batch = organisations(5)
    register.save(batch)
    seen: list[UUID] = []
    after = 0
    while page := register.changed("organisation", after, limit=2):
        seen += [record.key for _, record in page]
        after = page[-1][0]
    assert seen == [record.key for record in batch]
    assert after == register.watermark()


def test_deleting_takes_sets_and_texts_along(register: Register) -> None:
    """A deleted record leaves neither members of its sets nor sealed texts."""
    *others, pair = a_pair()
    meeting = a_meeting(pair, notes="We talked.")
    mentor = Mentor(key=new_key(), person=others[3].key, conflicts=frozenset({others[0].key}))
    register.save([*others, pair, meeting, mentor])
    assert register.delete("meeting", [meeting.key, new_key()]) == 1
    assert register.delete("mentor", [mentor.key]) == 1
    assert register.unseal("meeting", meeting.key) == {}
    assert register.get("mentor", mentor.key) is None


def test_what_others_link_to_is_not_deleted(register: Register) -> None:
    """Deleting a linked record is refused, naming who links, unless both are deleted at once."""
    batch = a_pair()
    register.save(batch)
    with pytest.raises(StillLinked, match=f"pair {batch[-1].key} still links by `mentee`"):
        register.delete("person", [batch[2].key])
    parent = Organisation(key=new_key(), name="Parent")
    child = Organisation(key=new_key(), name="Child", parent=parent.key)
    register.save([child, parent])
    assert register.delete("organisation", [parent.key, child.key]) == 2


def test_an_attendee_is_linked_too(register: Register) -> None:
    """Somebody in a set of attendees is not deleted from under it."""
    batch = a_pair()[:-1]
    session = ClubSession(key=new_key(), date=dt.date(2026, 9, 30), attendees=frozenset({batch[2].key}))
    register.save([*batch, session])
    with pytest.raises(StillLinked, match=f"club_session {session.key} still links by `attendees`"):
        register.delete("person", [batch[2].key])


def test_every_link_is_a_field() -> None:
    """Every linking field that the records name is a key or a set of keys."""
    for kind, links in LINKS.items():
        assert set(links) <= set(LAYOUTS[kind].clear), kind
