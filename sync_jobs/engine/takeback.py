"""Taking back: which fields of a run nothing newer stands on, and what each record would be without that run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from mappings.base import EntityMap, FieldMap
from mappings.records import Key, Record
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import Direction, Scope
from sync_jobs.engine.ports import Digest, Digester


@dataclass(frozen=True, slots=True)
class Kept:
    """One field that a run wrote: the value that stood there, as JSON has it, and the digests of both.

    ``bar`` is the code of what forbids taking it back. ``exact``: the value is the register's own, not what it showed.
    """

    value: Any = field(repr=False)
    before: Digest
    after: Digest
    bar: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """What a run wrote on one record of one side."""

    kind: str
    key: Key
    direction: Direction
    created: bool
    fields: Mapping[str, Kept]


@dataclass(frozen=True, slots=True)
class Left:
    """One field that cannot be taken back, or (``field`` empty) one whole record; ``code`` says why."""

    kind: str
    key: Key
    field: str
    code: str


Named = tuple[str, Key]
Fields = dict[Named, dict[str, Kept]]


def joined(images: Iterable[Image]) -> tuple[Fields, set[Named]]:
    """Join what a run wrote in several passes: what stood first, what it left last; and name what it created."""
    fields: Fields = {}
    created: set[Named] = set()
    for image in images:
        named = image.kind, image.key
        known = fields.setdefault(named, {})
        created |= {named} if image.created else set()
        for name, kept in image.fields.items():
            first = known.get(name)
            known[name] = replace(first, after=kept.after) if first and first.after == kept.before else kept
    return fields, created


def _out_of_reach(scope: Scope, key: Key) -> str:
    """Say why a record is not there to be judged; empty where it is."""
    if key in scope.merged:
        return "merged_in_crm"
    if key in scope.stolen:
        return "external_id_taken"
    if key not in scope.local:
        return "gone_from_register"
    return "" if key in scope.remote else "gone_from_crm"


@dataclass(slots=True)
class TakeBack:
    """Judges what a run wrote against what both sides hold now. ``ended``: the run came to its end."""

    scopes: Mapping[str, Scope]
    digester: Digester
    ended: bool
    fields: Fields = field(default_factory=dict[Named, dict[str, Kept]])
    """What may be taken back, by map and record."""
    settled: set[tuple[str, Key, str]] = field(default_factory=set[tuple[str, Key, str]])
    """What stands on both sides as it did before the run."""
    records: dict[Named, Record] = field(default_factory=dict[Named, Record])
    """The register's records as they would be without the run, by kind of record."""
    left: list[Left] = field(default_factory=list[Left])

    def judge(self, fields: Fields, created: set[Named]) -> None:
        """Judge every field that the run wrote."""
        owners = {(self._record(kind), key) for kind, key in created if "active" in self.scopes[kind].entity.by_field}
        for (kind, key), written in fields.items():
            scope = self.scopes[kind]
            if code := _out_of_reach(scope, key):
                self.left.append(Left(kind, key, "", code))
            elif (kind, key) not in created:
                self._judge(scope, key, written)
            elif "active" in scope.entity.by_field:
                self._judge_created(scope, key, written)
            elif (self._record(kind), key) not in owners:
                self.left.append(Left(kind, key, "", "not_archivable"))
        for named, kinds in self._by_record().items():
            self._restore(named, kinds, fields)

    def _record(self, kind: str) -> str:
        return self.scopes[kind].entity.record.kind

    def _digests(self, entity: EntityMap, item: FieldMap, record: Record, remote: Remote) -> tuple[Digest, Digest]:
        """Digest one field as both sides have it."""
        theirs = self.digester(entity.kind, record.key, item.field, item.canonical(remote.values[item.field]))
        return self._shown(entity, item, record), theirs

    def _shown(self, entity: EntityMap, item: FieldMap, record: Record) -> Digest:
        return self.digester(entity.kind, record.key, item.field, item.canonical(entity.outgoing(item, record)))

    def _judge(self, scope: Scope, key: Key, written: Mapping[str, Kept]) -> None:
        """Let through what holds on both sides what the run wrote, or what stood before."""
        entity, record, remote = scope.entity, scope.local[key], scope.remote[key]
        for name, kept in written.items():
            found = set(self._digests(entity, entity.by_field[name], record, remote))
            code = kept.bar or ("" if found <= {kept.before, kept.after} else "changed_since")
            if code:
                self.left.append(Left(entity.kind, record.key, name, code))
                continue
            self.fields.setdefault((entity.kind, record.key), {})[name] = kept
            if found == {kept.before}:
                self.settled.add((entity.kind, record.key, name))

    def _judge_created(self, scope: Scope, key: Key, written: Mapping[str, Kept]) -> None:
        """Archive what the run created, where nobody has touched it since."""
        entity, record, remote = scope.entity, scope.local[key], scope.remote[key]
        touched = [
            name
            for name, kept in written.items()
            if name != "active" and set(self._digests(entity, entity.by_field[name], record, remote)) != {kept.after}
        ]
        self.left += [Left(entity.kind, record.key, name, "changed_since") for name in touched]
        if not touched:
            item = entity.by_field["active"]
            archived = self.digester(entity.kind, record.key, "active", item.canonical(value=False))
            active = Kept(value=False, before=archived, after=written["active"].after)
            self._judge(scope, key, {"active": active})

    def _by_record(self) -> dict[Named, list[str]]:
        """Sort the maps under the records that they show: several may show one."""
        found: dict[Named, list[str]] = {}
        for kind, key in self.fields:
            found.setdefault((self._record(kind), key), []).append(kind)
        return found

    def _restore(self, named: Named, kinds: Sequence[str], fields: Fields) -> None:
        """Make the record as it would be; a field that cannot be so is left, on all maps that show it."""
        record = self.scopes[kinds[0]].local[named[1]]
        values = dict(self._values(record, kinds, fields))
        refused = {name: "consent_withdrawn" for name in values if self._given_back(kinds, record, name, values[name])}
        restored, worse = self._restored(record, kinds, values, refused)
        while worse:  # each round leaves at least one field more
            refused |= worse
            restored, worse = self._restored(record, kinds, values, refused)
        self._leave(named[1], kinds, refused)
        if any(self.fields[kind, named[1]] for kind in kinds):
            self.records[named] = restored

    def _restored(
        self, record: Record, kinds: Sequence[str], values: Mapping[str, Any], refused: Mapping[str, str]
    ) -> tuple[Record, dict[str, str]]:
        """Give the record with those values that nothing refused yet, and which of them cannot be either, and why."""
        taken = {name: value for name, value in values.items() if name not in refused}
        try:
            restored = type(record).model_validate({**record.model_dump(exclude_unset=True), **taken})
        except ValidationError as error:
            named = {str(part) for problem in error.errors() for part in problem["loc"][:1]} & set(taken)
            return record, dict.fromkeys(named or taken, "refused_by_register")
        return restored, dict(self._hidden(restored, kinds, refused))

    def _leave(self, key: Key, kinds: Sequence[str], refused: Mapping[str, str]) -> None:
        for kind in kinds:
            for name in [name for name in self.fields[kind, key] if name in refused]:
                del self.fields[kind, key][name]
                if (kind, key, name) not in self.settled:
                    self.left.append(Left(kind, key, name, refused[name]))

    def _given_back(self, kinds: Sequence[str], record: Record, name: str, value: Any) -> bool:
        """Tell whether this would give a consent: only the person does that."""
        consents = {seen.consent for seen in self.scopes[kinds[0]].entity.seen.values() if seen}
        return name in consents and value is True and not getattr(record, name)

    def _hidden(self, restored: Record, kinds: Sequence[str], refused: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Name fields that would not look as they did, for a consent has the last word."""
        for kind in kinds:
            entity = self.scopes[kind].entity
            for name, kept in self.fields[kind, restored.key].items():
                if name not in refused and self._shown(entity, entity.by_field[name], restored) != kept.before:
                    yield name, "consent_decides"

    def _values(self, record: Record, kinds: Sequence[str], fields: Fields) -> Iterator[tuple[str, Any]]:
        """Give the values that the register held before the run, where that is known.

        The CRM shows a value that a consent governs in one place or another, or nowhere: what vanished from one may
        have been there all the time. What is blank in its only place may have been hidden: nobody knows.
        """
        maps = [entity for scope in self.scopes.values() if (entity := scope.entity).record is type(record)]
        written = [(entity, fields.get((entity.kind, record.key), {})) for entity in maps]
        for name, one in {name: one for kind in kinds for name, one in self.fields[kind, record.key].items()}.items():
            seen = maps[0].seen[name]
            consent = seen.consent if seen else None
            kept = [known[name] for _, known in written if name in known] if consent else [one]
            twin = sum(name in entity.by_field for entity in maps) > 1
            told = [k for k in kept if k.exact] or [k for k in kept if k.value not in (None, "", [])]
            if told:
                yield name, told[0].value
            elif not consent or (self.ended and twin):
                yield name, kept[0].value
