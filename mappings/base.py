"""How a map is written: one ``EntityMap`` a CRM record, one ``FieldMap`` a value that crosses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from mappings.confidentiality import Audience, Seen, classification
from mappings.crossings import Crossing, Event
from mappings.destinations import MODELS, Model
from mappings.records import LINKS as RECORD_LINKS
from mappings.records import Key, Record
from mappings.values import (
    CHOICE,
    DAY,
    EMAIL,
    FLAG,
    LINK,
    LINKS,
    PHONE,
    TEXT,
    WHOLE,
    Canonical,
    Kind,
    external_id,
    tags,
)


class Policy(StrEnum):
    """Whose word counts when a field changed."""

    REGISTER = "register"
    """The register owns the field: a change in the CRM is set back."""
    CRM = "crm"
    """The CRM owns the field: a change in the register is set back."""
    BOTH = "both"
    """Either side may change it; both at once is a conflict."""
    UNLESS_BLANK = "unless_blank"
    """Either side; where both changed, the register's value is preferred unless it is blank."""


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One value that crosses: from the record's ``field`` to the CRM's ``column`` and, as the policy allows, back.

    ``target`` is the map that a link points to. A ``twin`` shows the value only while its consent is *not* given.
    """

    field: str
    column: str
    kind: Kind
    policy: Policy = Policy.BOTH
    target: str | None = None
    twin: bool = False

    def to_wire(self, value: Any) -> Any:
        """Put a register value in the CRM's words; links become external ids."""
        if self.target is None or not value:
            return self.kind.to_wire(value)
        if self.kind is LINKS:
            return MappingProxyType({"set": tuple(sorted(external_id(self.target, key) for key in value))})
        return external_id(self.target, value)

    def canonical(self, value: Any) -> Canonical:
        """Give the form that is compared."""
        return self.kind.canonical(value)


@dataclass(frozen=True)
class EntityMap:
    """How records of one kind appear in one CRM model.

    ``kind`` names the map (and the external ids); ``constants`` are written once, at creation, and tell apart maps
    that share a model. ``adopts_new`` lets a record that staff create in the CRM enter the register.
    """

    kind: str
    record: type[Record]
    model: str
    fields: tuple[FieldMap, ...]
    constants: Mapping[str, Any] = field(default_factory=dict[str, Any])
    adopts_new: bool = False

    @cached_property
    def seen(self) -> Mapping[str, Seen | None]:
        """Each record field's declared audience."""
        return classification(self.record)

    @cached_property
    def by_field(self) -> Mapping[str, FieldMap]:
        """The field maps by record field."""
        return {item.field: item for item in self.fields}

    @cached_property
    def consents(self) -> bool:
        """Tell whether a consent governs what may leave of these records."""
        return any(seen is not None and seen.consent is not None for seen in self.seen.values())

    @property
    def destination(self) -> Model:
        """The declared CRM model."""
        return MODELS[self.model]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The CRM columns to read: all that are mapped, and those that tell maps apart."""
        return tuple(dict.fromkeys([*(item.column for item in self.fields), *self.constants]))

    def external_id(self, key: Key) -> str:
        """Name the CRM record of this key."""
        return external_id(self.kind, key)

    def widest(self, item: FieldMap) -> Audience:
        """Give the widest audience that this field may ever reach; NOBODY where none is declared."""
        seen = self.seen.get(item.field)
        if seen is None:
            return Audience.NOBODY
        return seen.otherwise if item.twin else seen.by

    def too_wide(self, item: FieldMap) -> str:
        """Say why this field may not go to its column; empty where it may."""
        if item.column not in self.destination.fields:
            return f"{self.model} declares no field {item.column}"
        if self.seen.get(item.field) is None:
            return "has no audience, or two"
        widest, reached = self.widest(item), self.destination.audience
        if widest in (Audience.PAIR, Audience.NOBODY):
            return "stays in the register; no map may name it"
        if not reached.within(widest):
            return f"may be seen by {widest.name} only; {item.column} is seen by {reached.name}"
        return ""

    def withheld(self, item: FieldMap, record: Record) -> bool:
        """Tell whether today's consents keep this field from its destination."""
        seen = self.seen.get(item.field)
        if seen is None:
            return True
        today = seen.audience(record)
        return (item.twin and today is seen.by) or not self.destination.audience.within(today)

    @cached_property
    def refused(self) -> Mapping[str, str]:
        """Why each field that may not go to its column may not, judged once for all records; empty for a proven map."""
        return {item.column: problem for item in self.fields if (problem := self.too_wide(item))}

    @cached_property
    def _always(self) -> frozenset[str]:
        """The fields that no consent governs and that this destination may always show: most are, and need no more."""
        reached = self.destination.audience
        return frozenset(
            name for name, seen in self.seen.items() if seen and seen.consent is None and reached.within(seen.by)
        )

    def outgoing(self, item: FieldMap, record: Record) -> Any:
        """Give the value that may leave: empty where consents keep it."""
        if (item.twin or item.field not in self._always) and self.withheld(item, record):
            return frozenset[Key]() if item.kind.name in ("links", "tags") else None
        return getattr(record, item.field)

    def rule(self, item: FieldMap) -> str:
        """Name the declaration that lets this field reach its destination: an audience, or a consent."""
        seen = self.seen.get(item.field) or Seen(Audience.NOBODY)
        if item.twin or (seen.consent and self.destination.audience.within(seen.otherwise)):
            return seen.otherwise.name
        return f"consent {' and '.join(seen.consents)}" if seen.consents else seen.by.name

    @cached_property
    def _crossings(self) -> Mapping[tuple[str, Event], Crossing]:
        """Every crossing there can be, made once for all records."""
        reached = self.destination.audience.name
        return {
            (item.column, event): Crossing(item.field, f"{self.model}.{item.column}", reached, rule, event.value)
            for item in self.fields
            for rule in [self.rule(item)]
            for event in Event
        }

    @property
    def withdrawals(self) -> tuple[Crossing, ...]:
        """Say what is taken back where a whole record of this map is erased since its consent is withdrawn."""
        return tuple(self._crossings[item.column, Event.WITHDRAWN] for item in self.fields)

    def crossing(self, item: FieldMap, record: Record, outgoing: Any, *, new: bool) -> Crossing | None:
        """Say what this value discloses where it leaves; a new CRM record learns nothing from an empty one."""
        event = Event.SENT
        if outgoing is None or (not outgoing and isinstance(outgoing, str | frozenset)):
            if new:
                return None
            event = Event.WITHDRAWN if not item.twin and self.withheld(item, record) else Event.EMPTIED
        return self._crossings[item.column, event]


def columns_of(maps: Iterable[EntityMap], model: str) -> tuple[str, ...]:
    """Give the columns to read of one CRM model, once for all the maps that share it."""
    return tuple(dict.fromkeys(column for entity in maps if entity.model == model for column in entity.columns))


def link(name: str, column: str, target: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map a link to another record."""
    return FieldMap(name, column, LINK, policy, target)


def links(name: str, column: str, target: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map a set of links, whole."""
    return FieldMap(name, column, LINKS, policy, target)


def text(name: str, column: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map a short text; outer and doubled spaces do not count."""
    return FieldMap(name, column, TEXT, policy)


def email(name: str, column: str, *, twin: bool = False) -> FieldMap:
    """Map an e-mail address; case does not count."""
    return FieldMap(name, column, EMAIL, twin=twin)


def phone(name: str, column: str, *, twin: bool = False) -> FieldMap:
    """Map a phone number; its punctuation does not count."""
    return FieldMap(name, column, PHONE, twin=twin)


def choice(name: str, column: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map one of a fixed set of codes."""
    return FieldMap(name, column, CHOICE, policy)


def day(name: str, column: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map a calendar day."""
    return FieldMap(name, column, DAY, policy)


def whole(name: str, column: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map a whole number; empty is 0."""
    return FieldMap(name, column, WHOLE, policy)


def flag(name: str, column: str, policy: Policy = Policy.BOTH) -> FieldMap:
    """Map a yes or no; empty is no."""
    return FieldMap(name, column, FLAG, policy)


def tagged(name: str, column: str, vocabulary: Mapping[str, str]) -> FieldMap:
    """Show a set of codes as contact tags; the register owns ours, other tags are never touched."""
    return FieldMap(name, column, tags(vocabulary), Policy.REGISTER)


def record_links(kind: type[Record]) -> Mapping[str, str]:
    """Name the kinds that a record's linking fields point to."""
    return {**RECORD_LINKS.get((kind.origin or kind).kind, {}), "key": kind.kind}
