"""The sealed texts of records: what a save changes in the vault's table, and reading it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from connector.register.errors import VaultLocked
from connector.register.rows import chunks
from connector.register.schema import Layout, sealed
from connector.register.vault import Place, Vault
from mappings.records import Record


@dataclass(frozen=True, slots=True)
class Resealed:
    """A sealed text that a save changes: a new token, or ``None`` to remove the text."""

    place: Place
    token: bytes | None


def read_tokens(connection: Connection, kind: str, keys: Iterable[UUID]) -> dict[Place, bytes]:
    """Read the sealed texts of some records, still sealed."""
    found: dict[Place, bytes] = {}
    for chunk in chunks(keys):
        question = select(sealed.c.key, sealed.c.field, sealed.c.token).where(
            sealed.c.kind == kind, sealed.c.key.in_(chunk)
        )
        found |= {Place(kind, key, field): token for key, field, token in connection.execute(question)}
    return found


def judge_texts(
    connection: Connection, layout: Layout, records: Sequence[Record], vault: Vault | None
) -> list[Resealed]:
    """Find which texts the records change. A field that a record was not given is left alone."""
    given = {
        Place(layout.kind, record.key, name): getattr(record, name)
        for record in records
        for name in sorted(layout.sealed & record.model_fields_set)
    }
    if not given:
        return []
    stored = read_tokens(connection, layout.kind, {place.key for place in given})
    judged = [_judge(place, text, stored.get(place), vault) for place, text in given.items()]
    return [change for change in judged if change]


def _judge(place: Place, text: str | None, stored: bytes | None, vault: Vault | None) -> Resealed | None:
    if text is None and stored is None:
        return None
    if vault is None:
        # Removing needs the key as well: the sync, which has none, must not be able to lose a pair's words.
        raise VaultLocked(place.kind, place.key, [place.field])
    if text is None:
        return Resealed(place, None)
    if stored is not None and vault.open(stored, place) == text:
        return None
    return Resealed(place, vault.seal(text, place))


def store_texts(connection: Connection, changes: Iterable[Resealed]) -> None:
    """Write what ``judge_texts`` found."""
    rows = [{**change.place._asdict(), "token": change.token} for change in changes]
    if not rows:
        return
    where = {f"at_{name}": name for name in Place._fields}
    old = [{at: row[name] for at, name in where.items()} for row in rows]
    connection.execute(
        delete(sealed).where(*(sealed.c[name] == bindparam(at) for at, name in where.items())), old
    )
    if new := [row for row in rows if row["token"] is not None]:
        connection.execute(insert(sealed), new)


def forget_texts(connection: Connection, kind: str, keys: Iterable[UUID]) -> None:
    """Remove every sealed text of some records; an erasure needs no key."""
    for chunk in chunks(keys):
        connection.execute(delete(sealed).where(sealed.c.kind == kind, sealed.c.key.in_(chunk)))


def rotate_texts(connection: Connection, vault: Vault) -> int:
    """Seal every text anew under the vault's first key, and give their number; the older keys can then go."""
    at = [sealed.c[name] == bindparam(f"at_{name}") for name in Place._fields]
    rows: list[dict[str, Any]] = [
        {"at_kind": kind, "at_key": key, "at_field": field, "token": vault.rotate(token)}
        for kind, key, field, token in connection.execute(select(sealed))
    ]
    if rows:
        connection.execute(update(sealed).where(*at), rows)
    return len(rows)
