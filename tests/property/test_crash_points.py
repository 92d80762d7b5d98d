"""A sync that dies at any step of a cycle over all twelve maps, and one more: always the same end."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from mappings.catalogue import CATALOGUE
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.digests import Digests
from sync_jobs.state import State
from tests.property.mortal import COMMIT, Died, Fate, MortalCrm, MortalRegister, let_the_lease_run_out
from tests.property.small_club import Ends, SmallClub, census

NO_CAPS = Caps(10**6, 10**6, 10**6, 1.0)
SECRET = Digests(b"secret")
PASSING = tuple(f'INSERT INTO "{table}"' for table in ("sync_run", "sync_lease"))


@dataclass(slots=True)
class Clock:
    """The CRM's clock: a second a question."""

    now: dt.datetime = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    def pass_by(self) -> None:
        """Let more time pass than readings overlap."""
        self.now += dt.timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a club, at some moment."""

    folder: Path
    club: SmallClub
    clock: Clock

    @contextmanager
    def open(self, fate: Fate) -> Iterator[tuple[Register, SandboxCrm, Cycle]]:
        """Open both sides as a new process does, whose run has this fate."""
        crm = SandboxCrm.open(str(self.folder / "crm.db"), clock=self.clock)
        with MortalRegister.opened(f"sqlite:///{self.folder / 'register.db'}", fate) as register:
            try:
                yield register, crm, Cycle(register, MortalCrm(crm, fate), State(register, SECRET), caps=NO_CAPS)
            finally:
                crm.close()

    def copied(self, folder: Path) -> Place:
        """Copy it as it stands."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, clock=replace(self.clock))

    def run(self, fate: Fate | None = None) -> None:
        """Run a sync to its end, or as far as it lives."""
        with self.open(fate or Fate()) as (_, _, cycle), suppress(Died):
            cycle.run()

    def contents(self) -> frozenset[str]:
        """Give all that a next run could find, but for who ran before and when."""
        found: set[str] = set()
        for file in ("crm.db", "register.db"):
            with closing(sqlite3.connect(self.folder / file)) as database:
                found.update(line for line in database.iterdump() if not line.startswith(PASSING))
        return frozenset(found)

    def end(self) -> tuple[Ends, dict[str, int]]:
        """Run once more, after a while, and tell how both sides then stand; nothing may be left to do."""
        self.clock.pass_by()
        with self.open(Fate()) as (register, crm, cycle):
            let_the_lease_run_out(register)
            cycle.run()
            assert cycle.plan(full=True).plan.changes == [], "a second run plans something"
            state = State(register, SECRET)
            return self.club.ends(register, crm, state), census(register, crm)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A club that was in step, and that people have edited since, on both sides and in every map."""
    place = Place(tmp_path_factory.mktemp("club"), SmallClub(1), Clock())
    with Register.open(f"sqlite:///{place.folder / 'register.db'}", create=True) as register:
        register.save(place.club.start())
    place.run()
    place.clock.pass_by()
    with place.open(Fate()) as (register, crm, _):
        place.club.edit_register(register)
        place.club.edit_crm(crm.as_staff())
    return place


def test_whatever_step_a_sync_dies_at_the_next_ends_the_same(edited: Place, tmp_path: Path) -> None:
    """Each call and each commit in turn, before it and after it: both sides, conflicts, set aside, numbers, no plan."""
    whole, fate = edited.copied(tmp_path / "whole"), Fate()
    whole.run(fate)
    wanted = whole.end()
    assert wanted[0]["conflicts"] == [("meeting", "disputed", "minutes")]
    assert wanted[0]["set aside"] == [("contribution", "waiting", "links_to_stranger")]
    proven: set[frozenset[str]] = set()
    for at in fate.steps:
        # A commit that was not reached leaves what the step before it left; a call is broken off on its way and back.
        for done in (True,) if at.what == COMMIT else (False, True):
            place, mortal = edited.copied(tmp_path / "broken"), Fate(at, done=done)
            place.run(mortal)
            assert mortal.dead, at
            if (left := place.contents()) not in proven:  # breaking off a reading leaves what an earlier one left
                assert place.end() == wanted, (at, done)
                proven.add(left)
            shutil.rmtree(place.folder)
    calls = [step for step in fate.steps if step.what != COMMIT]
    assert len(calls) > 50
    assert len(proven) > 40
    assert {step.what.split()[-1] for step in calls} >= {entity.model for entity in CATALOGUE}
