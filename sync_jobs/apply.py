"""Apply: the plan's changes, in batches, each batch one transaction on the side it is written on.

The base advances only with what a side confirmed. Whatever was not confirmed is planned again by the next pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.crm.port import BATCH, Crm
from connector.register.repository import Register
from sync_jobs.engine.plan import Change, Operation, Parked, Scope
from sync_jobs.inward import Inward
from sync_jobs.observe import Progress, silent
from sync_jobs.outward import Outward
from sync_jobs.state import State
from sync_jobs.tally import Tally
from sync_jobs.watch import Watch


class Applier:
    """Writes on either side."""

    def __init__(self, register: Register, crm: Crm, state: State, progress: Progress = silent) -> None:
        """Take both sides and the state."""
        self._inward = Inward(register, crm, state, Watch(register, state))
        self._outward = Outward(register, crm, state, progress)
        self._progress = progress

    def to_register(self, asked: Sequence[tuple[Scope, Sequence[Change]]], tally: Tally) -> None:
        """Write these changes, map by map, to the register."""
        for scope, planned in asked:
            merges = [change for change in planned if change.operation is Operation.MERGE]
            changes = [change for change in planned if change.operation is not Operation.MERGE]
            self._inward.follow_merges(scope, merges, tally)
            for start in range(0, len(changes), BATCH):
                self._inward.write(scope, changes[start : start + BATCH], tally)
                self._progress("Writing to the register", len(changes[start : start + BATCH]))

    def to_crm(self, asked: Sequence[tuple[Scope, Sequence[Change]]], tally: Tally) -> None:
        """Write these changes, map by map, to the CRM."""
        self._outward.write(asked, tally)

    def bind_waiting(self, scope: Scope, parked: Sequence[Parked]) -> list[Parked]:
        """Give newcomers that must wait a key, so that they are looked at again by it and not forgotten."""
        return self._inward.bind_waiting(scope, parked)
