"""The plan: what one sync would change, on which side, field by field. Pure, and without values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from mappings.base import EntityMap, FieldMap, Policy
from mappings.records import Key, Record
from mappings.values import Canonical
from sync_jobs.engine.digests import LateDigests
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.merge import Verdict, judge
from sync_jobs.engine.ports import Digest, Digester


class Direction(StrEnum):
    """The side that a change is written on."""

    CRM = "crm"
    REGISTER = "register"


class Operation(StrEnum):
    """What is done to the record there."""

    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"
    MERGE = "merge"
    """In the register only: follow staff who merged two contacts."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change on one side. ``digests`` are those of the values to be written, by field.

    ``because`` is the code of what asks for it, where it is not simply an edit on the other side.
    """

    kind: str
    key: Key | None
    direction: Direction
    operation: Operation
    digests: Mapping[str, Digest]
    crm_id: int | None = None
    because: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that change, in the map's order."""
        return tuple(self.digests)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both sides changed to different values: both are kept until a person decides."""

    kind: str
    key: Key
    field: str
    local: Digest
    remote: Digest


@dataclass(frozen=True, slots=True)
class Parked:
    """One record that this sync leaves alone: ``code`` says why, ``fields`` where."""

    kind: str
    key: Key | None
    code: str
    fields: tuple[str, ...] = ()
    crm_id: int | None = None


_SENT = "sent:"


def sent_mark(base: Digest | None, new: Digest) -> Digest:
    """Mark a base before a value is sent: it keeps the digest last agreed on, and that of the value on its way."""
    return f"{_SENT}{agreed_digest(base) or ''}>{new}"


def agreed_digest(base: Digest | None) -> Digest | None:
    """Give the digest that both sides last agreed on, whatever was sent since."""
    return (base or "").removeprefix(_SENT).partition(">")[0] or None


def settled_base(base: Digest | None, remote: Digest) -> Digest | None:
    """Give the base that counts now that the CRM was read: after a lost answer, what was sent if it is there."""
    if base is None or not base.startswith(_SENT):
        return base
    new = base.partition(">")[2]
    return new if remote == new else agreed_digest(base) or new


Agreed = dict[tuple[str, Key], dict[str, Digest]]
"""Fields that were seen equal on both sides, and their digests: what the base advances to."""


@dataclass(slots=True)
class Plan:
    """Everything one sync would do, in the order in which it is done."""

    changes: list[Change] = field(default_factory=list[Change])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    parked: list[Parked] = field(default_factory=list[Parked])
    agreed: Agreed = field(default_factory=dict[tuple[str, Key], dict[str, Digest]])

    @property
    def hash(self) -> str:
        """A digest of what would be changed; the same plan has the same hash, and approving one approves no other."""
        said = [
            [c.kind, str(c.key or c.crm_id), c.direction, c.operation, sorted(c.digests.items())] for c in self.changes
        ]
        return hashlib.sha256(json.dumps(sorted(said)).encode()).hexdigest()[:16]

    def count(self, direction: Direction, *operations: Operation) -> int:
        """Count the changes on one side, of some operations or of all."""
        return sum(c.direction is direction and (not operations or c.operation in operations) for c in self.changes)


@dataclass(frozen=True, slots=True)
class Scope:
    """What was observed for one map: the records of both sides, and the base."""

    entity: EntityMap
    local: Mapping[Key, Record]
    remote: Mapping[Key, Remote]
    base: Mapping[Key, Mapping[str, Digest]]
    newcomers: Mapping[int, Remote] = field(default_factory=dict[int, Remote])
    merged: Mapping[Key, Key] = field(default_factory=dict[Key, Key])


def plan_map(scope: Scope, alias: Mapping[Key, Key], digester: Digester, plan: Plan) -> None:
    """Add to ``plan`` all that one map needs. ``alias`` names, for merged contacts, the key that stands for all."""
    entity = scope.entity
    for key in dict.fromkeys([*scope.local, *scope.remote]):
        if key in scope.merged:
            plan.parked.append(Parked(entity.kind, key, "merged_in_crm"))
            continue
        record, remote = scope.local.get(key), scope.remote.get(key)
        if record is None and remote is not None:
            _plan_newcomer(entity, remote, scope.base.get(key), digester, plan)
        elif record is not None and remote is None:
            _plan_absent(entity, record, scope.base.get(key), digester, plan)
        elif record is not None and remote is not None:
            _Comparison(entity, record, remote, scope.base.get(key, {}), alias, digester, str(key)).add_to(plan)
    for remote in scope.newcomers.values():
        _plan_newcomer(entity, remote, None, digester, plan)


def _plan_newcomer(
    entity: EntityMap, remote: Remote, base: Mapping[str, Digest] | None, digester: Digester, plan: Plan
) -> None:
    """A record that staff made in the CRM enters the register.

    One that links to strangers waits; one that was in the register before was taken out of it, and stays out.
    """
    if base or not entity.adopts_new:
        plan.parked.append(Parked(entity.kind, remote.key, "gone_from_register" if base else "unknown_to_register"))
    elif remote.strangers:
        strangers = tuple(sorted(remote.strangers))
        plan.parked.append(Parked(entity.kind, remote.key, "links_to_stranger", strangers, remote.id))
    else:
        digests = {
            item.field: digester(
                entity.kind, remote.key or remote.id, item.field, item.canonical(remote.values[item.field])
            )
            for item in entity.fields
        }
        plan.changes.append(
            Change(entity.kind, remote.key, Direction.REGISTER, Operation.CREATE, digests, crm_id=remote.id)
        )


def _plan_absent(
    entity: EntityMap, record: Record, base: Mapping[str, Digest] | None, digester: Digester, plan: Plan
) -> None:
    """A record never agreed on is created in the CRM; one that was there and is gone waits for a person.

    Archived here and gone there, it needs nothing.
    """
    if base and any(map(agreed_digest, base.values())):
        if record.active:
            plan.parked.append(Parked(entity.kind, record.key, "gone_from_crm"))
        return
    digests = LateDigests(entity, record, digester)
    plan.changes.append(Change(entity.kind, record.key, Direction.CRM, Operation.CREATE, digests))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One record as both sides have it."""

    entity: EntityMap
    record: Record
    remote: Remote
    base: Mapping[str, Digest]
    alias: Mapping[Key, Key]
    digester: Digester
    name: str
    """The record's key as text, made once for all its digests."""

    def add_to(self, plan: Plan) -> None:
        """Judge every field, and add what follows to the plan."""
        kind, key = self.entity.kind, self.record.key
        found: dict[Verdict, dict[str, Digest]] = {verdict: {} for verdict in Verdict}
        strangers: list[str] = []
        for item in self.entity.fields:
            verdict, local, remote = self._judge(item)
            if item.field in self.remote.strangers and verdict is not Verdict.TAKE_LOCAL:
                strangers.append(item.field)
            elif verdict is Verdict.CONFLICT:
                plan.conflicts.append(Conflict(kind, key, item.field, local, remote))
            else:
                found[verdict][item.field] = remote if verdict is Verdict.TAKE_REMOTE else local
        if agreed := {name: digest for name, digest in found[Verdict.AGREED].items() if self.base.get(name) != digest}:
            plan.agreed[kind, key] = agreed
        if strangers:
            plan.parked.append(Parked(kind, key, "links_to_stranger", tuple(strangers)))
        for verdict, side in ((Verdict.TAKE_LOCAL, Direction.CRM), (Verdict.TAKE_REMOTE, Direction.REGISTER)):
            if digests := found[verdict]:
                plan.changes.append(Change(kind, key, side, self._operation(side, digests), digests))

    def _operation(self, direction: Direction, digests: Iterable[str]) -> Operation:
        if "active" not in digests:
            return Operation.UPDATE
        stays = self.record.active if direction is Direction.CRM else self.remote.values["active"]
        return Operation.UPDATE if stays else Operation.ARCHIVE

    def _judge(self, item: FieldMap) -> tuple[Verdict, Digest, Digest]:
        """Compare one field; a link to a stranger equals nothing that the register could hold."""
        ours, theirs = self.entity.outgoing(item, self.record), self.remote.values[item.field]
        local_value = item.canonical(self._same(item, ours))
        local = self._digest(item, local_value)
        if item.field in self.remote.strangers:
            remote_value: Canonical = ("stranger",)
        elif ours == theirs:  # most are: no need to bring both into one form
            return Verdict.AGREED, local, local
        else:
            remote_value = item.canonical(self._same(item, theirs))
        if local_value == remote_value:
            return Verdict.AGREED, local, local
        remote = self._digest(item, remote_value)
        if self.entity.withheld(item, self.record):
            return self._withheld(item, local, remote), local, remote
        verdict = judge(
            item.policy,
            settled_base(self.base.get(item.field), remote),
            local,
            remote,
            local_blank=local_value in (None, ()),
            remote_blank=remote_value in (None, ()),
        )
        return verdict, local, remote

    def _withheld(self, item: FieldMap, local: Digest, remote: Digest) -> Verdict:
        """Judge a field that may not be shown today, and that the CRM shows.

        What was ever sent is pulled back, and so is what only the register may say. What staff typed there themselves
        is theirs; on a twin, which staff alone see, it may be news: a person decides.
        """
        base = self.base.get(item.field)
        if item.policy is Policy.REGISTER:
            return Verdict.TAKE_LOCAL
        if item.twin and settled_base(base, remote) not in (None, local, remote):
            return Verdict.CONFLICT
        sent = base is not None and base != local
        return Verdict.TAKE_LOCAL if sent else Verdict.AGREED

    def _same(self, item: FieldMap, value: Any) -> Any:
        """Let merged contacts count as one."""
        if not self.alias or item.target is None or not value:
            return value
        if isinstance(value, frozenset):
            keys = cast("frozenset[Key]", value)
            return frozenset(self.alias.get(key, key) for key in keys)
        return self.alias.get(value, value)

    def _digest(self, item: FieldMap, value: object) -> Digest:
        return self.digester(self.entity.kind, self.name, item.field, value)
