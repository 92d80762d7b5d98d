"""Looking after the vault: changing the master key, and counting what is there. A broken-off change goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, tuple_, update

from connector.register.data_keys import DataKeys, owner_at
from connector.register.schema import LAYOUTS
from connector.register.vault import Owner, Place, Vault
from connector.register.vault_schema import sealed, vault_key, vault_reading
from mappings.records import TEXT_OWNERS, Key

_PLACE = [sealed.c[name] for name in Place._fields]
_AT = [sealed.c[name] == bindparam(f"at_{name}") for name in Place._fields]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a change of the master key did: data keys encrypted anew, texts that got their owner's data key."""

    keys: int = 0
    texts: int = 0


@dataclass(frozen=True, slots=True)
class VaultCounts:
    """What the vault holds. ``old`` keys open with an older master key, ``shut`` ones with none that was given."""

    keys: int
    shredded: int
    texts: int
    unowned: int
    readings: int
    refusals: int
    old: int | None = None
    shut: int | None = None


def live_owners(connection: Connection) -> list[Owner]:
    """Name every owner whose data key is there."""
    question = select(vault_key.c.kind, vault_key.c.key).where(vault_key.c.wrapped.is_not(None))
    return [Owner(*row) for row in connection.execute(question)]


def unowned(connection: Connection) -> list[Place]:
    """Name every text that the master key itself sealed."""
    question = select(*_PLACE).where(sealed.c.owner.is_(None))
    return [Place(*row) for row in connection.execute(question)]


def rewrap(connection: Connection, vault: Vault, owners: Iterable[Owner]) -> int:
    """Encrypt some data keys anew under the first master key, and give their number; those that are stay."""
    at = tuple_(vault_key.c.kind, vault_key.c.key).in_(list(owners))
    rows = connection.execute(select(vault_key.c.kind, vault_key.c.key, vault_key.c.wrapped).where(at)).all()
    changed = [
        {"at_kind": kind, "at_key": key, "wrapped": vault.reseal(wrapped, Owner(kind, key).place)}
        for kind, key, wrapped in rows
        if wrapped is not None and not vault.is_newest(wrapped)
    ]
    if changed:
        where = vault_key.c.kind == bindparam("at_kind"), vault_key.c.key == bindparam("at_key")
        connection.execute(update(vault_key).where(*where), changed)
    return len(changed)


def give_keys(connection: Connection, vault: Vault, places: Iterable[Place]) -> int:
    """Seal texts of the master key with their owner's data key instead, and give their number."""
    at = tuple_(*_PLACE).in_(list(places)) & sealed.c.owner.is_(None)
    tokens = {Place(*row[:3]): row[3] for row in connection.execute(select(*_PLACE, sealed.c.token).where(at))}
    owners = _owners(connection, tokens)
    keys = DataKeys(connection, vault, owners.values())
    rows: list[dict[str, Any]] = []
    for place, token in tokens.items():
        owner = owners.get(place)
        if owner is None or keys.shredded(owner):  # nobody's: it stays under the master key, the newest
            new: dict[str, Any] = {"token": vault.reseal(token, place), "owner": None}
        else:
            new = {"token": keys.sealing(owner).seal(vault.open(token, place), place), "owner": owner.key}
        rows.append({**new, **{f"at_{name}": value for name, value in place._asdict().items()}})
    if rows:
        connection.execute(update(sealed).where(*_AT), rows)
    return len(rows)


def _owners(connection: Connection, places: Iterable[Place]) -> dict[Place, Owner]:
    """Tell whose each text is today."""
    by_kind: dict[str, dict[Key, list[Place]]] = {}
    for place in places:
        by_kind.setdefault(place.kind, {}).setdefault(place.key, []).append(place)
    return {
        place: owner_at(kind, owner)
        for kind, wanted in by_kind.items()
        for columns in [LAYOUTS[kind].table.c]
        for key, owner in connection.execute(
            select(columns.key, columns[TEXT_OWNERS[kind][1]]).where(columns.key.in_(wanted))
        )
        for place in wanted[key]
    }


def count_vault(connection: Connection, vault: Vault | None) -> VaultCounts:
    """Count what the vault holds; with the master key also which data keys it opens."""
    wrapped = connection.execute(select(vault_key.c.wrapped)).scalars().all()
    live = [one for one in wrapped if one is not None]
    texts, owned = connection.execute(select(func.count(), func.count(sealed.c.owner)).select_from(sealed)).one()
    outcomes = connection.execute(select(vault_reading.c.outcome)).scalars().all()
    refusals = outcomes.count("refused")
    counts = len(live), len(wrapped) - len(live), texts, texts - owned, len(outcomes) - refusals, refusals
    if vault is None:
        return VaultCounts(*counts)
    shut = sum(not vault.opens(one) for one in live)
    return VaultCounts(*counts, old=sum(not vault.is_newest(one) for one in live) - shut, shut=shut)
