"""Payloads for contract tests, made without a map."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# The private door is opened here, and in no other test: the contract is about what a CRM does with *any*
# payload, wrong values included, which no map would let out. All else goes through mappings.egress.project().
from mappings.egress import _DOOR, CrmPayload


def payload(
    external_id: str, model: str, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None,
) -> CrmPayload:
    """Make a payload that asks for a new record, or (with ``expected``) for a compare-and-set."""
    frozen = None if expected is None else MappingProxyType(dict(expected))
    return CrmPayload(external_id, model, MappingProxyType(dict(values)), frozen, door=_DOOR)
