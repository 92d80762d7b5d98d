"""Who is in the club when the year begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from mappings.records import Key, Mentee, Mentor, Organisation, Person, Record, Stay
from mappings.vocabulary import Role

from .script import LAST_DAY, MENTEES, MENTORS, YEAR

GROUP, COACH = "groupe", "coach"


def key(kind: str, number: int) -> Key:
    """Give the key of one thing of the cast."""
    return UUID(f"0197{ord(kind[0]):04x}-0000-7000-8000-{number:012x}")


def cast() -> Iterator[Record]:
    """Make everybody, with the ties that the rules forbid: founder 42 and mentor 20 are of one group, mentor 19 is
    founder 41's manager, mentor 18 supplies founder 40's venture.
    """
    yield Organisation(key=key("g", 1), ref=GROUP, name="Groupe des Alpes")
    for number in range(1, MENTORS + 1):
        yield from _mentor(number)
    for number in range(1, MENTEES + 1):
        yield from _mentee(number)
    yield Person(key=key("c", 1), ref=COACH, name="Coach de l'année", roles={Role.COACH})


def _mentor(number: int) -> Iterator[Record]:
    parent = key("g", 1) if number == MENTORS else None
    yield Organisation(key=key("o", number), ref=f"so{number:02}", name=f"Société {number}", parent=parent)
    person = Person(
        key=key("m", number), ref=f"m{number:02}", name=f"Mentor {number}", organisation=key("o", number),
        email=f"m{number}@mentor.example", roles={Role.MENTOR},
    )
    yield person
    conflicts = {key("v", 40)} if number == MENTORS - 2 else set()
    yield Mentor(key=key("p", number), ref=person.ref, person=person.key, capacity=2, conflicts=conflicts)


def _mentee(number: int) -> Iterator[Record]:
    parent = key("g", 1) if number == MENTEES else None
    yield Organisation(key=key("v", number), ref=f"v{number:02}", name=f"Pépite {number}", parent=parent)
    # The pair of a short stay is known by its mentor's number only on the evening: the stays are shortened then.
    yield Stay(key=key("s", number), ref=f"s{number:02}", organisation=key("v", number), start=dt.date(YEAR, 1, 5),
               planned_end=LAST_DAY)
    yield Person(
        key=key("e", number), ref=f"e{number:02}", name=f"Fondatrice {number}", organisation=key("v", number),
        roles={Role.MENTEE}, manager=key("m", MENTORS - 1) if number == MENTEES - 1 else None,
    )
    yield Mentee(key=key("q", number), ref=f"e{number:02}", person=key("e", number))



