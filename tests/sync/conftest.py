"""A small club on both sides, in step: one pair with its stay, charter and a meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connector.crm.port import Crm
from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from mappings.catalogue import BY_KIND
from mappings.records import Charter, Key, Meeting, Mentee, Mentor, Organisation, Pair, Person, Record, Stay
from sync_jobs.cycle import Cycle, Report
from sync_jobs.engine.guard import Caps
from sync_jobs.digests import Digests
from sync_jobs.state import State
from tests.property.strategies import key

FIRM, VENTURE, MENTOR, MENTEE, OTHER, STAY, PAIR, CHARTER, MEETING = (key(number) for number in range(1, 10))
NO_CAPS = Caps(10**6, 10**6, 10**6, 1.0)
DAY = dt.date


@dataclass
class Club:
    """Both sides, the sync between them, and a clock that tests move."""

    register: Register
    crm: SandboxCrm
    now: dt.datetime = field(default_factory=lambda: dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC))

    def __post_init__(self) -> None:
        self.state = State(self.register, Digests(b"secret"), self.clock)
        self.staff = self.crm.as_staff()

    def clock(self) -> dt.datetime:
        """Tell the time; it goes on by a second."""
        self.now += dt.timedelta(seconds=1)
        return self.now

    def cycle(self, **more: Any) -> Cycle:
        """Make a cycle, as a new process does."""
        return Cycle(self.register, self.crm, self.state, **{"caps": NO_CAPS, **more})

    def cycle_with(self, crm: Crm) -> Cycle:
        """Make a cycle over another way to the same CRM, one that fails perhaps."""
        self.now += dt.timedelta(minutes=15)
        return Cycle(self.register, crm, self.state, caps=NO_CAPS)

    def sync(self, *, full: bool = False) -> Report:
        """Run a cycle, a quarter of an hour after the last: no reading overlaps."""
        self.now += dt.timedelta(minutes=15)
        return self.cycle().run(full=full)

    def settled(self) -> bool:
        """Tell whether nothing is left to do, on a full comparison too."""
        whole = self.cycle().plan(full=True).plan
        return not (self.cycle().plan().plan.changes or whole.changes or whole.conflicts or whole.parked)

    def get(self, kind: str, of: Key) -> Any:
        """Give a record of the register."""
        return self.register.get(kind, of)

    def change(self, kind: str, of: Key, **more: Any) -> None:
        """Change a record of the register."""
        self.register.save([self.get(kind, of).model_copy(update=more)])

    def write(self, kind: str, of: Key, **columns: Any) -> None:
        """Let staff change a record in the CRM."""
        self.staff.write(BY_KIND[kind].model, self.name(kind, of), **columns)

    def seen(self, kind: str, of: Key, column: str) -> Any:
        """Give what the CRM shows."""
        return self.staff.read(BY_KIND[kind].model, self.name(kind, of), column)[column]

    def notes(self, kind: str, of: Key) -> list[str]:
        """Read the chatter of a record."""
        return self.staff.notes(BY_KIND[kind].model, self.name(kind, of))

    @staticmethod
    def name(kind: str, of: Key) -> str:
        """Give a record's external id."""
        return BY_KIND[kind].external_id(of)


def records() -> list[Record]:
    """Make the club's records."""
    return [
        Organisation(key=FIRM, name="Firm"),
        Organisation(key=VENTURE, name="Venture"),
        Person(key=MENTOR, name="Mentor", organisation=FIRM),
        Person(key=MENTEE, name="Mentee", organisation=VENTURE),
        Person(key=OTHER, name="Other", organisation=FIRM),
        Mentor(key=key(21), person=MENTOR, capacity=2),
        Mentee(key=key(22), person=MENTEE),
        Stay(key=STAY, organisation=VENTURE, start=DAY(2026, 1, 1), planned_end=DAY(2027, 12, 31)),
        Pair(
            key=PAIR, mentor=MENTOR, mentee=MENTEE, stay=STAY, state="charter_pending", mentor_accepted=True,
            mentee_accepted=True, planned_end=DAY(2027, 12, 31),
        ),
        Charter(key=CHARTER, pair=PAIR, version="2026-1", state="sent"),
        Meeting(key=MEETING, pair=PAIR, date=DAY(2026, 11, 20)),
    ]


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Club]:
    """Give a club whose first sync is done."""
    made: list[Club] = []
    crm = SandboxCrm.open(clock=lambda: made[0].clock() if made else dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}", create=True) as register:
        made.append(Club(register, crm))
        register.save(records())
        made[0].sync()
        yield made[0]
    crm.close()
