"""Inward: what staff changed in the CRM, taken into the register batch by batch, each batch one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pydantic import ValidationError

from connector.crm.port import BATCH, Crm, Outcome
from connector.register.errors import DanglingLink, DuplicateReference, RecordInvalid
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.saving import lock_counter
from mappings.records import Key, Record
from sync_jobs.engine.plan import GONE, Change, Parked, Scope
from sync_jobs.engine.ports import Digest
from sync_jobs.following import MergeRefused, followed
from sync_jobs.images import keep
from sync_jobs.programme import taken_in
from sync_jobs.state import State
from sync_jobs.tally import Tally
from sync_jobs.watch import Watch


@dataclass(frozen=True, slots=True)
class Inward:
    """Writes to the register."""

    register: Register
    crm: Crm
    state: State
    watch: Watch

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

    def follow_merges(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Let the register follow contacts that staff merged, one transaction each: they are few, and touch much."""
        for change in changes:
            with self.register.transaction() as tx:
                lock_counter(tx.connection)
                key = change.key or new_key()
                record = self.register.get(change.kind, key)
                if record is None or record != scope.local.get(key):
                    tally.note(change, key, "stale")
                    continue
                try:
                    self.register.save(followed(self.register, record, scope.merged[key]))
                except MergeRefused:
                    tally.note(change, key, "merged_in_crm")
                else:
                    tally.note(change, key, "done")

    def write(self, scope: Scope, changes: Sequence[Change], tally: Tally) -> None:
        """Take one batch in, one transaction; a record that changed here meanwhile is left for the next pass."""
        keys = self._bind_newcomers(scope, changes, tally)
        with self.register.transaction() as tx:
            lock_counter(tx.connection)  # before reading, so that no other writer comes between reading and saving
            known = [key for key in keys.values() if _before(scope, key)]
            current = self.register.many(scope.entity.record.kind, known)
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
                scope.entity.kind, {record.key: _agreed(scope, change) for change, record in saved if change.key}
            )
            derived = (scope.derived[record.key] for _, record in saved if record.key in scope.derived)
            self.watch.heed(activity for one in derived for activity in one.activities)

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
        if (before := _before(scope, key)) and current.get(key) != before:
            tally.note(change, key, "stale")
        else:
            try:
                yield taken_in(scope, change, key)
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


def _before(scope: Scope, key: Key) -> Record | None:
    """Give the register's record as it was when this was planned."""
    derived = scope.derived.get(key)
    return derived.record if derived else scope.local.get(key)


def _agreed(scope: Scope, change: Change) -> dict[str, Digest]:
    """Give what both sides agree on once the register has this.

    What follows from the rules the CRM has yet to learn, what staff typed instead being heard; that a record is gone
    there needs no telling.
    """
    derived = scope.derived.get(change.key) if change.key and change.because != GONE else None
    if derived is None:
        return dict(change.digests)
    return {**{n: digest for n, digest in change.digests.items() if n not in derived.values}, **derived.typed}
