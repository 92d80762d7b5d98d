"""What a lasting sync remembers: records gone from the CRM, activities already heeded, and sealed images for undo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the three tables, and room for a digest of the whole record."""
    op.add_column("sync_base", sa.Column("whole", sa.String()))
    op.create_table(
        "sync_absent",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.String(), nullable=False),
    )
    op.create_table(
        "sync_done",
        sa.Column("activity", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("done_at", sa.String(), nullable=False),
    )
    op.create_table(
        "undo_image",
        sa.Column("run", sa.String(), sa.ForeignKey("sync_run.run", ondelete="CASCADE"), primary_key=True),
        sa.Column("first", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
