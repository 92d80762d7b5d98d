"""One sync cycle: observe both sides, plan, guard, apply, read back, and only then move the cursors."""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from connector.crm.port import Crm
from connector.register.repository import Register
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE, check, fingerprint
from mappings.records import Key
from sync_jobs.apply import Applier
from sync_jobs.engine.guard import MAPS_CHANGED, Caps, Reason, reasons_to_ask
from sync_jobs.engine.plan import Plan, plan_map
from sync_jobs.lease import held
from sync_jobs.observe import Observer, Progress, Since, silent
from sync_jobs.passes import Passes, Planned, keys_by_kind
from sync_jobs.state import State
from sync_jobs.words import reason_text

OVERLAP = dt.timedelta(minutes=5)
"""How far before the last reading the CRM is read again: a transaction may commit later than its own write_date."""

STAMP = "%Y-%m-%d %H:%M:%S"


class ApprovalNeeded(Exception):
    """The plan is larger than the caps allow, or the maps changed: look at it, then approve it by its hash."""

    def __init__(self, plan: Plan, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(reason_text(reason, "en") for reason in reasons))
        self.plan, self.reasons = plan, tuple(reasons)


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync did, on both sides together. ``calls`` counts requests to the CRM, ``seconds`` wall time."""

    run: str
    created: int
    updated: int
    archived: int
    conflicts: int
    parked: int
    calls: int
    seconds: float


class Cycle:
    """Syncs one club."""

    def __init__(
        self,
        register: Register,
        crm: Crm,
        state: State,
        *,
        caps: Caps | None = None,
        maps: Sequence[EntityMap] = CATALOGUE,
        progress: Progress = silent,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take both sides, the state and the caps. Refuses to start where the maps are not proven."""
        check(maps)
        self._register, self._crm, self._state, self._maps = register, crm, state, maps
        self._caps, self._clock = caps or Caps(), clock
        self._observer = Observer(register, crm, state, maps, progress)
        self._applier = Applier(register, crm, state, progress)

    def plan(self, *, full: bool = False) -> Planned:
        """Plan without changing anything on either side. ``full`` compares every record, not only what changed."""
        return self._guarded(self._since(full=full), self._set_aside())

    def run(self, *, full: bool = False, approve: str | None = None) -> Report:
        """Bring both sides in step. Raises ApprovalNeeded, and changes nothing, where a person's word is needed."""
        with _no_collections(), held(self._register, self._state):
            return self._run(full=full, approve=approve)

    def _run(self, *, full: bool, approve: str | None) -> Report:
        started, calls = self._clock(), self._crm.calls
        reached = self._reached()
        planned = self._guarded(self._since(full=full), self._set_aside())
        if planned.needs_approval and approve != planned.plan.hash:
            raise ApprovalNeeded(planned.plan, planned.needs_approval)
        run = self._state.begin_run("sync")
        passes = Passes(self._state, self._applier, self._reasons)
        try:
            after = Since(reached["crm"], int(reached["register"]))
            passes.run(run, planned, lambda again: self._planned(after, again))
        except BaseException:
            self._state.end_run(run, "interrupted", {})
            raise
        conflicts = passes.settle(everything=full)
        self._state.set_cursors({**reached, "maps": fingerprint(self._maps)})
        report = Report(
            run,
            *passes.tally.counts(),
            conflicts,
            len(passes.parked),
            self._crm.calls - calls,
            round(self._clock() - started, 3),
        )
        self._state.end_run(run, "done", asdict(report))
        return report

    def _guarded(self, since: Since, again: Mapping[str, Iterable[Key]]) -> Planned:
        """Observe and plan, and say why a person would have to approve it."""
        planned = self._planned(since, again)
        reasons = self._reasons(planned.plan)
        if self._maps_changed() and planned.plan.changes:
            reasons.insert(0, MAPS_CHANGED)
        return replace(planned, needs_approval=tuple(reasons))

    def _planned(self, since: Since, again: Mapping[str, Iterable[Key]]) -> Planned:
        observation = self._observer.observe(since, again)
        plan = Plan()
        for scope in observation.scopes:
            plan_map(scope, observation.alias, self._state.digests, plan)
        return Planned(plan, observation, ())

    def _reasons(self, plan: Plan) -> list[Reason]:
        return reasons_to_ask(plan, self._caps, self._state.bound())

    def _maps_changed(self) -> bool:
        return self._state.cursor("maps") not in (None, fingerprint(self._maps))

    def _since(self, *, full: bool) -> Since:
        """Tell from where to read: from the cursors, or all when asked to or when the maps have another meaning now."""
        if full or self._maps_changed():
            return Since.beginning()
        return Since(self._state.cursor("crm"), int(self._state.cursor("register") or 0))

    def _set_aside(self) -> dict[str, list[Key]]:
        """Records set aside, in conflict or parked, are looked at again by every cycle: it may be settled by now."""
        rows = [*self._state.parked(), *self._state.conflicts()]
        return keys_by_kind((row["kind"], row["key"]) for row in rows)

    def _reached(self) -> dict[str, str]:
        """Tell how far this cycle will have read when it is done: taken before the first reading."""
        now = dt.datetime.strptime(self._crm.now(), STAMP)  # noqa: DTZ007 - the CRM's clock is UTC and says no zone
        return {"crm": (now - OVERLAP).strftime(STAMP), "register": str(self._register.watermark())}


@contextmanager
def _no_collections() -> Iterator[None]:
    """Look for no garbage: a cycle holds its records to the end anyway, and looking took a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def verify(planned: Planned) -> dict[str, Any]:
    """Say whether both sides are consistent, and which records and fields differ if not. Names only."""
    plan = planned.plan
    differences = [
        *(
            {
                "record": c.kind,
                "key": str(c.key or c.crm_id),
                "fields": list(c.fields),
                "why": f"{c.operation} on the {c.direction}",
            }
            for c in plan.changes
        ),
        *({"record": c.kind, "key": str(c.key), "fields": [c.field], "why": "conflict"} for c in plan.conflicts),
        *({"record": p.kind, "key": str(p.key), "fields": list(p.fields), "why": p.code} for p in plan.parked),
    ]
    return {"consistent": not differences, "differences": differences}
