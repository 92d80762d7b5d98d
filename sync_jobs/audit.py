"""Audit: does the CRM hold anything of ours that it should not, and do the people it shows it to match the maps?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.crm.port import Crm, Page
from connector.register.repository import Register
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE, Finding, lint, lint_live
from mappings.confidentiality import pair_fields
from mappings.destinations import MODELS
from mappings.records import RECORDS


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found. ``canaries`` counts the texts looked for, ``sinks`` and ``bytes`` what was searched."""

    findings: tuple[Finding, ...]
    canaries: int
    sinks: int
    bytes: int
    hits: int


def audit(register: Register, crm: Crm, maps: Sequence[EntityMap] = CATALOGUE) -> Audit:
    """Check maps and CRM schema, then look in the CRM for every text of a pair and every value kept from employees.

    Texts of pairs are looked for only where the register was opened with the vault's key.
    """
    live = {model: {name: fact.type for name, fact in crm.fields(model).items()} for model in MODELS}
    findings = [*lint(maps), *lint_live(maps, live)]
    sinks = {model: _dump(crm, model, maps) for model in MODELS}
    secrets = list(_secrets(register)) if register.has_vault else []
    hits = [
        Finding(kind, field, f"found in {model}")
        for model, text in sinks.items()
        for kind, field, secret in secrets
        if secret in text
    ]
    findings += hits
    findings += _withheld(register, crm, maps)
    size = sum(len(text.encode()) for text in sinks.values())
    return Audit(tuple(dict.fromkeys(findings)), len(secrets), len(sinks), size, len(hits))


def _dump(crm: Crm, model: str, maps: Sequence[EntityMap]) -> str:
    columns = tuple(dict.fromkeys(c for entity in maps if entity.model == model for c in entity.columns))
    return "\n".join(
        json.dumps(dict(row.values), ensure_ascii=False, default=str)
        for page in _pages(crm, model, columns)
        for row in page.rows
    )


def _pages(crm: Crm, model: str, columns: Sequence[str]) -> Iterator[Page]:
    after: int | None = 0
    while after is not None:
        page = crm.changed(model, columns, None, after)
        after = page.after
        yield page


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


def _withheld(register: Register, crm: Crm, maps: Sequence[EntityMap]) -> Iterator[Finding]:
    """Find values in the CRM that today's consents keep from the people who see them there."""
    for entity in maps:
        if not any(seen and seen.consent for seen in entity.seen.values()):
            continue
        records = {entity.external_id(record.key): record for record in register.all(entity.record.kind)}
        for page in _pages(crm, entity.model, entity.columns):
            for row in page.rows:
                for name in row.external_ids:
                    if name in records:
                        yield from _shown(entity, records[name], row.values)


def _shown(entity: EntityMap, record: Any, values: Mapping[str, Any]) -> Iterator[Finding]:
    for item in entity.fields:
        if item.kind.name == "tags" or not entity.withheld(item, record):
            continue
        value = item.canonical(getattr(record, item.field))
        if value and item.canonical(item.kind.from_wire(values[item.column])) == value:
            yield Finding(entity.kind, item.field, f"{entity.model}.{item.column} shows what the person does not share")
