"""Rulings: what the programme's rules make of a plan before it is applied.

An edit of staff that breaks a rule is set back; a charter's state follows its dates; a stay's end takes its pairs'
planned ends along; a meeting whose activity staff marked done counts as held. All of it becomes part of the plan:
shown, guarded and undone like the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from connector.crm.port import Finished
from connector.register.repository import Register
from mappings import rules
from mappings.records import Charter, Key, Meeting, Pair, Record, Stay
from mappings.values import parse_external_id
from mappings.vocabulary import MeetingState
from sync_jobs.engine.plan import Change, Derived, Direction, Operation, Parked, Plan, Scope
from sync_jobs.engine.ports import Digest, Digester
from sync_jobs.programme import FIELDS, Programme, taken_in

STAY_ENDS, ACTIVITY_DONE, DATES, RULE = "stay_ends", "activity_done", "charter_dates", "rule_"

_ASKING = frozenset({"state", "mentor_accepted", "mentee_accepted", "stay", "planned_end", "active"})
"""Fields of a pair whose change may break a rule."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """Judges plans."""

    register: Register
    digester: Digester
    charter_version: str | None = None
    """The version that a pair must have signed to become active; None: any."""

    def judge(self, plan: Plan, scopes: Sequence[Scope], finished: Iterable[Finished] = ()) -> None:
        """Change the plan to what the rules allow and ask for. ``finished``: done by staff, not yet heeded."""
        by_kind = {scope.entity.kind: scope for scope in scopes}
        if "charter" in by_kind:
            self._follow_dates(plan, by_kind["charter"])  # before the pairs, whose activation asks for a signed one
        if "pair" in by_kind:
            programme = Programme(self.register, scopes, plan, self.charter_version)
            self._set_back(plan, by_kind["pair"], programme)
            if "stay" in by_kind:
                self._follow_stays(plan, by_kind["stay"], by_kind["pair"], programme)
        if "meeting" in by_kind:
            self._hold_meetings(plan, by_kind["meeting"], finished)

    def _follow_dates(self, plan: Plan, scope: Scope) -> None:
        """Let the state of charters follow their dates; a state that staff chose against them goes back.

        Where each side recorded one signature and its state, the dates decide, and nobody is asked.
        """
        asked = {c.key: c for c in plan.conflicts if (c.kind, c.field) == ("charter", "state")}
        contested = {c.key for c in plan.conflicts if c.kind == "charter" and c.field != "state"}
        edits = {
            c.key: c for c in plan.changes
            if c.kind == "charter" and c.direction is Direction.REGISTER and c.key in scope.local
        }
        for key, record in scope.local.items():
            edit = edits.get(key)
            after = _would_be(scope, edit, key) if edit else record
            if key in contested or not isinstance(after, Charter) or not isinstance(record, Charter):
                continue
            state = rules.charter_state(after, record.state)
            if key in asked and state in rules.SIGNATURES:
                plan.conflicts.remove(asked[key])
                self._derive(plan, scope, record, DATES, {"state": state}, heard={"state": asked[key].remote})
            elif key in asked or state is after.state:
                continue
            elif edit and "state" in edit.digests and state is record.state:
                plan.changes[:] = [change for change in plan.changes if change is not edit]
                plan.changes += self._without(edit, record, scope, [rules.CharterNotSigned])
            else:
                self._derive(plan, scope, record, DATES, {"state": state})

    def _set_back(self, plan: Plan, scope: Scope, programme: Programme) -> None:
        """Set the field of a pair back by which staff broke a rule; a new pair that breaks one stays out."""
        judged: list[Change] = []
        for change in plan.changes:
            asks = change.kind == "pair" and (change.operation is Operation.CREATE or _ASKING & change.digests.keys())
            after = programme.fresh.get(id(change)) if asks else None
            before = scope.local.get(change.key) if change.key else None
            broken = self._newly_broken(programme, before, after)
            if not broken:
                judged.append(change)
            elif before is None:
                plan.parked.append(_kept_out(change, broken[0]))
            else:
                judged += self._without(change, before, scope, broken)
        plan.changes[:] = judged

    @staticmethod
    def _newly_broken(
        programme: Programme, before: Record | None, after: Record | None
    ) -> list[type[rules.RuleBroken]]:
        """Name the rules that the pair breaks now and did not before: older wrongs are not this edit's doing."""
        if not isinstance(after, Pair):
            return []
        known = programme.broken(before) if isinstance(before, Pair) else []
        return [one for one in programme.broken(after) if one not in known]

    def _without(
        self, change: Change, before: Record, scope: Scope, broken: Sequence[type[rules.RuleBroken]]
    ) -> list[Change]:
        """Part a change: what breaks a rule goes back to the CRM as the register has it, the rest is taken in."""
        back = {FIELDS[one]: one.rule for one in reversed(broken) if FIELDS[one] in change.digests}
        if not back:  # the edit breaks the rule by another field than the rule's own: the whole of it goes back
            back = dict.fromkeys(change.fields, broken[0].rule)
        kept = {name: digest for name, digest in change.digests.items() if name not in back}
        ours = {name: self._digest(scope, before, name, getattr(before, name)) for name in back}
        because = f"{RULE}{min(back.values())}"
        setting_back = replace(
            change, direction=Direction.CRM, operation=Operation.UPDATE, digests=ours, because=because
        )
        return [replace(change, digests=kept), setting_back] if kept else [setting_back]

    def _follow_stays(self, plan: Plan, stays: Scope, pairs: Scope, programme: Programme) -> None:
        """Let the planned ends of pairs follow their stays: never later, and later with it where they were the same."""
        limits: dict[Key, tuple[dt.date | None, dt.date]] = {}
        for key in stays.local:
            before, now = stays.local[key], programme.get(Stay, key)
            if isinstance(before, Stay) and now and (limit := now.end or now.planned_end):
                limits[key] = (before.end or before.planned_end, limit)
        contested = {c.key for c in plan.conflicts if c.kind == "pair" and c.field == "planned_end"}
        for pair in programme.linked(Pair, "stay", limits) if limits else ():
            former, limit = limits[pair.stay] if pair.stay else (None, None)
            moves = limit and pair.planned_end and (pair.planned_end > limit or pair.planned_end == former != limit)
            open_still = pair.active and pair.state not in rules.OVER and pair.key not in contested
            record = self.register.get("pair", pair.key) if moves and open_still else None
            if record:
                self._derive(plan, pairs, record, STAY_ENDS, {"planned_end": limit})

    def _hold_meetings(self, plan: Plan, scope: Scope, finished: Iterable[Finished]) -> None:
        """Count a meeting as held once staff did its activity, unless they changed its state themselves since."""
        done: dict[Key, list[int]] = {}
        for activity in finished:
            if (named := parse_external_id(activity.external_id)) and named[0] == "meeting":
                done.setdefault(named[1], []).append(activity.id)
        edited = {(c.key) for c in plan.changes if c.kind == "meeting" and "state" in c.digests}
        edited |= {c.key for c in plan.conflicts if c.kind == "meeting" and c.field == "state"}
        for key, record in self.register.many("meeting", done).items() if done else ():
            open_still = isinstance(record, Meeting) and record.state in rules.COMING
            if open_still and key not in edited:
                self._derive(plan, scope, record, ACTIVITY_DONE, {"state": MeetingState.HELD}, tuple(done[key]))

    def _derive(
        self, plan: Plan, scope: Scope, record: Record, because: str, values: Mapping[str, Any],
        activities: tuple[int, ...] = (), heard: Mapping[str, Digest] = MappingProxyType({}),
    ) -> None:
        """Add to the plan what follows for one record of the register, in one change with what staff edited of it.

        ``heard``: what staff typed in these fields, where no edit of the plan tells.
        """
        digests = {name: self._digest(scope, record, name, value) for name, value in values.items()}
        earlier = scope.derived.get(record.key, Derived(scope.local.get(record.key, record), {}))
        where = scope.entity.kind, record.key, Direction.REGISTER
        edits = [change for change in plan.changes if (change.kind, change.key, change.direction) == where]
        taken = {name: digest for change in edits for name, digest in change.digests.items()}
        typed = {**earlier.typed, **heard, **{name: taken[name] for name in values if name in taken}}
        scope.derived[record.key] = replace(
            earlier, values={**earlier.values, **values}, activities=activities, typed=typed
        )
        operation = edits[0].operation if edits else Operation.UPDATE
        plan.changes[:] = [change for change in plan.changes if change not in edits]
        plan.changes.append(Change(*where, operation, {**taken, **digests}, because=because))

    def _digest(self, scope: Scope, record: Record, field: str, value: Any) -> str:
        item = scope.entity.by_field[field]
        return self.digester(scope.entity.kind, str(record.key), field, item.canonical(value))


def _would_be(scope: Scope, change: Change, key: Key) -> Record | None:
    try:
        return taken_in(scope, change, key)
    except ValidationError:
        return None  # the register will refuse it, and say so


def _kept_out(change: Change, broken: type[rules.RuleBroken]) -> Parked:
    """Set a new pair of staff's aside: it stays in the CRM as they made it, and does not enter the register."""
    return Parked(change.kind, change.key, f"{RULE}{broken.rule}", (FIELDS[broken],), change.crm_id)
