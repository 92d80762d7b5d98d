"""What is due today, by the programme's rules and the club's intervals: pure, a function of records and the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from connector.settings import ReminderSettings
from mappings import rules
from mappings.records import Charter, ClubSession, Contribution, Key, Meeting, Mentor, Pair, Roadmap, Stay
from mappings.vocabulary import (
    CharterState, MeetingKind, MeetingState, PairState, ProfileState, SessionState,
)

_OUT = frozenset({CharterState.SENT, CharterState.SIGNED_BY_MENTOR, CharterState.SIGNED_BY_MENTEE})
_SIGNING = rules.RUNNING | {PairState.CHARTER_PENDING}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do about one record. ``cause`` tells this time from the next: what was done for it stays done."""

    kind: str
    key: Key
    reminder: str
    cause: str
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """A pair with all that hangs on it."""

    pair: Pair
    stay: Stay | None = None
    charters: tuple[Charter, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    roadmaps: tuple[Roadmap, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The day on which it is asked, the club's intervals, and the charter that pairs sign today."""

    today: dt.date
    after: ReminderSettings
    charter_version: str


def of_pair(one: Followed, day: Day) -> Iterator[Due]:
    """Tell what is due about one pair."""
    if one.pair.active and one.pair.state in _SIGNING:
        yield from _of_charter(one, day)
    if one.pair.active and one.pair.state is PairState.ACTIVE:
        yield from _of_beginning(one, day)
        yield from _of_cadence(one, day)
    if one.pair.active and one.pair.state in rules.RUNNING:
        yield from _of_end(one, day)


def of_sessions(sessions: Iterable[ClubSession], day: Day) -> Iterator[Due]:
    """Tell that this quarter's club session is not planned; the latest session shows it, whoever looks for the next."""
    known = [one for one in sessions if one.active]
    first, following = rules.quarter(day.today)
    alarm = following - dt.timedelta(days=day.after.session_days)
    planned = any(first <= one.date < following and one.state is not SessionState.CANCELLED for one in known)
    if day.after.session_days and known and not planned and day.today >= alarm:
        latest = max(known, key=lambda one: (one.date, one.key))
        yield Due("club_session", latest.key, "club_session_due", first.isoformat(), alarm)


def of_mentors(
    mentors: Iterable[Mentor], pairs: Iterable[Pair], given: Iterable[Contribution], day: Day,
) -> Iterator[Due]:
    """Tell which active mentors of active pairs declared no hours of the month that ends, or that ended last."""
    if not day.after.hours_days:
        return
    month, following = asked_month(day.today, day.after.hours_days)
    busy = {
        pair.mentor for pair in pairs
        if pair.active and pair.state is PairState.ACTIVE and pair.start and pair.start < following
    }
    told = {one.person for one in given if one.active and month <= one.date < following}
    for mentor in mentors:
        if mentor.active and mentor.state is ProfileState.ACTIVE and mentor.person in busy - told:
            yield Due("mentor", mentor.key, "hours_to_declare", month.isoformat(),
                      following - dt.timedelta(days=day.after.hours_days))


def asked_month(today: dt.date, days: int) -> tuple[dt.date, dt.date]:
    """Give the first day of the month whose hours are asked for, and of the next: from some days before its end on."""
    month = (today + dt.timedelta(days=days)).replace(day=1) - dt.timedelta(days=1)
    return month.replace(day=1), month + dt.timedelta(days=1)


def _of_charter(one: Followed, day: Day) -> Iterator[Due]:
    kept = [charter for charter in one.charters if charter.active]
    out = [charter for charter in kept if charter.state in _OUT and charter.sent_on]
    sent = max(out, key=lambda charter: (charter.sent_on or dt.date.min, charter.key), default=None)
    if sent and sent.sent_on and (step := _passed(day.after.charter_days, (day.today - sent.sent_on).days)):
        yield Due("pair", one.pair.key, "charter_to_sign", f"{sent.key} {step}", sent.sent_on + dt.timedelta(step))
    current = [charter for charter in kept if charter.version == day.charter_version]
    signed = any(map(rules.is_signed, kept))
    answered = any(rules.is_signed(charter) or charter.state in _OUT for charter in current)
    if day.after.superseded and one.pair.state in rules.RUNNING and signed and not answered:
        yield Due("pair", one.pair.key, "charter_superseded", day.charter_version)


def _of_beginning(one: Followed, day: Day) -> Iterator[Due]:
    """Ask for the first interview, then for the roadmap that it makes."""
    first = [m for m in one.meetings if m.active and m.purpose is MeetingKind.FIRST_INTERVIEW]
    held = min((m.date for m in first if m.state is MeetingState.HELD), default=None)
    signed = min(
        (max(c.mentor_signed_on, c.mentee_signed_on) for c in one.charters
         if c.active and c.mentor_signed_on and c.mentee_signed_on), default=None,
    )
    coming = any(m.state in rules.COMING and m.date >= day.today for m in first)
    if held is None and not coming:
        yield from _once(one, day, "first_interview_due", signed, day.after.first_interview_days)
    if not any(roadmap.active for roadmap in one.roadmaps):
        yield from _once(one, day, "roadmap_due", held, day.after.roadmap_days)


def _of_cadence(one: Followed, day: Day) -> Iterator[Due]:
    """Ask for a meeting once the cadence has run out, and for a call after a long silence, which takes its place."""
    due = rules.next_meeting_due(one.pair, one.meetings)
    if due is None:
        return
    cadence, silence, late = one.pair.cadence_days, day.after.silence_days, day.after.overdue_days
    since = due - dt.timedelta(days=cadence)
    if silence and (quiet := (day.today - since).days) >= silence:
        yield Due("pair", one.pair.key, "silence", f"{since} {quiet // silence}", since + dt.timedelta(silence))
    elif late and (over := (day.today - due).days) >= late:
        cause = f"{due} {(over - late) // cadence}"
        yield Due("pair", one.pair.key, "meeting_overdue", cause, due + dt.timedelta(late))


def _of_end(one: Followed, day: Day) -> Iterator[Due]:
    end = rules.end_follows_stay(one.pair, one.stay)
    if end is None:
        return
    left = (end - day.today).days
    step = min((before for before in day.after.ending_days if left <= before), default=None)
    closing = any(
        m.active and m.purpose is MeetingKind.CLOSING and m.state in {*rules.COMING, MeetingState.HELD}
        for m in one.meetings
    )
    if not closing and left <= day.after.closing_days != 0:
        step = step or day.after.closing_days
        yield Due("pair", one.pair.key, "closing_meeting", f"{end} {step}", end - dt.timedelta(step))
    elif step:
        yield Due("pair", one.pair.key, "stay_ending", f"{end} {step}", end - dt.timedelta(step))


def _once(one: Followed, day: Day, reminder: str, since: dt.date | None, days: int) -> Iterator[Due]:
    if since and days and (day.today - since).days >= days:
        yield Due("pair", one.pair.key, reminder, since.isoformat(), since + dt.timedelta(days))


def _passed(steps: Sequence[int], days: int) -> int | None:
    """Give the last step that so many days have passed."""
    return max((step for step in steps if step <= days), default=None)
