"""The disclosure journal: what crossed to the CRM, of which record, to whom and by which rule. Append-only, no values.

Each row's hash covers the row before it. The head (how many rows, and the last hash) is sealed with a key that is not
in the database: whoever can only write to the database changes no row, and cuts none off, unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from connector.register.repository import Register
from connector.register.state_schema import disclosure, disclosure_head
from mappings.crossings import Crossing
from mappings.records import Key
from sync_jobs.lease import CLUB
from sync_jobs.state import State, upsert

PAGE = 5000
"""Rows in one page of a verification."""

_BEFORE_ALL = bytes(32)
_UNSEALED = b""
_content = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Head:
    """Where the journal ends. ``fits`` tells of its seal; ``last`` is the number of the last row that is there."""

    count: int
    hash: bytes
    fits: bool
    last: int

    @property
    def sealed(self) -> bool:
        """Tell whether it is the end of what is there, and nobody's work but ours."""
        return self.fits and self.count == self.last

    def __str__(self) -> str:
        """Give it as people note it elsewhere, and hand it back to ``verify``."""
        return f"{self.count}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: how many rows stand, and the first that is broken with the code of how, if any is."""

    rows: int
    broken: int | None = None
    code: str = ""


class Journal:
    """The journal of one club."""

    def __init__(self, register: Register, state: State) -> None:
        """Take the register whose database holds the journal, and the state, whose digests have the key."""
        self._register, self._state = register, state

    def append(self, kind: str, crossed: Iterable[tuple[Key, Sequence[Crossing]]]) -> None:
        """Note what is about to leave of records of one map; within the caller's transaction, if one is open.

        A head whose seal does not fit is never sealed anew: what somebody did to the journal stays visible.
        """
        with self._state.writing() as connection:
            head = self._head(connection)
            rows, last = self._rows(head, kind, crossed)
            if rows:
                connection.execute(disclosure.insert(), rows)
                self._move(connection, rows[-1]["number"], last, sealed=head.sealed)

    def _rows(
        self, head: Head, kind: str, crossed: Iterable[tuple[Key, Sequence[Crossing]]]
    ) -> tuple[list[dict[str, Any]], bytes]:
        at, run, last = self._state.now(), self._state.run or "", head.hash
        rows: list[dict[str, Any]] = []
        first = max(head.count, head.last) + 1
        for key, crossings in crossed:
            for one in crossings:
                said = (at, run, kind, key, one.field, one.destination, one.audience, one.rule, one.event)
                number = first + len(rows)
                last = _chained(last, number, said)
                rows.append(dict(zip(_COLUMNS, (number, *said, last), strict=True)))
        return rows, last

    def head(self) -> Head:
        """Tell where the journal ends."""
        with self._register.transaction(reads_only=True) as tx:
            return self._head(tx.connection)

    def seal(self) -> Head:
        """Seal the head as it stands, after a person looked: the key was lost, or the tail. Broken rows stay broken."""
        with self._state.writing() as connection:
            last = select(disclosure.c.number, disclosure.c.hash).order_by(disclosure.c.number.desc()).limit(1)
            count, digest = connection.execute(last).one_or_none() or (0, _BEFORE_ALL)
            self._move(connection, count, digest, sealed=True)
            return self._head(connection)

    def verify(self, noted: str = "") -> Verdict:
        """Walk the chain, and compare its end with the sealed head; ``noted`` is a head that was noted elsewhere."""
        count, _, digest = noted.partition(":")
        with self._register.transaction(reads_only=True) as tx:
            head, number, last = self._head(tx.connection), 0, _BEFORE_ALL
            for row in _walk(tx.connection):
                number += 1
                if row.number != number:
                    return Verdict(number - 1, number, "row_missing")
                last = _chained(last, number, row[1:-1])
                if row.hash != last:
                    return Verdict(number - 1, number, "row_changed")
                if str(number) == count and last.hex() != digest:
                    return Verdict(number, number, "noted_differs")
        if max(head.count, int(count or 0)) > number:
            return Verdict(number, number + 1, "row_missing")
        if head.fits and head.count < number:
            return Verdict(head.count, head.count + 1, "row_added")
        return Verdict(number) if head.sealed else Verdict(number, number, "head_unsealed")

    def _head(self, connection: Connection) -> Head:
        """Read the head, and judge its seal. Where there is none, it is that of an empty journal."""
        last = connection.execute(select(func.max(disclosure.c.number))).scalar() or 0
        row = connection.execute(select(disclosure_head).where(disclosure_head.c.club == CLUB)).one_or_none()
        if row is None:
            return Head(0, _BEFORE_ALL, fits=not last, last=last)
        _, count, digest, seal = row
        return Head(count, digest, hmac.compare_digest(seal, self._seal(count, digest)), last)

    def _move(self, connection: Connection, count: int, last: bytes, *, sealed: bool) -> None:
        seal = self._seal(count, last) if sealed else _UNSEALED
        row = {"club": CLUB, "count": count, "hash": last, "seal": seal}
        upsert(connection, disclosure_head, [row])

    def _seal(self, count: int, last: bytes) -> bytes:
        key = self._state.digests.key_for(b"binome disclosure journal")
        return hmac.new(key, f"{count}:{last.hex()}".encode(), hashlib.sha256).digest()


_COLUMNS = tuple(disclosure.c.keys())


def _chained(before: bytes, number: int, said: Sequence[Any]) -> bytes:
    """Hash a row's content with the hash of the row before."""
    at, run, kind, key, *rest = said
    return hashlib.sha256(before + _content([number, at, run, kind, key.hex, *rest]).encode()).digest()


def _walk(connection: Connection) -> Iterator[Any]:
    """Give every row in order, a page at a time."""
    page = question = select(disclosure).order_by(disclosure.c.number).limit(PAGE)
    while rows := connection.execute(question).all():
        yield from rows
        question = page.where(disclosure.c.number > rows[-1].number)
