"""Tombstones: the keys of what was erased, so that no sync and no import brings it back. No value is in one.

A reference that people knew a record by has one too, under a keyed digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import Connection, select

from connector.register.repository import Register
from connector.register.state_schema import tombstone
from mappings.records import Key, Record
from sync_jobs.digests import Digests
from sync_jobs.state import State, upsert

_REF = "ref."
"""Before the kind of a reference's tombstone: its key is a digest."""


def bury(state: State, connection: Connection, records: Iterable[Record]) -> None:
    """Note that these records are erased, before they are: what breaks off is still decided."""
    secret = _secret(state.digests)
    known = list(records)
    named = [(record.kind, record.key) for record in known]
    named += [(_REF + record.kind, _digest(secret, record.kind, record.ref)) for record in known if record.ref]
    rows = [{"kind": kind, "key": key, "erased_at": state.now()} for kind, key in named]
    upsert(connection, tombstone, rows)


def buried(register: Register, kind: str) -> frozenset[Key]:
    """Give the keys of a kind of record that were erased."""
    with register.transaction(reads_only=True) as tx:
        return frozenset(tx.connection.execute(select(tombstone.c.key).where(tombstone.c.kind == kind)).scalars())


def refused_refs(register: Register, digests: Digests) -> Callable[[str, str], bool]:
    """Give what tells whether the record of a kind that had this reference was erased."""
    secret = _secret(digests)
    with register.transaction(reads_only=True) as tx:
        question = select(tombstone.c.kind, tombstone.c.key).where(tombstone.c.kind.startswith(_REF, autoescape=True))
        known = {(kind, key) for kind, key in tx.connection.execute(question)}
    return lambda kind, ref: (_REF + kind, _digest(secret, kind, ref)) in known


def _secret(digests: Digests) -> bytes:
    return digests.key_for(b"binome erased references")


def _digest(secret: bytes, kind: str, ref: str) -> UUID:
    return UUID(bytes=hashlib.blake2b(f"{kind}\0{ref}".encode(), key=secret, digest_size=16).digest())
