"""Apply: the plan's changes, in batches, each batch one transaction on the side it is written on.

The base advances only with what a side confirmed. Whatever was not confirmed is planned again by the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from connector.crm.errors import CrmInvalid
from connector.crm.port import BATCH, Crm, Outcome
from connector.register.errors import DanglingLink, DuplicateReference, RecordInvalid
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.saving import lock_counter
from mappings.egress import CrmPayload, project
from mappings.records import Key, Record
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import Change, Direction, Operation, Parked, Scope, sent_mark
from sync_jobs.observe import Progress, silent
from sync_jobs.state import State

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

        return of(Operation.CREATE), of(Operation.UPDATE), of(Operation.ARCHIVE)

    def note(self, change: Change, key: Key, status: str, columns: Iterable[str] = ()) -> None:
        """Note what came of one change."""
        self.changes.append((change, key, status))
        if status == "done":
            self.done[(change.direction, change.operation)] += 1
        elif status in WAITING:
            self.waiting.append(Parked(change.kind, key, WAITING[status], tuple(columns)))
        else:
            self.parked.append(Parked(change.kind, key, LASTING.get(status, status), tuple(columns) or change.fields))


class Applier:
    """Writes one map's changes on both sides."""

    def __init__(self, register: Register, crm: Crm, state: State, progress: Progress = silent) -> None:
        """Take both sides and the state."""
        self._register, self._crm, self._state, self._progress = register, crm, state, progress

    def apply(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Write these changes of one map, which are all on one side."""
        for start in range(0, len(changes), BATCH):
            batch = changes[start : start + BATCH]
            write = self._to_crm if batch[0].direction is Direction.CRM else self._to_register
            write(scope, batch, tally)
            self._progress(f"Writing to the {batch[0].direction}", len(batch))

    def bind_waiting(self, scope: Scope, parked: Sequence[Parked]) -> list[Parked]:
        """Give newcomers that must wait a key, so that they are looked at again by it and not forgotten."""
        fresh = [item for item in parked if item.key is None and item.crm_id is not None]
        if not fresh:
            return list(parked)
        keys = [new_key() for _ in fresh]
        outcomes = self._bind(scope, [(key, item.crm_id) for key, item in zip(keys, fresh, strict=True)])
        named = {
            id(item): replace(item, key=key)
            for key, item, outcome in zip(keys, fresh, outcomes, strict=True) if outcome.status in ("bound", "existing")
        }
        return [named.get(id(item), item) for item in parked]

    def _to_crm(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Write one batch through the gate, unless the record changed since it was planned: consents count now."""
        current = self._register.many(scope.entity.record.kind, [_key(change) for change in changes])
        fresh = []
        for change in changes:
            if current.get(_key(change)) == scope.local[_key(change)]:
                fresh.append(change)
            else:
                tally.note(change, _key(change), "stale")
        self._announce(scope, fresh)
        self._send(scope, fresh, tally)

    def _announce(self, scope: Scope, changes: Sequence[Change]) -> None:
        """Note what needs a consent before it is sent: after a crash, a consent withdrawn meanwhile still pulls it back."""
        marks = {}
        for change in changes:
            base = scope.base.get(_key(change), {})
            if names := _needing_consent(scope, change):
                marks[_key(change)] = {name: sent_mark(base.get(name)) for name in names}
        self._state.advance(scope.entity.kind, marks)

    def _send(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Send one batch. A row the CRM finds invalid is isolated by halving, the rest goes on."""
        if not changes:
            return
        try:
            outcomes = self._crm.apply([self._payload(scope, change) for change in changes])
        except CrmInvalid:
            if len(changes) == 1:
                tally.note(changes[0], _key(changes[0]), "refused_by_crm")
                return
            half = len(changes) // 2
            self._send(scope, changes[:half], tally)
            self._send(scope, changes[half:], tally)
            return
        self._note_outcomes(scope, changes, outcomes, tally)

    @staticmethod
    def _payload(scope: Scope, change: Change) -> CrmPayload:
        entity, key = scope.entity, _key(change)
        if change.operation is Operation.CREATE:
            return project(entity, scope.local[key])
        raw = scope.remote[key].raw
        columns = (entity.by_field[name].column for name in change.fields)
        return project(entity, scope.local[key], frozenset(change.fields), {c: raw[c] for c in columns})

    def _note_outcomes(
        self, scope: Scope, changes: Sequence[Change], outcomes: Sequence[Outcome], tally: Tally,
    ) -> None:
        agreed = {}
        for change, outcome in zip(changes, outcomes, strict=True):
            written = outcome.status in ("created", "updated")
            tally.note(change, _key(change), "done" if written else outcome.status, outcome.columns)
            if written:
                agreed[_key(change)] = change.digests
        self._state.advance(scope.entity.kind, agreed)

    def _to_register(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Take one batch in, one transaction; a record that changed here meanwhile is left for the next pass."""
        keys = self._bind_newcomers(scope, changes, tally)
        with self._register.transaction() as tx:
            lock_counter(tx.connection)  # before reading, so that no other writer comes between reading and saving
            current = self._register.many(scope.entity.record.kind, [k for k in keys.values() if k in scope.local])
            accepted = [
                (change, record)
                for change in changes if id(change) in keys
                for record in self._accepted(scope, change, keys[id(change)], current, tally)
            ]
            saved = self._saved(accepted, tally)
            for change, record in saved:
                tally.note(change, record.key, "done")
            # A newcomer's digests were made before it had a key: the next pass sees both sides equal and sets its base.
            self._state.advance(
                scope.entity.kind, {record.key: change.digests for change, record in saved if change.key is not None})

    def _bind_newcomers(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> dict[int, Key]:
        """Give every change its key. A record new from the CRM is bound there first.

        A crash after it is harmless: the next pass finds it bound to a key that the register lacks, and takes it in.
        """
        keys = {id(change): change.key or new_key() for change in changes}
        fresh = [change for change in changes if change.key is None and change.crm_id is not None]
        if fresh:
            outcomes = self._bind(scope, [(keys[id(change)], change.crm_id) for change in fresh])
            for change, outcome in zip(fresh, outcomes, strict=True):
                if outcome.status not in ("bound", "existing"):
                    tally.note(change, keys.pop(id(change)), outcome.status)
        return keys

    def _bind(self, scope: Scope, pairs: Sequence[tuple[Key, int | None]]) -> list[Outcome]:
        asked = [(scope.entity.external_id(key), crm_id) for key, crm_id in pairs if crm_id is not None]
        return [
            outcome for start in range(0, len(asked), BATCH)
            for outcome in self._crm.bind(scope.entity.model, asked[start : start + BATCH])
        ]

    def _accepted(
        self, scope: Scope, change: Change, key: Key, current: dict[Key, Record], tally: Tally,
    ) -> Iterator[Record]:
        """Yield the record as it is to be saved, or nothing where it may not be."""
        if key in scope.local and current.get(key) != scope.local[key]:
            tally.note(change, key, "stale")
        else:
            try:
                yield _changed(scope, change, key)
            except ValidationError as refused:
                fields = {str(part) for error in refused.errors() for part in error["loc"][:1]}
                tally.note(change, key, "refused_by_register", sorted(fields))

    def _saved(self, accepted: list[tuple[Change, Record]], tally: Tally) -> list[tuple[Change, Record]]:
        """Save all, or, where the register refuses one, each on its own."""
        try:
            self._register.save(record for _, record in accepted)
        except (DanglingLink, DuplicateReference, RecordInvalid):
            if len(accepted) == 1:
                tally.note(accepted[0][0], accepted[0][1].key, "refused_by_register")
                return []
            half = len(accepted) // 2
            return [*self._saved(accepted[:half], tally), *self._saved(accepted[half:], tally)]
        return accepted


def _changed(scope: Scope, change: Change, key: Key) -> Record:
    """Give the record with the CRM's values in the changed fields; texts of the pair stay untouched.

    What staff left empty on a record of theirs takes the register's default.
    """
    remote = _remote(scope, change)
    taken: dict[str, Any] = {name: remote.values[name] for name in change.fields}
    if key in scope.local:
        return scope.entity.record.model_validate({**scope.local[key].model_dump(exclude_unset=True), **taken})
    return scope.entity.record.model_validate({"key": key, **{n: v for n, v in taken.items() if v is not None}})


def _remote(scope: Scope, change: Change) -> Remote:
    if change.key is not None:
        return scope.remote[change.key]
    return scope.newcomers[change.crm_id or 0]


def _key(change: Change) -> Key:
    if change.key is None:
        raise ValueError("a change on the side of the CRM always has a key")
    return change.key


def _needing_consent(scope: Scope, change: Change) -> list[str]:
    """Name the fields that are sent only because the person consents, and that are not blank."""
    record, entity = scope.local[_key(change)], scope.entity
    asked = (entity.by_field[name] for name in change.fields)
    return [
        item.field for item in asked
        if (seen := entity.seen[item.field]) and seen.consent and entity.outgoing(item, record)
    ]
