"""One sync cycle: observe both sides, plan, guard, apply, read back, and only then move the cursors."""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from connector.crm.port import Crm, Finished
from connector.register.repository import Register
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE, check, fingerprint
from mappings.records import Key
from sync_jobs.apply import Applier
from sync_jobs.attention import Attention
from sync_jobs.directory import follow, pull_back_unmapped
from sync_jobs.engine.compare import plan_map
from sync_jobs.engine.guard import MAPS_CHANGED, RESTORED, Caps, Reason, reasons_to_ask
from sync_jobs.engine.plan import Plan
from sync_jobs.images import prune
from sync_jobs.lease import held
from sync_jobs.marks import Marks
from sync_jobs.observe import Observer, Progress, Since, silent
from sync_jobs.passes import Passes, Planned, keys_by_kind
from sync_jobs.rulings import Rulings
from sync_jobs.state import State
from sync_jobs.tally import Tally
from sync_jobs.watch import Watch
from sync_jobs.words import Language, reason_text

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

    def __init__(  # noqa: PLR0913 - a club's settings, each by its name, from one place
        self,
        register: Register,
        crm: Crm,
        state: State,
        *,
        caps: Caps | None = None,
        maps: Sequence[EntityMap] = CATALOGUE,
        progress: Progress = silent,
        full_every: dt.timedelta = dt.timedelta(hours=24),
        language: Language = "fr",
        charter_version: str | None = None,
    ) -> None:
        """Take both sides, the state and the caps. Refuses to start where the maps are not proven.

        ``full_every``: after so long a cycle compares every record by itself. ``language``: of what staff are told.
        ``charter_version``: the one that a pair must have signed to become active; None: any.
        """
        check(maps)
        self._register, self._crm, self._state, self._maps = register, crm, state, maps
        self._caps, self._full_every = caps or Caps(), full_every
        self._observer = Observer(register, crm, state, maps, progress)
        self._applier = Applier(register, crm, state, progress)
        self._rulings = Rulings(register, state.digests, charter_version)
        self._watch = Watch(register, state)
        self._attention, self._marks = Attention(register, crm, state, language), Marks(crm, state)

    def plan(self, *, full: bool = False) -> Planned:
        """Plan without changing anything on either side. ``full`` compares every record, not only what changed."""
        return self._guarded(self._since(full=full), self._finished())

    def run(self, *, full: bool = False, approve: str | None = None) -> Report:
        """Bring both sides in step. Raises ApprovalNeeded, and changes nothing, where a person's word is needed."""
        with _no_collections(), held(self._register, self._state):
            return self._run(full=full, approve=approve)

    def _run(self, *, full: bool, approve: str | None) -> Report:
        started, calls = time.monotonic(), self._crm.calls
        reached, finished = self._reached(), self._finished()
        self._attention.decide_done(finished)
        since = self._since(full=full)
        planned = self._guarded(since, finished)
        if planned.needs_approval and approve != planned.plan.hash:
            raise ApprovalNeeded(planned.plan, planned.needs_approval)
        run = self._state.begin_run("sync")
        passes = Passes(self._state, self._applier, self._attention, self._watch, self._reasons)
        try:
            self._begin(since, planned)
            after = Since(reached["crm"], int(reached["register"]))
            passes.run(run, planned, lambda again: self._planned(after, again, ()))
            self._follow_consents(passes, everything=since.everything)
            conflicts = passes.settle(reached["crm"][:10], everything=since.everything)
            self._watch.heed(one.id for one in finished)
        except BaseException:
            self._state.end_run(run, "interrupted", {})
            raise
        if since.everything:
            reached["full"] = self._state.now()
        self._state.set_cursors({**reached, "maps": fingerprint(self._maps)})
        report = Report(
            run,
            *passes.tally.counts(),
            conflicts,
            len(passes.parked),
            self._crm.calls - calls,
            round(time.monotonic() - started, 3),
        )
        self._state.end_run(run, "done", asdict(report))
        prune(self._state)
        return report

    def _follow_consents(self, passes: Passes, *, everything: bool) -> None:
        """See to what hangs on consents and classes beside the maps' own columns."""
        if self._maps_changed():
            pull_back_unmapped(self._register, self._crm, self._state, self._maps)
        follow(self._register, self._crm, self._state, passes.seen, everything=everything)

    def look(self, keys: Mapping[str, Iterable[Key]]) -> Planned:
        """Observe and plan these records alone, by map, whether they changed or not."""
        return self._planned(Since.never(), keys, ())

    def carry(self, run: str, keys: Mapping[str, Iterable[Key]], tally: Tally) -> Passes:
        """Bring these records alone in step, within a run that a person let through; no cursor moves."""
        passes = Passes(self._state, self._applier, self._attention, self._watch, lambda _: [], tally)
        self._marks.leave()
        passes.run(run, self.look(keys), lambda _: self.look(keys))
        return passes

    @property
    def moved(self) -> bool:
        """Tell whether the digests of the last sync tell nothing now: other maps, or a side that was restored."""
        return self._maps_changed() or self._marks.restored()

    def _begin(self, since: Since, planned: Planned) -> None:
        """Leave the mark of a run that writes; after a restore, forget what was agreed with what is no more.

        What was just compared whole is noted before anything is written, which moves bases.
        """
        if not since.trusted:
            self._state.forget_bases()
        if planned.plan.changes or not since.trusted:
            self._marks.leave()
        for kind, agreed in planned.observation.agreed.items():
            self._state.note_wholes(kind, {key: whole for key, whole in agreed.items() if whole is not None})

    def _guarded(self, since: Since, finished: Iterable[Finished]) -> Planned:
        """Observe and plan, and say why a person would have to approve it."""
        planned = self._planned(since, self._set_aside(), finished)
        reasons = self._reasons(planned.plan)
        if self._maps_changed() and planned.plan.changes:
            reasons.insert(0, MAPS_CHANGED)
        if not since.trusted and planned.plan.changes:
            reasons.insert(0, RESTORED)
        return replace(planned, needs_approval=tuple(reasons))

    def _planned(self, since: Since, again: Mapping[str, Iterable[Key]], finished: Iterable[Finished]) -> Planned:
        observation = self._observer.observe(since, again)
        plan = Plan()
        for scope in observation.scopes:
            plan_map(scope, observation.alias, self._state.digests, plan)
        self._rulings.judge(plan, observation.scopes, finished)
        return Planned(plan, observation, ())

    def _finished(self) -> list[Finished]:
        """Give the activities that staff did since the last cycle and that nothing was made of yet."""
        found = self._crm.finished(self._state.cursor("crm"))
        fresh = self._watch.unheeded(one.id for one in found) if found else set()
        return [one for one in found if one.id in fresh]

    def _reasons(self, plan: Plan) -> list[Reason]:
        return reasons_to_ask(plan, self._caps, self._state.bound())

    def _maps_changed(self) -> bool:
        return self._state.cursor("maps") not in (None, fingerprint(self._maps))

    def _since(self, *, full: bool) -> Since:
        """Tell from where to read: from the cursors, or all: when asked to, when due, or with other maps."""
        trusted = not self._marks.restored()
        if full or not trusted or self._maps_changed() or self._full_is_due():
            return Since(None, trusted=trusted)
        return Since(self._state.cursor("crm"), int(self._state.cursor("register") or 0))

    def _full_is_due(self) -> bool:
        last = self._state.cursor("full")
        now = dt.datetime.fromisoformat(self._state.now())
        return last is None or now - dt.datetime.fromisoformat(last) >= self._full_every

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
