"""The directory: what employees may know of the mentoring while the people concerned consent, made from the register.

Its records are in no table: the sync makes them of others, and a CRM record exists only while its record does.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from mappings.base import EntityMap, Policy, link, text
from mappings.confidentiality import STAFF, with_both, with_consent
from mappings.records import Key, Line, Mentor, Pair, Record


class KnownMentor(Record):
    """A mentor whose expertise employees may know."""

    kind: ClassVar[str] = "known_mentor"
    origin: ClassVar[type[Record] | None] = Mentor
    person: Annotated[Key, with_consent("share_expertise")]
    expertise: Annotated[Line, with_consent("share_expertise")]
    share_expertise: Annotated[bool, STAFF]


class KnownPair(Record):
    """A pair that employees may know of."""

    kind: ClassVar[str] = "known_pair"
    origin: ClassVar[type[Record] | None] = Pair
    mentor: Annotated[Key, with_both("mentor_shares", "mentee_shares")]
    mentee: Annotated[Key, with_both("mentor_shares", "mentee_shares")]
    mentor_shares: Annotated[bool, STAFF]
    mentee_shares: Annotated[bool, STAFF]


DIRECTORY: tuple[EntityMap, ...] = (
    EntityMap("known_mentor", KnownMentor, "x_mentoring_known", (
        link("person", "x_partner_id", "person", Policy.REGISTER),
        text("expertise", "x_expertise", Policy.REGISTER),
    )),
    EntityMap("known_pair", KnownPair, "x_mentoring_known_pair", (
        link("mentor", "x_mentor_id", "person", Policy.REGISTER),
        link("mentee", "x_mentee_id", "person", Policy.REGISTER),
    )),
)
"""The directory's maps: outward only, by ``sync_jobs/directory.py``."""
