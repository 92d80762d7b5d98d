"""The disclosure journal, and where it ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the journal's four tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "disclosure_batch",
        sa.Column("batch", number, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("at", "run", "kind")),
    )
    op.create_table(
        "disclosure_crossing",
        sa.Column("crossing", sa.Integer(), primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("field", "destination", "audience", "rule", "event")
        ),
    )
    op.create_table(
        "disclosure",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        sa.Column("batch", number, nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("crossing", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "disclosure_head",
        sa.Column("club", sa.String(), primary_key=True),
        sa.Column("count", number, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
    )
