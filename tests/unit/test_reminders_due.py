"""What is due on a day, case by case, and that a day's answer does not depend on the days before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from connector.settings import ReminderSettings
from mappings.records import Charter, ClubSession, Contribution, Meeting, Mentor, Pair, Roadmap, Stay
from sync_jobs.reminders.due import Day, Followed, asked_month, of_mentors, of_pair, of_sessions
from tests.property.strategies import key

TODAY = dt.date(2026, 11, 24)
AFTER = ReminderSettings()


def ago(days: int) -> dt.date:
    """Give the day so many days before today."""
    return TODAY - dt.timedelta(days=days)


def day(today: dt.date = TODAY, **more: Any) -> Day:
    """Ask on a day."""
    return Day(today, ReminderSettings(**more), "2")


def pair(state: str = "active", start: dt.date | None = ago(20), **more: Any) -> Pair:
    """Make a pair."""
    return Pair(key=key(1), mentor=key(2), mentee=key(3), state=state, start=start, **more)


def meeting(date: dt.date, state: str = "held", purpose: str = "regular", at: int = 20) -> Meeting:
    """Make a meeting."""
    return Meeting(key=key(at), pair=key(1), date=date, state=state, purpose=purpose)


def charter(state: str = "signed", version: str = "2", at: int = 30, **more: Any) -> Charter:
    """Make a charter of the pair."""
    return Charter(key=key(at), pair=key(1), state=state, version=version, **more)


def signed(on: dt.date, version: str = "2") -> Charter:
    """Make one that both have signed."""
    return charter(version=version, mentor_signed_on=on, mentee_signed_on=on)


def due(one: Followed, **more: Any) -> list[str]:
    """Name what is due."""
    return sorted(found.reminder for found in of_pair(one, day(**more)))


FIRST = meeting(ago(2), purpose="first_interview")
MAP = Roadmap(key=key(40), pair=key(1), agreed_on=ago(1))


@pytest.mark.parametrize(("one", "expected"), [
    (Followed(pair("charter_pending"), charters=(charter("sent", sent_on=ago(2)),)), []),
    (Followed(pair("charter_pending"), charters=(charter("sent", sent_on=ago(3)),)), ["charter_to_sign"]),
    (Followed(pair("charter_pending"), charters=(charter("signed_by_mentor", sent_on=ago(11)),)), ["charter_to_sign"]),
    (Followed(pair("declined"), charters=(charter("sent", sent_on=ago(30)),)), []),
    (Followed(pair(), charters=(signed(ago(13)),)), []),
    (Followed(pair(), charters=(signed(ago(14)),)), ["first_interview_due"]),
    (Followed(pair(), charters=(signed(ago(14)),), meetings=(meeting(TODAY, "planned", "first_interview"),)), []),
    (Followed(pair(), charters=(signed(ago(14)),), meetings=(meeting(ago(1), "missed", "first_interview"),)),
     ["first_interview_due"]),
    (Followed(pair(), meetings=(meeting(ago(6), purpose="first_interview"),)), []),
    (Followed(pair(), meetings=(meeting(ago(7), purpose="first_interview"),)), ["roadmap_due"]),
    (Followed(pair(), meetings=(meeting(ago(7), purpose="first_interview"),), roadmaps=(MAP,)), []),
    (Followed(pair(), charters=(signed(ago(3), "1"),)), ["charter_superseded"]),
    (Followed(pair(), charters=(signed(ago(3), "1"), charter("sent", at=31, sent_on=TODAY))), []),
    (Followed(pair(start=ago(30))), []),
    (Followed(pair(start=ago(31))), ["meeting_overdue"]),
    (Followed(pair(start=ago(31)), meetings=(meeting(ago(5)),)), []),
    (Followed(pair(start=ago(31)), meetings=(meeting(ago(5), "cancelled"),)), ["meeting_overdue"]),
    (Followed(pair(start=ago(60), cadence_days=60)), []),
    (Followed(pair(start=ago(89))), ["meeting_overdue"]),
    (Followed(pair(start=ago(90))), ["silence"]),
    (Followed(pair("paused", start=ago(400))), []),
    (Followed(pair("ended", start=ago(400), planned_end=TODAY)), []),
    (Followed(pair(start=ago(400), planned_end=TODAY, active=False)), []),
    (Followed(pair(planned_end=ago(-91))), []),
    (Followed(pair(planned_end=ago(-90))), ["stay_ending"]),
    (Followed(pair(planned_end=ago(-31))), ["stay_ending"]),
    (Followed(pair(planned_end=ago(-30))), ["closing_meeting"]),
    (Followed(pair("paused", planned_end=ago(4))), ["closing_meeting"]),
    (Followed(pair(planned_end=ago(-30)), meetings=(meeting(ago(-9), "planned", "closing"),)), ["stay_ending"]),
    (Followed(pair(planned_end=ago(-90)), Stay(key=key(5), organisation=key(6), start=ago(9), end=ago(-8))),
     ["closing_meeting"]),
])
def test_what_is_due_about_a_pair(one: Followed, expected: list[str]) -> None:
    """Each rule speaks from its day on, and not before."""
    assert due(one) == expected


@pytest.mark.parametrize(("off", "one"), [
    ({"charter_days": ()}, Followed(pair("charter_pending"), charters=(charter("sent", sent_on=ago(20)),))),
    ({"first_interview_days": 0}, Followed(pair(), charters=(signed(ago(50)),))),
    ({"roadmap_days": 0}, Followed(pair(), meetings=(meeting(ago(9), purpose="first_interview"),))),
    ({"silence_days": 0, "overdue_days": 0}, Followed(pair(start=ago(200)))),
    ({"ending_days": (), "closing_days": 0}, Followed(pair(planned_end=TODAY))),
    ({"superseded": False}, Followed(pair(), charters=(signed(ago(3), "1"),))),
])
def test_each_can_be_turned_off(off: dict[str, Any], one: Followed) -> None:
    """What is set to nothing is never due, and otherwise it is."""
    assert due(one)
    assert due(one, **off) == []


def causes(one: Followed, reminder: str, days: int) -> list[int]:
    """Tell on which of the coming days the reminder is due for a new cause."""
    seen: dict[str, int] = {}
    for ahead in range(days):
        for found in of_pair(one, day(ago(-ahead), silence_days=0)):
            if found.reminder == reminder:
                seen.setdefault(found.cause, ahead)
    return list(seen.values())


def test_a_cause_comes_anew_with_each_step_only() -> None:
    """Overdue again with every cadence, the charter after 3 and 10 days, the end 90, 30 and 7 days before."""
    closing = meeting(ago(-90), "planned", "closing")
    assert causes(Followed(pair(start=TODAY)), "meeting_overdue", 100) == [31, 61, 91]
    sent = Followed(pair("charter_pending"), charters=(charter("sent", sent_on=TODAY),))
    assert causes(sent, "charter_to_sign", 60) == [3, 10]
    assert causes(Followed(pair(start=None, planned_end=ago(-100)), meetings=(closing,)), "stay_ending", 120) == [
        10, 70, 93]


@pytest.mark.parametrize(("today", "sessions", "expected"), [
    (dt.date(2026, 11, 17), [], 1),
    (dt.date(2026, 11, 16), [], 0),
    (dt.date(2026, 11, 17), [(dt.date(2026, 12, 3), "planned")], 0),
    (dt.date(2026, 11, 17), [(dt.date(2026, 12, 3), "cancelled")], 1),
    (dt.date(2026, 2, 15), [], 1),
])
def test_the_quarters_session_is_asked_for(today: dt.date, sessions: list[Any], expected: int) -> None:
    """From 45 days before the quarter's end, unless one is planned or held; the latest session shows it."""
    old = ClubSession(key=key(7), date=dt.date(2025, 7, 1), state="held")
    known = [old, *(ClubSession(key=key(8), date=on, state=state) for on, state in sessions)]
    assert len(list(of_sessions(known, day(today)))) == expected
    assert list(of_sessions([], day(today))) == []


@pytest.mark.parametrize(("today", "month"), [
    (dt.date(2026, 11, 27), 10), (dt.date(2026, 11, 28), 11), (dt.date(2026, 12, 1), 11), (dt.date(2026, 2, 26), 2),
])
def test_the_hours_of_the_month_that_ends(today: dt.date, month: int) -> None:
    """Three days before its end a month's hours are asked for, until the next month's are."""
    assert asked_month(today, 3)[0].month == month


@pytest.mark.parametrize(("given", "state", "expected"), [
    (None, "active", 1), (dt.date(2026, 10, 2), "active", 0), (dt.date(2026, 9, 30), "active", 1), (None, "paused", 0),
])
def test_mentors_declare_their_hours(given: dt.date | None, state: str, expected: int) -> None:
    """An active mentor of an active pair who declared nothing of the month is asked."""
    told = [Contribution(key=key(9), person=key(2), date=given, category="mentoring", minutes=60)] if given else []
    mentor = Mentor(key=key(10), person=key(2), state=state)
    found = list(of_mentors([mentor], [pair(start=dt.date(2026, 1, 1))], told, day()))
    assert [one.key for one in found] == [mentor.key] * expected
    assert not list(of_mentors([mentor], [pair(start=TODAY)], told, day()))
