"""Observation: what changed on each side since it was last read, map by map, in pages and never record by record.

Where everything is read, each page is compared as it comes, and what agrees is let go of: memory holds what differs.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from connector.crm.port import PAGE, Crm, Page, Row
from connector.register.repository import Register
from mappings.base import EntityMap, columns_of
from mappings.catalogue import meaning
from mappings.records import Key, Record
from sync_jobs.engine.agreement import Agreement
from sync_jobs.engine.identity import Remote, aliases, recognise
from sync_jobs.engine.plan import CRM_ID, Absence, Scope
from sync_jobs.engine.ports import Digest
from sync_jobs.persons.tombstones import buried
from sync_jobs.state import State
from sync_jobs.watch import Watch

Progress = Callable[[str, int], None]
"""Told what is being read or written, and how many records more were done."""


def silent(_what: str, _done: int) -> None:
    """Show no progress."""


_NEVER = "never"


@dataclass(frozen=True, slots=True)
class Since:
    """From where to read. ``crm``: UTC second, ``None`` reads all; ``register``: its change counter.

    ``trusted``: the base counts. After a restore of either side it does not: what was agreed on is not there any more.
    """

    crm: str | None
    register: int = 0
    trusted: bool = True

    @classmethod
    def never(cls) -> Since:
        """Read nothing but the records that are asked for by key."""
        return cls(_NEVER, sys.maxsize)

    @property
    def everything(self) -> bool:
        """Tell whether the CRM is read whole."""
        return self.crm is None


@dataclass(slots=True)
class Observation:
    """Everything that was observed: a scope for each map, and which keys of merged contacts are one.

    ``agreed`` names, by map, the records that a whole reading found the same on both sides: no scope holds them. Where
    that took a comparison field by field, it gives the digest of the whole that spares the next one.
    """

    scopes: list[Scope]
    alias: dict[Key, Key]
    agreed: dict[str, dict[Key, Digest | None]] = field(default_factory=dict)


@dataclass(slots=True)
class _Sight:
    """What was read for one map so far. ``again`` is looked at in any case; ``agreed`` was compared and let go of."""

    entity: EntityMap
    again: set[Key]
    rows: list[Remote] = field(default_factory=list)
    local: dict[Key, Record] = field(default_factory=dict)
    remote: dict[Key, Remote] = field(default_factory=dict)
    agreed: dict[Key, Digest | None] = field(default_factory=dict)


class Observer:
    """Reads both sides."""

    def __init__(
        self, register: Register, crm: Crm, state: State, maps: Sequence[EntityMap], progress: Progress = silent
    ) -> None:
        """Take both sides, the state and the maps to observe."""
        self._register, self._crm, self._state, self._maps, self._progress = register, crm, state, maps, progress
        self._watch, self._meaning = Watch(register, state), meaning(maps)
        self._groups: set[tuple[str, ...]] = set()

    def observe(self, since: Since, again: Mapping[str, Iterable[Key]] | None = None) -> Observation:
        """Observe all that changed since, and the records of ``again`` (by map) whether they changed or not."""
        self._groups = set()
        sights: dict[str, _Sight] = {}
        for model, pages in groupby(self._pages(since.crm), key=itemgetter(0)):
            here = [_Sight(one, set((again or {}).get(one.kind, ()))) for one in self._maps if one.model == model]
            for _, page in pages:
                for sight in here:
                    rows = self._differing(sight, page) if since.everything else page.rows
                    sight.rows += recognise(sight.entity, rows, page.links)
            for sight in here:
                self._look_up(sight, since)
                sights[sight.entity.kind] = sight
        scopes = [self._scope(sights[entity.kind], since) for entity in self._maps]
        alias = {k: v for entity in self._maps for k, v in aliases(entity.kind, self._groups).items()}
        return Observation(scopes, alias, {kind: sight.agreed for kind, sight in sights.items()})

    def _differing(self, sight: _Sight, page: Page) -> Sequence[Row]:
        """Give a page's rows without those that agree with the register and with the base; note these by their keys."""
        agreement = Agreement(sight.entity, self._state.digests, self._meaning)
        named = ((agreement.key(row), row) for row in page.rows)
        rows = {key: row for key, row in named if key is not None and key not in sight.again}
        # The numbers come before the records: one that changes in between keeps no number that it has not.
        numbers = self._register.numbers(sight.entity.record.kind, rows)
        wholes = {key: agreement.whole(key, number, rows[key], page.links) for key, number in numbers.items()}
        known = self._state.wholes(sight.entity.kind, wholes)
        unsure = {key for key, whole in wholes.items() if known.get(key) != whole}
        sight.agreed.update((key, None) for key in wholes if key not in unsure)
        base = self._state.bases(sight.entity.kind, unsure)
        for key, record in self._records(sight.entity, unsure).items():
            values = agreement.values(record, rows[key], page.links)
            if values is not None and agreement.based(record, rows[key], values, base.get(key, {})):
                sight.agreed[key] = wholes[key]
        let_go = {row.id for key, row in rows.items() if key in sight.agreed}
        return [row for row in page.rows if row.id not in let_go]

    def _pages(self, since: str | None) -> Iterator[tuple[str, Page]]:
        """Read every model once for all the maps that share it. While one page is worked on, the next is under way."""
        models = deque(dict.fromkeys(entity.model for entity in self._maps))
        with ThreadPoolExecutor(max_workers=1) as lane:
            under_way = lane.submit(self._read_page, models[0], since, 0)
            while models:
                model, page = models[0], self._noted(under_way.result())
                if page.after is None:
                    models.popleft()
                if models:
                    under_way = lane.submit(self._read_page, models[0], since, page.after or 0)
                self._progress("Reading the CRM", len(page.rows))
                yield model, page

    def _read_page(self, model: str, since: str | None, after: int) -> Page:
        if since == _NEVER:
            return Page((), {}, None)
        return self._crm.changed(model, columns_of(self._maps, model), since, after)

    def _noted(self, page: Page) -> Page:
        """Note which external ids name one record: those are contacts that staff merged."""
        self._groups.update(
            names for names in (*(row.external_ids for row in page.rows), *page.links.values()) if len(names) > 1
        )
        return page

    def _look_up(self, sight: _Sight, since: Since) -> None:
        """Read from the register what changed there, what the CRM showed, and what is to be looked at again."""
        changed = self._all_left(sight) if since.everything else self._changed_locally(sight.entity, since.register)
        sight.local.update(changed)
        sight.remote.update((key, one) for one in sight.rows for key in one.keys)
        sight.local.update(self._records(sight.entity, (sight.again | set(sight.remote)) - set(sight.local)))

    def _scope(self, sight: _Sight, since: Since) -> Scope:
        """Complete each side from the other. Where the CRM was read whole, what it did not show is not there."""
        entity, local, remote = sight.entity, sight.local, sight.remote
        if not since.everything:
            remote.update(self._rows(entity, [key for key in {*local, *sight.again} if key not in remote]))
        base = self._state.bases(entity.kind, {*local, *remote}) if since.trusted else {}
        merged = {other: one.key for one in remote.values() for other in one.merged if one.key is not None}
        newcomers = {one.id: one for one in sight.rows if one.key is None}
        missing = [key for key in base if key in local and key not in remote and local[key].active]
        absent = self._absent(entity, missing, whole=since.everything)
        stolen, erased = self._stolen(entity, base, remote), buried(self._register, entity.record.kind)
        return Scope(entity, local, remote, base, newcomers, merged, absent, stolen, erased)

    def _absent(self, entity: EntityMap, missing: Sequence[Key], *, whole: bool) -> dict[Key, Absence]:
        """Look more closely at records that were in the CRM: is one hidden from us, or gone, and for how long?"""
        if not missing:
            return {}
        names = {entity.external_id(key): key for key in missing}
        bound = self._crm.bindings(entity.model, list(names))
        counted = self._watch.absences()
        return {
            key: Absence(name in bound, counted.get((entity.kind, key), 0) + whole) for name, key in names.items()
        }

    def _stolen(
        self, entity: EntityMap, base: Mapping[Key, Mapping[str, str]], remote: Mapping[Key, Remote]
    ) -> frozenset[Key]:
        """Find external ids that lead to another record than they did, though the first still lives.

        Where the first is gone, staff merged contacts: the external id rightly moved to the survivor.
        """
        was = {key: int(base[key][CRM_ID]) for key in remote if CRM_ID in base.get(key, {})}
        moved = {key: former for key, former in was.items() if former != remote[key].id}
        living = self._crm.living(entity.model, sorted(set(moved.values()))) if moved else set()
        return frozenset(key for key, former in moved.items() if former in living)

    def _all_left(self, sight: _Sight) -> Iterator[tuple[Key, Record]]:
        """Give every record of the register that was not let go of, in the order of their changes."""
        if self._register.count(sight.entity.record.kind) == len(sight.agreed):
            return
        keys = [key for key in self._register.keys(sight.entity.record.kind) if key not in sight.agreed]
        for start in range(0, len(keys), PAGE):
            page = keys[start : start + PAGE]
            found = self._records(sight.entity, set(page))
            self._progress("Reading the register", len(found))
            yield from ((key, found[key]) for key in page if key in found)

    def _changed_locally(self, entity: EntityMap, after: int) -> Iterator[tuple[Key, Record]]:
        while page := self._register.changed(entity.record.kind, after, PAGE):
            self._progress("Reading the register", len(page))
            yield from ((record.key, record) for _, record in page)
            if len(page) < PAGE:
                return
            after = page[-1][0]

    def _records(self, entity: EntityMap, keys: set[Key]) -> dict[Key, Record]:
        return self._register.many(entity.record.kind, keys) if keys else {}

    def _rows(self, entity: EntityMap, keys: Sequence[Key]) -> dict[Key, Remote]:
        """Read the CRM's rows of these keys; one that was merged away finds the survivor."""
        found: dict[Key, Remote] = {}
        wanted = set(keys)
        names = [entity.external_id(key) for key in keys]
        for start in range(0, len(names), PAGE):
            page = self._noted(self._crm.read(entity.model, entity.columns, names[start : start + PAGE]))
            rows = recognise(entity, page.rows, page.links)
            found.update({key: one for one in rows for key in one.keys if key in wanted})
        return found
