"""Links go out as external ids, and come back as database ids with the external ids beside them."""

from __future__ import annotations

from mappings.destinations import ROLE_TAGS
from tests.contract.sides import Side

PARTNER, PAIR, SESSION, TAG = "res.partner", "x_mentoring_pair", "x_mentoring_session", "res.partner.category"


def tags(side: Side, person: str) -> set[str]:
    """Name the tags of ours on a contact."""
    page = side.crm.read(PARTNER, ("category_id",), [person])
    return {name for key in page.rows[0].values["category_id"] for name in page.links.get((TAG, key), ())}


def test_a_link_is_set_changed_and_emptied(side: Side) -> None:
    """A many2one takes an external id, another one, and ``False``."""
    firm, other = side.person(is_company=True), side.person(is_company=True)
    person = side.person(parent_id=firm)
    ids = side.crm.bindings(PARTNER)
    for was, new in ((firm, other), (other, None), (None, firm)):
        expected = {"parent_id": ids[was] if was else False}
        assert side.read(person, PARTNER, "parent_id") == expected
        assert side.apply(person, PARTNER, {"parent_id": new or False}, expected).status == "updated"
    assert side.read(person, PARTNER, "parent_id") == {"parent_id": ids[firm]}


def test_a_page_names_what_its_rows_link_to(side: Side) -> None:
    """``links`` gives the external ids of linked records of ours, of several models in one page."""
    firm, person = side.person(is_company=True), side.person()
    stay = side.new("stay")
    side.apply(stay, "x_mentoring_stay", {"x_organisation_id": firm, "x_start": "2026-01-01"})
    pair = side.pair(x_mentee_id=person, x_stay_id=stay)
    page = side.crm.read(PAIR, ("x_mentee_id", "x_stay_id"), [pair])
    values = page.rows[0].values
    assert page.links[PARTNER, values["x_mentee_id"]] == (person,)
    assert page.links["x_mentoring_stay", values["x_stay_id"]] == (stay,)


def test_a_link_to_a_record_that_is_not_ours_has_no_name(side: Side) -> None:
    """A link that staff set to an unbound contact is read as an id that ``links`` does not hold."""
    stranger = side.staff.create(PARTNER, name="Stranger")
    pair = side.pair()
    side.staff.write(PAIR, pair, x_mentor_id=stranger)
    page = side.crm.read(PAIR, ("x_mentor_id",), [pair])
    assert page.rows[0].values == {"x_mentor_id": stranger}
    assert (PARTNER, stranger) not in page.links


def test_a_set_replaces_the_whole_set(side: Side) -> None:
    """``{"set": …}`` leaves exactly the named links."""
    people = [side.person() for _ in range(3)]
    ids = side.crm.bindings(PARTNER)
    session = side.new("club_session")
    side.apply(session, SESSION, {"x_date": "2026-10-01", "x_attendee_ids": {"set": people[:2]}})
    for wanted in (people[1:], [], people):
        raw = side.read(session, SESSION, "x_attendee_ids")
        assert side.apply(session, SESSION, {"x_attendee_ids": {"set": wanted}}, raw).status == "updated"
        there = side.read(session, SESSION, "x_attendee_ids")["x_attendee_ids"]
        assert set(there) == {ids[each] for each in wanted}


def test_our_tags_come_and_go_and_theirs_stay(side: Side) -> None:
    """``link`` and ``unlink`` touch the named tags alone: a contact's other tags survive."""
    theirs = side.staff.create(TAG, name=f"Theirs {side.new('tag')}")
    person = side.person(category_id={"link": [ROLE_TAGS["mentor"]], "unlink": [ROLE_TAGS["mentee"]]})
    assert tags(side, person) == {ROLE_TAGS["mentor"]}
    both = [*side.read(person, PARTNER, "category_id")["category_id"], theirs]
    side.staff.write(PARTNER, person, category_id=both)
    change = {"link": [ROLE_TAGS["mentee"]], "unlink": [ROLE_TAGS["mentor"], ROLE_TAGS["coach"]]}
    outcome = side.apply(person, PARTNER, {"category_id": change}, {"category_id": both[::-1]})
    assert outcome.status == "updated"
    assert tags(side, person) == {ROLE_TAGS["mentee"]}
    assert theirs in side.read(person, PARTNER, "category_id")["category_id"]


def test_a_tag_linked_twice_is_there_once(side: Side) -> None:
    """Linking what is linked and unlinking what is not changes nothing."""
    person = side.person(category_id={"link": [ROLE_TAGS["coach"]]})
    raw = side.read(person, PARTNER, "category_id")
    change = {"category_id": {"link": [ROLE_TAGS["coach"]], "unlink": [ROLE_TAGS["mentor"]]}}
    assert side.apply(person, PARTNER, change, raw).status == "updated"
    assert side.read(person, PARTNER, "category_id") == raw


def test_an_unknown_link_in_a_set_is_dangling_and_an_unknown_unlink_is_not(side: Side) -> None:
    """What cannot be linked stops the row; what is to be unlinked and is not there needs no unlinking."""
    person = side.person()
    unknown = side.new("person")
    raw: dict[str, list[int]] = {"category_id": []}
    outcome = side.apply(person, PARTNER, {"category_id": {"link": [unknown]}}, raw)
    assert (outcome.status, outcome.columns) == ("dangling", ("category_id",))
    assert side.apply(person, PARTNER, {"category_id": {"unlink": [unknown]}}, raw).status == "updated"


def test_one_end_is_read_from_the_other(side: Side) -> None:
    """A pair lists its meetings by database id, archived ones too."""
    pair = side.pair()
    meetings = [side.meeting(pair), side.meeting(pair, x_active=False)]
    ids = side.crm.bindings("x_mentoring_meeting")
    assert set(side.read(pair, PAIR, "x_meeting_ids")["x_meeting_ids"]) == {ids[each] for each in meetings}
