"""The sealed texts of records: what a save changes in the vault's table, and reading it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from connector.register.data_keys import DataKeys, owner_at, owner_of, shred_keys
from connector.register.errors import VaultLocked
from connector.register.rows import chunks
from connector.register.schema import LAYOUTS, Layout
from connector.register.vault import Owner, Place, Vault
from connector.register.vault_schema import sealed
from mappings.records import TEXT_OWNERS, Key, Record


class Sealed(NamedTuple):
    """A sealed text, and whose data key sealed it: the master key itself where there is no owner."""

    token: bytes
    owner: Owner | None


@dataclass(frozen=True, slots=True)
class Resealed:
    """A sealed text that a save changes: a new token of its owner's, or ``None`` to remove the text."""

    place: Place
    token: bytes | None
    owner: Owner


def read_tokens(connection: Connection, kind: str, keys: Iterable[Key]) -> dict[Place, Sealed]:
    """Read the sealed texts of some records, still sealed."""
    found: dict[Place, Sealed] = {}
    for chunk in chunks(keys):
        question = select(sealed.c.key, sealed.c.field, sealed.c.token, sealed.c.owner).where(
            sealed.c.kind == kind, sealed.c.key.in_(chunk)
        )
        for key, field, token, owner in connection.execute(question):
            found[Place(kind, key, field)] = Sealed(token, owner_at(kind, owner) if owner else None)
    return found


def open_tokens(connection: Connection, tokens: dict[Place, Sealed], vault: Vault) -> dict[Place, str]:
    """Open sealed texts, each with the data key that sealed it."""
    keys = DataKeys(connection, vault, {token.owner for token in tokens.values() if token.owner})
    return {at: _opened(at, token, vault, keys) for at, token in tokens.items()}


def _opened(place: Place, stored: Sealed, vault: Vault, keys: DataKeys) -> str:
    return (keys.opening(stored.owner) if stored.owner else vault).open(stored.token, place)


def judge_texts(
    connection: Connection, layout: Layout, records: Sequence[Record], vault: Vault | None
) -> list[Resealed]:
    """Find which texts the records change. A field that a record was not given is left alone."""
    given = {
        Place(layout.kind, record.key, name): (getattr(record, name), owner_of(record))
        for record in records
        for name in sorted(layout.sealed & record.model_fields_set)
    }
    stored = read_tokens(connection, layout.kind, {place.key for place in given})
    asked = {place: text for place, text in given.items() if text[0] is not None or place in stored}
    if not asked:
        return []
    if vault is None:
        # Removing needs the key as well: the sync, which has none, must not be able to lose a pair's words.
        place = next(iter(asked))
        raise VaultLocked(place.kind, place.key, [place.field])
    owners = {owner for _, owner in asked.values()} | {one.owner for one in stored.values() if one.owner}
    keys = DataKeys(connection, vault, owners)
    judged = [_judge(place, *text, stored.get(place), vault, keys) for place, text in asked.items()]
    return [change for change in judged if change]


def _judge(
    place: Place, text: str | None, owner: Owner, stored: Sealed | None, vault: Vault, keys: DataKeys
) -> Resealed | None:
    if text is None:
        return Resealed(place, None, owner)
    # A record that now hangs on another owner gets its text sealed anew, as soon as somebody gives it.
    if stored and stored.owner in (None, owner) and _opened(place, stored, vault, keys) == text:
        return None
    return Resealed(place, keys.sealing(owner).seal(text, place), owner)


def store_texts(connection: Connection, changes: Iterable[Resealed]) -> None:
    """Write what ``judge_texts`` found."""
    rows = [{**change.place._asdict(), "token": change.token, "owner": change.owner.key} for change in changes]
    if not rows:
        return
    where = {f"at_{name}": name for name in Place._fields}
    old = [{at: row[name] for at, name in where.items()} for row in rows]
    connection.execute(
        delete(sealed).where(*(sealed.c[name] == bindparam(at) for at, name in where.items())), old
    )
    if new := [row for row in rows if row["token"] is not None]:
        connection.execute(insert(sealed), new)


def forget_texts(connection: Connection, kind: str, keys: Iterable[Key]) -> None:
    """Remove every sealed text of some records; an erasure needs no key."""
    for chunk in chunks(keys):
        connection.execute(delete(sealed).where(sealed.c.kind == kind, sealed.c.key.in_(chunk)))


def shred_texts(connection: Connection, kind: str, keys: Sequence[Key]) -> int:
    """Destroy the keys of some owners with all texts of theirs, and give the number of keys; that needs no key.

    A text that the master key sealed, or another owner's, is removed where its record belongs to one of them today.
    """
    for record_kind, (owner_kind, field) in TEXT_OWNERS.items():
        if owner_kind == kind:
            columns = LAYOUTS[record_kind].table.c
            for chunk in chunks(keys):
                theirs = select(columns.key).where(columns[field].in_(chunk))
                ours = sealed.c.owner.in_(chunk) | sealed.c.key.in_(theirs)
                connection.execute(delete(sealed).where(sealed.c.kind == record_kind, ours))
    return shred_keys(connection, kind, keys)
