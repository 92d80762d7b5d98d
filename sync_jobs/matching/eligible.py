"""Which mentor may meet which mentee, and what stands between the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mappings.records import Key, Mentee, Mentor, Organisation, Pair, Person
from mappings.rules import (
    OVER, ConflictOfInterest, Hierarchy, SameCompany, different_companies, no_conflict_of_interest, no_hierarchy,
)
from mappings.vocabulary import ProfileState

Couple = tuple[Key, Key]
"""A mentor and a mentee, by their persons' keys, in this order."""


class Barrier(StrEnum):
    """What keeps two people apart."""

    NOT_ACTIVE = "not_active"
    SAME_COMPANY = "same_company"
    HIERARCHY = "hierarchy"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    ALREADY_A_PAIR = "already_a_pair"


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom an evening may bring together: profiles by their persons, and what the rules ask about them."""

    mentors: Mapping[Key, Mentor] = field(repr=False)
    mentees: Mapping[Key, Mentee] = field(repr=False)
    people: Mapping[Key, Person] = field(repr=False)
    organisations: Mapping[Key, Organisation] = field(repr=False)
    pairs: tuple[Pair, ...] = field(repr=False)

    @property
    def current(self) -> list[Pair]:
        """The pairs that are not over."""
        return [pair for pair in self.pairs if pair.active and pair.state not in OVER]

    def free(self, mentor: Key) -> int:
        """Tell how many more pairs a mentor may have: the capacity, less those that are not over."""
        return max(0, self.mentors[mentor].capacity - sum(pair.mentor == mentor for pair in self.current))

    def accompanied(self) -> frozenset[Key]:
        """Give the mentees who have a mentor, or the proposal of one."""
        return frozenset(pair.mentee for pair in self.current)


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of an evening, and who came without an active profile. Each in the order of their keys."""

    mentors: tuple[Key, ...]
    mentees: tuple[Key, ...]
    left_out: tuple[Key, ...]


def sides(circle: Circle, attendees: Iterable[Key]) -> Sides:
    """Seat those who have an active profile; who is both sits with the mentors."""
    everybody = sorted(set(attendees))
    mentors = tuple(key for key in everybody if _is_active(circle, circle.mentors.get(key)))
    mentees = tuple(key for key in everybody if key not in mentors and _is_active(circle, circle.mentees.get(key)))
    return Sides(mentors, mentees, tuple(key for key in everybody if key not in {*mentors, *mentees}))


def barrier(circle: Circle, mentor: Key, mentee: Key) -> Barrier | None:
    """Say what keeps these two apart; None where they may meet."""
    one, other = circle.mentors.get(mentor), circle.mentees.get(mentee)
    if mentor == mentee or one is None or not _is_active(circle, one) or not _is_active(circle, other):
        return Barrier.NOT_ACTIVE
    try:
        different_companies(circle.people[mentor], circle.people[mentee], circle.organisations)
        no_hierarchy(circle.people[mentor], circle.people[mentee], circle.people)
        no_conflict_of_interest(one, circle.people[mentee])
    except SameCompany:
        return Barrier.SAME_COMPANY
    except Hierarchy:
        return Barrier.HIERARCHY
    except ConflictOfInterest:
        return Barrier.CONFLICT_OF_INTEREST
    return None


def eligible(circle: Circle, mentors: Iterable[Key], mentees: Iterable[Key]) -> dict[Couple, Barrier | None]:
    """Judge every mentor with every mentee: what keeps them apart, or None."""
    paired = {(pair.mentor, pair.mentee) for pair in circle.current}
    seats = tuple(mentees)
    return {
        (one, other): barrier(circle, one, other) or (Barrier.ALREADY_A_PAIR if (one, other) in paired else None)
        for one in mentors for other in seats
    }


def _is_active(circle: Circle, profile: Mentor | Mentee | None) -> bool:
    if profile is None or not profile.active or profile.state is not ProfileState.ACTIVE:
        return False
    person = circle.people.get(profile.person)
    return person is not None and person.active
