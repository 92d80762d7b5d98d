"""Reading: pages, cursors, archived records, deletions, what is bound and what is not."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from connector.crm import port, reading
from tests.contract.sides import Side

PARTNER, PAIR, MEETING = "res.partner", "x_mentoring_pair", "x_mentoring_meeting"
SMALL = 4
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page hold four rows."""
    monkeypatch.setattr(port, "PAGE", SMALL)
    monkeypatch.setattr(reading, "PAGE", SMALL)


def test_the_crm_says_who_it_is(side: Side) -> None:
    """``server`` tells the major version, the transport, the user and our module's version."""
    server = side.crm.server()
    assert server.version >= 17
    assert server.transport == side.name
    assert server.login
    assert server.database
    assert server.module


def test_moments_are_utc_text_in_whole_seconds(side: Side) -> None:
    """``now`` and ``write_date`` have one form and nearly one clock: a poll's overlap covers the rest."""
    person = side.person()
    assert MOMENT.fullmatch(side.crm.now())
    assert MOMENT.fullmatch(side.written(person, PARTNER))
    now, written = side.crm.now(), side.written(person, PARTNER)
    apart = dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(written)
    assert abs(apart) < dt.timedelta(seconds=30)


def test_calls_are_counted(side: Side) -> None:
    """``calls`` grows with each call, so that a run can tell what it cost."""
    before = side.crm.calls
    side.crm.bindings(PAIR)
    assert side.crm.calls > before


def test_fields_are_described(side: Side) -> None:
    """A model's fields come with type and relation; a model that is not there has none."""
    facts = side.crm.fields(PAIR)
    assert facts["x_mentor_id"] == port.FieldFact("x_mentor_id", "many2one", PARTNER)
    assert facts["x_state"] == port.FieldFact("x_state", "selection", None)
    assert facts["x_meeting_ids"].relation == MEETING
    assert side.crm.fields("x_mentoring_nowhere") == {}


def test_all_of_our_own_models_is_read_whoever_made_it(side: Side) -> None:
    """``changed(since=None)`` of a model of ours lists every record: bound, made by staff, archived."""
    pair = side.pair()
    archived = side.pair(x_active=False)
    people = {"x_mentor_id": side.person(), "x_mentee_id": side.person()}
    theirs = side.staff.create(PAIR, **people)
    found = side.since(PAIR, None)
    ids = side.crm.bindings(PAIR)
    assert found[ids[pair]] == (pair,)
    assert found[ids[archived]] == (archived,)
    assert found[theirs] == ()


def test_of_all_contacts_only_ours_are_read(side: Side) -> None:
    """``changed(since=None)`` of contacts lists those bound to us, archived too, and no other."""
    person = side.person()
    archived = side.person(active=False)
    stranger = side.staff.create(PARTNER, name="Stranger")
    found = side.since(PARTNER, None, ("name",))
    ids = side.crm.bindings(PARTNER)
    assert {ids[person], ids[archived]} <= found.keys()
    assert stranger not in found
    assert found.keys() == set(ids.values())


def test_a_poll_of_contacts_shows_strangers_too(side: Side) -> None:
    """``changed(since=T)`` lists every contact written since; one that is not ours has no external id."""
    since = side.written(side.person(), PARTNER)
    stranger = side.staff.create(PARTNER, name="Stranger")
    assert side.since(PARTNER, since)[stranger] == ()


def test_a_poll_includes_the_second_it_starts_from(side: Side) -> None:
    """``changed(since=T)`` includes what was written in T's own second, and nothing older."""
    old = side.pair()
    side.later()
    new = side.pair()
    ids = side.crm.bindings(PAIR)
    found = side.since(PAIR, side.written(new, PAIR))
    assert ids[new] in found
    assert ids[old] not in found


def test_a_poll_shows_a_staff_edit(side: Side) -> None:
    """What staff change or archive is in the next poll."""
    edited, archived, left = side.pair(), side.pair(), side.pair()
    side.later()
    since = side.written(side.pair(), PAIR)
    side.staff.write(PAIR, edited, x_planned_end="2027-06-30")
    side.staff.archive(PAIR, archived)
    ids = side.crm.bindings(PAIR)
    found = side.since(PAIR, since)
    assert {ids[edited], ids[archived]} <= found.keys()
    assert ids[left] not in found


@pytest.mark.usefixtures("small_pages")
def test_pages_join_without_gap_or_overlap(side: Side) -> None:
    """Page by page, by ascending id, everything comes once, also where the last page is full."""
    pair = side.pair()
    side.later()
    meetings = [side.meeting(pair) for _ in range(2 * SMALL)]
    since = side.written(meetings[0], MEETING)
    ids = [side.crm.bindings(MEETING)[each] for each in meetings]
    pages: list[int] = []
    after: int | None = 0
    while after is not None:
        page = side.crm.changed(MEETING, ("x_date",), since, after)
        assert len(page.rows) <= SMALL
        pages += [row.id for row in page.rows]
        after = page.after
    assert pages == sorted(ids)


@pytest.mark.usefixtures("small_pages")
def test_all_contacts_come_in_pages_with_all_their_external_ids(side: Side) -> None:
    """A merged contact at the edge of a page comes once, with every external id it answers to."""
    people = [side.person() for _ in range(2 * SMALL)]
    ids = side.crm.bindings(PARTNER)
    extra = [(side.new("person"), ids[people[number]]) for number in (1, 2, 2, 3, 5)]
    side.crm.bind(PARTNER, extra)
    expected = {ids[each]: {each} for each in people}
    for name, record in extra:
        expected[record].add(name)
    found = side.since(PARTNER, None, ("name",), after=min(expected) - 1)
    assert {record: set(names) for record, names in found.items()} == expected


@pytest.mark.usefixtures("small_pages")
def test_a_contact_with_more_external_ids_than_a_page_holds_stops_nothing(side: Side) -> None:
    """However many external ids one contact has, reading all contacts names them all and goes on behind it."""
    first, last = side.person(), side.person()
    ids = side.crm.bindings(PARTNER)
    extra = {side.new("person") for _ in range(2 * SMALL)}
    side.crm.bind(PARTNER, [(name, ids[first]) for name in extra])
    found = side.since(PARTNER, None, ("name",), after=ids[first] - 1)
    assert {record: set(names) for record, names in found.items()} == {ids[first]: {first, *extra}, ids[last]: {last}}


def test_records_are_read_by_external_id(side: Side) -> None:
    """``read`` gives the bound records among those asked for, archived too; unknown ids are left out."""
    person, archived = side.person(), side.person(active=False)
    page = side.crm.read(PARTNER, ("name", "active"), [person, side.new("person"), archived])
    assert {row.external_ids for row in page.rows} == {(person,), (archived,)}
    assert page.after is None
    assert {row.values["active"] for row in page.rows} == {True, False}


def test_an_external_id_of_another_model_is_not_read(side: Side) -> None:
    """``read`` of one model leaves out external ids that are bound to another."""
    assert side.crm.read(PARTNER, ("name",), [side.pair()]).rows == ()


def test_a_record_with_two_external_ids_is_read_once(side: Side) -> None:
    """Two external ids of one record give one row, which names both."""
    person, second = side.person(), side.new("person")
    side.crm.bind(PARTNER, [(second, side.crm.bindings(PARTNER)[person])])
    page = side.crm.read(PARTNER, ("name",), [second, person])
    assert [set(row.external_ids) for row in page.rows] == [{person, second}]


def test_an_archived_record_keeps_its_binding(side: Side) -> None:
    """Archiving is an edit: binding and values stay."""
    pair = side.pair()
    side.staff.archive(PAIR, pair)
    assert pair in side.crm.bindings(PAIR)
    assert side.read(pair, PAIR, "x_active") == {"x_active": False}


def test_a_deleted_record_is_gone_from_everywhere(side: Side) -> None:
    """A deletion takes the record and its external ids out of bindings and readings, and leaves no trace."""
    pair = side.pair()
    record = side.crm.bindings(PAIR)[pair]
    side.later()
    since = side.crm.now()
    side.staff.delete(PAIR, pair)
    assert pair not in side.crm.bindings(PAIR)
    assert side.crm.read(PAIR, (), [pair]).rows == ()
    assert record not in side.since(PAIR, None)
    assert record not in side.since(PAIR, since)


def test_a_deleted_record_can_be_made_again(side: Side) -> None:
    """After a deletion its external id is free: a creation makes a new record."""
    person = side.person()
    old = side.crm.bindings(PARTNER)[person]
    side.staff.delete(PARTNER, person)
    outcome = side.apply(person, PARTNER, {"name": "Again"})
    assert outcome.status == "created"
    assert outcome.id != old


def test_bindings_are_of_one_model(side: Side) -> None:
    """``bindings`` maps the external ids of the asked model alone, and never those the module ships."""
    pair, person = side.pair(), side.person()
    assert pair in side.crm.bindings(PAIR)
    assert person not in side.crm.bindings(PAIR)
    assert all(name.startswith("binome.") for name in side.crm.bindings(PARTNER))
