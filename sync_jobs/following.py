"""Following a contact merge of the CRM in the register: links lead to the survivor, the other record is archived."""

from __future__ import annotations

from connector.register.repository import Register
from mappings.records import LINKS, Key, Record

PROFILES = ("mentor", "mentee")
"""Kinds of which one person has at most one in use."""


class MergeRefused(Exception):
    """What would come of following this merge is not possible in the programme: a person looks at it."""


def followed(register: Register, away: Record, into: Key) -> list[Record]:
    """Give every record that changes when ``away`` became one with ``into``, as it is to be saved.

    A second profile of the surviving person is archived. Raises MergeRefused where the two are a pair.
    """
    changed: dict[tuple[str, Key], Record] = {}
    for kind, links in LINKS.items():
        for field in (name for name, target in links.items() if target == away.kind):
            for record in register.linked(kind, field, [away.key]):
                known = changed.get((kind, record.key), record)
                changed[kind, record.key] = _relinked(known, field, away.key, into)
    for record in changed.values():
        if record.kind == "pair" and getattr(record, "mentor", None) == getattr(record, "mentee", None):
            raise MergeRefused
    for kind in PROFILES:
        if away.kind == "person" and any(p.active for p in register.linked(kind, "person", [into])):
            for place, record in changed.items():
                if place[0] == kind:
                    changed[place] = record.model_copy(update={"active": False})
    return [*changed.values(), away.model_copy(update={"active": False})]


def _relinked(record: Record, field: str, away: Key, into: Key) -> Record:
    """Lead one link from the one to the other; nobody is their own manager, no company its own parent."""
    value = getattr(record, field)
    if isinstance(value, frozenset):
        return record.model_copy(update={field: frozenset(into if key == away else key for key in value)})
    return record.model_copy(update={field: None if record.key == into else into})
