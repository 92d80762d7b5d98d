"""What the life of the programme needs: rounds of an evening, how and before whom a charter was signed, invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the rounds' table, and the new columns. A rating may wait for its rank."""
    op.create_table(
        "encounter",
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("ref", sa.String(), unique=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("speed_dating", sa.Uuid(), sa.ForeignKey("speed_dating.key"), nullable=False, index=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("table", sa.Integer(), nullable=False),
        sa.Column("mentor", sa.Uuid(), sa.ForeignKey("person.key"), nullable=False, index=True),
        sa.Column("mentee", sa.Uuid(), sa.ForeignKey("person.key"), nullable=False, index=True),
        sa.Column("seq", sa.BigInteger(), nullable=False, unique=True),
    )
    op.create_table(
        "club_session_invited",
        sa.Column("owner", sa.Uuid(), sa.ForeignKey("club_session.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("member", sa.Uuid(), sa.ForeignKey("person.key"), primary_key=True, index=True),
    )
    # Plain columns: SQLite would copy the table, and drop what points to it with the old one.
    op.add_column("speed_dating", sa.Column("tables", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("speed_dating", sa.Column("matched_on", sa.Date()))
    with op.batch_alter_table("rating") as rating:
        rating.alter_column("rank", existing_type=sa.String(32), nullable=True)
    with op.batch_alter_table("charter") as charter:
        for member in ("mentor", "mentee"):
            name = f"{member}_signed_way"
            ways = "paper", "electronic", "scan"
            kind = sa.Enum(*ways, name=name, native_enum=False, create_constraint=True, length=32)
            charter.add_column(sa.Column(name, kind))
        for name in ("mentor_recorded_by", "mentee_recorded_by", "signed_hash"):
            charter.add_column(sa.Column(name, sa.String()))
