"""The disclosure journal, and where it ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the two tables."""
    texts = ("field", "destination", "audience", "rule", "event")
    op.create_table(
        "disclosure",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("at", "run", "kind")),
        sa.Column("key", sa.Uuid(), nullable=False, index=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "disclosure_head",
        sa.Column("club", sa.String(), primary_key=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
    )
