"""The first schema: the records, the sealed texts, the change counter and the sync's state.

Frozen: it shows the schema as it was at this revision, whatever the records have become since.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Column = sa.Column[Any]


def upgrade() -> None:
    """Make all tables, each after those that it points to."""
    _people()
    _pairs()
    _club()
    _texts_and_counter()
    _state()
    _state_of_records()


def _people() -> None:
    _record(
        "organisation",
        _text("name"),
        _text("city", empty=True),
        _text("sector", empty=True),
        _own_link("parent", "organisation"),
    )
    _record(
        "stay",
        _link("organisation", "organisation"),
        _day("start"),
        _day("planned_end", empty=True),
        _day("end", empty=True),
    )
    _record(
        "person",
        _text("name"),
        _link("organisation", "organisation", empty=True),
        _text("job_title", empty=True),
        _text("email", empty=True),
        _text("phone", empty=True),
        _flag("share_email"),
        _flag("share_phone"),
        _flag("share_roles"),
        _own_link("manager", "person"),
    )
    _set("person", "roles", _choice("member", "mentor", "mentee", "coach", named="roles", primary_key=True))
    profile = "prospect", "active", "paused", "left"
    _record(
        "mentor",
        _link("person", "person"),
        _choice("state", *profile),
        _number("capacity"),
        _text("expertise", empty=True),
    )
    _set("mentor", "conflicts", _member("organisation"))
    _record("mentee", _link("person", "person"), _choice("state", *profile), _text("expertise", empty=True))


def _pairs() -> None:
    _record(
        "pair",
        _link("mentor", "person"),
        _link("mentee", "person"),
        _link("stay", "stay", empty=True),
        _choice("state", "proposed", "accepted", "charter_pending", "active", "paused", "ended", "declined"),
        _flag("mentor_accepted"),
        _flag("mentee_accepted"),
        _day("proposed_on", empty=True),
        _day("start", empty=True),
        _day("planned_end", empty=True),
        _day("end", empty=True),
        _choice("end_code", "stay_ended", "completed", "early_mentor", "early_mentee", "other", empty=True),
        _number("cadence_days"),
    )
    _record(
        "charter",
        _link("pair", "pair"),
        _text("version"),
        _choice(
            "state",
            "draft",
            "sent",
            "signed_by_mentor",
            "signed_by_mentee",
            "signed",
            "superseded",
            "terminated",
        ),
        _text("document_hash", empty=True),
        _day("sent_on", empty=True),
        _day("mentor_signed_on", empty=True),
        _day("mentee_signed_on", empty=True),
    )
    _record(
        "roadmap", _link("pair", "pair"), _day("agreed_on"), _number("milestones"), _number("milestones_done")
    )
    _record(
        "meeting",
        _link("pair", "pair"),
        _day("date"),
        _number("minutes"),
        _choice("purpose", "first_interview", "regular", "closing"),
        _choice("state", "planned", "held", "postponed", "cancelled", "missed"),
        _flag("mentor_confirmed"),
        _flag("mentee_confirmed"),
    )


def _club() -> None:
    happened = "planned", "held", "cancelled"
    _record(
        "club_session",
        _day("date"),
        _choice("state", *happened),
        _link("coach", "person", empty=True),
        _number("minutes"),
    )
    _set("club_session", "attendees", _member("person"))
    _record(
        "contribution",
        _link("person", "person"),
        _day("date"),
        _choice("category", "breakfast", "workshop", "advice_desk", "group_support", "mentoring"),
        _number("minutes"),
        _choice("state", "declared", "confirmed"),
    )
    _record(
        "speed_dating", _day("date"), _choice("state", *happened), _number("rounds"), _number("round_minutes")
    )
    _set("speed_dating", "attendees", _member("person"))
    _record(
        "rating",
        _link("speed_dating", "speed_dating"),
        _link("rater", "person"),
        _link("rated", "person"),
        _choice("rank", "no", "maybe", "yes", "absolutely"),
    )


def _texts_and_counter() -> None:
    op.create_table(
        "sealed",
        *_of_record(),
        _text("field", primary_key=True),
        sa.Column("token", sa.LargeBinary(), nullable=False),
    )
    counter = op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="single"),
    )
    op.bulk_insert(counter, [{"id": 1, "value": 0}])


def _state() -> None:
    op.create_table("sync_cursor", _text("name", primary_key=True), _text("value"))
    op.create_table(
        "sync_run",
        _text("run", primary_key=True),
        sa.Column("started", sa.String(), nullable=False, index=True),
        _text("ended", empty=True),
        _text("command"),
        sa.Column("outcome", sa.Text()),
        _text("status"),
    )
    op.create_table(
        "sync_change",
        sa.Column("run", sa.String(), sa.ForeignKey("sync_run.run", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        _text("kind"),
        sa.Column("key", sa.Uuid(), nullable=False, index=True),
        _text("direction"),
        _text("operation"),
        sa.Column("fields", sa.Text(), nullable=False),
        _text("status"),
    )
    op.create_table(
        "sync_lease", _text("club", primary_key=True), _text("holder"), _number("token"), _text("expires_at")
    )


def _state_of_records() -> None:
    op.create_table(
        "sync_base",
        *_of_record(),
        sa.Column("fields", sa.Text(), nullable=False),
        _text("crm_write_date", empty=True),
    )
    op.create_table(
        "sync_conflict",
        *_of_record(),
        _text("field", primary_key=True),
        _text("found_at"),
        _text("local_digest"),
        _text("remote_digest"),
        _text("status"),
    )
    op.create_table(
        "sync_parked",
        *_of_record(),
        _text("code"),
        sa.Column("fields", sa.Text(), nullable=False),
        _text("first_seen"),
        _number("attempts"),
    )
    op.create_table("tombstone", *_of_record(), _text("erased_at"))


def _record(kind: str, *columns: Column) -> None:
    op.create_table(
        kind,
        sa.Column("key", sa.Uuid(), primary_key=True),
        sa.Column("ref", sa.String(), unique=True),
        _flag("active"),
        *columns,
        sa.Column("seq", sa.BigInteger(), nullable=False, unique=True),
    )


def _set(kind: str, field: str, member: Column) -> None:
    owner = sa.Column("owner", sa.Uuid(), sa.ForeignKey(f"{kind}.key", ondelete="CASCADE"), primary_key=True)
    op.create_table(f"{kind}_{field}", owner, member)


def _of_record() -> tuple[Column, Column]:
    return _text("kind", primary_key=True), sa.Column("key", sa.Uuid(), primary_key=True)


def _member(target: str) -> Column:
    return sa.Column("member", sa.Uuid(), sa.ForeignKey(f"{target}.key"), primary_key=True, index=True)


def _link(name: str, target: str, *, empty: bool = False) -> Column:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{target}.key"), nullable=empty, index=True)


def _own_link(name: str, target: str) -> Column:
    deferred = sa.ForeignKey(f"{target}.key", deferrable=True, initially="DEFERRED")
    return sa.Column(name, sa.Uuid(), deferred, nullable=True, index=True)


def _text(name: str, *, empty: bool = False, primary_key: bool = False) -> Column:
    return sa.Column(name, sa.String(), nullable=empty, primary_key=primary_key)


def _number(name: str) -> Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _day(name: str, *, empty: bool = False) -> Column:
    return sa.Column(name, sa.Date(), nullable=empty)


def _choice(
    name: str, *values: str, empty: bool = False, named: str = "", primary_key: bool = False
) -> Column:
    kind = sa.Enum(*values, name=named or name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=empty, primary_key=primary_key)
