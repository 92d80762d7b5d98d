"""The programme as it would be: the register's records, and over them what a plan takes in from the CRM."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from connector.register.keys import new_key
from connector.register.repository import Register
from mappings import rules
from mappings.records import Charter, Key, Mentor, Organisation, Pair, Person, Record, Stay
from mappings.vocabulary import PairState
from sync_jobs.engine.plan import Change, Direction, Operation, Plan, Scope

R = TypeVar("R", bound=Record)

FIELDS: Mapping[type[rules.RuleBroken], str] = {
    rules.SameCompany: "mentee",
    rules.Hierarchy: "mentee",
    rules.ConflictOfInterest: "mentor",
    rules.NotAccepted: "state",
    rules.CharterNotSigned: "state",
    rules.OutlivesStay: "planned_end",
    rules.OverCapacity: "state",
}
"""The field of a pair by which each rule is broken, and which is set back."""


_JUDGED = frozenset({"organisation", "person", "mentor", "stay", "pair", "charter"})
"""The kinds that the rules of a pair look at."""


def taken_in(scope: Scope, change: Change, key: Key) -> Record:
    """Give the register's record with the values that a change takes in; texts of the pair stay untouched.

    What staff left empty on a record of theirs takes the register's default. Raises pydantic's ValidationError.
    """
    derived = scope.derived.get(key)
    values: dict[str, Any] = {**derived.values} if derived else {}
    if rest := [name for name in change.fields if name not in values]:
        remote = scope.remote[change.key] if change.key is not None else scope.newcomers[change.crm_id or 0]
        values |= {name: remote.values[name] for name in rest}
    if before := (derived.record if derived else scope.local.get(key)):
        return scope.entity.record.model_validate({**before.model_dump(exclude_unset=True), **values})
    return scope.entity.record.model_validate({"key": key, **{n: v for n, v in values.items() if v is not None}})


class Programme:
    """Looks records up: a plan's own version of one first, then the register's."""

    def __init__(
        self, register: Register, scopes: Iterable[Scope], plan: Plan, charter_version: str | None = None
    ) -> None:
        """Take the register, what this plan would take into it, and the charter's version that counts (None: any)."""
        self._register, self._charter_version = register, charter_version
        self.fresh: dict[int, Record] = {}
        self._planned: dict[tuple[str, Key], Record] = {}
        by_kind = {scope.entity.kind: scope for scope in scopes}
        for change in plan.changes:
            wanted = change.kind in _JUDGED and change.direction is Direction.REGISTER
            if wanted and change.operation is not Operation.MERGE:
                self._take(by_kind[change.kind], change)

    def _take(self, scope: Scope, change: Change) -> None:
        try:
            record = taken_in(scope, change, change.key or new_key())
        except ValidationError:
            return  # the register will refuse it, and say so
        self.fresh[id(change)] = record
        self._planned[record.kind, record.key] = record

    def get(self, kind: type[R], key: Key | None) -> R | None:
        """Give one record as it would be."""
        if key is None:
            return None
        planned = self._planned.get((kind.kind, key))
        return cast("R | None", planned or self._register.get(kind.kind, key))

    def linked(self, kind: type[R], field: str, keys: Iterable[Key]) -> list[R]:
        """Give the records of a kind, as they would be, whose link leads to one of ``keys``."""
        wanted = set(keys)
        found = {record.key: record for record in self._register.linked(kind.kind, field, wanted)}
        for (named, key), record in self._planned.items():
            if named == kind.kind:
                found.pop(key, None)
                if getattr(record, field) in wanted:
                    found[key] = record
        return cast("list[R]", list(found.values()))

    def broken(self, pair: Pair) -> list[type[rules.RuleBroken]]:
        """Name the rules that a pair breaks."""
        if not pair.active or pair.state in rules.OVER:
            return []
        return [type(broken) for broken in self._judged(pair)]

    def _judged(self, pair: Pair) -> Iterator[rules.RuleBroken]:
        mentor, mentee = self.get(Person, pair.mentor), self.get(Person, pair.mentee)
        checks: list[tuple[Callable[..., object], tuple[Any, ...]]] = [
            (rules.both_accept, (pair,)),
            (rules.signed_before_active, (pair, self.linked(Charter, "pair", [pair.key]), self._charter_version)),
            (rules.within_stay, (pair, self.get(Stay, pair.stay))),
        ]
        if mentor and mentee:
            people = {one.key: one for one in self._upwards(Person, "manager", mentor, mentee)}
            firms = [firm for one in (mentor, mentee) if (firm := self.get(Organisation, one.organisation))]
            groups = {one.key: one for one in self._upwards(Organisation, "parent", *firms)}
            checks.append((rules.different_companies, (mentor, mentee, groups)))
            checks.append((rules.no_hierarchy, (mentor, mentee, people)))
            checks += self._of_profile(pair, mentor, mentee)
        for rule, told in checks:
            try:
                rule(*told)
            except rules.RuleBroken as broken:
                yield broken

    def _of_profile(
        self, pair: Pair, mentor: Person, mentee: Person
    ) -> Iterator[tuple[Callable[..., object], tuple[Any, ...]]]:
        for profile in self.linked(Mentor, "person", [mentor.key]):
            yield rules.no_conflict_of_interest, (profile, mentee)
            if pair.state is PairState.ACTIVE and profile.active:
                others = [one for one in self.linked(Pair, "mentor", [mentor.key]) if one.key != pair.key]
                yield rules.within_capacity, (profile, [*others, pair])

    def _upwards(self, kind: type[R], field: str, *starts: R) -> Iterator[R]:
        """Follow a link upwards from some records to the top; a loop ends where it began."""
        met: set[Key] = set()
        waiting = list(starts)
        while waiting:
            record = waiting.pop()
            if record.key not in met:
                met.add(record.key)
                yield record
                above = self.get(kind, getattr(record, field))
                waiting += [above] if above else []
