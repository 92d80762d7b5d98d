"""Does the CRM hold anything of ours that it should not, or that a person does not share?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.crm.port import Crm, Row
from connector.register.repository import Register
from mappings.base import EntityMap, columns_of
from mappings.catalogue import PROVEN, Finding, lint, lint_live
from mappings.confidentiality import pair_fields
from mappings.destinations import MODELS
from mappings.known import DIRECTORY
from mappings.records import RECORDS
from sync_jobs.directory import wanted
from sync_jobs.paging import pages_of


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found. ``canaries`` counts the texts looked for, ``sinks`` and ``bytes`` what was searched."""

    findings: tuple[Finding, ...]
    canaries: int
    sinks: int
    bytes: int
    hits: int


def audit(register: Register, crm: Crm, maps: Sequence[EntityMap] = PROVEN) -> Audit:
    """Check maps and CRM schema, then look in the CRM for every text of a pair and every value kept from employees.

    Texts of pairs are looked for only where the register was opened with the vault's key.
    """
    live = {model: {name: fact.type for name, fact in crm.fields(model).items()} for model in MODELS}
    findings = [*lint(maps), *lint_live(maps, live)]
    rows = {model: list(rows_of(crm, model, columns_of(maps, model))) for model in MODELS}
    sinks = {model: _text(found) for model, found in rows.items()}
    secrets = list(_secrets(register)) if register.has_vault else []
    hits = [
        Finding(kind, field, f"found in {model}")
        for model, text in sinks.items()
        for kind, field, secret in secrets
        if secret in text
    ]
    findings += hits
    findings += _withheld(register, rows, [entity for entity in maps if entity.record.origin is None])
    findings += _known(register, crm, rows)
    size = sum(len(text.encode()) for text in sinks.values())
    return Audit(tuple(dict.fromkeys(findings)), len(secrets), len(sinks), size, len(hits))


def rows_of(crm: Crm, model: str, columns: Sequence[str]) -> Iterator[Row]:
    """Read every record of a model, page by page."""
    for page in pages_of(crm, model, columns):
        yield from page.rows


def _text(rows: Iterable[Row]) -> str:
    return "\n".join(json.dumps(dict(row.values), ensure_ascii=False, default=str) for row in rows)


def _secrets(register: Register) -> Iterator[tuple[str, str, str]]:
    """Give every text that only a pair may read; shorter ones than a few letters would be found anywhere."""
    for kind, record in RECORDS.items():
        if not pair_fields(record):
            continue
        for one in register.all(kind):
            for field, text in register.unseal(kind, one.key).items():
                if len(text) >= _SHORTEST:
                    yield kind, field, json.dumps(text, ensure_ascii=False)[1:-1]


_SHORTEST = 6


def _withheld(register: Register, rows: Mapping[str, Sequence[Row]], maps: Sequence[EntityMap]) -> Iterator[Finding]:
    """Find values in the CRM that today's consents keep from the people who see them there."""
    for entity in (one for one in maps if one.consents):
        records = {entity.external_id(record.key): record for record in register.all(entity.record.kind)}
        for row in rows[entity.model]:
            for name in row.external_ids:
                if name in records:
                    yield from _shown(entity, records[name], row.values)


def _known(register: Register, crm: Crm, rows: Mapping[str, Sequence[Row]]) -> Iterator[Finding]:
    """Find records of the directory that not everybody concerned consents to, or that are not ours."""
    listed = wanted(register, crm)
    for entity in DIRECTORY:
        names = {entity.external_id(key) for key in listed[entity.kind]}
        if not all(names.intersection(row.external_ids) for row in rows[entity.model]):
            yield Finding(entity.kind, "-", f"{entity.model} tells employees of what is not to be known")


def _shown(entity: EntityMap, record: Any, values: Mapping[str, Any]) -> Iterator[Finding]:
    for item in entity.fields:
        if item.kind.name == "tags" or not entity.withheld(item, record):
            continue
        value = item.canonical(getattr(record, item.field))
        if value and item.canonical(item.kind.from_wire(values[item.column])) == value:
            yield Finding(entity.kind, item.field, f"{entity.model}.{item.column} shows what the person does not share")
