"""Records written with the template's columns read back as the same records."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.register.keys import new_key
from mappings.records import (
    Charter, ClubSession, Contribution, Meeting, Mentee, Mentor, Organisation, Pair, Person, Record, Roadmap, Stay,
)
from mappings.vocabulary import (
    Category, CharterState, ContributionState, EndCode, MeetingKind, MeetingState, PairState, ProfileState, Role,
    SessionState,
)
from sync_jobs.migrations.columns import Language
from sync_jobs.migrations.workbook import read_workbook
from sync_jobs.migrations.writing import write_records

Draw = Callable[[st.SearchStrategy[Any]], Any]

PRINTABLE = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"))
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))
SIGNS = ("=", "+", "-", "@", "'", '"', "_x000D_", "oui", "12", "1e5", "2026-03-02", "#N/A", "TRUE")


def texts(limit: int) -> st.SearchStrategy[str]:
    """Text on one line as the register keeps it: composed, single spaces."""
    words = st.lists(st.text(PRINTABLE, min_size=1, max_size=12) | st.sampled_from(SIGNS), min_size=1, max_size=4)
    return words.map(lambda found: unicodedata.normalize("NFC", " ".join(found))).filter(
        lambda text: 0 < len(text) <= limit)


REFS = texts(64).filter(lambda text: not {",", ";"} & set(text))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def clubs(draw: Draw) -> list[Record]:
    """Draw a club that obeys the rules: mentors and mentees of companies without a common parent."""
    refs = iter(draw(st.lists(REFS, min_size=40, max_size=40, unique=True)))
    theirs, ours, parent = (_organisation(draw, refs) for _ in range(3))
    child = _organisation(draw, refs).model_copy(update={"parent": parent.key})
    first = draw(DAYS.filter(lambda day: day.year < 2090))
    later = st.integers(0, 3650).map(lambda days: first + dt.timedelta(days=days))
    stay = Stay(key=new_key(), ref=next(refs), organisation=theirs.key, start=first, planned_end=draw(maybe(later)))
    mentors = [_person(draw, refs, {Role.MENTOR}, ours.key) for _ in range(2)]
    mentees = [_person(draw, refs, {Role.MENTEE}, theirs.key) for _ in range(2)]
    coach = _person(draw, refs, {Role.COACH}, None).model_copy(update={"manager": mentors[0].key})
    both = _person(draw, refs, {Role.MENTOR, Role.MENTEE}, child.key)
    shared = {"state": draw(st.sampled_from(ProfileState)), "expertise": draw(maybe(texts(500)))}
    profiles: list[Record] = [
        *(_mentor(draw, person, conflicts=frozenset({parent.key, child.key})) for person in mentors),
        *(_mentee(draw, person) for person in mentees),
        _mentor(draw, both, **shared), _mentee(draw, both, **shared),
    ]
    pairs = [_pair(draw, next(refs), m, f, first) for m in mentors for f in mentees]
    records: list[Record] = [theirs, ours, parent, child, stay, *mentors, *mentees, coach, both, *profiles, *pairs]
    for pair in pairs:
        records += (_signed(pair, next(refs)), *_life(draw, pair, refs))
    session = ClubSession(
        key=new_key(), ref=next(refs), date=draw(DAYS), state=draw(st.sampled_from(SessionState)), coach=coach.key,
        attendees=frozenset(person.key for person in mentors), minutes=draw(st.integers(0, 1440)))
    return [*records, session]


def _organisation(draw: Draw, refs: Any) -> Organisation:
    city, sector = draw(maybe(texts(500))), draw(maybe(texts(500)))
    return Organisation(key=new_key(), ref=next(refs), name=draw(texts(200)), city=city, sector=sector)


def _person(draw: Draw, refs: Any, roles: set[Role], company: UUID | None) -> Person:
    emails = st.sampled_from(("zoé@exemple.example", "a.b+c@example.org", "O'Neil@x.example.org"))
    phones = st.integers(0, 9999).map(lambda number: f"+3363998{number:04}")
    return Person(
        key=new_key(), ref=next(refs), name=draw(texts(200)), organisation=company, job_title=draw(maybe(texts(500))),
        email=draw(maybe(emails)), phone=draw(maybe(phones)), roles=frozenset(roles), share_email=draw(st.booleans()),
        share_phone=draw(st.booleans()), share_roles=draw(st.booleans()))


def _mentor(draw: Draw, person: Person, **more: Any) -> Mentor:
    drawn = {"state": draw(st.sampled_from(ProfileState)), "expertise": draw(maybe(texts(500)))}
    return Mentor(key=new_key(), ref=person.ref, person=person.key, capacity=draw(st.integers(4, 1000)), **drawn | more)


def _mentee(draw: Draw, person: Person, **more: Any) -> Mentee:
    drawn = {"state": draw(st.sampled_from(ProfileState)), "expertise": draw(maybe(texts(500)))}
    return Mentee(key=new_key(), ref=person.ref, person=person.key, **drawn | more)


def _pair(draw: Draw, ref: str, mentor: Person, mentee: Person, first: dt.date) -> Pair:
    state = draw(st.sampled_from(PairState))
    ended = state is PairState.ENDED
    return Pair(
        key=new_key(), ref=ref, mentor=mentor.key, mentee=mentee.key, state=state, mentor_accepted=True,
        mentee_accepted=True, proposed_on=draw(maybe(st.just(first))), start=first + dt.timedelta(days=3),
        end=first + dt.timedelta(days=90) if ended else None,
        end_code=draw(maybe(st.sampled_from(EndCode))) if ended else None, cadence_days=draw(st.integers(7, 92)))


def _signed(pair: Pair, ref: str) -> Charter:
    return Charter(key=new_key(), ref=ref, pair=pair.key, version="2026-1", state=CharterState.SIGNED,
                   mentor_signed_on=pair.start, mentee_signed_on=pair.start)


def _life(draw: Draw, pair: Pair, refs: Any) -> list[Record]:
    done = draw(st.integers(0, 1000))
    return [
        Roadmap(key=new_key(), ref=next(refs), pair=pair.key, agreed_on=draw(DAYS), milestones=1000,
                milestones_done=done),
        Meeting(key=new_key(), ref=next(refs), pair=pair.key, date=draw(DAYS), minutes=draw(st.integers(0, 1440)),
                purpose=draw(st.sampled_from(MeetingKind)), state=draw(st.sampled_from(MeetingState)),
                mentor_confirmed=draw(st.booleans()), mentee_confirmed=draw(st.booleans())),
        Contribution(key=new_key(), ref=next(refs), person=pair.mentor, date=draw(DAYS),
                     category=draw(st.sampled_from(Category)), minutes=draw(st.integers(0, 1440)),
                     state=draw(st.sampled_from(ContributionState))),
    ]


def _known_by(records: list[Record]) -> Callable[[str, Any], Mapping[str, Record]]:
    """Know the keys of all records, and nothing else of them: what is read comes from the file."""
    return lambda kind, refs: {
        str(record.ref): record for record in records if record.kind == kind and record.ref in set(refs)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(records=clubs(), language=st.sampled_from(["fr", "en"]))
def test_records_written_are_records_read(records: list[Record], language: Language, tmp_path_factory: Any) -> None:
    """Every field of every record comes back, links included, whatever text it holds, in both languages."""
    path = Path(tmp_path_factory.mktemp("trip")) / "club.xlsx"
    content = io.BytesIO()
    write_records(content, records, language)
    path.write_bytes(content.getvalue())
    loaded = read_workbook(path, _known_by(records))
    assert loaded.problems == []
    assert sorted(map(_comparable, loaded.records)) == sorted(map(_comparable, records))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(records=clubs())
def test_unknown_records_come_back_the_same_under_new_keys(records: list[Record], tmp_path_factory: Any) -> None:
    """Where the register knows nothing, the same club comes out, under keys of its own."""
    path = Path(tmp_path_factory.mktemp("trip")) / "club.xlsx"
    write_records(path, records)
    loaded = read_workbook(path, lambda _kind, _refs: {})
    assert loaded.problems == []
    assert sorted(_by_refs(loaded.records)) == sorted(_by_refs(records))


def _comparable(record: Record) -> str:
    return f"{record.kind} {sorted((k, _plain(v)) for k, v in record.model_dump().items())}"


def _plain(value: Any) -> str:
    return str(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


def _by_refs(records: list[Record]) -> list[str]:
    """Give records with every key replaced by the reference behind it."""
    refs = {str(record.key): f"<{record.kind} {record.ref}>" for record in records}
    told = [_comparable(record) for record in records]
    for key, ref in refs.items():
        told = [text.replace(key, ref) for text in told]
    return told
