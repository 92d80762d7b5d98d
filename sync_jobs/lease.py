"""The lease: one run of a club at a time. A greater token fences off whoever held it before."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select

from connector.register.repository import Register
from connector.register.saving import lock_counter
from connector.register.state_schema import sync_lease
from sync_jobs.state import State, upsert, utc_now

CLUB = "club"
"""One register holds one club."""

TERM = dt.timedelta(minutes=10)
"""How long a holder that is not heard of keeps the lease; every write of its state renews it."""


_PROCESS = ", process "


class LeaseHeld(Exception):
    """Another run of this club is at work: wait until it has ended, then run again."""

    def __init__(self, holder: str, until: str) -> None:
        super().__init__(f"another run holds the club: {holder}, until {until} UTC at the latest")
        self.message = str(self)
        self.advice = "Wait until it has ended. If that process is dead, the lease runs out by itself at that time."


class LeaseLost(Exception):
    """Another run took over, for this one was silent for too long. Nothing more was written; the other goes on."""

    def __init__(self) -> None:
        super().__init__("another run took over this club while this one was silent")
        self.message, self.advice = str(self), "Look at `binome status`, then run `binome sync` again."


@contextmanager
def held(register: Register, state: State) -> Iterator[None]:
    """Hold the club while inside; every write of the state checks that it still is ours, and renews it.

    Raises LeaseHeld where another holds it, LeaseLost from inside where it was taken over.
    """
    holder = f"{socket.gethostname()}{_PROCESS}{os.getpid()}"
    token = _take(register, holder)
    state.fence = lambda connection: _renew(connection, token)
    try:
        yield
    finally:
        state.fence = None
        with register.transaction() as tx:
            tx.connection.execute(
                sync_lease.update()
                .where(sync_lease.c.club == CLUB, sync_lease.c.token == token)
                .values(expires_at=_stamp(utc_now()))
            )


def _take(register: Register, holder: str) -> int:
    with register.transaction() as tx:
        lock_counter(tx.connection)  # two that come at once are judged one after the other
        row = tx.connection.execute(select(sync_lease).where(sync_lease.c.club == CLUB)).mappings().first()
        now = utc_now()
        if row and row["expires_at"] > _stamp(now) and not _died_here(row["holder"]):
            raise LeaseHeld(row["holder"], row["expires_at"])
        token = (row["token"] if row else 0) + 1
        taken = {"club": CLUB, "holder": holder, "token": token, "expires_at": _stamp(now + TERM)}
        upsert(tx.connection, sync_lease, [taken])
        return token


def _died_here(holder: str) -> bool:
    """Tell whether the holder was a process of this machine that is gone: its lease need not run out first."""
    host, _, process = holder.partition(_PROCESS)
    if host != socket.gethostname() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it lives, under another user
        return False
    return False


def _renew(connection: Connection, token: int) -> None:
    renewed = connection.execute(
        sync_lease.update()
        .where(sync_lease.c.club == CLUB, sync_lease.c.token == token)
        .values(expires_at=_stamp(utc_now() + TERM))
    )
    if not renewed.rowcount:
        raise LeaseLost


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
