"""What follows consents beside the maps: the directory that employees read, and photos, which only the CRM has.

The register says what is to be there; the CRM, and for photos the sync's memory, what is. Interrupted anywhere and done
again, it ends the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from connector.crm.port import BATCH, Crm, Erasure, Page, Row, Withdrawal
from connector.register.repository import Register
from connector.register.rows import chunks
from mappings.base import EntityMap
from mappings.catalogue import BY_KIND
from mappings.crossings import Crossing, Event
from mappings.egress import CrmPayload, project
from mappings.known import DIRECTORY, KnownMentor, KnownPair
from mappings.records import Key, Mentor, Pair, Person, Record
from mappings.values import parse_external_id
from mappings.vocabulary import PairState, ProfileState
from sync_jobs.disclosed import destinations
from sync_jobs.engine.plan import CRM_ID
from sync_jobs.journal import Journal
from sync_jobs.paging import pages_of
from sync_jobs.state import State

CAUSES = frozenset({"person", "card", "mentor", "pair"})
"""Maps by whose records the directory may change."""

PHOTO = "image_1920"
_PHOTO_GONE = Crossing("photo", f"res.partner.{PHOTO}", "EMPLOYEES", "consent share_photo", Event.WITHDRAWN.value)
_SHOWN = {"shown": "1"}

_EXISTING = frozenset({PairState.ACTIVE, PairState.PAUSED, PairState.ENDED})
"""A pair that is not begun yet, or never was, is not known."""


def follow(register: Register, crm: Crm, state: State, seen: Collection[str], *, everything: bool) -> None:
    """Bring directory and photos in step with today's consents, where something moved that they hang on."""
    if not everything and CAUSES.isdisjoint(seen):
        return
    journal = Journal(register, state)
    listed = wanted(register, crm)
    for entity in DIRECTORY:
        _bring_in_step(entity, listed[entity.kind], crm, journal)
    _take_photos_back(register, crm, state, journal)


def wanted(register: Register, crm: Crm) -> Mapping[str, Mapping[Key, Record]]:
    """Make what the directory is to hold today, by map and key."""
    made: Mapping[str, Iterator[Record]] = {"known_mentor": _mentors(register), "known_pair": _pairs(register, crm)}
    return {kind: {record.key: record for record in records} for kind, records in made.items()}


def pull_back_unmapped(register: Register, crm: Crm, state: State, maps: Sequence[EntityMap]) -> None:
    """Take back from contacts what an earlier Binôme's maps wrote there and today's do not: its class was tightened.

    What the base still holds of a field without a map was written; the journal says to which column.
    """
    for entity in (one for one in maps if not one.destination.ours):
        bases = state.bases(entity.kind, state.agreed_keys(entity.kind))
        unmapped = {key: found for key, base in bases.items() if (found := base.keys() - {*entity.by_field, CRM_ID})}
        sent = destinations(register, {name for fields in unmapped.values() for name in fields})
        written = [replace(one, event=Event.WITHDRAWN.value) for one in sent]
        for part in chunks(sorted(unmapped), BATCH):
            told = {key: [one for one in written if one.field in unmapped[key] and _of(entity, one)] for key in part}
            Journal(register, state).append(entity.kind, told.items())
            asked = [Withdrawal(entity.external_id(key), tuple(map(_column, told[key]))) for key in part]
            outcomes = crm.pull_back(asked)
            done = {key: unmapped[key] for key, one in zip(part, outcomes, strict=True) if one.status != "kept"}
            state.retract(entity.kind, done)


def _of(entity: EntityMap, written: Crossing) -> bool:
    """Tell whether this went to a column of this map's model that it does not write any more."""
    return written.destination.startswith(f"{entity.model}.") and _column(written) not in entity.columns


def _column(written: Crossing) -> str:
    return written.destination.rpartition(".")[2]


def _mentors(register: Register) -> Iterator[KnownMentor]:
    """Make the directory's mentors: active ones, with an expertise that its person shares."""
    sharing = {one.key: one for one in _given(register, "person", "share_expertise") if isinstance(one, Person)}
    for mentor in register.linked("mentor", "person", sharing):
        if not isinstance(mentor, Mentor) or not mentor.active or mentor.state is not ProfileState.ACTIVE:
            continue
        person = sharing[mentor.person]
        if person.active and mentor.expertise:
            yield KnownMentor(key=mentor.key, person=person.key, expertise=mentor.expertise,
                              share_expertise=person.share_expertise)


def _pairs(register: Register, crm: Crm) -> Iterator[KnownPair]:
    """Make the directory's pairs: both let it be known, and its coordinator did not make it private."""
    pairs = [pair for pair in _given(register, "pair", "mentor_shares") if isinstance(pair, Pair)]
    open_ones = [pair for pair in pairs if pair.mentee_shares and pair.active and pair.state in _EXISTING]
    names = {BY_KIND["pair"].external_id(pair.key): pair for pair in open_ones}
    page = crm.read("x_mentoring_pair", ("x_private",), list(names)) if names else Page((), {}, None)
    public = {name for row in page.rows if row.values["x_private"] is False for name in row.external_ids}
    for name, pair in names.items():
        if name in public:
            yield KnownPair(key=pair.key, mentor=pair.mentor, mentee=pair.mentee,
                            mentor_shares=pair.mentor_shares, mentee_shares=pair.mentee_shares)


def _given(register: Register, kind: str, consent: str) -> list[Record]:
    """Give the records of a kind on which this consent stands."""
    return register.having(kind, consent, True)  # noqa: FBT003 - a value like any other


def _bring_in_step(entity: EntityMap, listed: Mapping[Key, Record], crm: Crm, journal: Journal) -> None:
    """Erase what may not be known any more, for good, before anything is added; then make and correct the others."""
    pages = pages_of(crm, entity.model, entity.columns)
    there = {key: (row, page) for page in pages for row in page.rows for key in _keys(row)}
    gone = sorted(there.keys() - listed.keys())
    for part in chunks(gone, BATCH):
        journal.append(entity.kind, [(key, entity.withdrawals) for key in part])
        crm.erase([Erasure(entity.external_id(key)) for key in part])
    payloads = [(key, made) for key, record in listed.items() if (made := _payload(entity, record, there.get(key)))]
    for batch in chunks(payloads, BATCH):
        journal.append(entity.kind, [(key, payload.crossings) for key, payload in batch])
        crm.apply([payload for _, payload in batch])


def _keys(row: Row) -> Iterator[Key]:
    for name in row.external_ids:
        if found := parse_external_id(name):
            yield found[1]


def _payload(entity: EntityMap, record: Record, there: tuple[Row, Page] | None) -> CrmPayload | None:
    """Make what brings one record in step; None where it is."""
    if there is None:
        return project(entity, record)
    row, page = there
    changed = []
    for item in entity.fields:
        value, raw = item.to_wire(getattr(record, item.field)), row.values[item.column]
        shown = page.links.get((entity.destination.fields[item.column].relation, raw), ()) if item.target else (raw,)
        if value not in shown:
            changed.append(item)
    if not changed:
        return None
    return project(entity, record, frozenset(item.field for item in changed),
                   {item.column: row.values[item.column] for item in changed})


def _take_photos_back(register: Register, crm: Crm, state: State, journal: Journal) -> None:
    """Take a photo from the contact of whoever shared it and does so no more: the sync remembers who did."""
    sharing = {one.key for one in _given(register, "person", "share_photo")}
    shown, person = state.agreed_keys("photo"), BY_KIND["person"]
    for part in chunks(sorted(shown - sharing), BATCH):
        journal.append("person", [(key, [_PHOTO_GONE]) for key in part])
        asked = [Withdrawal(person.external_id(key), (PHOTO,)) for key in part]
        for key, outcome in zip(part, crm.pull_back(asked), strict=True):
            if outcome.status != "kept":
                state.forget_base("photo", key)
    state.advance("photo", dict.fromkeys(sharing - shown, _SHOWN))
