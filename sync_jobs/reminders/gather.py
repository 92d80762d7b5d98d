"""Gathers from the register what the due-rules look at: pairs that go on, and what hangs on them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from connector.register.repository import Register
from mappings import rules
from mappings.records import Charter, ClubSession, Contribution, Key, Meeting, Mentor, Pair, Record, Roadmap, Stay
from sync_jobs.reminders.due import Day, Due, Followed, of_mentors, of_pair, of_sessions

R = TypeVar("R", bound=Record)


def due_today(register: Register, day: Day) -> list[Due]:
    """List all that is due, read from the register as it is at one moment."""
    with register.transaction(reads_only=True):
        pairs = [pair for pair in _all(register, Pair) if pair.active and pair.state not in rules.OVER]
        mentors = [one for one in _all(register, Mentor) if one.active]
        found = [due for one in _followed(register, pairs) for due in of_pair(one, day)]
        found += of_sessions(_all(register, ClubSession), day)
        given = register.linked("contribution", "person", {one.person for one in mentors})
        found += of_mentors(mentors, pairs, cast("list[Contribution]", given), day)
    return found


def quarter_missed(register: Register, today: dt.date) -> tuple[int, int] | None:
    """10. Give year and number of the quarter that ended last, if it went by without a club session of the mentors."""
    last = rules.quarter(today)[0] - dt.timedelta(days=1)
    missed = rules.quarters_without_session(_all(register, ClubSession), last.year, today)
    quarter = (last.month + 2) // 3
    return (last.year, quarter) if quarter in missed and register.count("mentor") else None


def _followed(register: Register, pairs: Iterable[Pair]) -> Iterator[Followed]:
    by_key = {pair.key: pair for pair in pairs}
    stays = cast("dict[Key, Stay]", register.many("stay", {p.stay for p in by_key.values() if p.stay}))
    charters = _hanging(register, Charter, by_key)
    meetings = _hanging(register, Meeting, by_key)
    roadmaps = _hanging(register, Roadmap, by_key)
    for key, pair in by_key.items():
        stay = stays.get(pair.stay) if pair.stay else None
        yield Followed(pair, stay, tuple(charters[key]), tuple(meetings[key]), tuple(roadmaps[key]))


def _hanging(register: Register, kind: type[R], pairs: Iterable[Key]) -> defaultdict[Key, list[R]]:
    found: defaultdict[Key, list[R]] = defaultdict(list)
    for record in register.linked(kind.kind, "pair", pairs):
        found[getattr(record, "pair")].append(cast("R", record))  # noqa: B009 - only some records have it
    return found


def _all(register: Register, kind: type[R]) -> Iterator[R]:
    return cast("Iterator[R]", register.all(kind.kind))
