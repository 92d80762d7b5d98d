"""Whatever people, the line and other runners do to two sides, in any order: nothing is lost, doubled or leaked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from socket import gethostname
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from connector.crm.errors import CrmAnswerLost, CrmUnreachable
from connector.register.state_schema import sync_lease
from mappings.catalogue import CATALOGUE
from sync_jobs import cycle, inward, observe, outward, state
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.engine.plan import Change
from sync_jobs.lease import LeaseHeld, LeaseLost
from sync_jobs.passes import Planned
from sync_jobs.digests import Digests
from sync_jobs.state import State
from tests.property.machine_ends import departures_followed, expectations, lasts, nothing_doubled, nothing_leaked, ruled
from tests.property.machine_ledger import Place
from tests.property.machine_line import STRIKES, Inline, Killed, Line
from tests.property.machine_world import EDITABLE, MAPS, UNIQUE, Club
from tests.property.strategies import key

NO_CAPS = Caps(10**6, 10**6, 10**6, 1.0)
KINDS, SIDES = st.sampled_from(sorted(MAPS)), st.sampled_from(["register", "crm"])
SMALL = st.integers(0, 7)
EDITS = st.tuples(SIDES, st.sampled_from(EDITABLE), SMALL, SMALL)
CLEAR = st.tuples(SIDES, st.sampled_from(UNIQUE), SMALL, st.integers(1, 7))
"""Edits that take another value than the field ever had."""
CALLS = st.tuples(st.just("all"), st.integers(1, 40)) | st.tuples(st.just("writes"), st.integers(1, 6))
NEW = sorted({entity.record.kind for entity in CATALOGUE})


class Machine(RuleBasedStateMachine):
    """People, syncs, and what befalls them."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for module in (observe, outward):
            self.patch.setattr(module, "ThreadPoolExecutor", Inline)
        keys = count(2000)
        for module in (inward, state):
            self.patch.setattr(module, "new_key", lambda: key(next(keys)))
        self.club = Club()
        self.club.ledger.ruled = ruled()
        self.states = [State(register, Digests(b"secret")) for register in self.club.desks]
        self.unseen = self.failed = False

    def runner(self, line: Line, number: int = 0) -> Cycle:
        """Give a runner as a new process makes it; the second has connections of its own."""
        return Cycle(self.club.desks[number], line, self.states[number], caps=NO_CAPS)

    def line(self, **how: Any) -> Line:
        return Line(self.club.crm, self.club.without_consent, **how)

    # -- people

    @rule(edit=EDITS)
    def edit(self, edit: Any) -> None:
        self.club.edit(*edit)

    @rule(edit=EDITS, skew=st.integers(-2, 2))
    def edit_askew(self, edit: Any, skew: int) -> None:
        """Edit while the CRM's clock is wrong, and sync before the edit and after."""
        self.sync(full=False)
        self.club.clock.skew = skew
        self.club.edit(*edit)

    @rule(edit=CLEAR, other=st.integers(1, 7))
    def edit_both(self, edit: Any, other: int) -> None:
        for one in _on_both(edit, other):
            self.club.edit(*one)

    @rule(edit=CLEAR, other=st.integers(1, 7), at=st.sampled_from([1, 1, 1, 2, 3]), arrives=st.booleans())
    def race(self, edit: Any, other: int, at: int, arrives: bool) -> None:
        """Edit a field on one side, and on the other while the sync is writing."""
        first, second = _on_both(edit, other)
        self.club.edit(*first)
        self.struck(at, "meanwhile", arrives, second, among="writes")

    @rule(side=SIDES, kind=KINDS, which=SMALL, active=st.integers(0, 1))
    def archive(self, side: Any, kind: str, which: int, active: int) -> None:
        if "active" in MAPS[kind].by_field:
            self.club.edit(side, (kind, "active"), which, active)

    @rule(side=SIDES, which=SMALL, name=st.sampled_from(["share_email", "share_phone"]), given=st.integers(0, 1))
    def consent(self, side: Any, which: int, name: str, given: int) -> None:
        self.club.edit(side, ("card", name), which, given)

    @rule(side=SIDES, kind=st.sampled_from(NEW))
    def create(self, side: Any, kind: str) -> None:
        self.club.create(side, kind)

    @rule()
    def stranger(self) -> None:
        self.club.stranger()

    @rule(kind=KINDS, which=SMALL)
    def delete(self, kind: str, which: int) -> None:
        self.club.delete(kind, which)
        self.unseen = True  # links to it are emptied without a new write_date: a whole reading finds them

    @rule(kept=SMALL, other=SMALL)
    def merge(self, kept: int, other: int) -> None:
        self.club.merge(kept, other)

    @rule(minutes=st.sampled_from([1, 4, 20]))
    def wait(self, minutes: int) -> None:
        self.club.clock.now += dt.timedelta(minutes=minutes)

    @rule(skew=st.integers(-2, 2))
    def skew(self, skew: int) -> None:
        self.club.clock.skew = skew

    # -- runners

    @initialize(synced=st.sampled_from([True, True, True, False]))
    def begin(self, synced: bool) -> None:
        if synced:
            self.sync(full=False)

    @rule(full=st.sampled_from([False, False, False, True]))
    def sync(self, full: bool) -> None:
        with self._judged():
            self.runner(self.line()).run(full=full)
            self._after(full=full)
            self._judge()

    @rule()
    def look(self) -> None:
        """Plan and verify, which change nothing."""
        with self._judged():
            line, before = self.line(), self.club.office.watermark()
            cycle.verify(self.runner(line).plan(full=True))
            assert not line.wrote, "a plan wrote to the CRM"
            assert self.club.office.watermark() == before, "a plan wrote to the register"

    @rule(call=CALLS, strike=st.sampled_from(STRIKES), arrives=st.booleans(), edit=EDITS)
    def strike(self, call: tuple[str, int], strike: str, arrives: bool, edit: Any) -> None:
        self.struck(call[1], strike, arrives, edit, among=call[0])

    def struck(self, at: int, strike: str, arrives: bool, edit: Any, among: str = "all") -> None:
        """Run a sync while something befalls one of its calls."""
        acts: dict[str, Callable[[], None]] = {
            "meanwhile": lambda: self.club.edit(*edit), "rival": self._rival, "taken over": self._take_over,
        }
        with self._judged():
            how = {"at": at, "strike": strike, "arrives": arrives, "among": among}
            line = self.line(**how, act=acts.get(strike, lambda: None))
            self.club.ledger.under_way = True
            try:
                with suppress(CrmAnswerLost, CrmUnreachable, LeaseLost, Killed):
                    self.runner(line).run()
                    assert not (line.struck and strike == "taken over"), "a runner went on without its lease"
                    self.unseen |= line.struck and strike in ("blind", "rows missing")
                    self._after(full=False)
            finally:
                self.club.ledger.under_way = False
            if strike == "killed" and line.struck:
                self._lease(holder=f"{gethostname()}, process 4194305", expires_at="2999-01-01 00:00:00")

    def _rival(self) -> None:
        line = self.line()
        with pytest.raises(LeaseHeld):
            self.runner(line, 1).run()
        assert not line.wrote, "two runners at once"

    def _take_over(self) -> None:
        self._lease(expires_at="2000-01-01 00:00:00")
        self.runner(self.line(), 1).run()

    def _lease(self, **values: str) -> None:
        with self.club.office.transaction() as tx:
            tx.connection.execute(sync_lease.update().values(**values))

    # -- what must be true

    @contextmanager
    def _judged(self) -> Iterator[None]:
        """Note that a promise was broken: the end of the example has nothing to add then."""
        self.failed = True
        yield
        self.failed = False

    def _after(self, *, full: bool) -> None:
        """Take in that a sync came to its end: what it should have seen is settled."""
        self.unseen &= not full
        if not self.unseen and not self.club.ledger.under_way:
            assert not self._lost(), "\n".join(self._lost())
        if not self.unseen:
            self.club.crm_shows()
            self.club.ledger.settle(self._conflicts(), self._parked())

    def _judge(self) -> None:
        """Check what is true after every good sync."""
        assert not self._left(self.runner(self.line()).plan()), "a second run plans something"

    def _lost(self) -> list[str]:
        there = self.club.crm_shows()
        return self.club.ledger.lost(self.club.register_shows(), there, self._conflicts(), self._parked())

    def _conflicts(self) -> set[Place]:
        return {(row["kind"], row["key"], row["field"]) for row in self.states[0].conflicts()}

    def _parked(self) -> set[tuple[str, UUID]]:
        return {(row["kind"], row["key"]) for row in self.states[0].parked()}

    def _left(self, planned: Planned) -> list[Change]:
        """Give the changes that are planned though no record is set aside for them."""
        return [change for change in planned.plan.changes if (change.kind, change.key) not in self._parked()]

    def teardown(self) -> None:
        """After two good syncs all is as it should be."""
        try:
            if not self.failed:
                self._end()
        finally:
            self.club.close()
            self.patch.undo()

    def _end(self) -> None:
        self.club.clock.skew = 0
        for full in (self.unseen, False):
            self.club.clock.now += dt.timedelta(minutes=20)
            self.sync(full)
        self.club.clock.now += dt.timedelta(minutes=20)
        whole = self.runner(self.line()).plan(full=True)
        assert not self._left(whole), f"something fell behind the cursors: {self._left(whole)}"
        assert {(c.kind, c.key, c.field) for c in whole.plan.conflicts} == self._conflicts()
        assert all(lasts(row["code"]) for row in self.states[0].parked())
        for _ in range(4 if expectations["absences_archived"] and self.club.deleted else 0):
            self.club.clock.now += dt.timedelta(minutes=20)
            self.sync(full=True)
        departures_followed(self.club, self._parked())
        nothing_doubled(self.club, self._parked())
        nothing_leaked(self.club)


def _on_both(edit: Any, other: int) -> tuple[Any, Any]:
    """Give an edit, and one of the same field on the other side."""
    side, *place, value = edit
    return (side, *place, value), ("crm" if side == "register" else "register", *place, other)


Machine.TestCase.settings = settings(
    stateful_step_count=15, suppress_health_check=list(HealthCheck), print_blob=True,
)
test_any_history_of_both_sides = Machine.TestCase
