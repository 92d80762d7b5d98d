"""Undo: take back what one run wrote, where nothing newer stands on it. It is a run itself, and can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from connector.crm.port import Crm
from connector.register.repository import Register
from connector.register.saving import lock_counter
from connector.register.state_schema import sync_change, sync_run
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE
from mappings.records import Key, Record
from sync_jobs.apply import Applier
from sync_jobs.cycle import Cycle
from sync_jobs.engine.identity import Remote
from sync_jobs.engine.plan import Change, Direction, Operation
from sync_jobs.engine.takeback import Fields, Left, Named, TakeBack, joined
from sync_jobs.images import images_of
from sync_jobs.lease import held
from sync_jobs.passes import Passes
from sync_jobs.state import State
from sync_jobs.tally import Tally


class UndoRefused(Exception):
    """The run is not known, or the maps changed since the last sync, or a side was restored. Nothing was taken back."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an undo takes back, by map and record, and what it leaves. ``run`` is its own; none where it only looked."""

    undone: str
    taken_back: Mapping[Named, Sequence[str]]
    left: tuple[Left, ...]
    run: str | None = None


class Undo:
    """Takes back runs of one club."""

    def __init__(
        self, register: Register, crm: Crm, state: State, cycle: Cycle, maps: Sequence[EntityMap] = CATALOGUE
    ) -> None:
        """Take both sides, the state, and the sync that carries to the CRM what the register was given back."""
        self._register, self._state, self._cycle, self._maps = register, state, cycle, maps
        self._applier = Applier(register, crm, state)

    def find(self, said: str) -> str:
        """Find the run that begins so; ``last`` is the last sync that changed something."""
        with self._register.transaction(reads_only=True) as tx:
            runs = select(sync_run.c.run).order_by(sync_run.c.run.desc())
            if said == "last":
                wrote = select(sync_change.c.run).where(sync_change.c.status == "done")
                runs = runs.where(sync_run.c.command == "sync", sync_run.c.run.in_(wrote)).limit(1)
            else:
                runs = runs.where(sync_run.c.run.startswith(said, autoescape=True)).limit(2)
            found: list[str] = list(tx.connection.execute(runs).scalars())
        if len(found) != 1:
            what = "several runs begin so" if found else "no such run"
            raise UndoRefused(f"{what}: {said}", "`binome runs` lists them.")
        return found[0]

    def look(self, run: str) -> Outcome:
        """Tell what can be taken back, and what not; change nothing."""
        judged = self._judge(run)
        return Outcome(run, _open(judged), tuple(judged.left))

    def take_back(self, run: str) -> Outcome:
        """Take back what can be; interrupted anywhere and done again, it ends the same."""
        with held(self._register, self._state):
            judged = self._judge(run)
            asked = _open(judged)
            if not asked:
                return Outcome(run, {}, tuple(judged.left))
            own = self._state.begin_run("undo")
            try:
                outcome = self._take_back(run, own, judged, asked)
            except BaseException:
                self._state.end_run(own, "interrupted", {"undone": run})
                raise
            counts = {"taken_back": sum(map(len, outcome.taken_back.values())), "left": len(outcome.left)}
            self._state.end_run(own, "done", {"undone": run, **counts})
            return outcome

    def _take_back(self, run: str, own: str, judged: TakeBack, asked: Mapping[Named, Sequence[str]]) -> Outcome:
        tally = Tally()
        self._write_register(own, judged, tally)
        passes = self._cycle.carry(own, self._keys(asked), tally)
        again = self._judge(run)
        taken: dict[Named, list[str]] = {}
        left = {(one.kind, one.key, one.field): one for one in again.left}
        for (kind, key), names in asked.items():
            for name in names:
                if (kind, key, name) in again.settled:
                    taken.setdefault((kind, key), []).append(name)
                elif (kind, key, "") not in left:
                    left.setdefault((kind, key, name), Left(kind, key, name, _why(passes, kind, key)))
        return Outcome(run, taken, tuple(left.values()), own)

    def _judge(self, run: str) -> TakeBack:
        """Read both sides of what the run wrote, in batches, and judge it."""
        if self._cycle.moved:
            raise UndoRefused("the maps have changed since the last sync, or a side was restored", "Run `binome sync`.")
        fields, created, left = self._written(run)
        scopes = self._cycle.look(self._keys(fields)).observation.scopes
        judged = TakeBack({s.entity.kind: s for s in scopes}, self._state.digests, ended=self._ended(run), left=left)
        judged.judge(fields, created)
        return judged

    def _ended(self, run: str) -> bool:
        """Tell whether a run came to its end."""
        with self._register.transaction(reads_only=True) as tx:
            return tx.connection.execute(select(sync_run.c.status).where(sync_run.c.run == run)).scalar() == "done"

    def _written(self, run: str) -> tuple[Fields, set[Named], list[Left]]:
        """Give what the run wrote: what it noted as done, and where it broke off before it noted, all it set out to."""
        with self._register.transaction(reads_only=True) as tx:
            rows = tx.connection.execute(select(sync_change).where(sync_change.c.run == run)).mappings().all()
        noted = {(row["kind"], row["key"], row["direction"]): row for row in rows}
        done = {named for named, row in noted.items() if row["status"] == "done"}
        images = list(images_of(self._state, run))
        kept = {(image.kind, image.key, image.direction.value) for image in images}
        wrote = [i for i in images if (named := (i.kind, i.key, i.direction.value)) in done or named not in noted]
        left = [
            Left(kind, key, name, "merged_in_crm" if row["operation"] == Operation.MERGE else "image_gone")
            for named in sorted(done - kept)
            for kind, key, row in [(*named[:2], noted[named])]
            for name in (json.loads(row["fields"]) if row["operation"] == Operation.UPDATE else ("",))
        ]
        return *joined(wrote), left

    def _keys(self, fields: Mapping[Named, Any]) -> dict[str, list[Key]]:
        """Name the records on every map that shows them: what one map takes back may tell on another."""
        record = {entity.kind: entity.record.kind for entity in self._maps}
        keys: dict[str, dict[Key, None]] = {}
        for kind, key in fields:
            keys.setdefault(record[kind], {})[key] = None
        return {kind: list(keys[of]) for kind, of in record.items() if of in keys}

    def _write_register(self, own: str, judged: TakeBack, tally: Tally) -> None:
        """Give the register its old values back, in one transaction, so that the next sync sees its edits alone."""
        with self._register.transaction() as tx:
            lock_counter(tx.connection)
            for of in dict.fromkeys(entity.record.kind for entity in self._maps):
                maps = [entity for entity in self._maps if entity.record.kind == of]
                unmoved = self._unmoved(judged, maps)
                for entity in maps:
                    here = {key: record for key, record in unmoved.items() if judged.fields.get((entity.kind, key))}
                    if here:
                        self._write_map(judged, entity, here, tally)
            self._state.note_changes(own, 0, tally.changes)

    def _unmoved(self, judged: TakeBack, maps: Sequence[EntityMap]) -> dict[Key, Record]:
        """Give the restored records of a kind, but for those that changed in the register since it was judged."""
        kind, observed = maps[0].record.kind, judged.scopes[maps[0].kind].local
        restored = {key: record for (of, key), record in judged.records.items() if of == kind}
        current = self._register.many(kind, restored)
        return {key: record for key, record in restored.items() if current.get(key) == observed.get(key)}

    def _write_map(self, judged: TakeBack, entity: EntityMap, restored: Mapping[Key, Record], tally: Tally) -> None:
        """Write one map's fields; the base becomes what the run wrote, since the CRM holds it still."""
        local = self._register.many(entity.record.kind, restored)
        fields = {key: judged.fields[entity.kind, key] for key in restored}
        remote: dict[Key, Remote] = {}
        changes: list[Change] = []
        for key, record in restored.items():
            differ = [name for name in fields[key] if getattr(record, name) != getattr(local[key], name)]
            if differ:
                remote[key] = Remote(0, key, {}, {name: getattr(record, name) for name in differ})
                operation = Operation.UPDATE if record.active or "active" not in differ else Operation.ARCHIVE
                digests = {name: fields[key][name].before for name in differ}
                changes.append(Change(entity.kind, key, Direction.REGISTER, operation, digests))
        scope = replace(judged.scopes[entity.kind], local=local, remote=remote, derived={})
        self._applier.to_register([(scope, changes)], tally)
        marks = {
            key: {name: kept.after for name, kept in known.items() if (entity.kind, key, name) not in judged.settled}
            for key, known in fields.items()
        }
        self._state.advance(entity.kind, marks)


def _open(judged: TakeBack) -> dict[Named, list[str]]:
    """Name what does not stand as it did yet."""
    found = {
        (kind, key): [name for name in kept if (kind, key, name) not in judged.settled]
        for (kind, key), kept in judged.fields.items()
    }
    return {named: names for named, names in found.items() if names}


def _why(passes: Passes, kind: str, key: Key) -> str:
    return next((item.code for item in passes.parked if (item.kind, item.key) == (kind, key)), "changed_meanwhile")
