"""The meetings of each coordinator as a calendar file: a date, constant words and the pair's reference, no name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from icalendar import Calendar, Event

from connector.crm.port import Crm, Row
from connector.register.repository import Register
from mappings.catalogue import BY_KIND
from mappings.records import Key, Meeting
from mappings.values import parse_external_id
from mappings.vocabulary import MeetingState
from sync_jobs.naming import labels, references
from sync_jobs.paging import pages_of
from sync_jobs.words import Language

UNASSIGNED = "unassigned"
"""Whose pairs have no coordinator; private ones among them are in no file."""

_TITLE = {"fr": "Rencontre de mentorat", "en": "Mentoring meeting"}
_STATUS = {MeetingState.PLANNED: "TENTATIVE", MeetingState.HELD: "CONFIRMED"}


def calendars(register: Register, crm: Crm, now: dt.datetime, language: Language = "fr") -> dict[str, bytes]:
    """Give one calendar for each coordinator (a user's database id), and one of the pairs that have none.

    Who coordinates which pair is the CRM's to say, and read in pages; all else is the register's.
    """
    of_pair = dict(_coordinators(crm))
    meetings = [
        one for one in register.linked("meeting", "pair", of_pair)
        if isinstance(one, Meeting) and one.active and one.state in _STATUS
    ]
    called = labels(of_pair, references(register, [("pair", key) for key in of_pair]))
    mine: defaultdict[str, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        mine[of_pair[meeting.pair]].append(meeting)
    return {who: _calendar(mine[who], called, now, language) for who in sorted(set(of_pair.values()))}


def _coordinators(crm: Crm) -> Iterator[tuple[Key, str]]:
    for page in pages_of(crm, BY_KIND["pair"].model, ("x_coordinator_id", "x_private", "x_active")):
        for row in page.rows:
            if row.values["x_active"] and (who := _file_of(row)):
                named = (parse_external_id(name) for name in row.external_ids)
                yield from ((one[1], who) for one in named if one and one[0] == "pair")


def _file_of(row: Row) -> str | None:
    coordinator = row.values["x_coordinator_id"]
    if not coordinator:
        return None if row.values["x_private"] else UNASSIGNED
    return f"coordinator-{coordinator}"


def _calendar(
    meetings: list[Meeting], called: Mapping[Key, str], now: dt.datetime, language: Language,
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Binome//mentoring//")
    calendar.add("version", "2.0")
    for meeting in sorted(meetings, key=lambda one: (one.date, one.key)):
        event = Event()
        event.add("uid", f"{meeting.key}@binome")
        event.add("dtstamp", now)
        event.add("dtstart", meeting.date)
        event.add("summary", _TITLE[language])
        event.add("description", called[meeting.pair])
        event.add("status", _STATUS[meeting.state])
        calendar.add_component(event)
    return bytes(calendar.to_ical())
