"""What happens in the year, day by day, written down beforehand: nothing here knows how Binôme works.

Twenty mentors with room for two pairs each, forty-two founders, two evenings. Whom a founder works with is decided by
the evening's first round (see ``play.wishes``); everything else is in the table of days below.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

YEAR = 2025
MENTORS, MENTEES, PAIRS = 20, 42, 40
VERSION, NEW_VERSION = "2025-1", "2025-2"
EVENINGS = (dt.date(YEAR, 2, 5), dt.date(YEAR, 9, 10))
SESSIONS = (dt.date(YEAR, 3, 12), dt.date(YEAR, 7, 2), dt.date(YEAR, 9, 24), dt.date(YEAR, 12, 3))
"""Four club sessions, but none in the second quarter: the one of June was put off until July."""
SUPERSEDED_ON = dt.date(YEAR, 10, 1)
LAST_DAY = dt.date(YEAR, 12, 31)
CATEGORIES = ("breakfast", "workshop", "advice_desk", "group_support")

DECLINED = {7: "mentee", 27: "mentor"}
"""Pairs of which one of the two says no."""
SLOW_TO_SIGN = {5, 25}
"""Pairs whose mentee signs only after both reminders."""
NEVER_SIGNS = {30}
RENEWED_ON = dt.date(YEAR, 10, 6)
"""When half of the pairs sign the new version."""
PAUSED = {3: (dt.date(YEAR, 5, 4), dt.date(YEAR, 6, 8))}
SILENT_FROM = {6: dt.date(YEAR, 5, 1)}
"""A pair that stops meeting."""
ENDS = {
    2: (dt.date(YEAR, 6, 15), "early_mentee"), 4: (dt.date(YEAR, 7, 20), "early_mentor"),
    **{number: (dt.date(YEAR, 9, 30), "stay_ended") for number in (11, 12, 13)},
    8: (dt.date(YEAR, 11, 30), "completed"),
}
SHORT_STAYS = {11, 12, 13}
"""Pairs whose venture leaves at the end of September."""
SIXTY_DAYS = {9, 10, 29}
MENTEE_FIRST = 2
"""Of five pairs, the one whose mentee signs before the mentor may."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody does. ``pair`` counts from 1 in the order of the pairs' proposal."""

    what: str
    pair: int = 0
    given: dict[str, Any] = field(default_factory=dict)


def evening_of(pair: int) -> int:
    """Tell at which evening a pair came about: 0 or 1."""
    return 0 if pair <= PAIRS // 2 else 1


def days(first: dt.date, number: int) -> dt.date:
    """Count days on."""
    return first + dt.timedelta(days=number)


def events() -> dict[dt.date, list[Event]]:
    """Give everything that happens, by day."""
    calendar: defaultdict[dt.date, list[Event]] = defaultdict(list)
    for pair in range(1, PAIRS + 1):
        for day, event in _life(pair):
            calendar[day].append(event)
    for number, day in enumerate(SESSIONS):
        calendar[days(day, -20)].append(Event("plan_session", given={"number": number, "date": day}))
        calendar[day].append(Event("hold_session", given={"number": number, "date": day}))
    for day, given in hours():
        calendar[day].append(Event("declare", given=given))
    for month in range(2, 13):
        calendar[dt.date(YEAR, month, 10)].append(Event("confirm_hours", given={"before": dt.date(YEAR, month, 1)}))
    calendar[SUPERSEDED_ON].append(Event("supersede"))
    return {day: found for day, found in calendar.items() if day <= LAST_DAY}


def signed_on(pair: int) -> tuple[dt.date, dt.date | None]:
    """Give the days on which the mentor and the mentee sign."""
    sent = days(EVENINGS[evening_of(pair)], 6)
    late = None if pair in NEVER_SIGNS else days(sent, 11 if pair in SLOW_TO_SIGN else 2 + pair % 3)
    return days(sent, 4 if pair % 5 == MENTEE_FIRST else 1), late


def begins(pair: int) -> dt.date | None:
    """Give the day on which a pair becomes active: the one after the second signature."""
    mentor, mentee = signed_on(pair)
    return None if pair in DECLINED or mentee is None else days(max(mentor, mentee), 1)


def meetings(pair: int) -> Iterator[dict[str, Any]]:
    """List what becomes of a pair's meetings: date, minutes, kind, state."""
    start = begins(pair)
    if start is None:
        return
    end, code = ENDS.get(pair, (LAST_DAY, ""))
    step = 60 if pair in SIXTY_DAYS else 28
    for number in range(20):
        day = days(start, 8 + number * step)
        silent = day >= SILENT_FROM.get(pair, LAST_DAY)
        resting = pair in PAUSED and PAUSED[pair][0] <= day <= PAUSED[pair][1]
        if day >= end or silent or resting:
            continue
        state = "held"
        if number and (pair + number) % 11 == 0:
            state = ("cancelled", "missed", "postponed")[(pair + number) % 3]
        kind = "first_interview" if number == 0 else "regular"
        yield {"date": day, "minutes": 45 + (pair * 7 + number * 5) % 60, "kind": kind, "state": state}
    if code == "stay_ended":
        yield {"date": days(end, -2), "minutes": 60, "kind": "closing", "state": "held"}


def hours() -> Iterator[tuple[dt.date, dict[str, Any]]]:
    """List the volunteer hours that mentors declare: two a week."""
    for number in range(100):
        day = days(dt.date(YEAR, 2, 3), number * 7 // 2)
        if day <= LAST_DAY:
            yield day, {"mentor": 1 + number * 3 % MENTORS, "category": CATEGORIES[number % 4],
                        "minutes": 30 + number * 25 % 150, "date": day}


def _life(pair: int) -> Iterator[tuple[dt.date, Event]]:
    proposed = days(EVENINGS[evening_of(pair)], 1)
    yield days(proposed, 1), Event("mentor_answers", pair, {"yes": DECLINED.get(pair) != "mentor"})
    if DECLINED.get(pair) != "mentor":
        yield days(proposed, 2), Event("mentee_answers", pair, {"yes": DECLINED.get(pair) != "mentee"})
    if pair in DECLINED:
        return
    yield days(proposed, 3), Event("make_charter", pair)
    yield days(proposed, 5), Event("send_charter", pair)
    mentor, mentee = signed_on(pair)
    yield mentor, Event("sign", pair, {"by": "mentor", "on": mentor})
    if mentee is None:
        return
    yield mentee, Event("sign", pair, {"by": "mentee", "on": mentee})
    start = days(max(mentor, mentee), 1)
    yield start, Event("activate", pair, {"on": start})
    for one in meetings(pair):
        yield days(one["date"], -6), Event("plan_meeting", pair, {"date": one["date"], "kind": one["kind"]})
        yield one["date"], Event("meet", pair, one)
        if one["kind"] == "first_interview":
            agreed = {"on": one["date"], "milestones": 3 + pair % 4}
            yield days(one["date"], 1 + pair % 4), Event("roadmap", pair, agreed)
    for state, at in zip(("paused", "active"), PAUSED.get(pair, ()), strict=False):
        yield at, Event("move", pair, {"x_state": state})
    if pair % 2 == 0 and ENDS.get(pair, (LAST_DAY, ""))[0] > RENEWED_ON:
        yield days(SUPERSEDED_ON, 2), Event("send_charter", pair)
        for member in ("mentor", "mentee"):
            yield RENEWED_ON, Event("sign", pair, {"by": member, "on": RENEWED_ON})
    if pair in ENDS:
        yield ENDS[pair][0], Event("end", pair, {"on": ENDS[pair][0], "code": ENDS[pair][1]})
