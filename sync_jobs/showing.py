"""Values of both sides for one reader: only of fields that this reader may see today, the record's consents counted."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import SimpleNamespace
from typing import Any

from connector.register.repository import Register
from mappings.base import EntityMap, FieldMap
from mappings.confidentiality import Audience
from mappings.records import Key
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import Scope
from sync_jobs.fields import column_of
from sync_jobs.migrations.cells import render
from sync_jobs.naming import labels, references
from sync_jobs.observe import Observation
from sync_jobs.words import Language


class Reader(StrEnum):
    """Who looks at the screen. Nobody reads what a pair says or writes: no map has it."""

    STAFF = "staff"
    EMPLOYEES = "employees"

    @property
    def audience(self) -> Audience:
        """The people who are behind this screen."""
        return Audience.STAFF if self is Reader.STAFF else Audience.EMPLOYEES


At = tuple[str, Key | int | None, str]
"""One value: the map, the record by its key (by the CRM's id where it has none yet), the field."""


@dataclass(frozen=True, slots=True)
class Both:
    """One field as both sides have it, in the register's words; nothing where it is ``withheld`` from the reader."""

    register: Any = field(default=None, repr=False)
    crm: Any = field(default=None, repr=False)
    withheld: bool = False

    def document(self) -> dict[str, Any]:
        """Give it for a JSON document."""
        return {"register": self.register, "crm": self.crm, **({"withheld": True} if self.withheld else {})}


def values_of(
    observation: Observation, register: Register, asked: Iterable[At], reader: Reader
) -> dict[At, Both]:
    """Look up values in what was observed. Links become the linked record's reference, for staff, or short key."""
    scopes = {scope.entity.kind: scope for scope in observation.scopes}
    found = {at: _both(scopes, at, reader) for at in asked if at[0] in scopes}
    linked = {at: scopes[at[0]].entity.by_field[at[2]].target for at in found}
    keys = {(target, key) for at, target in linked.items() if target for key in _keys(found[at])}
    refs = references(register, keys) if reader is Reader.STAFF else {}
    named = labels((key for _, key in keys), refs)
    return {
        at: both if both.withheld else Both(_plain(both.register, named), _plain(both.crm, named))
        for at, both in found.items()
    }


def _both(scopes: Mapping[str, Scope], at: At, reader: Reader) -> Both:
    kind, key, name = at
    scope = scopes[kind]
    item = scope.entity.by_field[name]
    if not reader.audience.within(_audience(scopes, scope.entity, item, key)):
        return Both(withheld=True)
    record, remote = scope.local.get(key) if isinstance(key, Key) else None, _remote(scope, key)
    derived = scope.derived.get(key) if isinstance(key, Key) else None
    record = record or (derived.record if derived else None)
    ours = scope.entity.outgoing(item, record) if record else None
    if derived and name in derived.values:  # what follows from a rule is on neither side yet
        return Both(ours, derived.values[name])
    return Both(ours, "?" if remote and name in remote.strangers else remote and remote.values[name])


def _audience(scopes: Mapping[str, Scope], entity: EntityMap, item: FieldMap, key: Key | int | None) -> Audience:
    """Tell who may see a value: a consent counts only where neither side says that it is withdrawn."""
    seen = entity.seen[item.field]
    if seen is None or seen.consent is None:
        return seen.by if seen else Audience.NOBODY
    if item.twin:
        return seen.otherwise
    records = (scope.local.get(key) for scope in scopes.values() if isinstance(key, Key))
    said = [
        *(record for record in records if isinstance(record, entity.record)),
        *_said_there(scopes.values(), entity, seen.consent, key),
    ]
    return min((seen.audience(one) for one in said), default=seen.otherwise)


def _said_there(
    scopes: Iterable[Scope], entity: EntityMap, consent: str, key: Key | int | None
) -> Iterator[SimpleNamespace]:
    """Give what the CRM says of a consent, where it was read."""
    for scope in scopes:
        remote = _remote(scope, key) if scope.entity.record is entity.record else None
        if remote and consent in scope.entity.by_field:
            yield SimpleNamespace(**{consent: remote.values[consent]})


def _remote(scope: Scope, key: Key | int | None) -> Remote | None:
    if isinstance(key, int):
        return scope.newcomers.get(key)
    return scope.remote.get(key) if key else None


def _keys(both: Both) -> Iterator[Key]:
    for value in (both.register, both.crm):
        yield from (one for one in (value if isinstance(value, frozenset) else [value]) if isinstance(one, Key))


def _plain(value: Any, named: Mapping[Key, str]) -> Any:
    """Give a value as a JSON document holds it: links by name, choices by code, days in ISO."""
    if isinstance(value, frozenset):
        return sorted(str(_plain(one, named)) for one in value)
    if isinstance(value, Key):
        return named[value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value


WITHHELD = "•••"


def as_texts(at: At, both: Both | None, language: Language) -> tuple[str, str]:
    """Write both values for a person, the register's first: labels for codes, days as they are written there."""
    if both is None or both.withheld:
        return WITHHELD, WITHHELD
    ours, theirs = (_text(at, value, language) for value in (both.register, both.crm))
    return ours, theirs


def _text(at: At, value: Any, language: Language) -> str:
    kind, _, name = at
    column = column_of(kind, name)
    if value in (None, "", []):
        return "—"
    if isinstance(value, list):
        return ", ".join(_text(at, one, language) for one in value)
    if column and column.choices and value not in column.choices:
        column = None
    shown = render(column, value, language) if column else value
    if column and column.type.value == "day" and language == "fr":
        shown = dt.date.fromisoformat(value).strftime("%d/%m/%Y")
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c)[0] == "C" else c for c in str(shown))
