"""Tables of the sync's state: digests, cursors, runs, parked records, what crossed. None has a place for a record's
value, save the sealed images that an undo needs.

Keys are UUIDs, moments ISO texts in UTC, ``fields`` and ``outcome`` JSON texts.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text, Uuid

from connector.register.schema import metadata


def _record() -> tuple[Column[str], Column[object]]:
    return Column("kind", String(), primary_key=True), Column("key", Uuid(), primary_key=True)


_number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's own row number, which needs no index

sync_base = Table(
    "sync_base",
    metadata,
    *_record(),
    Column("fields", Text(), nullable=False),
    Column("crm_write_date", String()),
    Column("whole", String()),
)
"""What both sides last agreed on: a keyed digest for each field, and one of the whole once it was compared."""

sync_cursor = Table(
    "sync_cursor",
    metadata,
    Column("name", String(), primary_key=True),
    Column("value", String(), nullable=False),
)
"""How far each side was read."""

sync_run = Table(
    "sync_run",
    metadata,
    Column("run", String(), primary_key=True),
    Column("started", String(), nullable=False, index=True),
    Column("ended", String()),
    Column("command", String(), nullable=False),
    Column("outcome", Text()),
    Column("status", String(), nullable=False),
)
"""Every run and its outcome."""

sync_change = Table(
    "sync_change",
    metadata,
    Column("run", String(), ForeignKey("sync_run.run", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer(), primary_key=True),
    Column("kind", String(), nullable=False),
    Column("key", Uuid(), nullable=False, index=True),
    Column("direction", String(), nullable=False),
    Column("operation", String(), nullable=False),
    Column("fields", Text(), nullable=False),
    Column("status", String(), nullable=False),
)
"""What each run changed, by field name; goes with its run."""

sync_conflict = Table(
    "sync_conflict",
    metadata,
    *_record(),
    Column("field", String(), primary_key=True),
    Column("found_at", String(), nullable=False),
    Column("local_digest", String(), nullable=False),
    Column("remote_digest", String(), nullable=False),
    Column("status", String(), nullable=False),
)
"""Fields that both sides changed, until a person decides."""

sync_parked = Table(
    "sync_parked",
    metadata,
    *_record(),
    Column("code", String(), nullable=False),
    Column("fields", Text(), nullable=False),
    Column("first_seen", String(), nullable=False),
    Column("attempts", Integer(), nullable=False),
)
"""Records that a permanent error set aside."""

sync_absent = Table(
    "sync_absent",
    metadata,
    *_record(),
    Column("listings", Integer(), nullable=False),
    Column("first_seen", String(), nullable=False),
)
"""Records that complete listings of the CRM did not show any more: how many listings in a row, since when."""

sync_done = Table(
    "sync_done",
    metadata,
    Column("activity", Integer(), primary_key=True, autoincrement=False),
    Column("done_at", String(), nullable=False),
)
"""Activities that staff did in the CRM and that were heeded here, so that none counts twice."""

sync_reminder = Table(
    "sync_reminder",
    metadata,
    *_record(),
    Column("reminder", String(), primary_key=True),
    Column("cause", String(), nullable=False),
    Column("language", String(), nullable=False),
    Column("status", String(), nullable=False),
    Column("at", String(), nullable=False),
)
"""What staff were reminded of: ``cause`` is a keyed digest of what it was for; ``status``: asking, asked, closing."""

undo_image = Table(
    "undo_image",
    metadata,
    Column("run", String(), ForeignKey("sync_run.run", ondelete="CASCADE"), primary_key=True),
    Column("first", Integer(), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary(), nullable=False),
)
"""What stood where a run wrote, sealed: one image a batch of changes, in the order of ``first``. Goes with its run."""

sync_lease = Table(
    "sync_lease",
    metadata,
    Column("club", String(), primary_key=True),
    Column("holder", String(), nullable=False),
    Column("token", Integer(), nullable=False),
    Column("expires_at", String(), nullable=False),
)
"""Who may run for a club now; a greater ``token`` fences off every earlier holder."""

tombstone = Table(
    "tombstone",
    metadata,
    *_record(),
    Column("erased_at", String(), nullable=False),
)
"""Records that were erased and must never come back; the key of a kind ``ref.…`` is a keyed digest of a reference."""

disclosure_batch = Table(
    "disclosure_batch",
    metadata,
    Column("batch", _number, primary_key=True, autoincrement=False),
    Column("at", String(), nullable=False),
    Column("run", String(), nullable=False),
    Column("kind", String(), nullable=False),
)
"""When, in which run and of which map's records something crossed; ``batch`` is the number of its first row."""

disclosure_crossing = Table(
    "disclosure_crossing",
    metadata,
    Column("crossing", Integer(), primary_key=True, autoincrement=False),
    Column("field", String(), nullable=False),
    Column("destination", String(), nullable=False),
    Column("audience", String(), nullable=False),
    Column("rule", String(), nullable=False),
    Column("event", String(), nullable=False),
)
"""Each way for a field to cross, once."""

disclosure = Table(
    "disclosure",
    metadata,
    Column("number", _number, primary_key=True, autoincrement=False),
    Column("batch", _number, nullable=False),
    Column("key", Uuid(), nullable=False),
    Column("crossing", Integer(), nullable=False),
    Column("hash", LargeBinary(), nullable=False),
)
"""The journal of what crossed to the CRM: one row a field, each chained to the row before. It outlives its runs."""

disclosure_head = Table(
    "disclosure_head",
    metadata,
    Column("club", String(), primary_key=True),
    Column("count", _number, nullable=False),
    Column("hash", LargeBinary(), nullable=False),
    Column("seal", LargeBinary(), nullable=False),
)
"""Where the journal ends, sealed with a key that is not in the database."""
