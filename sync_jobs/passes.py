"""The passes of one cycle: apply, look again at what was written and what moved meanwhile, until nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mappings.records import Key
from mappings.values import LINK
from sync_jobs.apply import Applier
from sync_jobs.attention import Attention
from sync_jobs.engine.guard import Reason
from sync_jobs.engine.plan import GONE, Change, Conflict, Direction, Parked, Plan, Scope
from sync_jobs.observe import Observation
from sync_jobs.state import State
from sync_jobs.tally import Tally
from sync_jobs.watch import Watch

PASSES = 6
"""How often a cycle plans again what was not confirmed, before it leaves it to the next."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, what it was made from, and why a person would have to approve it."""

    plan: Plan
    observation: Observation
    needs_approval: tuple[Reason, ...]


_Named = tuple[str, Key | int | None, Direction]


def _name(change: Change) -> _Named:
    return change.kind, change.key or change.crm_id, change.direction


@dataclass(slots=True)
class Passes:
    """What a cycle has done so far."""

    state: State
    applier: Applier
    attention: Attention
    watch: Watch
    guard: Callable[[Plan], Sequence[Reason]]
    tally: Tally = field(default_factory=Tally)
    _conflicts: dict[tuple[str, Key, str], Conflict] = field(default_factory=dict)
    _parked: dict[tuple[str, Key | None], Parked] = field(default_factory=dict)
    _seen: dict[str, set[Key]] = field(default_factory=dict)

    @property
    def seen(self) -> frozenset[str]:
        """Name the maps of which a record was compared."""
        return frozenset(kind for kind, keys in self._seen.items() if keys)

    @property
    def parked(self) -> list[Parked]:
        """Records that are left for the next cycle, or for a person."""
        return list(
            {(p.kind, p.key): p for p in [*self._parked.values(), *self.tally.parked, *self.tally.waiting]}.values()
        )

    def run(self, run: str, planned: Planned, again: Callable[[Mapping[str, Iterable[Key]]], Planned]) -> None:
        """Apply a plan that may be applied, then ``again`` for the records that are still to be looked at.

        Later passes do what the first plan said, and what is news within the caps; more than that waits for approval.
        """
        allowed: set[_Named] = set()
        self._observe(planned)
        for _ in range(PASSES):
            changes, later = self._now(planned)
            if allowed and self.guard(Plan(changes=[c for c in changes if _name(c) not in allowed])):
                self._leave(planned.plan.changes, "approval_needed")
                return
            allowed |= {_name(c) for c in planned.plan.changes}
            first = len(self.tally.changes)
            self._write(run, planned, changes)
            if not changes or self._confirmed(self.tally.changes[first:], later):
                return
            left: list[Parked | Change] = [*self.tally.waiting, *self._parked.values(), *later]
            planned = again(keys_by_kind((item.kind, item.key) for item in left))
            self._observe(planned)
        self._leave(planned.plan.changes, "changed_meanwhile")

    def _confirmed(self, written: Sequence[tuple[Change, Key, str]], later: Sequence[Change]) -> bool:
        """Tell whether nothing is left to look at: only the CRM was written on, and it confirmed every record.

        The next cycle reads these records anyway, for readings overlap (docs/adr/0019).
        """
        waits = later or self.tally.waiting or self._parked
        return not waits and all(c.direction is Direction.CRM and status == "done" for c, _, status in written)

    def _leave(self, changes: Sequence[Change], code: str) -> None:
        """Leave changes to the next cycle: it looks at these records again."""
        self._parked.update({(c.kind, c.key): Parked(c.kind, c.key, code, c.fields) for c in changes})

    def _write(self, run: str, planned: Planned, changes: Sequence[Change]) -> None:
        """Write on the register's side first, map by map, then on the CRM's."""
        first, self.tally.waiting = len(self.tally.changes), []
        for side, write in ((Direction.REGISTER, self.applier.to_register), (Direction.CRM, self.applier.to_crm)):
            by_kind: dict[str, list[Change]] = {}
            for change in changes:
                if change.direction is side:
                    by_kind.setdefault(change.kind, []).append(change)
            if side is Direction.CRM:
                self.attention.explain([c for c in changes if c.direction is side])
            scopes = [scope for scope in planned.observation.scopes if scope.entity.kind in by_kind]
            write([(scope, _side_by_side(scope, by_kind[scope.entity.kind])) for scope in scopes], self.tally)
        self.state.note_changes(run, first, self.tally.changes[first:])

    def settle(self, today: str, *, everything: bool) -> int:
        """Store open conflicts and parked records, and ask staff about them; give the number of conflicts.

        ``everything``: all was compared, so what is missing counts as one more complete listing without it.
        """
        closed = self.state.settle_conflicts(list(self._conflicts.values()), None if everything else self._seen)
        self.attention.explain_kept_out(self.parked)
        self.state.note_parked(self.parked)
        self.attention.ask(self.state.conflicts(), closed, today)
        if everything:
            self.watch.note_absences((p.kind, p.key) for p in self.parked if p.code == GONE and p.key)
        return len(self._conflicts)

    def _observe(self, planned: Planned) -> None:
        """Take in what a pass saw: it counts instead of what an earlier one saw of the same records."""
        self._advance(planned.plan)
        for scope in planned.observation.scopes:
            kind, compared = scope.entity.kind, {*scope.local, *scope.remote}
            self._seen.setdefault(kind, set()).update(compared)
            self._conflicts = {k: c for k, c in self._conflicts.items() if (k[0] != kind or k[1] not in compared)}
            self._parked = {k: p for k, p in self._parked.items() if (k[0] != kind or k[1] not in compared)}
            parked = [item for item in planned.plan.parked if item.kind == kind]
            self._parked.update({(p.kind, p.key): p for p in self.applier.bind_waiting(scope, parked)})
        self._conflicts.update({(c.kind, c.key, c.field): c for c in planned.plan.conflicts})

    def _now(self, planned: Planned) -> tuple[list[Change], list[Change]]:
        """Choose what this pass writes and what waits: the register's side first where a consent may change with it.

        What was observed in the CRM may withdraw a consent; nothing goes out before that counts.
        """
        settled = {(p.kind, p.key) for p in self.tally.parked}
        changes = [c for c in planned.plan.changes if (c.kind, c.key) not in settled]
        inward = [c for c in changes if c.direction is Direction.REGISTER]
        outward = [c for c in changes if c.direction is Direction.CRM]
        consents = {scope.entity.kind for scope in planned.observation.scopes if scope.entity.consents}
        if any(c.kind in consents for c in inward):
            return inward, outward
        return [*inward, *outward], []

    def _advance(self, plan: Plan) -> None:
        """Move the base to what was seen equal on both sides."""
        by_kind: dict[str, dict[Key, dict[str, str]]] = {}
        for (kind, key), fields in plan.agreed.items():
            by_kind.setdefault(kind, {})[key] = fields
        for kind, agreed in by_kind.items():
            self.state.advance(kind, agreed)


def keys_by_kind(named: Iterable[tuple[str, Key | None]]) -> dict[str, list[Key]]:
    """Sort keys by the map they belong to."""
    found: dict[str, list[Key]] = {}
    for kind, key in named:
        if key is not None:
            found.setdefault(kind, []).append(key)
    return found


def _side_by_side(scope: Scope, changes: Sequence[Change]) -> list[Change]:
    """Order changes by the record that theirs hangs on (a meeting's pair), those that hang on none first.

    The CRM then computes that record's figures once, not once for every batch that touches it.
    """
    hub = next((item.field for item in scope.entity.fields if item.kind is LINK and item.field != "key"), None)

    def hangs_on(change: Change) -> str:
        record = scope.local.get(change.key) if hub and change.key else None
        return str(getattr(record, hub or "", None) or "")

    return sorted(changes, key=hangs_on)
