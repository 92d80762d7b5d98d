"""The shapes in which the two sides reach the pure engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Digest = str
"""Keyed digest of one canonical value of one field of one record."""

Links = Mapping[tuple[str, int], tuple[str, ...]]
"""External ids of ours, by CRM model and database id."""


class CrmRow(Protocol):
    """A CRM record as read: raw values, and every external id of ours that points at it."""

    @property
    def id(self) -> int:
        """The CRM's own id, good for this cycle only."""
        ...

    @property
    def external_ids(self) -> tuple[str, ...]:
        """Several after staff merged contacts."""
        ...

    @property
    def values(self) -> Mapping[str, Any]:
        """Raw values by column."""
        ...


class Digester(Protocol):
    """Makes digests; only who holds the key can tell what was digested."""

    def __call__(self, kind: str, key: object, field: str, value: object) -> Digest:
        """Digest one canonical value of one field."""
        ...
