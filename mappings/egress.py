"""The one door out: ``project()`` makes every payload that reaches the CRM, or refuses it whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mappings.base import EntityMap
    from mappings.crossings import Crossing
    from mappings.records import Record

Wire = Any
"""A value as the CRM takes it: str, int, bool, ``False`` for empty, an external id, or ``{"set": [external ids]}``."""

_DOOR: Final = object()


class EgressRefused(ValueError):
    """A value was about to reach people who may not see it: nothing was sent. Correct the map it came from."""

    def __init__(self, kind: str, fields: list[str], why: str) -> None:
        super().__init__(f"{kind}: {', '.join(fields)}: {why}")
        self.kind, self.fields, self.why = kind, tuple(fields), why


@dataclass(frozen=True, slots=True)
class CrmPayload:
    """Values that were judged fit for one CRM record. Only ``project()`` makes one.

    ``expected`` holds, column by column, what the CRM last answered (its own raw values); ``None`` asks for a new
    record. The CRM writes only where ``expected`` still stands. ``crossings`` is what the journal notes of it.
    """

    external_id: str
    model: str
    values: Mapping[str, Wire] = field(repr=False)
    expected: Mapping[str, Wire] | None = field(default=None, repr=False)
    crossings: tuple[Crossing, ...] = ()
    door: InitVar[object] = None

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise EgressRefused("payload", list(self.values), "only mappings.egress.project() makes payloads")


def project(
    entity: EntityMap, record: Record, fields: frozenset[str] | None = None,
    expected: Mapping[str, Wire] | None = None,
) -> CrmPayload:
    """Make the payload for one record: all mapped fields, or only ``fields`` of an existing CRM record.

    A field whose audience today (consents counted) is narrower than its destination leaves as an empty value, so
    that a withdrawn consent pulls the value back. Raises EgressRefused, with names and never values, where a map
    would show a value more widely than its declaration ever allows.
    """
    asked = entity.fields if fields is None else tuple(m for m in entity.fields if m.field in fields)
    unknown = (fields or frozenset()) - {m.field for m in entity.fields}
    if unknown or type(record) is not entity.record:
        raise EgressRefused(entity.kind, sorted(unknown) or [type(record).__name__], "not in the map of this kind")
    values: dict[str, Wire] = {}
    crossings: list[Crossing] = []
    new = expected is None
    for item in asked if entity.refused else ():
        if problem := entity.refused.get(item.column):
            raise EgressRefused(entity.kind, [item.field], problem)
    for item in asked:
        outgoing = entity.outgoing(item, record)
        values[item.column] = item.to_wire(outgoing)
        if crossing := entity.crossing(item, record, outgoing, new=new):
            crossings.append(crossing)
    if new:
        values.update(entity.constants)
    return CrmPayload(
        entity.external_id(record.key), entity.model, MappingProxyType(values),
        None if expected is None else MappingProxyType(dict(expected)), tuple(crossings), _DOOR,
    )
