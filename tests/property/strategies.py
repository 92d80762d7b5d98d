"""Records, CRM rows and scopes to test with: made by hand or by hypothesis."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from mappings.base import EntityMap
from mappings.confidentiality import pair_fields
from mappings.records import LINKS, RECORDS, Key, Record
from sync_jobs.engine.compare import plan_map
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import CRM_ID, Plan, Scope

CANARY = "canary-7f3a"
"""A text that no CRM may ever see."""

EMAILS = st.sampled_from(["marie@exemple.fr", "Jean.Dupont@exemple.fr", "élodie@exemple.fr", "a@b.example"])
PHONES = st.sampled_from(["+33 6 12 34 56 78", "06.12.34.56.78", "+32 2 555 12 12"])
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12).filter(str.strip)
_BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    "email": st.none() | EMAILS, "phone": st.none() | PHONES, "ref": st.none(), "name": TEXTS, "version": TEXTS,
    "document_hash": st.none() | TEXTS, "city": st.none() | TEXTS, "sector": st.none() | TEXTS,
    "job_title": st.none() | TEXTS, "expertise": st.none() | TEXTS,
    "mentor_recorded_by": st.none() | TEXTS, "mentee_recorded_by": st.none() | TEXTS, "signed_hash": st.none() | TEXTS,
}
_DAYS = {"start", "planned_end", "end", "proposed_on", "sent_on", "mentor_signed_on", "mentee_signed_on", "matched_on"}
_DAYS_NEEDED = {"date", "agreed_on"}


def key(number: int) -> Key:
    """Give the key of this number; keys sort as their numbers do."""
    return UUID(int=(7 << 76) | (2 << 62) | (number << 80) | number)


KEYS = st.integers(1, 40).map(key)


def digest(kind: str, of: object, field: str, value: object) -> str:
    """Digest a canonical value as the state does, with no secret."""
    return hashlib.sha256(f"{kind}\0{of}\0{field}\0{value!r}".encode()).hexdigest()[:16]


def records(kind: str, *, canary: bool = False, **fixed: Any) -> st.SearchStrategy[Record]:
    """Make records of a kind with every field filled or left out; texts of the pair hold the canary, or nothing."""
    record = RECORDS[kind]
    given: dict[str, st.SearchStrategy[Any]] = {}
    for name, info in record.model_fields.items():
        if name in pair_fields(record):
            given[name] = st.just(f"{CANARY} {name}") if canary else st.none()
        elif name == "start" and kind == "stay":
            given[name] = DAYS
        elif name in _DAYS | _DAYS_NEEDED:
            given[name] = DAYS if name in _DAYS_NEEDED else st.none() | DAYS
        elif name == "key" or name in LINKS[kind]:
            given[name] = _keys(info.annotation)
        else:
            given[name] = _BY_NAME.get(name, st.from_type(info.rebuild_annotation()))
    given.update({name: st.just(value) for name, value in fixed.items()})
    return st.fixed_dictionaries(given).map(record.model_validate)


def _keys(annotation: Any) -> st.SearchStrategy[Any]:
    said = str(annotation)
    if "frozenset" in said:
        return st.frozensets(KEYS, max_size=4)
    return st.none() | KEYS if "None" in said else KEYS


def base_of(entity: EntityMap, record: Record) -> dict[str, str]:
    """Give the base that this record leaves once both sides agree on it as it is."""
    return {
        item.field: digest(entity.kind, record.key, item.field, item.canonical(entity.outgoing(item, record)))
        for item in entity.fields
    }


def remote_of(
    entity: EntityMap, record: Record, *, crm_id: int = 1, strangers: Iterable[str] = (), named: Key | None = None,
    merged: tuple[Key, ...] = (), **changed: Any,
) -> Remote:
    """Give the CRM's row as this record leaves it, but for the ``changed`` fields."""
    values = {item.field: entity.outgoing(item, record) for item in entity.fields} | changed
    raw = {item.column: repr(values[item.field]) for item in entity.fields}
    return Remote(crm_id, named or record.key, raw, values, frozenset(strangers), merged)


def planned(scope: Scope, alias: Mapping[Key, Key] | None = None) -> Plan:
    """Plan one scope; that the base also keeps the CRM's id is left out, and has tests of its own."""
    plan = Plan()
    plan_map(scope, alias or {}, digest, plan)
    return without_ids(plan)


def without_ids(plan: Plan) -> Plan:
    """Leave out of a plan that the base also keeps the CRM's id."""
    fields = {of: {name: one for name, one in agreed.items() if name != CRM_ID} for of, agreed in plan.agreed.items()}
    plan.agreed = {of: agreed for of, agreed in fields.items() if agreed}
    return plan


def scope_of(
    entity: EntityMap, local: Record | None, remote: Remote | None, base: Mapping[str, str] | None = None, **more: Any,
) -> Scope:
    """Give the scope that holds one record."""
    of = local.key if local is not None else remote.key if remote is not None else None
    assert of is not None
    return Scope(
        entity, {of: local} if local is not None else {}, {of: remote} if remote is not None else {},
        {of: base} if base is not None else {}, **more)
