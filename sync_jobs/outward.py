"""Outward: the register's changes, sent to the CRM through the gate, in batches that are each one transaction there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from connector.crm.errors import CrmInvalid
from connector.crm.port import BATCH, Crm, Outcome, Withdrawal
from connector.register.repository import Register
from mappings.egress import CrmPayload, project
from mappings.records import Key
from sync_jobs.engine.plan import CRM_ID, Change, Operation, Scope, sent_mark
from sync_jobs.images import keep
from sync_jobs.journal import Journal
from sync_jobs.observe import Progress
from sync_jobs.state import State
from sync_jobs.tally import Tally


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch under way."""

    scope: Scope
    changes: Sequence[Change]
    payloads: Sequence[CrmPayload]
    answer: Future[list[Outcome]]


@dataclass(frozen=True, slots=True)
class Outward:
    """Writes to the CRM."""

    register: Register
    crm: Crm
    state: State
    progress: Progress

    def write(self, asked: Sequence[tuple[Scope, Sequence[Change]]], tally: Tally) -> None:
        """Send these changes, map by map, in order. While one batch is under way, the next is made ready.

        Where a batch fails for good, the one after it may have been sent already: sending either again is harmless.
        """
        with ThreadPoolExecutor(max_workers=1) as lane:
            under_way: _Sent | None = None
            for scope, changes in asked:
                for batch, payloads in self._ready(scope, changes, tally):
                    answer = lane.submit(self.crm.apply, payloads)
                    if under_way:
                        self._finish(under_way, lane, tally)
                    under_way = _Sent(scope, batch, payloads, answer)
            if under_way:
                self._finish(under_way, lane, tally)

    def _ready(
        self, scope: Scope, changes: Sequence[Change], tally: Tally
    ) -> Iterator[tuple[list[Change], list[CrmPayload]]]:
        """Yield what may be sent, batch by batch: not what changed since it was planned, since consents count now."""
        for start in range(0, len(changes), BATCH):
            batch = changes[start : start + BATCH]
            current = self.register.many(scope.entity.record.kind, [_key(change) for change in batch])
            ready = []
            for change in batch:
                if current.get(_key(change)) == scope.local[_key(change)]:
                    ready.append(change)
                else:
                    tally.note(change, _key(change), "stale")
            if ready:
                payloads = [_payload(scope, change) for change in ready]
                self._announce(scope, ready, payloads)
                pulled = self._pull_back(scope, ready)
                yield ready, [_payload(scope, change, pulled) for change in ready] if pulled else payloads

    def _pull_back(self, scope: Scope, changes: Sequence[Change]) -> frozenset[str]:
        """Have the CRM empty what consents keep from employees, and all that shows it there; name the records.

        The value that stands in the CRM says what to look for, so this goes before any other emptying. Whatever breaks
        off, the next run still sees the value; or it is gone, and with it all that showed it, in one transaction.
        """
        asked = [Withdrawal(scope.entity.external_id(_key(change)), columns)
                 for change in changes if (columns := _withdrawn(scope, change))]
        done = self.crm.pull_back(asked) if asked else []
        return frozenset(outcome.external_id for outcome in done if outcome.status == "pulled")

    def _announce(self, scope: Scope, changes: Sequence[Change], payloads: Sequence[CrmPayload]) -> None:
        """Note what is being sent, before it is: if the answer is lost, the next pass knows our own value from an edit.

        So what is changed back meanwhile, a consent above all, is not taken for news from the CRM. The journal's rows
        are in the same transaction: nothing crosses that it does not tell.
        """
        kind, marks = scope.entity.kind, {}
        for change in changes:
            base = scope.base.get(_key(change), {})
            marks[_key(change)] = {name: sent_mark(base.get(name), new) for name, new in change.digests.items()}
        with self.state.writing():
            keep(self.state, scope, [(change, scope.local[_key(change)]) for change in changes])
            self.state.advance(kind, marks)
            crossed = zip(map(_key, changes), (payload.crossings for payload in payloads), strict=True)
            Journal(self.register, self.state).append(kind, crossed)

    def _finish(self, sent: _Sent, lane: ThreadPoolExecutor, tally: Tally) -> None:
        """Note a batch's outcomes. A row the CRM finds invalid is isolated by halving, the rest goes on."""
        changes = sent.changes
        try:
            self._note(sent.scope, changes, sent.answer.result(), tally)
        except CrmInvalid:
            if len(changes) == 1:
                tally.note(changes[0], _key(changes[0]), "refused_by_crm")
                return
            half = len(changes) // 2
            for part in (slice(half), slice(half, None)):
                payloads = sent.payloads[part]
                answer = lane.submit(self.crm.apply, payloads)
                self._finish(_Sent(sent.scope, changes[part], payloads, answer), lane, tally)
            return
        self.progress("Writing to the crm", len(changes))

    def _note(self, scope: Scope, changes: Sequence[Change], outcomes: Sequence[Outcome], tally: Tally) -> None:
        """Note what came of each change, and move the base of those that the CRM confirms."""
        agreed = {}
        for change, outcome in zip(changes, outcomes, strict=True):
            written = outcome.status in ("created", "updated")
            tally.note(change, _key(change), "done" if written else outcome.status, outcome.columns)
            if written:
                agreed[_key(change)] = {**change.digests, CRM_ID: str(outcome.id)} if outcome.id else change.digests
        self.state.advance(scope.entity.kind, agreed)


def _withdrawn(scope: Scope, change: Change) -> tuple[str, ...]:
    """Name the columns whose value is taken back from employees. A tag says nothing anywhere else."""
    entity, record = scope.entity, scope.local[_key(change)]
    if change.operation is Operation.CREATE or entity.destination.ours:
        return ()
    fields = (entity.by_field[name] for name in change.fields)
    return tuple(item.column for item in fields if item.kind.name != "tags" and entity.withheld(item, record))


def _payload(scope: Scope, change: Change, pulled: Collection[str] = ()) -> CrmPayload:
    """Make a change's payload; what was ``pulled`` back a moment ago is empty by now."""
    entity, key = scope.entity, _key(change)
    if change.operation is Operation.CREATE:
        return project(entity, scope.local[key])
    raw = scope.remote[key].raw
    columns = (entity.by_field[name].column for name in change.fields)
    emptied = _withdrawn(scope, change) if entity.external_id(key) in pulled else ()
    expected = {column: False if column in emptied else raw[column] for column in columns}
    return project(entity, scope.local[key], frozenset(change.fields), expected)


def _key(change: Change) -> Key:
    if change.key is None:
        raise ValueError("a change on the side of the CRM always has a key")
    return change.key
