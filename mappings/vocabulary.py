"""The programme's fixed vocabularies: states, kinds and codes, as the glossary names them."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the club."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    COACH = "coach"


class ProfileState(StrEnum):
    """Where a mentor or a mentee stands with the club."""

    PROSPECT = "prospect"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class PairState(StrEnum):
    """The life of a pair."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CHARTER_PENDING = "charter_pending"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    DECLINED = "declined"


class EndCode(StrEnum):
    """How a pair ended: a code, never a reason."""

    STAY_ENDED = "stay_ended"
    COMPLETED = "completed"
    EARLY_MENTOR = "early_mentor"
    EARLY_MENTEE = "early_mentee"
    OTHER = "other"


class CharterState(StrEnum):
    """The life of a charter."""

    DRAFT = "draft"
    SENT = "sent"
    SIGNED_BY_MENTOR = "signed_by_mentor"
    SIGNED_BY_MENTEE = "signed_by_mentee"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    TERMINATED = "terminated"


class SignatureWay(StrEnum):
    """How somebody signed."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    SCAN = "scan"


class MeetingKind(StrEnum):
    """What a meeting is for."""

    FIRST_INTERVIEW = "first_interview"
    REGULAR = "regular"
    CLOSING = "closing"


class MeetingState(StrEnum):
    """What became of a meeting."""

    PLANNED = "planned"
    HELD = "held"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    MISSED = "missed"


class SessionState(StrEnum):
    """What became of a club session or a speed-dating evening."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Category(StrEnum):
    """What volunteer time was given to."""

    BREAKFAST = "breakfast"
    WORKSHOP = "workshop"
    ADVICE_DESK = "advice_desk"
    GROUP_SUPPORT = "group_support"
    MENTORING = "mentoring"


class ContributionState(StrEnum):
    """Whether somebody confirmed a declared contribution."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"


class Rank(StrEnum):
    """How much one person wishes to work with another after a round."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"
    ABSOLUTELY = "absolutely"
