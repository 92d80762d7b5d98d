"""A speed-dating evening in the register: its rounds, its ratings, and the pairs that come out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from connector.register.keys import new_key
from connector.register.repository import Register
from mappings.records import (
    Encounter, Key, Mentee, Mentor, Organisation, Pair, Person, Rating, Record, SpeedDating, Stay,
)
from mappings.rules import end_follows_stay
from mappings.vocabulary import SessionState
from sync_jobs.matching.eligible import Circle, Couple, Sides, eligible, sides
from sync_jobs.matching.rotation import Rotation, rotation
from sync_jobs.matching.stable import Matching, matching
from sync_jobs.naming import find_in_register
from sync_jobs.refused import EveningUnfit

R = TypeVar("R", bound=Record)

_CANCELLED = ("la soirée est annulée", "the evening is cancelled"), ("Prenez-en une autre.", "Take another one.")
_RATED = (
    ("des appréciations sont déjà données", "ratings are given already"),
    ("La soirée a eu lieu : ses tours ne changent plus.", "The evening is over: its rounds do not change any more."),
)
_MATCHED = (
    ("les binômes de cette soirée sont déjà proposés", "this evening's pairs are proposed already"),
    ("Faites une nouvelle soirée.", "Make a new evening."),
)
NO_ROUNDS = (
    ("les tours ne sont pas encore prévus", "the rounds are not planned yet"),
    ("Lancez d'abord la même commande avec --rotation --apply.", "Run the command with --rotation --apply first."),
)
NOT_MATCHED = (
    ("les binômes ne sont pas encore proposés", "the pairs are not proposed yet"),
    ("Lancez d'abord la même commande avec --apply.", "Run the command with --apply first."),
)


def unfit(texts: tuple[tuple[str, str], tuple[str, str]]) -> EveningUnfit:
    """Make the refusal that these texts are for."""
    return EveningUnfit(why=texts[0], first=texts[1])


@dataclass(frozen=True, slots=True)
class Evening:
    """One evening as the register holds it: what its commands read and judge. It writes nothing itself."""

    record: SpeedDating
    circle: Circle = field(repr=False)
    sides: Sides = field(repr=False)
    encounters: tuple[Encounter, ...] = field(repr=False)
    """All that there ever were, archived ones too."""
    ratings: tuple[Rating, ...] = field(repr=False)
    met: frozenset[Couple] = field(repr=False)
    """Who met at an earlier evening."""
    stays: tuple[Stay, ...] = field(repr=False)

    @classmethod
    def find(cls, register: Register, text: str) -> Evening:
        """Read the evening that is meant. Raises KeyUnknown, KeyAmbiguous, or EveningUnfit where it is cancelled."""
        with register.transaction(reads_only=True):
            key = find_in_register(register, "speed_dating", text)
            others = {one.key: one for one in _all(register, "speed_dating", SpeedDating)}
            record = others[key]
            if record.state is SessionState.CANCELLED or not record.active:
                raise unfit(_CANCELLED)
            earlier = {k for k, one in others.items() if one.date < record.date and _took_place(one)}
            encounters = tuple(_all(register, "encounter", Encounter))
            circle = circle_of(register)
            return cls(
                record, circle, sides(circle, record.attendees),
                tuple(one for one in encounters if one.speed_dating == key),
                tuple(r for r in register.linked("rating", "speed_dating", [key]) if isinstance(r, Rating)),
                frozenset((e.mentor, e.mentee) for e in encounters if e.speed_dating in earlier and e.active),
                tuple(_all(register, "stay", Stay)),
            )

    def name(self, key: Key) -> str:
        """Call somebody by name, or by the beginning of a key that nobody has any more."""
        person = self.circle.people.get(key)
        return person.name if person else key.hex[:8]

    @property
    def seats(self) -> list[Encounter]:
        """The encounters that stand, in order."""
        return sorted((one for one in self.encounters if one.active), key=lambda one: (one.round, one.table))

    @property
    def asked(self) -> set[tuple[Key, Key]]:
        """Who is to rate whom: both of each encounter, and whom staff added."""
        met = {(one.mentor, one.mentee) for one in self.seats}
        return {way for one in met for way in (one, one[::-1])} | {(r.rater, r.rated) for r in self.ratings if r.active}

    def missing(self) -> set[tuple[Key, Key]]:
        """Give the ratings that are not there yet."""
        return self.asked - {(one.rater, one.rated) for one in self.ratings if one.active and one.rank}

    def planned(self) -> Rotation:
        """Plan the rounds. Raises EveningUnfit once ratings are given or pairs proposed: then they are history."""
        if self.record.matched_on:
            raise unfit(_MATCHED)
        if any(one.rank for one in self.ratings if one.active):
            raise unfit(_RATED)
        judged = eligible(self.circle, self.sides.mentors, self.sides.mentees)
        may = [couple for couple, wall in judged.items() if wall is None]
        return rotation(
            self.sides.mentors, self.sides.mentees, may, rounds=self.record.rounds, tables=self.record.tables,
            met=self.met,
        )

    def seated(self, plan: Rotation) -> list[Record]:
        """Give the records of a plan: the rows of an earlier one are used again, those too many are archived."""
        rows = {(one.round, one.table): one for one in self.encounters}
        made: list[Record] = []
        for seat in plan.seats:
            told = {"round": seat.round, "table": seat.table, "mentor": seat.mentor, "mentee": seat.mentee}
            old = rows.pop((seat.round, seat.table), None)
            if old:
                made.append(old.model_copy(update={**told, "active": True}))
            else:
                made.append(Encounter.model_validate({**told, "key": new_key(), "speed_dating": self.record.key}))
        made += [one.model_copy(update={"active": False}) for one in rows.values() if one.active]
        return [*made, *self._blank({(seat.mentor, seat.mentee) for seat in plan.seats})]

    def _blank(self, couples: set[Couple]) -> Iterator[Record]:
        """Give a rating to fill in both ways, and archive the blank ones of who does not meet after all."""
        wanted = {way for one in couples for way in (one, one[::-1])}
        for old in self.ratings:
            way = old.rater, old.rated
            if old.active != (way in wanted):
                yield old.model_copy(update={"active": way in wanted})
            wanted.discard(way)
        for rater, rated in sorted(wanted):
            yield Rating(key=new_key(), speed_dating=self.record.key, rater=rater, rated=rated)

    def matched(self) -> Matching:
        """Match: who is to be proposed to whom."""
        return matching(self.circle, self.sides, self.ratings, self.record.key)

    def proposals(self, found: Matching, today: dt.date) -> list[Record]:
        """Give the proposed pairs of a matching, and the evening marked as matched."""
        made: list[Record] = []
        for mentor, mentee in found.couples:
            stay = self._stay(mentee, today)
            pair = Pair(key=new_key(), mentor=mentor, mentee=mentee, stay=stay.key if stay else None, proposed_on=today)
            made.append(pair.model_copy(update={"planned_end": end_follows_stay(pair, stay)}))
        return [*made, self.record.model_copy(update={"matched_on": today})]

    def _stay(self, mentee: Key, today: dt.date) -> Stay | None:
        """Find the stay that the mentee's venture is in."""
        home = self.circle.people[mentee].organisation
        current = [
            one for one in self.stays
            if one.organisation == home and one.active and one.start <= today <= (one.end or one.planned_end or today)
        ]
        return max(current, key=lambda one: (one.start, one.key), default=None)


def circle_of(register: Register) -> Circle:
    """Read whom an evening may bring together."""
    mentors = {one.person: one for one in _all(register, "mentor", Mentor) if one.active}
    mentees = {one.person: one for one in _all(register, "mentee", Mentee) if one.active}
    people = {one.key: one for one in _all(register, "person", Person)}
    organisations = {one.key: one for one in _all(register, "organisation", Organisation)}
    return Circle(mentors, mentees, people, organisations, tuple(_all(register, "pair", Pair)))


def _took_place(evening: SpeedDating) -> bool:
    return evening.state is not SessionState.CANCELLED and evening.active


def _all(register: Register, kind: str, record: type[R]) -> list[R]:
    return [one for one in register.all(kind) if isinstance(one, record)]
