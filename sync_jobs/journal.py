"""The disclosure journal: what crossed to the CRM, of which record, to whom and by which rule. Append-only, no values.

Each row's hash covers the row before it. The head (how many rows, and the last hash) is sealed with a key that is not
in the database: whoever can only write to the database changes no row, and cuts none off, unnoticed.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import Connection, func, select

from connector.register.repository import Register
from connector.register.state_schema import disclosure, disclosure_batch, disclosure_crossing, disclosure_head
from mappings.crossings import Crossing
from mappings.records import Key
from sync_jobs.lease import CLUB
from sync_jobs.state import State, upsert

PAGE = 5000
"""Rows in one page of a verification."""

ROWS = 100
"""Rows in one statement: SQLite takes them in two thirds of the time that they take one by one."""

TOLD = select(
    disclosure.c.number, *disclosure_batch.c["at", "run", "kind"], disclosure.c.key,
    *disclosure_crossing.c["field", "destination", "audience", "rule", "event"], disclosure.c.hash,
).where(disclosure.c.batch == disclosure_batch.c.batch, disclosure.c.crossing == disclosure_crossing.c.crossing)
"""The journal's rows, whole."""

_BEFORE_ALL = bytes(32)
_UNSEALED = b""


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
        told = [(key.hex, crossings) for key, crossings in crossed if crossings]
        if not told:
            return
        with self._state.writing() as connection:
            head = self._head(connection)
            batch = max(head.count, head.last) + 1
            origin = self._state.now(), self._state.run or "", kind
            row = dict(zip(disclosure_batch.c.keys(), (batch, *origin), strict=True))
            connection.execute(disclosure_batch.insert().values(row))
            known = _known(connection, {one for _, crossings in told for one in crossings})
            number, last, begin, cells = batch, head.hash, _json(origin), list[Any]()
            for of, crossings in told:
                record = _record(begin, of)
                for one in crossings:
                    way, text = known[one]
                    last = _chained(last, number, record, text)
                    cells += number, batch, of, way, last
                    number += 1
            _insert(connection, cells)
            self._move(connection, number - 1, last, sealed=head.sealed)

    def head(self) -> Head:
        """Tell where the journal ends."""
        with self._register.transaction(reads_only=True) as tx:
            return self._head(tx.connection)

    def seal(self) -> Head:
        """Seal the head as it stands, after a person looked: the key was lost, or the tail. Broken rows stay broken."""
        with self._state.writing() as connection:
            last = select(disclosure.c.number, disclosure.c.hash).order_by(disclosure.c.number.desc()).limit(1)
            number, digest = connection.execute(last).one_or_none() or (0, _BEFORE_ALL)
            self._move(connection, number, digest, sealed=True)
            return self._head(connection)

    def verify(self, noted: str = "") -> Verdict:
        """Walk the chain, and compare its end with the sealed head; ``noted`` is a head that was noted elsewhere."""
        noted_count, _, digest = noted.partition(":")
        with self._register.transaction(reads_only=True) as tx:
            head, number, last = self._head(tx.connection), 0, _BEFORE_ALL
            for row in _walk(tx.connection):
                number += 1
                if row.number != number:
                    return Verdict(number - 1, number, "row_missing")
                last = _chained(last, number, _record(_json(tuple(row[1:4])), row.key.hex), _json(tuple(row[5:-1])))
                if row.hash != last:
                    return Verdict(number - 1, number, "row_changed")
                if str(number) == noted_count and last.hex() != digest:
                    return Verdict(number, number, "noted_differs")
        if max(head.count, int(noted_count or 0)) > number:
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
        _, number, digest, seal = row
        return Head(number, digest, hmac.compare_digest(seal, self._seal(number, digest)), last)

    def _move(self, connection: Connection, number: int, last: bytes, *, sealed: bool) -> None:
        seal = self._seal(number, last) if sealed else _UNSEALED
        row = {"club": CLUB, "count": number, "hash": last, "seal": seal}
        upsert(connection, disclosure_head, [row])

    def _seal(self, number: int, last: bytes) -> bytes:
        key = self._state.digests.key_for(b"binome disclosure journal")
        return hmac.new(key, f"{number}:{last.hex()}".encode(), sha256).digest()


def _chained(before: bytes, number: int, record: str, told: str) -> bytes:
    """Hash a row's content, as JSON, with the hash of the row before."""
    return sha256(before + f"[{number}{record}{told}]".encode()).digest()


def _record(origin: str, of: str) -> str:
    """Write what the rows of one record share, between their numbers and what each tells."""
    return f',{origin},"{of}",'


@lru_cache(maxsize=1024)
def _json(texts: tuple[str, ...]) -> str:
    """Write texts as JSON; the same few come again and again."""
    return json.dumps(texts)


def _known(connection: Connection, used: Collection[Crossing]) -> dict[Crossing, tuple[int, str]]:
    """Give the number of each way to cross, and its texts as JSON; those that are new are entered."""
    known = {tuple(texts): number for number, *texts in connection.execute(select(disclosure_crossing))}
    fresh = sorted({one.texts for one in used} - set(known))
    known |= dict(zip(fresh, count(max(known.values(), default=0) + 1), strict=False))
    if fresh:
        rows = [dict(zip(disclosure_crossing.c.keys(), (known[texts], *texts), strict=True)) for texts in fresh]
        connection.execute(disclosure_crossing.insert(), rows)
    return {one: (known[one.texts], _json(one.texts)) for one in used}


def _insert(connection: Connection, cells: Sequence[Any]) -> None:
    """Insert rows as they are, many in one statement: SQLAlchemy would convert cell by cell for twice the time."""
    wide, into = len(disclosure.c), f"INSERT INTO {disclosure.name} ({', '.join(disclosure.c.keys())})"
    row = "(" + ",".join(["?" if connection.dialect.paramstyle == "qmark" else "%s"] * wide) + ")"
    for start in range(0, len(cells), ROWS * wide):
        some = tuple(cells[start : start + ROWS * wide])
        rows = ",".join([row] * (len(some) // wide))
        connection.exec_driver_sql(f"{into} VALUES {rows}", some)


def _walk(connection: Connection) -> Iterator[Any]:
    """Give every row in order, a page at a time."""
    page = question = TOLD.order_by(disclosure.c.number).limit(PAGE)
    while rows := connection.execute(question).all():
        yield from rows
        question = page.where(disclosure.c.number > rows[-1].number)
