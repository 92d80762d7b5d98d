"""Erasure: people, and what the club need not keep any longer, taken out of both sides for good.

What is erased is noted first. Then the CRM lets go, then the register, in one transaction with the sync's memory:
broken off anywhere, the same command ends the same, and no sync works on these records meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete

from connector.crm.port import BATCH, Crm, Erasure, Outcome
from connector.register.repository import Register
from connector.register.saving import lock_counter
from connector.register.schema import LAYOUTS
from connector.register.state_schema import sync_absent, sync_base, sync_conflict, sync_parked, sync_reminder
from mappings.base import EntityMap, columns_of
from mappings.catalogue import CATALOGUE
from mappings.destinations import MODELS
from mappings.records import Key, Record
from sync_jobs.engine.identity import keys_of
from sync_jobs.images import forget
from sync_jobs.lease import held
from sync_jobs.persons.footprint import Footprint, footprint
from sync_jobs.persons.tombstones import bury
from sync_jobs.state import State

Root = tuple[str, Key]
"""A record to erase: its kind and its key."""

_MEMORY = sync_base, sync_conflict, sync_parked, sync_absent, sync_reminder


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took, or would: records of the register by kind, external ids by what came of them in the CRM.

    ``kept`` names contacts that the CRM keeps, without what was ours.
    """

    register: Mapping[str, int]
    crm: Mapping[str, int]
    kept: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases records of one club, with all that needs them."""

    register: Register
    crm: Crm
    state: State
    maps: Sequence[EntityMap] = CATALOGUE

    def look(self, roots: Iterable[Root]) -> Erased:
        """Tell what an erasure would take; change nothing."""
        roots = self._people(roots)
        found = footprint(self.register, roots)
        asked = self._asked(found, roots)
        bound = [
            name
            for model, of_model in _by_model(self.maps, asked).items()
            for name in self.crm.bindings(model, of_model)
        ]
        return Erased(_counts(found), {"bound": len(bound)} if bound else {}, dry_run=True)

    def erase(self, roots: Iterable[Root]) -> Erased:
        """Erase these records on both sides; interrupted anywhere and done again, it ends the same."""
        with held(self.register, self.state):
            own = self.state.begin_run("erase")
            try:
                erased = self._erase(self._people(roots))
            except BaseException:
                self.state.end_run(own, "interrupted", {})
                raise
            self.state.end_run(own, "done", asdict(erased) | {"erased": sum(erased.register.values())})
            self.register.forget()
            return erased

    def _erase(self, roots: Sequence[Root]) -> Erased:
        outcomes: dict[str, Outcome] = {}
        done = False
        while not done:  # again where somebody wrote one more record meanwhile
            found = footprint(self.register, roots)
            with self.state.writing() as connection:
                bury(self.state, connection, found.records)
            asked = self._erasures(found, roots)
            for start in range(0, len(asked), BATCH):
                for one in self.crm.erase(asked[start : start + BATCH]):
                    if one.status != "missing" or one.external_id not in outcomes:
                        outcomes[one.external_id] = one
            done = self._let_go(found, roots)
        kept = tuple(sorted(name for name, one in outcomes.items() if one.status == "unbound"))
        return Erased(_counts(found), dict(Counter(one.status for one in outcomes.values())), kept)

    def _let_go(self, found: Footprint, roots: Sequence[Root]) -> bool:
        """Delete in the register and from the sync's memory what the CRM has let go of; not if more has come since."""
        with self.state.writing() as connection:
            lock_counter(connection)
            current = footprint(self.register, roots)
            if not current.keys <= found.keys:
                return False
            keys = {key for _, key in found.keys} | {key for _, key in roots}
            forget(self.state, keys)
            for table in _MEMORY:
                for key in keys:
                    connection.execute(delete(table).where(table.c.key == key))
            self.register.save(current.loose)
            for kind in reversed(LAYOUTS):
                if kind in current.gone:
                    self.register.delete(kind, current.gone[kind])
        return True

    def _people(self, roots: Iterable[Root]) -> list[Root]:
        """Add those who became one contact with a person: the register keeps them, archived, as staff merged them.

        Where two who are in use share a contact, nobody can tell them apart but staff: only the one asked for goes.
        """
        asked = list(dict.fromkeys(roots))
        for entity in self.maps:
            mine = [key for kind, key in asked if kind == entity.record.kind == entity.kind]
            if mine and not MODELS[entity.model].ours:
                for row in self.crm.read(entity.model, (), [entity.external_id(key) for key in mine]).rows:
                    same = self.register.many(entity.kind, keys_of(entity.kind, row.external_ids))
                    if sum(record.active for record in same.values()) <= 1:
                        asked += [(entity.kind, key) for key in same]
        return list(dict.fromkeys(asked))

    def _asked(self, found: Footprint, roots: Sequence[Root]) -> dict[str, tuple[EntityMap, Record | None]]:
        """Name in the CRM all that goes, and what went from the register before; what hangs on others first."""
        asked: dict[str, tuple[EntityMap, Record | None]] = {}
        for entity in reversed(self.maps):
            kind = entity.record.kind
            known: dict[Key, Record | None] = {key: None for of, key in roots if of == kind}
            known |= found.gone.get(kind, {})
            asked |= {entity.external_id(key): (entity, record) for key, record in known.items()}
        return asked

    def _erasures(self, found: Footprint, roots: Sequence[Root]) -> list[Erasure]:
        """Say of each contact which of its values are ours to take back, should it have to stay."""
        asked = self._asked(found, roots)
        shown: dict[str, dict[str, Any]] = {}
        for model, names in _by_model(self.maps, asked).items():
            if not MODELS[model].ours:
                for row in self.crm.read(model, columns_of(self.maps, model), names).rows:
                    for name in set(row.external_ids) & set(names):
                        shown[name] = _ours(*asked[name], row.values)
        return [Erasure(name, shown.get(name, {})) for name in asked]


def _ours(entity: EntityMap, record: Record | None, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that a consent let the sync show, where they still stand there as the register has them."""
    return {
        item.column: raw[item.column]
        for item in entity.fields
        if (seen := entity.seen.get(item.field)) is not None
        and seen.consent is not None
        and item.kind.name != "tags"
        and record is not None
        and not entity.withheld(item, record)
        and raw[item.column]
        and item.canonical(item.kind.from_wire(raw[item.column])) == item.canonical(getattr(record, item.field))
    }


def _by_model(maps: Iterable[EntityMap], asked: Mapping[str, tuple[EntityMap, Record | None]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {entity.model: [] for entity in maps}
    for name, (entity, _) in asked.items():
        names[entity.model].append(name)
    return {model: found for model, found in names.items() if found}


def _counts(found: Footprint) -> dict[str, int]:
    return {kind: len(records) for kind, records in found.gone.items()}
