"""Reminders, the health of pairs, confirmations and invitations on a real Odoo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from connector.crm.module.names import ACTIVITY_TYPES
from connector.settings import ReminderSettings
from mappings.catalogue import BY_KIND
from mappings.health import health
from mappings.records import Key, Meeting, Pair
from sync_jobs.calendar import calendars
from sync_jobs.reminders import Reminders, Told
from tests.property.small_club import SmallClub
from tests.property.strategies import key

from .ground import Ground, Sides

PAIR = "x_mentoring_pair"
TODAY = dt.datetime.now(dt.UTC).date()
OVERDUE = ACTIVITY_TYPES["meeting_overdue"]


def run(sides: Sides, ahead: int = 0) -> Told:
    """Run the job so many days from now."""
    after = ReminderSettings(hours_days=0, session_days=0)
    return Reminders(sides.register, sides.crm, sides.state, after, "2026-1").run(TODAY + dt.timedelta(days=ahead))


def begin(sides: Sides, club: SmallClub, days: int, **more: Any) -> Pair:
    """Let the club's pair be active since so many days, and have met nobody."""
    pair = sides.register.get("pair", club.keys["pair"])
    assert isinstance(pair, Pair)
    values = {"state": "active", "start": TODAY - dt.timedelta(days=days), "mentor_accepted": True, **more}
    pair = Pair.model_validate({**pair.model_dump(), **values, "mentee_accepted": True})
    sides.register.save([pair])
    sides.cycle.run()
    return pair


def overdue(ground: Ground, pair: Pair, *, done: bool = False) -> list[Any]:
    """List the pair's activities of that kind."""
    found = ground.staff.activities(PAIR, BY_KIND["pair"].external_id(pair.key), done=done)
    return [one for one in found if one.activity_type == OVERDUE]


def test_a_reminder_is_made_once_left_when_postponed_and_closed(ground: Ground, club: SmallClub) -> None:
    """Made, not doubled; with the deadline that staff gave it; gone once the pair has met."""
    with ground.open() as sides:
        pair = begin(sides, club, 31)
        run(sides)
        (made,) = overdue(ground, pair)
        ground.odoo.execute("mail.activity", "write", [made.id], {"date_deadline": "2030-01-01"})
        assert run(sides).new == ()
        assert run(sides, 30).existing >= 1
        assert [(one.id, one.deadline) for one in overdue(ground, pair)] == [(made.id, "2030-01-01")]
        sides.register.save([Meeting(key=key(9_000_001), pair=pair.key, date=TODAY, state="held")])
        assert run(sides).withdrawn >= 1
        assert overdue(ground, pair) == []


def test_a_reminder_that_was_done_comes_back_with_the_next_period_only(ground: Ground, club: SmallClub) -> None:
    """What staff ticked off stays so for this cause."""
    with ground.open() as sides:
        pair = begin(sides, club, 31)
        run(sides)
        ground.staff.mark_done(overdue(ground, pair)[0].id)
        run(sides, 29)
        assert overdue(ground, pair) == []
        run(sides, 30)
        assert len(overdue(ground, pair)) == len(overdue(ground, pair, done=True)) == 1


@pytest.mark.parametrize(("state", "since", "cadence"), [
    *(("active", since, 30) for since in (0, 29, 30, 31, 59, 60, 61, 400)),
    ("active", 60, 60), ("active", 61, 60), ("active", 121, 60), ("active", 15, 7), ("active", -3, 30),
    ("paused", 90, 30), ("ended", 90, 30), ("active", None, 30),
])
def test_both_sides_agree_on_the_health(
    ground: Ground, club: SmallClub, state: str, since: int | None, cadence: int
) -> None:
    """The colour that Odoo computes is the one of the rule, from the start and from the last meeting."""
    name = BY_KIND["pair"].external_id(club.keys["pair"])
    started = TODAY - dt.timedelta(days=since) if since is not None else None
    ground.staff.write(PAIR, name, x_state=state, x_start=str(started) if started else False, x_cadence_days=cadence)
    pair = Pair(key=club.keys["pair"], mentor=key(1), mentee=key(2), state=state, start=started, cadence_days=cadence)
    assert ground.staff.read(PAIR, name, "x_health")["x_health"] == (health(pair, [], TODAY) or False)
    met = Meeting(key=club.keys["met"], pair=pair.key, date=TODAY - dt.timedelta(days=40), state="held")
    ground.staff.write("x_mentoring_meeting", meeting_name(met.key), x_state="held", x_date=str(met.date))
    assert ground.staff.read(PAIR, name, "x_health")["x_health"] == (health(pair, [met], TODAY) or False)


def meeting_name(of: Key) -> str:
    """Name a meeting in the CRM."""
    return BY_KIND["meeting"].external_id(of)


def act(ground: Ground, action: str, model: str, ids: list[int]) -> None:
    """Press a button."""
    server = ground.odoo.resolve(f"binome_mentoring.{action}")
    context = {"active_model": model, "active_ids": ids, "active_id": ids[0]}
    ground.odoo.execute("ir.actions.server", "run", [server], context=context)


def test_meetings_are_confirmed_in_bulk_and_one_side_shows(ground: Ground, club: SmallClub) -> None:
    """Of many, those that are past and were to take place become held; a lone confirmation is told as such."""
    model, tomorrow = "x_mentoring_meeting", TODAY + dt.timedelta(days=1)
    past, coming, off = (meeting_name(club.keys[name]) for name in ("met", "disputed", "cancelled"))
    ground.staff.write(model, past, x_date=str(TODAY), x_mentor_confirmed=True)
    ground.staff.write(model, coming, x_date=str(tomorrow), x_mentor_confirmed=True, x_mentee_confirmed=True)
    ground.staff.write(model, off, x_state="cancelled")
    act(ground, "action_meetings_confirm", model, [ground.staff.id_of(model, one) for one in (past, coming, off)])
    shown = [ground.staff.read(model, one, "x_state", "x_confirmation") for one in (past, coming, off)]
    assert [one["x_state"] for one in shown] == ["held", "planned", "cancelled"]
    assert [one["x_confirmation"] for one in shown] == ["one_side", "both", "none"]


def test_the_button_invites_the_active_mentors(ground: Ground, club: SmallClub) -> None:
    """Active mentors are added to who is invited; a paused one is not."""
    model, name = "x_mentoring_session", BY_KIND["club_session"].external_id(club.keys["session"])
    mentor = ground.staff.id_of("res.partner", BY_KIND["person"].external_id(club.keys["mia"]))
    profile = BY_KIND["mentor"].external_id(club.keys["mentor"])
    ground.staff.write("x_mentoring_profile", profile, x_state="paused")
    act(ground, "action_invite_mentors", model, [ground.staff.id_of(model, name)])
    assert mentor not in ground.staff.read(model, name, "x_invited_ids")["x_invited_ids"]
    ground.staff.write("x_mentoring_profile", profile, x_state="active")
    act(ground, "action_invite_mentors", model, [ground.staff.id_of(model, name)])
    assert mentor in ground.staff.read(model, name, "x_invited_ids")["x_invited_ids"]


def test_a_calendar_tells_no_name_and_no_private_pair_of_another(ground: Ground, club: SmallClub) -> None:
    """A coordinator's file has their pairs' meetings; a private pair without a coordinator is in none."""
    name = BY_KIND["pair"].external_id(club.keys["pair"])
    (me,) = ground.odoo.execute("res.users", "search", [("login", "=", ground.odoo.login)])
    uid = f"{club.keys['met']}@binome".encode()
    with ground.open() as sides:
        for private, mine, expected in (
            (True, me, f"coordinator-{me}"), (False, me, f"coordinator-{me}"), (False, False, "unassigned"),
            (True, False, None),
        ):
            ground.staff.write(PAIR, name, x_private=private, x_coordinator_id=mine)
            found = calendars(sides.register, sides.crm, dt.datetime.now(dt.UTC))
            assert [file for file, text in found.items() if uid in text] == ([expected] if expected else [])
            assert not any(b"Mia" in text or b"Tom" in text for text in found.values())
