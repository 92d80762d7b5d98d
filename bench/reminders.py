"""What reminders of 10,000 pairs cost: calls to the CRM for each 500 changes, and the seconds of a quiet day.

On the sandbox: what is counted are calls, which a real Odoo answers one by one just the same.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from connector.crm.port import BATCH
from connector.crm.sandbox import SandboxCrm
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.settings import ReminderSettings
from harness import say, verdict
from mappings.records import Meeting, Pair, Person, Record
from sync_jobs.cycle import Cycle
from sync_jobs.digests import Digests
from sync_jobs.engine.guard import Caps
from sync_jobs.reminders import Reminders
from sync_jobs.state import State

PAIRS, START = 10_000, dt.date(2026, 1, 5)
TARGETS = {"calls_per_500_changes": ("at most", 2.0)}


def club() -> list[Record]:
    """Make pairs that began on one day."""
    people = [Person(key=new_key(), name=f"Person {number}") for number in range(2 * PAIRS)]
    return [*people, *(
        Pair(key=new_key(), mentor=people[at].key, mentee=people[at + 1].key, state="active", start=START,
             mentor_accepted=True, mentee_accepted=True)
        for at in range(0, 2 * PAIRS, 2)
    )]


def measure(register: Register, crm: SandboxCrm) -> float:
    """Ask about all pairs, ask nothing, and take everything back; give the calls for each 500 changes."""
    state = State(register, Digests(b"bench"))
    register.save(club())
    Cycle(register, crm, state, caps=Caps(10**6, 10**6, 10**6, 1.0)).run()
    job, changes, calls = Reminders(register, crm, state, ReminderSettings(), "1"), 0, 0
    for what, ahead in (("asked", 31), ("quiet", 31), ("closed", 32)):
        if what == "closed":
            met = START + dt.timedelta(days=ahead)
            pairs = register.all("pair")
            register.save(Meeting(key=new_key(), pair=pair.key, date=met, state="held") for pair in pairs)
        before, began = crm.calls, time.monotonic()
        told = job.run(START + dt.timedelta(days=ahead))
        changed = told.created + told.withdrawn
        say(f"{what}: {changed} changes, {crm.calls - before} calls, {time.monotonic() - began:.1f} s")
        changes, calls = changes + changed, calls + crm.calls - before
    return round(calls * BATCH / changes, 2)


def main() -> int:
    """Run it once: calls are counted, not timed."""
    with tempfile.TemporaryDirectory() as folder:
        crm = SandboxCrm.open()
        with Register.open(f"sqlite:///{Path(folder) / 'club.db'}", create=True) as register:
            found = measure(register, crm)
        crm.close()
    return verdict("reminders", {"calls_per_500_changes": found}, TARGETS)


if __name__ == "__main__":
    sys.exit(main())
