"""What a person shares of their photo and expertise, and whether both of a pair let employees know of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

CONSENTS = {"person": ("share_photo", "share_expertise"), "pair": ("mentor_shares", "mentee_shares")}


def upgrade() -> None:
    """Add the consents: none is given yet."""
    # Plain columns: SQLite would copy the table, and drop what points to it with the old one.
    for table, names in CONSENTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
