"""What the programme forbids and a file can show: dates out of order, states at odds with them, broken rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from mappings import rules
from mappings.records import Charter, ClubSession, Mentor, Organisation, Pair, Person, Record, Roadmap, Stay
from mappings.vocabulary import CharterState, PairState, Role, SessionState
from sync_jobs.migrations.linking import Index, roles
from sync_jobs.migrations.pages import Book, Row
from sync_jobs.migrations.columns import Column
from sync_jobs.migrations.sheets import ROLES, SHEETS

R = TypeVar("R", bound=Record)

ORDER: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "stay": (("start", "planned_end"), ("start", "end")),
    "pair": (("proposed_on", "start"), ("start", "planned_end"), ("start", "end")),
    "charter": (("sent_on", "mentor_signed_on"), ("sent_on", "mentee_signed_on")),
}
"""Pairs of fields whose days follow each other."""

_LIVE = frozenset(PairState) - rules.OVER
_STARTED = frozenset({PairState.ACTIVE, PairState.PAUSED, PairState.ENDED})
_MENTOR_SIGNED = frozenset({CharterState.SIGNED_BY_MENTOR, CharterState.SIGNED, CharterState.SUPERSEDED})
_MENTEE_SIGNED = frozenset({CharterState.SIGNED_BY_MENTEE, CharterState.SIGNED, CharterState.SUPERSEDED})
_MENTOR_NOT = frozenset({CharterState.DRAFT, CharterState.SENT, CharterState.SIGNED_BY_MENTEE})
_MENTEE_NOT = frozenset({CharterState.DRAFT, CharterState.SENT, CharterState.SIGNED_BY_MENTOR})

NEEDS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "pair": {"start": _STARTED, "end": frozenset({PairState.ENDED})},
    "charter": {"mentor_signed_on": _MENTOR_SIGNED, "mentee_signed_on": _MENTEE_SIGNED},
    "club_session": {"coach": frozenset({SessionState.HELD})},
}
"""Fields that some states need, by kind."""

FORBIDS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "pair": {"end": _LIVE, "end_code": _LIVE},
    "charter": {"mentor_signed_on": _MENTOR_NOT, "mentee_signed_on": _MENTEE_NOT},
}
"""Fields that some states leave empty, by kind."""

BROKEN: Final[Mapping[type[rules.RuleBroken], tuple[str, str]]] = {
    rules.SameCompany: ("mentee", "same_company"),
    rules.Hierarchy: ("mentee", "hierarchy"),
    rules.ConflictOfInterest: ("mentor", "conflict_of_interest"),
    rules.NotAccepted: ("state", "not_accepted"),
    rules.CharterNotSigned: ("state", "charter_not_signed"),
    rules.OutlivesStay: ("planned_end", "outlives_stay"),
    rules.OverCapacity: ("mentor", "over_capacity"),
}
"""The column that a broken rule is told under, and the code of its text."""


class World:
    """The programme as it would be: the rows that are right so far, over what the register knows of them."""

    def __init__(self, book: Book, found: Index) -> None:
        self.book, self.found = book, found
        self.records: dict[UUID, Record] = {r.key: r for known in found.known.values() for r in known.values()}
        self.records |= {record.key: record for row in book.rows() for record in row.records}

    def each(self, kind: type[R]) -> Iterator[tuple[Row, R]]:
        """Give every row of the file that makes a record of this kind, with it."""
        for row in self.book.rows():
            for record in row.records:
                if isinstance(record, kind):
                    yield row, record

    def get(self, kind: type[R], key: UUID | None) -> R | None:
        """Give the record of this kind that a link leads to, if it is known here."""
        record = self.records.get(key) if key else None
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> list[R]:
        """Give every known record of a kind."""
        return [record for record in self.records.values() if isinstance(record, kind)]


def check_programme(book: Book, found: Index, *, set_aside: bool) -> None:
    """Note under its column whatever the programme forbids. With ``set_aside`` bad rows are as good as absent."""
    world = World(book, found)
    for row in book.rows():
        _profile_needs_role(row, found)
        for record in row.records:
            _days_in_order(row, record)
            _state_agrees(row, record)
    _milestones(world)
    _no_loops(world)
    _roles_fit(world)
    _pair_rules(world, frozenset() if set_aside else _pairs_with_bad_charters(book))


def _profile_needs_role(row: Row, found: Index) -> None:
    """Refuse what is told of a mentor or mentee where the person is neither."""
    if row.page.sheet.kind != "person" or row.problems:
        return
    has = roles(row, found)
    for column in row.page.sheet.columns:
        if column.kinds and row.values.get(column.name) is not None and not has.intersection(column.kinds):
            row.wrong(column.name, "needs_role", role=_either(column.kinds))


def _either(codes: tuple[str, ...]) -> tuple[str, str]:
    english, french = zip(*(ROLES[code] for code in codes), strict=True)
    return " or ".join(english).lower(), " ou ".join(french).lower()


def _days_in_order(row: Row, record: Record) -> None:
    """Refuse an end before its beginning."""
    for first, then in ORDER.get(record.kind, ()):
        earlier, later = getattr(record, first), getattr(record, then)
        if earlier and later and later < earlier:
            row.wrong(then, "before", other=_headers(record.kind, first))


def _state_agrees(row: Row, record: Record) -> None:
    """Refuse fields that contradict the state, or that it misses."""
    for table, code, wanted in ((NEEDS, "state_needs", True), (FORBIDS, "state_forbids", False)):
        for name, states in table.get(record.kind, {}).items():
            state = getattr(record, "state", "")
            if state in states and (getattr(record, name) is not None) is not wanted:
                row.wrong(name, code, state=_column(record.kind, "state").choices[state])


def _milestones(world: World) -> None:
    """Refuse more milestones done than there are."""
    for row, roadmap in world.each(Roadmap):
        if roadmap.milestones_done > roadmap.milestones:
            row.wrong("milestones_done", "more", other=_headers("roadmap", "milestones"))


def _no_loops(world: World) -> None:
    """Refuse companies that own themselves and people who are their own manager, however many steps away."""
    for row, record in (*world.each(Organisation), *world.each(Person)):
        name = "parent" if isinstance(record, Organisation) else "manager"
        met: set[UUID] = set()
        step = getattr(record, name)
        while step and step not in met:
            met.add(step)
            step = getattr(world.records.get(step), name, None)
        if record.key in met:
            row.wrong(name, "loop")


def _roles_fit(world: World) -> None:
    """Refuse people without the role that they play, and pairs of one person."""
    wanted = ((Pair, "mentor", Role.MENTOR), (Pair, "mentee", Role.MENTEE), (ClubSession, "coach", Role.COACH))
    for kind, name, role in wanted:
        for row, record in world.each(kind):
            person = world.get(Person, getattr(record, name))
            if person and role not in person.roles:
                row.wrong(name, "role", role=_either((role,)))
    for row, pair in world.each(Pair):
        if pair.mentor == pair.mentee:
            row.wrong("mentee", "two_people")


def _pair_rules(world: World, spoiled: frozenset[str]) -> None:
    """Hold every pair that is not over to the rules of the programme.

    A charter is not asked for where the register holds the pair, perhaps with its charter; nor of the ``spoiled``.
    """
    organisations = {o.key: o for o in world.all(Organisation)}
    profiles = {profile.person: profile for profile in world.all(Mentor)}
    charters = _grouped(world.all(Charter), "pair")
    pairs = _grouped(world.all(Pair), "mentor")
    untold = spoiled.union(world.found.known.get("pair", {}))
    for row, pair in world.each(Pair):
        mentor, mentee = world.get(Person, pair.mentor), world.get(Person, pair.mentee)
        if pair.state not in _LIVE or not mentor or not mentee or mentor == mentee:
            continue
        _judge(row, rules.different_companies, mentor, mentee, organisations)
        _judge(row, rules.no_hierarchy, mentor, mentee)
        _judge(row, rules.both_accept, pair)
        _judge(row, rules.within_stay, pair, world.get(Stay, pair.stay))
        if charters[pair.key] or row.ref not in untold:
            _judge(row, rules.signed_before_active, pair, charters[pair.key])
        if profile := profiles.get(pair.mentor):
            _judge(row, rules.no_conflict_of_interest, profile, mentee)
            if pair.state is PairState.ACTIVE:
                _judge(row, rules.within_capacity, profile, pairs[pair.mentor])


def _grouped(records: Iterable[R], link: str) -> defaultdict[UUID, list[R]]:
    """Group records by one of their links."""
    groups: defaultdict[UUID, list[R]] = defaultdict(list)
    for record in records:
        groups[getattr(record, link)].append(record)
    return groups


def _pairs_with_bad_charters(book: Book) -> frozenset[str]:
    """Name the pairs whose charter is in the file with a problem of its own: a second would say nothing new."""
    page = book.pages.get("charter")
    return frozenset(str(row.values.get("pair")) for row in (page.rows if page else ()) if row.problems)


def _judge(row: Row, rule: Callable[..., None], *told: Any) -> None:
    try:
        rule(*told)
    except rules.RuleBroken as broken:
        row.wrong(*BROKEN[type(broken)])


def _column(kind: str, name: str) -> Column:
    return next(column for column in SHEETS[kind].columns if column.name == name)


def _headers(kind: str, name: str) -> tuple[str, str]:
    column = _column(kind, name)
    return column.english, column.french
