"""One batch of payloads, judged and written as the data module's action does it (module/actions/apply.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.crm.errors import CrmInvalid, CrmPermissionError
from connector.crm.port import Outcome
from connector.crm.sandbox.records import Records
from connector.crm.sandbox.schema import FIELDS, SYNC
from mappings.destinations import PARTNER
from mappings.egress import CrmPayload


class Batch:
    """The payloads of one call: all are judged against the CRM as it was before the first is written."""

    def __init__(self, records: Records, payloads: Sequence[CrmPayload]) -> None:
        self._records, self._payloads = records, payloads
        self._creates: dict[str, tuple[str, dict[str, Any]]] = {}
        self._updates: dict[int, tuple[str, dict[str, Any]]] = {}

    def run(self) -> list[Outcome]:
        """Judge every payload, then write those that stand: the new ones first, as Odoo's action does."""
        for payload in self._payloads:
            self._records.require(payload.model, {*payload.values, *(payload.expected or {})})
        outcomes = [self._judge(payload) for payload in self._payloads]
        made = {}
        for external_id, (model, values) in self._creates.items():
            made[external_id] = self._records.create(model, {**values, **self._creator(model)})
            self._records.name(external_id, model, made[external_id])
        for record, (model, values) in self._updates.items():
            if values:
                self._records.write(model, record, values)
        return [
            Outcome(each.external_id, each.status, made[each.external_id])
            if each.id is None and each.external_id in made else each
            for each in outcomes
        ]

    def _creator(self, model: str) -> dict[str, int]:
        """Name ourselves as who made a contact: an erasure deletes no other."""
        return {"create_uid": self._records.search("res.users", "login = ?", (SYNC,))[0]} if model == PARTNER else {}

    def _judge(self, payload: CrmPayload) -> Outcome:
        """Give one payload's outcome; plan its writing where it stands."""
        name, live = payload.external_id, self._records.live(payload.external_id)
        record = live[1] if live and live[0] == payload.model else None
        if status := self._obstacle(payload, record):
            return Outcome(name, status, record)
        values, dangling = self._resolved(payload, record)
        if dangling:
            return Outcome(name, "dangling", record, tuple(dangling))
        if record is None:
            self._creates[name] = (payload.model, values)
            return Outcome(name, "created")
        self._updates[record] = (payload.model, values)
        return Outcome(name, "updated", record)

    def _obstacle(self, payload: CrmPayload, record: int | None) -> str | None:
        """Name what keeps a payload from being written, if anything does."""
        bound = self._records.resolve(payload.external_id)
        if bound and bound[0] != payload.model:
            return "foreign"
        if payload.expected is None:
            return "existing" if record or payload.external_id in self._creates else None
        if record is None:
            return "missing"
        if record in self._records.hidden(payload.model):
            raise CrmPermissionError(f"the CRM does not let this user read {payload.model}", model=payload.model)
        stands = record not in self._updates and self._still_holds(payload.model, record, payload.expected)
        return None if stands else "stale"

    def _still_holds(self, model: str, record: int, expected: Mapping[str, Any]) -> bool:
        current = self._records.read(model, record, expected)
        return all(_comparable(current[column]) == _comparable(value) for column, value in expected.items())

    def _resolved(self, payload: CrmPayload, record: int | None) -> tuple[dict[str, Any], list[str]]:
        """Turn external ids into database ids; the second part names the columns with an unknown one."""
        ready: dict[str, Any] = {}
        dangling = []
        for column, value in payload.values.items():
            item = FIELDS[payload.model][column]
            if item.type == "many2one" and isinstance(value, str):
                ready[column] = self._known(value, item.relation)
                if ready[column] is None:
                    dangling.append(column)
            elif item.type == "many2many" and isinstance(value, Mapping):
                linked = self._records.linked(payload.model, record, column) if record else []
                ready[column] = set(() if "set" in value else linked)
                for verb, names in value.items():
                    ids = {self._known(name, item.relation) for name in names}
                    if verb != "unlink" and None in ids and column not in dangling:
                        dangling.append(column)
                    ready[column] = ready[column] - ids if verb == "unlink" else ready[column] | ids
            elif item.type == "many2many":
                why = f"{payload.model}: {column}: not a set of links"
                raise CrmInvalid(why, model=payload.model, fields=(column,))
            else:
                ready[column] = value
        return ready, dangling

    def _known(self, external_id: str, model: str) -> int | None:
        live = self._records.live(external_id)
        return live[1] if live and live[0] == model else None


def _comparable(value: Any) -> Any:
    """Give a value, read now or sent by the caller, one form for both."""
    return sorted(value) if isinstance(value, list | tuple) else value or False
