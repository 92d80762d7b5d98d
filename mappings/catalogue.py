"""All maps, the proof that none of them leaks, and their fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from mappings.base import EntityMap, FieldMap, record_links
from mappings.charter import CHARTER
from mappings.club_session import CLUB_SESSION
from mappings.confidentiality import Audience, Known, classification
from mappings.contribution import CONTRIBUTION
from mappings.destinations import MODELS, Destination
from mappings.known import DIRECTORY
from mappings.meeting import MEETING
from mappings.organisation import ORGANISATION, STAY
from mappings.pair import PAIR, ROADMAP
from mappings.person import CARD, MENTEE, MENTOR, PERSON
from mappings.records import RECORDS, Record
from mappings.speed_dating import ENCOUNTER, RATING, SPEED_DATING

CATALOGUE: tuple[EntityMap, ...] = (
    ORGANISATION,
    PERSON,
    STAY,
    CARD,
    MENTOR,
    MENTEE,
    PAIR,
    CHARTER,
    ROADMAP,
    MEETING,
    CLUB_SESSION,
    CONTRIBUTION,
    SPEED_DATING,
    ENCOUNTER,
    RATING,
)
"""Every map that is compared, each after those that it links to."""

PROVEN: tuple[EntityMap, ...] = (*CATALOGUE, *DIRECTORY)
"""All that may cross: the directory too, which only follows the register."""

BY_KIND: Mapping[str, EntityMap] = {entity.kind: entity for entity in CATALOGUE}

_FITTING = {
    "text": {"char"},
    "email": {"char"},
    "phone": {"char"},
    "markup": {"html", "text"},
    "choice": {"selection"},
    "day": {"date"},
    "moment": {"datetime"},
    "whole": {"integer"},
    "flag": {"boolean"},
    "link": {"many2one"},
    "links": {"many2many"},
    "tags": {"many2many"},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why the maps may not be used: where, and what is wrong. Names only."""

    kind: str
    field: str
    problem: str


class CatalogueRefused(ValueError):
    """The maps could show something to people who may not see it. Correct them; nothing runs until then."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{f.kind}.{f.field}: {f.problem}" for f in findings))
        self.findings = tuple(findings)


def check(maps: Sequence[EntityMap] | None = None) -> None:
    """Raise CatalogueRefused unless these maps (by default all that are shipped) are proven."""
    if findings := lint(PROVEN if maps is None else maps):
        raise CatalogueRefused(findings)


def lint(maps: Sequence[EntityMap] = PROVEN, records: Mapping[str, type[Record]] = RECORDS) -> list[Finding]:
    """Prove, for all maps and without any value, that no field can reach people who may not see it."""
    findings = [*_unclassified(records.values()), *_unclassified(entity.record for entity in maps)]
    known: dict[str, EntityMap] = {}
    for entity in maps:
        if entity.kind in known:
            findings.append(Finding(entity.kind, "-", "two maps have this name"))
        known[entity.kind] = entity
        findings += _lint_map(entity, known)
    return list(dict.fromkeys(findings))


def lint_live(maps: Sequence[EntityMap], live: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Compare the maps with the fields (name to type) that a running CRM really has, model by model."""
    return [
        Finding(entity.kind, column, f"{entity.model} of this CRM has no such field")
        for entity in maps
        for column in entity.columns
        if column not in live.get(entity.model, {})
    ]


def fingerprint(maps: Sequence[EntityMap] = CATALOGUE) -> str:
    """Digest what the maps say, so that a change of their meaning is noticed before it is applied."""
    said = [
        [
            entity.kind,
            entity.record.__name__,
            entity.model,
            entity.destination.audience,
            sorted(entity.constants.items()),
            entity.adopts_new,
            [
                [
                    i.field,
                    i.column,
                    entity.destination.fields[i.column].type,
                    i.kind.name,
                    repr(i.kind.to_wire(None)),
                    i.policy,
                    i.target,
                    i.twin,
                    str(entity.seen.get(i.field)),
                ]
                for i in entity.fields
            ],
        ]
        for entity in maps
    ]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:16]


def meaning(maps: Sequence[EntityMap] = CATALOGUE) -> str:
    """Digest what the maps say and the code that reads them: while it is the same, equal records give equal values."""
    return hashlib.sha256(f"{fingerprint(maps)} {_code()}".encode()).hexdigest()[:16]


@cache
def _code() -> str:
    sources = [place.read_bytes() for place in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join([version("phonenumbers").encode(), *sources])).hexdigest()


def _unclassified(records: Iterable[type[Record]]) -> Iterator[Finding]:
    for record in records:
        for name, seen in classification(record).items():
            if seen is None:
                yield Finding(record.kind, name, "has no audience, or two")
            elif not record.model_fields.keys() >= set(seen.consents):
                yield Finding(record.kind, name, "names a consent that the record does not have")


def _lint_map(entity: EntityMap, known: Mapping[str, EntityMap]) -> Iterator[Finding]:
    if entity.model not in MODELS:
        yield Finding(entity.kind, "-", f"{entity.model} is not a declared CRM model")
        return
    columns = [item.column for item in entity.fields]
    names = [item.field for item in entity.fields]
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        yield Finding(entity.kind, column, "is written by two fields")
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Finding(entity.kind, name, "is written to two columns")
    for column in sorted(entity.constants):
        if column not in entity.destination.fields:
            yield Finding(entity.kind, column, f"{entity.model} declares no such field")
        if column in columns:
            yield Finding(entity.kind, column, "is a constant and mapped too")
    for column, destination in entity.destination.fields.items():
        if destination.required and column not in {*columns, *entity.constants}:
            yield Finding(entity.kind, column, "is required by the CRM and not mapped")
    for item in entity.fields:
        yield from (Finding(entity.kind, item.field, problem) for problem in _lint_field(entity, item, known))


def _lint_field(entity: EntityMap, item: FieldMap, known: Mapping[str, EntityMap]) -> Iterator[str]:
    if item.field not in entity.record.model_fields:
        yield "is not a field of the record"
        return
    if problem := entity.too_wide(item):
        yield problem
    if entity.record.origin and item.field != "key":
        yield from _lint_origin(entity, item, entity.record.origin)
    if destination := entity.destination.fields.get(item.column):
        yield from _lint_shape(entity, item, destination, known)


def _lint_origin(entity: EntityMap, item: FieldMap, origin: type[Record]) -> Iterator[str]:
    """Prove that a field of the directory asks for every consent that its origin wants, or shows it no more widely."""
    first, seen = classification(origin).get(item.field), entity.seen.get(item.field)
    if first is None or seen is None:
        yield f"is not a field of {origin.kind}"
        return
    known = [said for said in origin.model_fields[item.field].metadata if isinstance(said, Known)]
    if known and first.by is Audience.STAFF:
        if not set(seen.consents) >= {consent for one in known for consent in one.consents}:
            yield f"shows {origin.kind}.{item.field} without a consent that it needs"
        elif seen.otherwise is not first.by:
            yield f"may be seen by {first.by.name} only where that consent is not given"
    elif not seen.by.within(first.by):
        yield f"shows {origin.kind}.{item.field} to more than {first.by.name}"


def _lint_shape(
    entity: EntityMap, item: FieldMap, destination: Destination, known: Mapping[str, EntityMap]
) -> Iterator[str]:
    if destination.type not in _FITTING[item.kind.name]:
        yield f"is a {item.kind.name}; {item.column} is a {destination.type}"
    if destination.code:
        yield f"{item.column} is computed by the CRM"
    points_to = record_links(entity.record).get(item.field)
    if item.kind.name in ("link", "links"):
        if item.target is None or item.target not in known:
            yield f"links to {item.target}, which no earlier map makes"
        elif item.target != points_to:
            yield f"links to {item.target}, but the record's field points to {points_to}"
        elif known[item.target].model != destination.relation:
            yield f"links to {known[item.target].model}, but {item.column} points to {destination.relation}"
