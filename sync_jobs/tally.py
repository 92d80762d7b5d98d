"""What a sync has done so far: counts, every change with its status, and what was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mappings.records import Key
from sync_jobs.engine.plan import Change, Direction, Operation, Parked

WAITING = {"stale": "changed_meanwhile", "dangling": "link_not_there_yet", "existing": "made_before"}
"""Outcomes that the next pass settles, and the code a record is parked under if none does."""

LASTING = {"missing": "gone_from_crm", "foreign": "external_id_taken", "taken": "external_id_taken"}
"""Outcomes that wait for a person."""


@dataclass(slots=True)
class Tally:
    """What was done: counts by direction and operation, every change with its status, and what was set aside."""

    done: Counter[tuple[Direction, Operation]] = field(default_factory=Counter)
    changes: list[tuple[Change, Key, str]] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    waiting: list[Parked] = field(default_factory=list)

    def counts(self) -> tuple[int, int, int]:
        """Count what was created, updated and archived, on both sides together."""

        def of(*operations: Operation) -> int:
            return sum(self.done[(direction, operation)] for direction in Direction for operation in operations)

        return of(Operation.CREATE), of(Operation.UPDATE), of(Operation.ARCHIVE, Operation.MERGE)

    def note(self, change: Change, key: Key, status: str, columns: Iterable[str] = ()) -> None:
        """Note what came of one change."""
        self.changes.append((change, key, status))
        if status == "done":
            self.done[(change.direction, change.operation)] += 1
        elif status in WAITING:
            self.waiting.append(Parked(change.kind, key, WAITING[status], tuple(columns)))
        else:
            self.parked.append(Parked(change.kind, key, LASTING.get(status, status), tuple(columns) or change.fields))
