"""What crossed about somebody, read from the journal. No values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from connector.register.repository import Register
from connector.register.state_schema import disclosure, disclosure_crossing
from mappings.crossings import Crossing, Event
from mappings.records import LINKS, Key
from sync_jobs.journal import TOLD
from sync_jobs.naming import find

_FOLLOWED = ("person", "pair")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One field of one record at one destination under one rule: what became of it, when first and last, how often."""

    kind: str
    key: Key
    field: str
    destination: str
    audience: str
    rule: str
    event: str
    first: str
    last: str
    times: int

    def document(self) -> dict[str, Any]:
        """Give it as the other commands name records."""
        said = asdict(self)
        return {"record": said.pop("kind"), **said, "key": str(self.key)}


def disclosed(register: Register, keys: Collection[Key] | None, since: str = "") -> list[Disclosed]:
    """Tell what crossed of these records, or of all, from a day on (UTC), the latest last."""
    told = TOLD.subquery().c
    by = [told[name] for name in ("kind", "key", "field", "destination", "audience", "rule", "event")]
    last, at = func.max(told.number), told.at
    said = func.min(at).label("first"), func.max(at).label("last"), func.count().label("times")
    question = select(*by, *said).where(at >= since).group_by(*by).order_by(last)
    if keys is not None:
        question = question.where(told.key.in_(keys))
    with register.transaction(reads_only=True) as tx:
        return [Disclosed(**row) for row in tx.connection.execute(question).mappings()]


def destinations(register: Register, fields: Collection[str]) -> list[Crossing]:
    """Tell where values of these fields ever went, and by which rules."""
    way = disclosure_crossing.c
    asked = select(*way["field", "destination", "audience", "rule", "event"])
    with register.transaction(reads_only=True) as tx:
        rows = tx.connection.execute(asked.where(way.event == Event.SENT.value, way.field.in_(fields))).all()
    return [Crossing(*row) for row in rows]


def about(register: Register, person: Key) -> set[Key]:
    """Name the person and the records that link to them, by a pair too, as the register has them today.

    A person whom others report to is not told by those others.
    """
    found = {person}
    for kind, links in LINKS.items():
        for field, target in links.items():
            if target in _FOLLOWED and kind != "person":
                found |= {record.key for record in register.linked(kind, field, found)}
    return found


def find_disclosed(register: Register, text: str) -> Key:
    """Tell which record of the journal is meant: by its reference in the register, or the beginning of its key.

    Raises KeyUnknown or KeyAmbiguous. A record that left the register is found by its key.
    """
    with register.transaction(reads_only=True) as tx:
        keys: list[UUID] = list(tx.connection.execute(select(disclosure.c.key).distinct()).scalars())
    refs = {record.key: text for kind in LINKS for record in register.by_ref(kind, [text]).values()}
    return find(text, keys, refs)
