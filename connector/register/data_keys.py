"""Data keys: one a pair and one a person, each encrypted with the master key, until it is shredded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, insert, select, update

from connector.register.errors import VaultKeyWrong, VaultShredded
from connector.register.rows import chunks
from connector.register.vault import Owner, Vault
from connector.register.vault_schema import vault_key
from mappings.records import TEXT_OWNERS, Key, Record


def owner_of(record: Record) -> Owner:
    """Tell whose texts a record holds."""
    kind, field = TEXT_OWNERS[record.kind]
    return Owner(kind, getattr(record, field))


def owner_at(kind: str, key: Key) -> Owner:
    """Name the owner with this key of the texts of a kind of record."""
    return Owner(TEXT_OWNERS[kind][0], key)


class DataKeys:
    """The data keys of some owners, for one transaction: read at once, each opened when it is first needed."""

    def __init__(self, connection: Connection, master: Vault, owners: Iterable[Owner]) -> None:
        self._connection, self._master = connection, master
        self._wrapped = wrapped_keys(connection, owners)
        self._vaults: dict[Owner, Vault] = {}

    def opening(self, owner: Owner) -> Vault:
        """Give what opens an owner's texts. Raises VaultShredded where their key was destroyed."""
        if owner not in self._vaults:
            if (wrapped := self._wrapped.get(owner)) is None:
                raise VaultShredded(*owner)
            self._vaults[owner] = self._master.unwrap(wrapped, owner)
        return self._vaults[owner]

    def sealing(self, owner: Owner) -> Vault:
        """Give what seals an owner's texts, with a new data key for an owner who has none."""
        if owner not in self._wrapped:
            self._check_master()
            self._wrapped[owner] = wrapped = self._master.wrap(owner)
            row = {**owner._asdict(), "wrapped": wrapped, "created": _now()}
            self._connection.execute(insert(vault_key), row)
        return self.opening(owner)

    def shredded(self, owner: Owner) -> bool:
        """Tell whether an owner's key was destroyed."""
        return owner in self._wrapped and self._wrapped[owner] is None

    def _check_master(self) -> None:
        """Refuse a master key that opens none of the keys there are: with two in use, one is soon thrown away."""
        held = select(vault_key.c.wrapped).where(vault_key.c.wrapped.is_not(None)).limit(1)
        wrapped = self._connection.execute(held).scalar()
        if wrapped is not None and not self._master.opens(wrapped):
            raise VaultKeyWrong("The given key is not the one that this register's texts are under.")


def wrapped_keys(connection: Connection, owners: Iterable[Owner]) -> dict[Owner, bytes | None]:
    """Read the data keys of some owners, still encrypted; ``None`` stands for one that was destroyed."""
    found: dict[Owner, bytes | None] = {}
    wanted = set(owners)
    for chunk in chunks({owner.key for owner in wanted}):
        question = select(vault_key.c.kind, vault_key.c.key, vault_key.c.wrapped).where(vault_key.c.key.in_(chunk))
        found |= {Owner(kind, key): wrapped for kind, key, wrapped in connection.execute(question)}
    return {owner: wrapped for owner, wrapped in found.items() if owner in wanted}


def shred_keys(connection: Connection, kind: str, keys: Collection[Key]) -> int:
    """Destroy the data keys of some owners and give their number; that needs no key."""
    there = vault_key.c.kind == kind, vault_key.c.wrapped.is_not(None)
    return sum(
        connection.execute(
            update(vault_key).where(*there, vault_key.c.key.in_(chunk)).values(wrapped=None, shredded_at=_now())
        ).rowcount
        for chunk in chunks(keys)
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
