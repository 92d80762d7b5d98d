"""A key for each pair and person in the vault, and the journal of who read what it holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables; texts sealed so far have no owner's key, and open with the master key as before."""
    op.create_table(
        "vault_key",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary()),
        sa.Column("created", sa.String(), nullable=False),
        sa.Column("shredded_at", sa.String()),
    )
    op.add_column("sealed", sa.Column("owner", sa.Uuid(), nullable=True))
    op.create_index("ix_sealed_owner", "sealed", ["owner"])
    op.create_table(
        "vault_reading",
        sa.Column("reading", sa.Uuid(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("person", sa.Uuid()),
        sa.Column("pair", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("os_user", sa.String(), nullable=False),
    )
