"""Planning one map: every record that either side holds, compared field by field with what both last agreed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from mappings.base import EntityMap, FieldMap, Policy
from mappings.records import Key, Record
from mappings.values import FLAG, Canonical
from sync_jobs.engine.digests import LateDigests
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.merge import Verdict, judge
from sync_jobs.engine.plan import (
    CRM_ID,
    GONE,
    Absence,
    Change,
    Conflict,
    Derived,
    Direction,
    Operation,
    Parked,
    Plan,
    Scope,
    agreed_digest,
    settled_base,
)
from sync_jobs.engine.ports import Digest, Digester

_NOT = FLAG.canonical(False)  # noqa: FBT003 - a value like any other

LISTINGS = 3
"""How many complete listings in a row must miss a record before its deletion in the CRM is believed."""


def plan_map(scope: Scope, alias: Mapping[Key, Key], digester: Digester, plan: Plan) -> None:
    """Add to ``plan`` all that one map needs. ``alias`` names, for merged contacts, the key that stands for all."""
    entity = scope.entity
    for key in dict.fromkeys([*scope.local, *scope.remote]):
        record, remote = scope.local.get(key), scope.remote.get(key)
        if key in scope.erased:
            plan.parked.append(Parked(entity.kind, key, "erased"))
        elif key in scope.stolen:
            plan.parked.append(Parked(entity.kind, key, "external_id_taken"))
        elif key in scope.merged:
            _plan_merged(entity, record, digester, plan)
        elif record is None and remote is not None:
            _plan_newcomer(entity, remote, scope.base.get(key), digester, plan)
        elif record is not None and remote is None:
            _plan_absent(scope, record, digester, plan)
        elif record is not None and remote is not None:
            _Comparison(entity, record, remote, scope.base.get(key, {}), alias, digester, str(key)).add_to(plan)
    for remote in scope.newcomers.values():
        _plan_newcomer(entity, remote, None, digester, plan)


def _plan_merged(entity: EntityMap, record: Record | None, digester: Digester, plan: Plan) -> None:
    """A record that staff merged into another: the register follows, once; then it is archived and nothing is left."""
    if record is not None and record.active and record.kind == entity.kind:
        digests = {"active": digester(entity.kind, record.key, "active", _NOT)}
        plan.changes.append(
            Change(entity.kind, record.key, Direction.REGISTER, Operation.MERGE, digests, because="merged_in_crm")
        )


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


def _plan_absent(scope: Scope, record: Record, digester: Digester, plan: Plan) -> None:
    """A record never agreed on is created in the CRM. One that was there and is gone waits, and is then archived.

    A deletion is believed once several complete listings agree, and never of a record that is only hidden from us.
    What the register alone archives or un-archives is its own affair: made again in the CRM, or left out.
    """
    entity, key = scope.entity, record.key
    base, absence = scope.base.get(key, {}), scope.absent.get(key, Absence())
    archived = digester(entity.kind, key, "active", _NOT)
    shared = (item := entity.by_field.get("active")) is not None and item.policy is not Policy.REGISTER
    if not any(map(agreed_digest, base.values())):
        create = True
    elif not record.active:
        return
    else:
        create = agreed_digest(base.get("active")) == archived
    if not create and (absence.hidden or absence.listings < LISTINGS):
        plan.parked.append(Parked(entity.kind, key, "hidden_in_crm" if absence.hidden else GONE))
    elif create or not shared:
        digests = LateDigests(entity, record, digester)
        plan.changes.append(Change(entity.kind, key, Direction.CRM, Operation.CREATE, digests))
    else:
        scope.derived[key] = Derived(record, {"active": False})
        change = Change(entity.kind, key, Direction.REGISTER, Operation.ARCHIVE, {"active": archived})
        plan.changes.append(replace(change, because=GONE))


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
        same = {**found[Verdict.AGREED], CRM_ID: str(self.remote.id)}
        if agreed := {name: digest for name, digest in same.items() if self.base.get(name) != digest}:
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
            return self._same_on_both(item, local), local, local
        else:
            remote_value = item.canonical(self._same(item, theirs))
        if local_value == remote_value:
            return self._same_on_both(item, local), local, local
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

    def _same_on_both(self, item: FieldMap, both: Digest) -> Verdict:
        """Judge a field that is equal on both sides: emptied by staff themselves, it may still stand in the chatter."""
        if item.twin or not self.entity.consents or not self.entity.withheld(item, self.record):
            return Verdict.AGREED
        base = settled_base(self.base.get(item.field), both)
        return Verdict.AGREED if base in (None, both) else Verdict.TAKE_LOCAL

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
