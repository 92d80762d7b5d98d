"""Inward: what staff changed in the CRM, taken into the register batch by batch, each batch one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from connector.crm.port import BATCH, Crm, Outcome
from connector.register.errors import DanglingLink, DuplicateReference, RecordInvalid
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.saving import lock_counter
from mappings.records import Key, Record
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import Change, Parked, Scope
from sync_jobs.images import keep
from sync_jobs.state import State
from sync_jobs.tally import Tally


@dataclass(frozen=True, slots=True)
class Inward:
    """Writes to the register."""

    register: Register
    crm: Crm
    state: State

    def bind_waiting(self, scope: Scope, parked: Sequence[Parked]) -> list[Parked]:
        """Give newcomers that must wait a key, so that they are looked at again by it and not forgotten."""
        fresh = [item for item in parked if item.key is None and item.crm_id is not None]
        if not fresh:
            return list(parked)
        keys = [new_key() for _ in fresh]
        outcomes = self._bind(scope, [(key, item.crm_id) for key, item in zip(keys, fresh, strict=True)])
        named = {
            id(item): replace(item, key=key)
            for key, item, outcome in zip(keys, fresh, outcomes, strict=True)
            if outcome.status in ("bound", "existing")
        }
        return [named.get(id(item), item) for item in parked]

    def write(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Take one batch in, one transaction; a record that changed here meanwhile is left for the next pass."""
        keys = self._bind_newcomers(scope, changes, tally)
        with self.register.transaction() as tx:
            lock_counter(tx.connection)  # before reading, so that no other writer comes between reading and saving
            current = self.register.many(scope.entity.record.kind, [k for k in keys.values() if k in scope.local])
            accepted = [
                (change, record)
                for change in changes
                if id(change) in keys
                for record in self._accepted(scope, change, keys[id(change)], current, tally)
            ]
            saved = self._saved(accepted, tally)
            keep(self.state, scope, saved)
            for change, record in saved:
                tally.note(change, record.key, "done")
            # A newcomer's digests were made before it had a key: the next pass sees both sides equal and sets its base.
            self.state.advance(
                scope.entity.kind, {record.key: change.digests for change, record in saved if change.key is not None}
            )

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
            outcome
            for start in range(0, len(asked), BATCH)
            for outcome in self.crm.bind(scope.entity.model, asked[start : start + BATCH])
        ]

    def _accepted(
        self, scope: Scope, change: Change, key: Key, current: dict[Key, Record], tally: Tally
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
            self.register.save(record for _, record in accepted)
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
