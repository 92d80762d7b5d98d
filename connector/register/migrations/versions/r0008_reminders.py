"""What staff were reminded of, so that no reminder comes twice for one cause."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        "sync_reminder",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("reminder", sa.String(), primary_key=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
    )
