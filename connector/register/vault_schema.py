"""Tables of the vault: sealed texts, the keys that seal them, and who read them. None holds a value in clear."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table, Uuid

from connector.register.schema import metadata

sealed = Table(
    "sealed",
    metadata,
    Column("kind", String(), primary_key=True),
    Column("key", Uuid(), primary_key=True),
    Column("field", String(), primary_key=True),
    Column("token", LargeBinary(), nullable=False),
    Column("owner", Uuid(), index=True),
)
"""The texts of the pairs, each encrypted with its ``owner``'s data key; with the master key where there is none."""

vault_key = Table(
    "vault_key",
    metadata,
    Column("kind", String(), primary_key=True),
    Column("key", Uuid(), primary_key=True),
    Column("wrapped", LargeBinary()),
    Column("created", String(), nullable=False),
    Column("shredded_at", String()),
)
"""One data key a pair or person, encrypted with the master key; none is left where it was shredded."""

vault_reading = Table(
    "vault_reading",
    metadata,
    Column("reading", Uuid(), primary_key=True),
    Column("at", String(), nullable=False),
    Column("person", Uuid()),
    Column("pair", Uuid(), nullable=False),
    Column("outcome", String(), nullable=False),
    Column("os_user", String(), nullable=False),
)
"""Who asked for the texts of a pair, when, and what came of it; ``person`` is empty for somebody unknown."""
