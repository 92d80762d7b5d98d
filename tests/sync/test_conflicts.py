"""Fields that both sides changed: both values stay, staff are asked in the CRM, and can answer there."""

from __future__ import annotations

from typing import Any

import pytest

from connector.crm.module.names import ACTIVITY_TYPES
from mappings.catalogue import BY_KIND
from tests.sync.conftest import MEETING, MENTOR, PAIR, STAY, VENTURE, Club

ASKS = ACTIVITY_TYPES["conflict_to_decide"]


def open_activities(club: Club, kind: str, of: Any) -> list[Any]:
    """List what staff are asked about a record's conflicts."""
    found = club.staff.activities(BY_KIND[kind].model, club.name(kind, of))
    return [one for one in found if one.activity_type == ASKS]


@pytest.fixture
def torn(club: Club) -> Club:
    """Give a club whose pair has two cadences, one a side."""
    club.change("pair", PAIR, cadence_days=45)
    club.write("pair", PAIR, x_cadence_days=60)
    assert club.sync().conflicts == 1
    return club


def test_both_values_stay_and_staff_are_asked_once(torn: Club) -> None:
    """The activity names the field, in French, and no value; it is not doubled by the next sync."""
    torn.sync()
    assert (torn.get("pair", PAIR).cadence_days, torn.seen("pair", PAIR, "x_cadence_days")) == (45, 60)
    (asked,) = open_activities(torn, "pair", PAIR)
    assert "des deux côtés" in asked.summary
    assert "45" not in asked.summary
    assert "60" not in asked.summary


def test_the_rest_of_the_record_goes_on(torn: Club) -> None:
    """A conflict parks its field only."""
    torn.write("pair", PAIR, x_state="paused")
    torn.change("pair", PAIR, proposed_on=None, start=torn.get("meeting", MEETING).date)
    torn.sync()
    assert torn.get("pair", PAIR).state == "paused"
    assert torn.seen("pair", PAIR, "x_start") == "2026-11-20"


def test_doing_the_activity_keeps_what_stands_in_the_crm(torn: Club) -> None:
    """Staff put the right value there, a third one perhaps, and tick the activity off: it is the register's too."""
    torn.write("pair", PAIR, x_cadence_days=30)
    (asked,) = open_activities(torn, "pair", PAIR)
    torn.staff.mark_done(asked.id)
    assert torn.sync().conflicts == 0
    assert (torn.get("pair", PAIR).cadence_days, torn.seen("pair", PAIR, "x_cadence_days")) == (30, 30)
    assert torn.settled()


@pytest.mark.parametrize(("keep", "days"), [("register", 45), ("crm", 60)])
def test_deciding_by_command_closes_the_activity(torn: Club, keep: Any, days: int) -> None:
    """The decision is carried out by the next sync, and nothing is asked any more."""
    torn.state.decide(torn.state.conflicts()[0], keep)
    assert torn.sync().conflicts == 0
    assert (torn.get("pair", PAIR).cadence_days, torn.seen("pair", PAIR, "x_cadence_days")) == (days, days)
    assert open_activities(torn, "pair", PAIR) == []
    assert torn.settled()


def test_a_cancelled_activity_is_asked_again(torn: Club) -> None:
    """The conflict stands as long as nobody decides it."""
    (asked,) = open_activities(torn, "pair", PAIR)
    torn.staff.cancel(asked.id)
    assert torn.sync().conflicts == 1
    assert len(open_activities(torn, "pair", PAIR)) == 1


@pytest.mark.parametrize(("kind", "of", "place", "there"), [
    ("person", MENTOR, "card", MENTOR), ("organisation", VENTURE, "stay", STAY),
])
def test_what_contacts_disagree_on_is_asked_where_employees_do_not_look(
    club: Club, kind: str, of: Any, place: str, there: Any
) -> None:
    """A contact's activities are read by every employee: a person's lie on the card, a company's on its stay."""
    club.change(kind, of, name="One")
    club.write(kind, of, name="Other")
    assert club.sync().conflicts == 1
    assert club.staff.activities("res.partner", club.name(kind, of)) == []
    assert len(open_activities(club, place, there)) == 1
