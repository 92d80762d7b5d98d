"""Transactions of a real Odoo that commit after a sync has read past them, and two syncs of one club at once."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from connector.register.state_schema import sync_lease
from mappings.records import Meeting
from sync_jobs import cycle
from tests.property.small_club import SmallClub

from .ground import Ground

pytestmark = pytest.mark.odoo

CLI = ("-m", "sync_jobs.cli")
STARTED = "date_trunc('second', now() AT TIME ZONE 'UTC')"
"""What Odoo writes into ``write_date``: when the transaction began."""


@contextmanager
def late(ground: Ground, club: SmallClub, minutes: int) -> Iterator[Any]:
    """Write a meeting in a transaction that began now and stays open inside the block; it commits at its end."""
    meeting = ground.staff.id_of("x_mentoring_meeting", club.name("meeting", "met"))
    with psycopg.connect(ground.odoo.pg) as transaction:
        transaction.execute(
            f"UPDATE x_mentoring_meeting SET x_minutes = %s, write_date = {STARTED} WHERE id = %s",
            (minutes, meeting),
        )
        yield transaction


def minutes(ground: Ground, club: SmallClub) -> int:
    """Tell what the register says of the meeting."""
    with ground.open() as sides:
        found = sides.register.get("meeting", club.keys["met"])
        assert isinstance(found, Meeting)
        return found.minutes


def sync(ground: Ground, *, full: bool = False) -> str:
    """Run a sync and tell how far the CRM counts as read."""
    with ground.open() as sides:
        sides.cycle.run(full=full)
        return sides.state.cursor("crm") or ""


def test_what_commits_after_it_was_read_past_is_seen_by_the_next_sync(ground: Ground, club: SmallClub) -> None:
    """A transaction that began before a sync and commits after it is in the register one sync later."""
    before = sync(ground)
    with late(ground, club, 77):
        time.sleep(1.1)
        assert sync(ground) > before
        assert minutes(ground, club) == 60
    sync(ground)
    assert minutes(ground, club) == 77


def test_what_commits_later_than_readings_overlap_is_seen_by_a_full_sync(
    ground: Ground, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction older than the overlap falls behind the cursor; the next full sync takes it in."""
    monkeypatch.setattr(cycle, "OVERLAP", dt.timedelta(0))
    with late(ground, club, 78):
        time.sleep(2.1)
        sync(ground)
    sync(ground)
    assert minutes(ground, club) == 60, "nothing is proven: the cursor had not passed it"
    sync(ground, full=True)
    assert minutes(ground, club) == 78


def test_of_two_syncs_at_once_one_works_and_the_other_says_who_does(ground: Ground, club: SmallClub) -> None:
    """Two processes: while the first waits for a row that staff hold in Odoo, the second stops with code 3."""
    with ground.open() as sides:
        mentoring = sides.register.get("meeting", club.keys["met"])
        assert mentoring is not None
        sides.register.save([mentoring.model_copy(update={"purpose": "closing"})])
        meeting = ground.staff.id_of("x_mentoring_meeting", club.name("meeting", "met"))
        with psycopg.connect(ground.odoo.pg) as staff:
            staff.execute("SELECT id FROM x_mentoring_meeting WHERE id = %s FOR UPDATE", (meeting,))
            first = ground.process(*CLI, "sync", "--json")
            wait_until_held(sides.register, first.pid)
            second = ground.process(*CLI, "sync", "--json")
            told = json.loads(second.communicate(timeout=60)[0])
            assert first.poll() is None, "nothing is proven: the first had ended"
        report = json.loads(first.communicate(timeout=60)[0])
        assert (second.returncode, told["error"]) == (3, "LeaseHeld")
        assert f"process {first.pid}" in told["message"]
        assert "error" not in report
        assert report["updated"] == 1
        assert sides.cycle.plan().plan.changes == []


def wait_until_held(register: Any, process: int) -> None:
    """Wait until this process holds the lease."""
    for _ in range(600):
        with register.transaction(reads_only=True) as tx:
            holder = tx.connection.execute(select(sync_lease.c.holder, sync_lease.c.expires_at)).first()
        if holder and holder.holder.endswith(f"process {process}"):
            return
        time.sleep(0.05)
    pytest.fail("the first sync never took the lease")
