"""The programme's rules: pure functions, the rule as docstring, each refusal a typed error that names no value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import ClassVar

from mappings.records import Charter, ClubSession, Key, Meeting, Mentor, Organisation, Pair, Person, Stay
from mappings.vocabulary import CharterState, MeetingKind, MeetingState, PairState, SessionState

INVOICING_WORDS = frozenset({"invoice", "price", "amount", "fee", "facture", "prix", "montant", "tarif"})
SIGNATURES = frozenset({CharterState.SIGNED_BY_MENTOR, CharterState.SIGNED_BY_MENTEE, CharterState.SIGNED})
"""States of a charter that its dates alone decide."""
CHARTER_OVER = frozenset({CharterState.SUPERSEDED, CharterState.TERMINATED})
"""States of a charter that nobody signs any more."""
RUNNING = frozenset({PairState.ACTIVE, PairState.PAUSED})
"""States of a pair that goes on."""
COMING = frozenset({MeetingState.PLANNED, MeetingState.POSTPONED})
"""States of a meeting that may still be held."""
OVER = frozenset({PairState.ENDED, PairState.DECLINED})
"""States in which a pair is over, and no rule asks anything of it any more."""
REASON_WORDS = frozenset({"reason", "motif"})


class RuleBroken(ValueError):
    """A rule of the programme forbids this. The message says which and what to do; it names no person."""

    rule: ClassVar[int]
    advice: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(f"rule {self.rule}: {(self.__doc__ or '').strip()} {self.advice}")


class SameCompany(RuleBroken):
    """Mentor and mentee belong to the same company, or to companies of one group."""

    rule, advice = 1, "Choose a mentor from another company."


class Hierarchy(RuleBroken):
    """One of the two is the other's manager."""

    rule, advice = 2, "Choose somebody outside the reporting line."


class ConflictOfInterest(RuleBroken):
    """The mentor is a coach or supplier of the mentee's venture, or otherwise bound to it."""

    rule, advice = 3, "Choose a mentor without such a tie, or remove the tie from the mentor's profile."


class NotAccepted(RuleBroken):
    """Mentor and mentee have not both accepted."""

    rule, advice = 4, "Record both acceptances first: no pair is imposed."


class CharterNotSigned(RuleBroken):
    """The current charter version does not carry both signatures."""

    rule, advice = 5, "Record both signatures on the current version first."


class OutlivesStay(RuleBroken):
    """The planned end of the pair is later than the hosting stay's."""

    rule, advice = 6, "Bring the planned end back within the stay."


class Invoiced(RuleBroken):
    """Something of a pair would be invoiced."""

    rule, advice = 7, "Mentoring is unpaid: remove the amount."


class ReasonAsked(RuleBroken):
    """A reason was asked of a mentee who leaves."""

    rule, advice = 8, "Record how the pair ended by its code only."


class OverCapacity(RuleBroken):
    """The mentor has as many active pairs as the mentor agreed to."""

    rule, advice = 12, "Choose another mentor, or ask this one to raise the capacity."


def different_companies(
    mentor: Person, mentee: Person, organisations: Mapping[Key, Organisation],
) -> None:
    """1. Mentor and mentee belong to two different companies, also through a common parent company."""
    if _group(mentor.organisation, organisations) & _group(mentee.organisation, organisations):
        raise SameCompany


def no_hierarchy(mentor: Person, mentee: Person, people: Mapping[Key, Person] = MappingProxyType({})) -> None:
    """2. There is no hierarchical relation between mentor and mentee, direct or through managers among ``people``."""
    if mentor.key in _managers(mentee, people) or mentee.key in _managers(mentor, people):
        raise Hierarchy


def no_conflict_of_interest(profile: Mentor, mentee: Person) -> None:
    """3. The mentor is not a coach or supplier of the mentee's venture."""
    if mentee.organisation in profile.conflicts:
        raise ConflictOfInterest


def both_accept(pair: Pair) -> None:
    """4. Both accept before a pair goes further than a proposal: no pair is imposed."""
    decided = pair.state not in (PairState.PROPOSED, PairState.DECLINED, PairState.ENDED)
    if decided and not (pair.mentor_accepted and pair.mentee_accepted):
        raise NotAccepted


def signed_before_active(pair: Pair, charters: Iterable[Charter], current_version: str | None = None) -> None:
    """5. No activation before both signatures on the current charter version.

    ``current_version=None`` accepts any version that stands signed.
    """
    if pair.state is PairState.ACTIVE and not any(
        is_signed(charter) for charter in charters
        if charter.pair == pair.key and current_version in (None, charter.version)
    ):
        raise CharterNotSigned


def is_signed(charter: Charter) -> bool:
    """Tell whether a charter stands, signed by both."""
    both = charter.mentor_signed_on is not None and charter.mentee_signed_on is not None
    return both and charter.state is CharterState.SIGNED and charter.active


def charter_state(charter: Charter, former: CharterState | None = None) -> CharterState:
    """5. A charter's state follows its dates: signed by whom the dates say, else sent where it was.

    One that is superseded or terminated stays so; without any date staff choose between draft and sent, and any
    other choice leaves it at the ``former`` of the two.
    """
    if charter.state in CHARTER_OVER:
        return charter.state
    match (charter.mentor_signed_on is not None, charter.mentee_signed_on is not None):
        case (True, True):
            return CharterState.SIGNED
        case (True, False):
            return CharterState.SIGNED_BY_MENTOR
        case (False, True):
            return CharterState.SIGNED_BY_MENTEE
        case _:
            chosen = charter.state if charter.state in (CharterState.DRAFT, CharterState.SENT) else former
            sent = charter.sent_on is not None or chosen is CharterState.SENT
            return CharterState.SENT if sent else CharterState.DRAFT


def first_interview_due(charter: Charter, meetings: Iterable[Meeting], days: int = 14) -> dt.date | None:
    """Tell when the first interview is due: some days after the second signature; None if unsigned, or once held."""
    signed = [day for day in (charter.mentor_signed_on, charter.mentee_signed_on) if day is not None]
    held = any(
        m.purpose is MeetingKind.FIRST_INTERVIEW and m.state is MeetingState.HELD and m.active
        for m in meetings if m.pair == charter.pair
    )
    return None if held or not is_signed(charter) else max(signed) + dt.timedelta(days=days)


def end_follows_stay(pair: Pair, stay: Stay | None) -> dt.date | None:
    """6. The planned end follows the hosting stay: give the day on which the pair is to end.

    The earlier of the pair's own planned end and the stay's (real end if known, else planned).
    """
    limit = (stay.end or stay.planned_end) if stay else None
    days = [day for day in (pair.planned_end, limit) if day is not None]
    return min(days) if days else None


def within_stay(pair: Pair, stay: Stay | None) -> None:
    """6. The planned end of a pair is not later than its hosting stay's."""
    if pair.planned_end is not None and end_follows_stay(pair, stay) != pair.planned_end:
        raise OutlivesStay


def never_invoiced(fields: Iterable[str]) -> None:
    """7. Nothing is invoiced on a pair: no field about a pair may hold an amount."""
    if _named(fields, INVOICING_WORDS):
        raise Invoiced


def no_reason_needed(fields: Iterable[str]) -> None:
    """8. The mentee may leave without giving a reason: there is no field for one."""
    if _named(fields, REASON_WORDS):
        raise ReasonAsked


def next_meeting_due(pair: Pair, meetings: Iterable[Meeting]) -> dt.date | None:
    """9. Cadence: a meeting is due one period after the last one held, or after the start; None unless active."""
    if pair.state is not PairState.ACTIVE:
        return None
    held = [m.date for m in meetings if m.pair == pair.key and m.state is MeetingState.HELD and m.active]
    since = max(held, default=pair.start)
    return since + dt.timedelta(days=pair.cadence_days) if since else None


def is_overdue(pair: Pair, meetings: Iterable[Meeting], today: dt.date) -> bool:
    """9. Cadence: a pair is overdue when no meeting was held in the period."""
    due = next_meeting_due(pair, meetings)
    return due is not None and due < today


def quarters_without_session(
    sessions: Iterable[ClubSession], year: int, until: dt.date | None = None,
) -> list[int]:
    """10. One club session a quarter, with a coach present: list the quarters of ``year`` that had none.

    With ``until``, only quarters that ended before that day count.
    """
    met = {
        (s.date.month + 2) // 3 for s in sessions
        if s.date.year == year and s.state is SessionState.HELD and s.coach is not None and s.active
    }
    over = [q for q in (1, 2, 3, 4) if until is None or quarter(dt.date(year, 3 * q, 1))[1] <= until]
    return [quarter for quarter in over if quarter not in met]


def quarter(day: dt.date) -> tuple[dt.date, dt.date]:
    """Give the first day of the quarter that a day is in, and of the next one."""
    first = dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, (first + dt.timedelta(days=95)).replace(day=1)


def figures(meetings: Iterable[Meeting]) -> dict[str, int]:
    """11. Figures report means (meetings, minutes), never results of a venture."""
    held = [m for m in meetings if m.state is MeetingState.HELD and m.active]
    return {"meetings": len(held), "minutes": sum(m.minutes for m in held)}


def within_capacity(profile: Mentor, pairs: Iterable[Pair]) -> None:
    """12. A mentor has no more active pairs than the mentor agreed to."""
    active = sum(p.state is PairState.ACTIVE and p.active for p in pairs if p.mentor == profile.person)
    if active > profile.capacity:
        raise OverCapacity


def _managers(person: Person, people: Mapping[Key, Person]) -> frozenset[Key]:
    met: set[Key] = set()
    manager = person.manager
    while manager is not None and manager not in met:
        met.add(manager)
        manager = people[manager].manager if manager in people else None
    return frozenset(met)


def _group(start: Key | None, organisations: Mapping[Key, Organisation]) -> frozenset[Key]:
    """Follow an organisation up to its topmost parent; a loop of parents ends where it began."""
    met: set[Key] = set()
    while start is not None and start not in met:
        met.add(start)
        start = organisations[start].parent if start in organisations else None
    return frozenset(met)


def _named(fields: Iterable[str], words: frozenset[str]) -> bool:
    return any(not words.isdisjoint(name.lower().split("_")) for name in fields)

