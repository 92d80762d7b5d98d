"""The register's records: one frozen class a thing of the programme, each field with its audience."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mappings.confidentiality import EMPLOYEES, PAIR, STAFF, known_with, with_consent
from mappings.vocabulary import (
    Category, CharterState, ContributionState, EndCode, MeetingKind, MeetingState, PairState,
    ProfileState, Rank, Role, SessionState, SignatureWay,
)

Key = UUID
"""A UUIDv7: sorts by the time of its making, says nothing about the record."""

Day = dt.date
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that make a text read otherwise than it is written."""


def _seen(text: str) -> str:
    if _UNSEEN.search(text):
        raise ValueError("control or direction-changing characters")
    return text


Seen = AfterValidator(_seen)
Name = Annotated[str, Field(min_length=1, max_length=200), Seen]
Reference = Annotated[str, Field(min_length=1, max_length=64), Seen]
Line = Annotated[str, Field(max_length=500), Seen]
"""What crosses to the CRM: as long as the workbook takes it. What a pair writes stays here and has no such limit."""
Count = Annotated[int, Field(ge=0, le=1000)]


class Record(BaseModel):
    """What every record has: its key, the reference people know it by, and whether it is archived."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    kind: ClassVar[str]
    origin: ClassVar[type[Record] | None] = None
    """What a record of the directory is made from: its mapped fields are those of the same names there."""

    key: Annotated[Key, EMPLOYEES]
    ref: Annotated[Reference | None, STAFF] = None
    active: Annotated[bool, EMPLOYEES] = True


class Organisation(Record):
    """A hosted venture, a mentor's company, or a parent of one."""

    kind: ClassVar[str] = "organisation"
    name: Annotated[Name, EMPLOYEES]
    city: Annotated[Line | None, EMPLOYEES] = None
    sector: Annotated[Line | None, EMPLOYEES] = None
    parent: Annotated[Key | None, EMPLOYEES] = None


class Stay(Record):
    """A hosting stay: the period in which a venture is hosted."""

    kind: ClassVar[str] = "stay"
    organisation: Annotated[Key, STAFF]
    start: Annotated[Day, STAFF]
    planned_end: Annotated[Day | None, STAFF] = None
    end: Annotated[Day | None, STAFF] = None


class Person(Record):
    """Somebody of the programme. E-mail, phone and role are kept from employees unless the person shares them."""

    kind: ClassVar[str] = "person"
    name: Annotated[Name, EMPLOYEES]
    organisation: Annotated[Key | None, EMPLOYEES] = None
    job_title: Annotated[Line | None, EMPLOYEES] = None
    email: Annotated[Line | None, with_consent("share_email")] = None
    phone: Annotated[Line | None, with_consent("share_phone")] = None
    roles: Annotated[frozenset[Role], with_consent("share_roles")] = frozenset()
    share_email: Annotated[bool, STAFF] = False
    share_phone: Annotated[bool, STAFF] = False
    share_roles: Annotated[bool, STAFF] = False
    share_photo: Annotated[bool, STAFF] = False
    share_expertise: Annotated[bool, STAFF] = False
    """As a mentor, in the directory."""
    manager: Annotated[Key | None, STAFF] = None
    motivation: Annotated[str | None, PAIR] = None


class Mentor(Record):
    """What the club knows of a person as a mentor."""

    kind: ClassVar[str] = "mentor"
    person: Annotated[Key, STAFF, known_with("share_expertise")]
    state: Annotated[ProfileState, STAFF] = ProfileState.ACTIVE
    capacity: Annotated[Count, STAFF] = 1
    expertise: Annotated[Line | None, STAFF, known_with("share_expertise")] = None
    conflicts: Annotated[frozenset[Key], STAFF] = frozenset()
    """Organisations that the mentor coaches, supplies or is otherwise bound to."""


class Mentee(Record):
    """What the club knows of a person as a mentee."""

    kind: ClassVar[str] = "mentee"
    person: Annotated[Key, STAFF]
    state: Annotated[ProfileState, STAFF] = ProfileState.ACTIVE
    expertise: Annotated[Line | None, STAFF] = None
    needs: Annotated[str | None, PAIR] = None


class Pair(Record):
    """One mentor and one mentee. Members are persons."""

    kind: ClassVar[str] = "pair"
    mentor: Annotated[Key, STAFF, known_with("mentor_shares", "mentee_shares")]
    mentee: Annotated[Key, STAFF, known_with("mentor_shares", "mentee_shares")]
    stay: Annotated[Key | None, STAFF] = None
    state: Annotated[PairState, STAFF] = PairState.PROPOSED
    mentor_accepted: Annotated[bool, STAFF] = False
    mentee_accepted: Annotated[bool, STAFF] = False
    mentor_shares: Annotated[bool, STAFF] = False
    """Whether employees may know of the pair: it takes both."""
    mentee_shares: Annotated[bool, STAFF] = False
    proposed_on: Annotated[Day | None, STAFF] = None
    start: Annotated[Day | None, STAFF] = None
    planned_end: Annotated[Day | None, STAFF] = None
    end: Annotated[Day | None, STAFF] = None
    end_code: Annotated[EndCode | None, STAFF] = None
    cadence_days: Annotated[int, Field(ge=7, le=92), STAFF] = 30


class Charter(Record):
    """The common charter as one pair signs it."""

    kind: ClassVar[str] = "charter"
    pair: Annotated[Key, STAFF]
    version: Annotated[Reference, STAFF]
    state: Annotated[CharterState, STAFF] = CharterState.DRAFT
    document_hash: Annotated[Line | None, STAFF] = None
    sent_on: Annotated[Day | None, STAFF] = None
    mentor_signed_on: Annotated[Day | None, STAFF] = None
    mentee_signed_on: Annotated[Day | None, STAFF] = None
    mentor_signed_way: Annotated[SignatureWay | None, STAFF] = None
    mentee_signed_way: Annotated[SignatureWay | None, STAFF] = None
    mentor_recorded_by: Annotated[Line | None, STAFF] = None
    """Who of the staff recorded that signature."""
    mentee_recorded_by: Annotated[Line | None, STAFF] = None
    signed_hash: Annotated[Line | None, STAFF] = None
    """SHA-256 of the file that came back with both signatures; it differs from the blank document's."""
    signed_file: Annotated[str | None, PAIR] = None
    """That file, in base64."""
    own_clauses: Annotated[str | None, PAIR] = None


class Roadmap(Record):
    """What a pair agreed on at its first interview; staff see that it exists, its date and its counts."""

    kind: ClassVar[str] = "roadmap"
    pair: Annotated[Key, STAFF]
    agreed_on: Annotated[Day, STAFF]
    milestones: Annotated[Count, STAFF] = 0
    milestones_done: Annotated[Count, STAFF] = 0
    expectations: Annotated[str | None, PAIR] = None
    success_criteria: Annotated[str | None, PAIR] = None
    vision: Annotated[str | None, PAIR] = None
    steps: Annotated[str | None, PAIR] = None


class Meeting(Record):
    """A meeting of one pair."""

    kind: ClassVar[str] = "meeting"
    pair: Annotated[Key, STAFF]
    date: Annotated[Day, STAFF]
    minutes: Annotated[Minutes, STAFF] = 60
    purpose: Annotated[MeetingKind, STAFF] = MeetingKind.REGULAR
    state: Annotated[MeetingState, STAFF] = MeetingState.PLANNED
    mentor_confirmed: Annotated[bool, STAFF] = False
    mentee_confirmed: Annotated[bool, STAFF] = False
    place: Annotated[str | None, PAIR] = None
    agenda: Annotated[str | None, PAIR] = None
    notes: Annotated[str | None, PAIR] = None


class ClubSession(Record):
    """A quarterly session of all mentors with a coach. Cases are never stored."""

    kind: ClassVar[str] = "club_session"
    date: Annotated[Day, EMPLOYEES]
    state: Annotated[SessionState, STAFF] = SessionState.PLANNED
    coach: Annotated[Key | None, STAFF] = None
    invited: Annotated[frozenset[Key], STAFF] = frozenset()
    attendees: Annotated[frozenset[Key], STAFF] = frozenset()
    minutes: Annotated[Minutes, STAFF] = 120


class Contribution(Record):
    """Volunteer time that one person gave."""

    kind: ClassVar[str] = "contribution"
    person: Annotated[Key, STAFF]
    date: Annotated[Day, STAFF]
    category: Annotated[Category, STAFF]
    minutes: Annotated[Minutes, STAFF]
    state: Annotated[ContributionState, STAFF] = ContributionState.DECLARED


class SpeedDating(Record):
    """An evening where mentors and mentees meet in short rounds."""

    kind: ClassVar[str] = "speed_dating"
    date: Annotated[Day, EMPLOYEES]
    state: Annotated[SessionState, STAFF] = SessionState.PLANNED
    rounds: Annotated[Count, STAFF] = 8
    round_minutes: Annotated[Minutes, STAFF] = 8
    tables: Annotated[Count, STAFF] = 0
    """How many tables there are; 0: as many as it takes."""
    attendees: Annotated[frozenset[Key], STAFF] = frozenset()
    matched_on: Annotated[Day | None, STAFF] = None
    """When its pairs were proposed; its ratings are purged after that."""


class Encounter(Record):
    """Who meets whom in one round of an evening, at which table: kept, so that a later one brings others together."""

    kind: ClassVar[str] = "encounter"
    speed_dating: Annotated[Key, STAFF]
    round: Annotated[Count, STAFF]
    table: Annotated[Count, STAFF]
    mentor: Annotated[Key, STAFF]
    mentee: Annotated[Key, STAFF]


class Rating(Record):
    """What one person wishes after meeting another; kept until the matching, then purged."""

    kind: ClassVar[str] = "rating"
    speed_dating: Annotated[Key, STAFF]
    rater: Annotated[Key, STAFF]
    rated: Annotated[Key, STAFF]
    rank: Annotated[Rank | None, STAFF] = None
    """None: not given yet."""
    comment: Annotated[str | None, PAIR] = None


RECORDS: dict[str, type[Record]] = {
    record.kind: record
    for record in (
        Organisation, Stay, Person, Mentor, Mentee, Pair, Charter, Roadmap, Meeting, ClubSession, Contribution,
        SpeedDating, Encounter, Rating,
    )
}
"""Every record by its kind, each after the kinds that it links to."""

LINKS: dict[str, dict[str, str]] = {
    "organisation": {"parent": "organisation"},
    "stay": {"organisation": "organisation"},
    "person": {"organisation": "organisation", "manager": "person"},
    "mentor": {"person": "person", "conflicts": "organisation"},
    "mentee": {"person": "person"},
    "pair": {"mentor": "person", "mentee": "person", "stay": "stay"},
    "charter": {"pair": "pair"},
    "roadmap": {"pair": "pair"},
    "meeting": {"pair": "pair"},
    "club_session": {"coach": "person", "invited": "person", "attendees": "person"},
    "contribution": {"person": "person"},
    "speed_dating": {"attendees": "person"},
    "encounter": {"speed_dating": "speed_dating", "mentor": "person", "mentee": "person"},
    "rating": {"speed_dating": "speed_dating", "rater": "person", "rated": "person"},
}
"""The kind that each linking field points to."""

TEXT_OWNERS: dict[str, tuple[str, str]] = {
    "person": ("person", "key"),
    "mentee": ("person", "person"),
    "charter": ("pair", "pair"),
    "roadmap": ("pair", "pair"),
    "meeting": ("pair", "pair"),
    "rating": ("person", "rater"),
}
"""Whose texts a kind of record holds: the kind of owner, and the field that leads to it."""
