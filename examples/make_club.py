"""Write examples/club.xlsx: an invented French club, the same at each run. ``python -m examples.make_club [FILE]``.

Every person, company, address and number is made up. Domains end in .example or are example.org, and the phone
numbers come from the ranges that the French regulator keeps for works of fiction.
"""

from __future__ import annotations

import datetime as dt
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from examples.club_data import (
    COACHES, CONFLICTS, MANAGERS, MEETINGS, MENTORS, PAIRS, PARENT, SESSIONS, SPECIAL, VENTURES, MentorLine,
    PairPlan, Venture,
)
from examples.evenings import evenings
from mappings.records import (
    Charter, ClubSession, Contribution, Meeting, Mentee, Mentor, Organisation, Pair, Person, Record, Roadmap, Stay,
)
from mappings.vocabulary import (
    Category, CharterState, ContributionState, EndCode, MeetingKind, MeetingState, PairState, ProfileState, Role,
    SessionState, SignatureWay,
)
from sync_jobs.migrations.columns import fold
from sync_jobs.migrations.writing import write_records

TODAY: Final = dt.date(2026, 11, 24)
CONTRIBUTIONS: Final = 40
SHARE_EMAIL, SHARE_PHONE, SHARE_ROLE, CONFIRMED = 0.6, 0.35, 0.7, 0.85
FORMER_VERSION, VERSION = "2025-1", "2026-1"
RENEWED: Final = ("b-01", "b-02")
"""Pairs that signed the former charter before the current one."""
FICTION: Final = ("+3363998", "+3363998", "+3346571", "+3319900")
"""Beginnings of phone numbers that are never given out; mobile ones are the more frequent."""


def key(kind: str, ref: str) -> uuid.UUID:
    """Give a key that depends on the reference alone; the workbook does not hold keys."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.org/binome/{kind}/{ref}")


def slug(text: str) -> str:
    """Make a reference of a name: ``Les Toits Verts`` gives ``toits-verts``."""
    words = "".join(c if c.isalnum() else " " for c in fold(text).replace("œ", "oe")).split()
    return "-".join(word for word in words if word not in {"l", "la", "les", "d"})


def person_ref(name: str) -> str:
    """Make a person's reference, family name first: ``perrin-jean-noel``."""
    first, _, family = name.partition(" ")
    return slug(f"{family} {first}")


def person_key(name: str) -> uuid.UUID:
    """Give the key of a person by name."""
    return key("person", person_ref(name))


def day(text: str) -> dt.date | None:
    """Read a day of the data, or its absence."""
    return dt.date.fromisoformat(text) if text else None


def organisation(name: str, city: str, sector: str, parent: str = "") -> Organisation:
    """Make a company; its parent by name."""
    return Organisation(
        key=key("organisation", slug(name)), ref=slug(name), name=name, city=city, sector=sector,
        parent=key("organisation", slug(parent)) if parent else None,
    )


def person(chance: Random, name: str, title: str, company: str, role: Role) -> Person:
    """Make somebody with invented contact details, and consents as they fall."""
    first, _, family = name.partition(" ")
    domain = f"{slug(company)}.example" if company else "example.org"
    manager = MANAGERS.get(name)
    return Person(
        key=person_key(name), ref=person_ref(name), name=name, job_title=title, roles=frozenset({role}),
        organisation=key("organisation", slug(company)) if company else None,
        email=f"{slug(first)}.{slug(family)}@{domain}",
        phone=f"{chance.choice(FICTION)}{chance.randrange(10_000):04}",
        share_email=chance.random() < SHARE_EMAIL, share_phone=chance.random() < SHARE_PHONE,
        share_roles=chance.random() < SHARE_ROLE,
        manager=person_key(manager) if manager else None,
    )


def venture_records(chance: Random, venture: Venture) -> Iterator[Record]:
    """Make a venture, its stay and its founders."""
    made = organisation(venture.name, venture.city, venture.sector, venture.parent)
    yield made
    yield Stay(
        key=key("stay", slug(venture.name)), ref=f"{slug(venture.name)}-{venture.start[:4]}", organisation=made.key,
        start=dt.date.fromisoformat(venture.start), planned_end=day(venture.planned_end), end=day(venture.end),
    )
    for name, title in venture.founders:
        founder = person(chance, name, title, venture.name, Role.MENTEE)
        yield founder
        state = ProfileState.LEFT if venture.end else ProfileState.ACTIVE
        yield Mentee(key=key("mentee", person_ref(name)), ref=founder.ref, person=founder.key, state=state)


def mentor_records(chance: Random, line: MentorLine) -> Iterator[Record]:
    """Make a mentor and, unless retired, the company."""
    if line.company:
        yield organisation(line.company, line.city, line.sector, line.parent)
    made = person(chance, line.name, line.title, line.company, Role.MENTOR)
    yield made
    yield Mentor(
        key=key("mentor", person_ref(line.name)), ref=made.ref, person=made.key, state=ProfileState(line.state),
        capacity=line.capacity, expertise=line.expertise,
        conflicts=frozenset(key("organisation", slug(name)) for name in CONFLICTS.get(line.name, ())),
    )


def pair_records(plan: PairPlan) -> Iterator[Record]:
    """Make a pair with its charters and, once it met, its roadmap."""
    state = PairState(plan.state)
    accepted = state not in {PairState.PROPOSED, PairState.DECLINED}
    venture = next(v for v in VENTURES if plan.mentee in dict(v.founders))
    pair = Pair(
        key=key("pair", plan.ref), ref=plan.ref, mentor=person_key(plan.mentor), mentee=person_key(plan.mentee),
        stay=key("stay", slug(venture.name)), state=state,
        mentor_accepted=accepted or state is PairState.PROPOSED, mentee_accepted=accepted,
        proposed_on=day(plan.proposed), start=day(plan.start), planned_end=day(plan.planned_end),
        end=day(plan.end), end_code=EndCode(plan.end_code) if plan.end_code else None, cadence_days=plan.cadence,
    )
    yield pair
    yield from charters(plan)
    if pair.start is not None:
        number = int(plan.ref[-1])
        yield Roadmap(
            key=key("roadmap", plan.ref), ref=f"{plan.ref}-route", pair=pair.key,
            agreed_on=first_meeting(plan), milestones=3 + number % 4, milestones_done=number % 4,
        )


def charters(plan: PairPlan) -> Iterator[Charter]:
    """Make the charters of a pair: signed shortly before it starts; renewed ones follow a superseded one."""
    if not plan.charter:
        return
    sent = dt.date.fromisoformat(plan.proposed) + dt.timedelta(days=14 if plan.start else 26)
    state = CharterState(plan.charter)
    if plan.ref in RENEWED:
        yield charter(plan, f"{plan.ref}-charte-1", FORMER_VERSION, CharterState.SUPERSEDED, sent)
        yield charter(plan, f"{plan.ref}-charte-2", VERSION, state, dt.date(2026, 9, 21))
    else:
        yield charter(plan, f"{plan.ref}-charte", VERSION if sent.year == TODAY.year else FORMER_VERSION, state, sent)


def charter(plan: PairPlan, ref: str, version: str, state: CharterState, sent: dt.date) -> Charter:
    """Make one charter with the signatures that its state tells."""
    both = state in {CharterState.SIGNED, CharterState.SUPERSEDED, CharterState.TERMINATED}
    by_mentor = both or state is CharterState.SIGNED_BY_MENTOR
    by_mentee = both or state is CharterState.SIGNED_BY_MENTEE
    return Charter(
        key=key("charter", ref), ref=ref, pair=key("pair", plan.ref), version=version, state=state,
        sent_on=None if state is CharterState.DRAFT else sent,
        mentor_signed_on=sent + dt.timedelta(days=1) if by_mentor else None,
        mentee_signed_on=sent + dt.timedelta(days=3) if by_mentee else None,
        mentor_signed_way=SignatureWay.PAPER if by_mentor else None,
        mentee_signed_way=SignatureWay.ELECTRONIC if by_mentee else None,
        mentor_recorded_by="coordination" if by_mentor else None,
        mentee_recorded_by="coordination" if by_mentee else None,
    )


def weekday(date: dt.date) -> dt.date:
    """Move a Saturday or Sunday to the Monday after."""
    return date + dt.timedelta(days=(0, 0, 0, 0, 0, 2, 1)[date.weekday()])


def first_meeting(plan: PairPlan) -> dt.date:
    """Give the day of a pair's first interview."""
    return weekday(dt.date.fromisoformat(plan.start) + dt.timedelta(days=8))


def meetings(chance: Random, plan: PairPlan) -> Iterator[Meeting]:
    """Make a pair's meetings, evenly from the first interview to the last one."""
    count, last = MEETINGS[plan.ref]
    first, final = first_meeting(plan), dt.date.fromisoformat(last)
    for number in range(1, count + 1):
        date = weekday(first + (final - first) * (number - 1) // (count - 1))
        planned = MeetingState.PLANNED if date > TODAY else MeetingState.HELD
        state = MeetingState(SPECIAL.get((plan.ref, number), planned))
        closing = number == count and plan.state == PairState.ENDED
        yield Meeting(
            key=key("meeting", f"{plan.ref}-r{number:02}"), ref=f"{plan.ref}-r{number:02}", pair=key("pair", plan.ref),
            date=date, minutes=chance.choice((60, 60, 75, 90)), state=state,
            purpose=MeetingKind.FIRST_INTERVIEW if number == 1 else
            MeetingKind.CLOSING if closing else MeetingKind.REGULAR,
            mentor_confirmed=state is MeetingState.HELD,
            mentee_confirmed=state is MeetingState.HELD and chance.random() < CONFIRMED,
        )


def sessions(chance: Random) -> Iterator[ClubSession]:
    """Make the club sessions; whoever is not there yet is not listed."""
    mentors = [m.name for m in MENTORS if m.state == ProfileState.ACTIVE]
    for ref, date, state, coach in SESSIONS:
        there = chance.sample(mentors, k=9 + chance.randrange(4))
        yield ClubSession(
            key=key("club_session", ref), ref=ref, date=dt.date.fromisoformat(date),
            state=SessionState(state), coach=person_key(coach), invited=frozenset(map(person_key, mentors)),
            attendees=frozenset(map(person_key, there)) if state == SessionState.HELD else frozenset(),
        )


def contributions(chance: Random) -> Iterator[Contribution]:
    """Make volunteer hours of active mentors over the year, the latest not confirmed yet."""
    givers = [m.name for m in MENTORS if m.state == ProfileState.ACTIVE]
    for number in range(1, CONTRIBUTIONS + 1):
        date = weekday(dt.date(2026, 1, 13) + dt.timedelta(days=(number - 1) * 8))
        yield Contribution(
            key=key("contribution", str(number)), ref=f"h-{number:03}", person=person_key(chance.choice(givers)),
            date=date, category=chance.choice(list(Category)), minutes=chance.choice((60, 90, 120, 180)),
            state=ContributionState.DECLARED if date > dt.date(2026, 11, 1) else ContributionState.CONFIRMED,
        )


def club() -> list[Record]:
    """Make the whole club, each record once."""
    chance = Random(2026)
    records: list[Record] = [organisation(*PARENT)]
    for venture in VENTURES:
        records += venture_records(chance, venture)
    for line in MENTORS:
        records += mentor_records(chance, line)
    for name, company, city, sector in COACHES:
        records += (organisation(company, city, sector), person(chance, name, "Coach", company, Role.COACH))
    for plan in PAIRS:
        records += pair_records(plan)
        records += meetings(chance, plan) if plan.ref in MEETINGS else ()
    records += (*sessions(chance), *contributions(chance), *evenings(key, person_key))
    return list({(record.kind, record.ref): record for record in records}.values())


if __name__ == "__main__":
    write_records(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("club.xlsx"), club())
