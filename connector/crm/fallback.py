"""Writing without the batch action: read again, compare here, then write. Weaker; see docs/adr/0015."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connector.crm.errors import CrmInvalid, CrmModuleError, CrmPermissionError
from connector.crm.faults import named_fields
from connector.crm.port import QUIET, Outcome, Transport
from connector.crm.reading import Reader
from mappings.destinations import MODELS
from mappings.egress import CrmPayload

_WRITING = {**QUIET, "active_test": False}
_CREATING = {**_WRITING, "mode": "update", "noupdate": True}
"""So told, ``load`` creates what is not bound and leaves alone what is: a creation sent again changes nothing."""


class Fallback:
    """Sorts a batch as actions/apply.py does, in a handful of calls however many rows it has.

    The known weakness: between the reading and the writing lies a moment. What staff type in it is overwritten unseen,
    and updates and creations are two transactions. Creations stay idempotent: their external ids are looked at within
    the writing itself. Odoo's ``load`` takes an empty text for none, and a choice also by its label.
    """

    def __init__(self, transport: Transport, reader: Reader) -> None:
        self._transport, self._reader = transport, reader
        self._relations: dict[str, dict[str, str]] = {}
        self._creatable: set[str] = set()

    def apply(self, payloads: Sequence[CrmPayload]) -> list[Outcome]:
        """Create or update payloads of one model as far as they still match, in order."""
        batch = self._seen(payloads)
        outcomes = [batch.sort(payload) for payload in payloads]
        updates = {key: values for key, values in batch.updates.items() if values}
        if batch.creates:
            self._require_creating(batch.model)
        if updates:  # first: an invalid one then takes the creations along
            self._transport.call(
                batch.model, "web_save_multi", list(updates), context=_WRITING, vals_list=list(updates.values()),
                specification={},
            )
        made = self._create(batch) if batch.creates else {}
        return [
            replace(each, id=made.get(each.external_id)) if each.id is None and each.status in {"created", "existing"}
            else each for each in outcomes
        ]

    def _seen(self, payloads: Sequence[CrmPayload]) -> _Batch:
        """Read again what the batch is about: external ids, the expected columns, what its links lead to."""
        model = payloads[0].model
        compared = sorted({column for item in payloads for column in item.expected or ()})
        relations = self._relations_of(model, {*compared, *(column for item in payloads for column in item.values)})
        links = {name for item in payloads for column in relations for name in _named(item.values.get(column))}
        bound = self._bound(links | {item.external_id for item in payloads})
        ids = {name: {key for kind, key in bound.values() if kind == name} for name in {model, *relations.values()}}
        before = {row["id"]: row for row in self._reader.by_ids(model, compared, ids[model])}
        alive = {(model, key) for key in before}
        for comodel in ids.keys() - {model}:
            alive |= {(comodel, row["id"]) for row in self._reader.by_ids(comodel, (), ids[comodel])}
        return _Batch(model, relations, {name: key for name, key in bound.items() if key[0] != model or key in alive},
                      before, alive)

    def _relations_of(self, model: str, columns: Iterable[str]) -> dict[str, str]:
        """Name the model that each link among these columns leads to; a column that the CRM lacks stops the batch."""
        if model not in self._relations:
            facts = self._transport.call(model, "fields_get", attributes=["relation"], repeatable=True)
            self._relations[model] = {name: fact.get("relation") or "" for name, fact in facts.items()}
        known = self._relations[model]
        unknown = sorted(set(columns) - known.keys())
        if unknown:
            raise CrmModuleError(f"{model} has no column {', '.join(unknown)}", model=model)
        return {column: known[column] for column in columns if known[column]}

    def _bound(self, external_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Look all external ids up in one call: model and id of each."""
        parts = [name.partition(".") for name in external_ids]
        found = self._transport.call(
            "ir.model.data", "search_read", repeatable=True, fields=["module", "name", "model", "res_id"], load="",
            domain=[("module", "in", sorted({part[0] for part in parts})), ("name", "in", [part[2] for part in parts])],
        )
        return {f"{row['module']}.{row['name']}": (row["model"], row["res_id"]) for row in found}

    def _require_creating(self, model: str) -> None:
        """Ask once whether the user may create: ``load`` would tell a missing right as a wrong value."""
        if model in self._creatable:
            return
        if not self._transport.call(model, "has_access", [], operation="create", repeatable=True):
            raise CrmPermissionError(f"the CRM does not let this user create {model}", model=model)
        self._creatable.add(model)

    def _create(self, batch: _Batch) -> dict[str, int]:
        """Create in one transaction, and give the new ids; what only some rows give takes its default in the others."""
        rows = batch.creates
        columns = sorted({column for values in rows.values() for column in values})
        some = [column for column in columns if any(column not in values for values in rows.values())]
        told = self._transport.call(batch.model, "default_get", fields=some, repeatable=True) if some else {}
        default = {column: value for column, value in told.items() if column not in batch.relations}
        heads = [f"{column}/id" if column in batch.relations else column for column in columns]
        answer = self._transport.call(
            batch.model, "load", context=_CREATING, repeatable=True, fields=["id", *heads],
            data=[[name, *(_cell((default | dict(values)).get(column)) for column in columns)]
                  for name, values in rows.items()],
        )
        if not answer["ids"]:
            raise _refused(batch.model, answer["messages"])
        return dict(zip(rows, answer["ids"], strict=True))


@dataclass(slots=True)
class _Batch:
    """What the CRM held a moment ago, and what is to be written."""

    model: str
    relations: Mapping[str, str]
    bound: Mapping[str, tuple[str, int]]
    before: Mapping[int, Mapping[str, Any]]
    alive: set[tuple[str, int]]
    creates: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    updates: dict[int, dict[str, Any]] = field(default_factory=dict)

    def sort(self, payload: CrmPayload) -> Outcome:
        """Say what becomes of a payload, and note what is to be written."""
        name = payload.external_id
        model, key = self.bound.get(name, (self.model, None))
        if model != self.model:
            return Outcome(name, "foreign")
        if payload.expected is None:
            if key or name in self.creates:
                return Outcome(name, "existing", key)
        elif key is None:
            return Outcome(name, "missing")
        elif key in self.updates or not _holds(payload.expected, self.before[key]):
            return Outcome(name, "stale", key)
        ready = {column: self._ready(column, value) for column, value in payload.values.items()}
        dangling = tuple(column for column, value in ready.items() if value is None)
        if dangling:
            return Outcome(name, "dangling", key, dangling)
        if key is None:
            self.creates[name] = payload.values
            return Outcome(name, "created")
        self.updates[key] = ready
        return Outcome(name, "updated", key)

    def _ready(self, column: str, value: Any) -> Any:
        """Turn a wire value into what Odoo writes; None where it adds an unknown link."""
        comodel = self.relations.get(column)
        if not comodel or not value:
            return False if value is None else value
        if isinstance(value, str):
            return self._linked(value, comodel)
        ids = {verb: [self._linked(name, comodel) for name in names] for verb, names in value.items()}
        if None in (*ids.get("set", ()), *ids.get("link", ())):
            return None
        sets = [[6, 0, ids["set"]]] if "set" in ids else []
        return [*sets, *([4, key] for key in ids.get("link", ())), *([3, key] for key in ids.get("unlink", ()) if key)]

    def _linked(self, name: str, comodel: str) -> int | None:
        bound = self.bound.get(name)
        return bound[1] if bound in self.alive and bound[0] == comodel else None


def _named(value: Any) -> Iterable[str]:
    """List the external ids that the wire value of a link names."""
    if isinstance(value, Mapping):
        return [name for names in value.values() for name in names]
    return [value] if value else []


def _holds(expected: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    """Tell whether every column reads as the caller last saw it."""
    return all(_comparable(value) == _comparable(current[column]) for column, value in expected.items())


def _comparable(value: Any) -> Any:
    return sorted(value) if isinstance(value, list | tuple) else value or False


def _cell(value: Any) -> Any:
    """Write a wire value as ``load`` takes it: links by external id, a flag as a digit, nothing as nothing."""
    if isinstance(value, Mapping):
        return ",".join([*value.get("set", ()), *value.get("link", ())])
    return "1" if value is True else value or ""


def _refused(model: str, messages: Sequence[Mapping[str, Any]]) -> CrmInvalid:
    """Tell what ``load`` found wrong by the fields it names; its words quote values and stay behind."""
    named = {str(each.get("field")) for each in messages} & MODELS[model].fields.keys()
    named |= {name for each in messages for name in named_fields(model, str(each.get("message")))}
    fields = tuple(sorted(named))
    which = f" (fields {', '.join(fields)})" if fields else ""
    return CrmInvalid(f"{model}.load: the CRM refuses a value{which}", model=model, fields=fields)
