"""What is held of one person, on both sides, in one document: their own, and nothing about anybody else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import select

from connector.crm.port import BATCH, Crm
from connector.register.repository import Register
from connector.register.state_schema import disclosure, sync_change, sync_run
from connector.register.vault_schema import vault_reading
from mappings.catalogue import CATALOGUE
from mappings.confidentiality import pair_fields
from mappings.records import LINKS, RECORDS, TEXT_OWNERS, Key, Record
from sync_jobs.engine.identity import recognise
from sync_jobs.journal import TOLD
from sync_jobs.pair_texts import Member, note
from sync_jobs.persons.footprint import Footprint, footprint

Document = dict[str, Any]

_KNOWN = {("person", "manager"), ("pair", "mentor"), ("pair", "mentee"), ("rating", "rated")}
"""Links to other people that the person knows; any other is left out, for it tells of somebody else."""


@dataclass(frozen=True, slots=True)
class Export:
    """Collects what is held of one person. ``crm`` is asked through the port: columns that Binôme writes or reads."""

    register: Register
    crm: Crm
    person: Key

    def collect(self, *, with_texts: bool = False) -> Document:
        """Give it all; texts only where asked for, with the vault's key, each reading noted in the vault's journal."""
        found = footprint(self.register, [("person", self.person)])
        loose = self._mentions(found)
        mine = [*found.records, *loose]
        document: Document = {
            "person": str(self.person),
            "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "register": [self._record(record) for record in mine],
            "crm": list(self._crm(mine)),
            "crossed": self._crossed({record.key for record in mine}),
            "history": self._history({record.key for record in mine}),
            "readings": self._readings(),
        }
        if with_texts:
            document["texts"] = list(self._texts(found))
        return to_jsonable_python(document)  # type: ignore[no-any-return] # a dict stays one

    def _mentions(self, found: Footprint) -> list[Record]:
        """Give what only mentions the person, as it stands; people whose manager it is are not part of it."""
        return [
            record
            for one in found.loose
            if one.kind != "person" and (record := self.register.get(one.kind, one.key)) is not None
        ]

    def _record(self, record: Record) -> Document:
        values = {name: getattr(record, name) for name in type(record).model_fields if name not in _sealed(record.kind)}
        return {"record": record.kind, "values": self._own(record.kind, values)}

    def _own(self, kind: str, values: Mapping[str, Any]) -> Document:
        """Leave other people out of links to people."""
        own = dict(values)
        for field, target in LINKS[kind].items():
            if target == "person" and (kind, field) not in _KNOWN and field in own:
                value = own[field]
                if isinstance(value, frozenset):
                    own[field] = sorted({self.person} & value)
                elif value != self.person:
                    own[field] = None
        return own

    def _crm(self, records: list[Record]) -> Iterator[Document]:
        for entity in CATALOGUE:
            names = [entity.external_id(record.key) for record in records if record.kind == entity.record.kind]
            for start in range(0, len(names), BATCH):
                page = self.crm.read(entity.model, entity.columns, names[start : start + BATCH])
                for remote in recognise(entity, page.rows, page.links):
                    values = self._own(entity.record.kind, remote.values)
                    yield {"record": entity.kind, "model": entity.model, "id": remote.id, "values": values}

    def _history(self, keys: set[Key]) -> list[Document]:
        """Tell which runs changed these records, by field name."""
        what = sync_run.c.started, sync_change.c.kind, sync_change.c.key, sync_change.c.direction, sync_change.c.fields
        question = select(*what).join(sync_run, sync_run.c.run == sync_change.c.run).order_by(sync_run.c.started)
        with self.register.transaction(reads_only=True) as tx:
            rows = tx.connection.execute(question.where(sync_change.c.key.in_(keys))).all()
        return [
            {"at": at, "record": kind, "key": key, "side": direction, "fields": json.loads(fields)}
            for at, kind, key, direction, fields in rows
        ]

    def _crossed(self, keys: set[Key]) -> list[Document]:
        """Tell what crossed to the CRM, to whom and why, by field name."""
        question = TOLD.where(disclosure.c.key.in_(keys)).order_by(disclosure.c.number)
        with self.register.transaction(reads_only=True) as tx:
            rows = tx.connection.execute(question).mappings().all()
        names = "at", "key", "field", "destination", "audience", "rule", "event"
        return [{"record": row["kind"], **{name: row[name] for name in names}} for row in rows]

    def _readings(self) -> list[Document]:
        """Tell when texts were asked for in the person's name."""
        question = select(vault_reading.c.at, vault_reading.c.pair, vault_reading.c.outcome)
        with self.register.transaction(reads_only=True) as tx:
            rows = tx.connection.execute(question.where(vault_reading.c.person == self.person)).all()
        return [{"at": at, "pair": pair, "outcome": outcome} for at, pair, outcome in rows]

    def _texts(self, found: Footprint) -> Iterator[Document]:
        """Give the person's own texts, then those of their pairs, which both of the two see."""
        self.register.need_vault()
        for kind, (owner, field) in TEXT_OWNERS.items():
            for record in found.gone.get(kind, {}).values() if owner == "person" else ():
                if getattr(record, field) == self.person:
                    texts = self.register.unseal(kind, record.key, owner=self.person)
                    yield from [{"record": kind, "key": record.key, "texts": texts}] if texts else []
        note(self.register, self.person, self.person, "exported")
        for pair in found.gone.get("pair", {}):
            for one in Member(self.register, pair, self.person).read():
                yield {"record": one.record.kind, "key": one.record.key, "texts": one.texts}


def _sealed(kind: str) -> frozenset[str]:
    return frozenset(pair_fields(RECORDS[kind]))
