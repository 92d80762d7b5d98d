"""Digests that are made late: those of a creation are only needed when it is sent, while the CRM is busy anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from mappings.base import EntityMap
from mappings.records import Record
from sync_jobs.engine.ports import Digest, Digester


class LateDigests(Mapping[str, Digest]):
    """The digests of everything that may leave of one record, by field; its fields are known without making any."""

    def __init__(self, entity: EntityMap, record: Record, digester: Digester) -> None:
        """Take the record as it is to be sent."""
        self._entity, self._record, self._digester = entity, record, digester

    @cached_property
    def _made(self) -> dict[str, Digest]:
        entity, name = self._entity, str(self._record.key)
        return {
            item.field: self._digester(
                entity.kind, name, item.field, item.canonical(entity.outgoing(item, self._record))
            )
            for item in entity.fields
        }

    def __getitem__(self, field: str) -> Digest:
        return self._made[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entity.by_field)

    def __len__(self) -> int:
        return len(self._entity.by_field)

    def __repr__(self) -> str:
        return f"LateDigests({', '.join(self)})"
