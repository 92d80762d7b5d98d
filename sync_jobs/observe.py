"""Observation: what changed on each side since it was last read, map by map, in pages and never record by record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connector.crm.port import PAGE, Crm, Page
from connector.register.repository import Register
from mappings.base import EntityMap
from mappings.records import Key, Record
from sync_jobs.engine.identity import Remote, aliases, recognise
from sync_jobs.engine.plan import Scope
from sync_jobs.state import State

Progress = Callable[[str, int], None]
"""Told what is being read or written, and how many records more were done."""


def silent(_what: str, _done: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Since:
    """From where to read. ``crm``: UTC second, ``None`` reads all; ``register``: its change counter, by map."""

    crm: str | None
    register: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def beginning(cls) -> Since:
        """Read everything on both sides."""
        return cls(None)

    @property
    def everything(self) -> bool:
        """Tell whether the CRM is read whole."""
        return self.crm is None


@dataclass(slots=True)
class Observation:
    """Everything that was observed: a scope for each map, and which keys of merged contacts are one."""

    scopes: list[Scope]
    alias: dict[Key, Key]


class Observer:
    """Reads both sides."""

    def __init__(
        self, register: Register, crm: Crm, state: State, maps: Sequence[EntityMap], progress: Progress = silent
    ) -> None:
        """Take both sides, the state and the maps to observe."""
        self._register, self._crm, self._state, self._maps, self._progress = register, crm, state, maps, progress
        self._groups: set[tuple[str, ...]] = set()

    def observe(self, since: Since, again: Mapping[str, Iterable[Key]] | None = None) -> Observation:
        """Observe all that changed since, and the records of ``again`` (by map) whether they changed or not."""
        pages: dict[str, list[Page]] = {}
        self._groups = set()
        for model in dict.fromkeys(entity.model for entity in self._maps):
            pages[model] = list(self._read_model(model, since.crm))
        scopes = [
            self._scope(entity, pages[entity.model], since, set((again or {}).get(entity.kind, ())))
            for entity in self._maps
        ]
        alias = {k: v for entity in self._maps for k, v in aliases(entity.kind, self._groups).items()}
        return Observation(scopes, alias)

    def _read_model(self, model: str, since: str | None) -> Iterator[Page]:
        """Read a model once for all the maps that share it."""
        columns = tuple(dict.fromkeys(c for entity in self._maps if entity.model == model for c in entity.columns))
        after: int | None = 0
        while after is not None:
            page = self._noted(self._crm.changed(model, columns, since, after))
            self._progress("Reading the CRM", len(page.rows))
            after = page.after
            yield page

    def _noted(self, page: Page) -> Page:
        """Note which external ids name one record: those are contacts that staff merged."""
        self._groups.update(
            names for names in (*(row.external_ids for row in page.rows), *page.links.values()) if len(names) > 1
        )
        return page

    def _scope(self, entity: EntityMap, pages: Sequence[Page], since: Since, again: set[Key]) -> Scope:
        """Gather one map's records of both sides: what changed on either, completed from the other."""
        local = dict(self._changed_locally(entity, since.register.get(entity.kind, 0)))
        seen = [remote for page in pages for remote in recognise(entity, page.rows, page.links)]
        remote = {key: one for one in seen for key in one.keys}
        local.update(self._records(entity, (again | set(remote)) - set(local)))
        if not since.everything:
            remote.update(self._rows(entity, [key for key in {*local, *again} if key not in remote]))
        base = self._state.bases(entity.kind, {*local, *remote})
        merged = {other: one.key for one in remote.values() for other in one.merged if one.key is not None}
        newcomers = {one.id: one for one in seen if one.key is None}
        return Scope(entity, local, remote, base, newcomers, merged)

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
