"""Stored computed columns: the formulas that the data module ships, run on the sandbox's records.

One text for both CRMs: what a formula says in Odoo, it says here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType
from typing import TYPE_CHECKING, Any

from connector.crm.sandbox.columns import leaving
from connector.crm.sandbox.schema import FIELDS

if TYPE_CHECKING:
    from connector.crm.sandbox.records import Records

Trigger = tuple[str, str]
"""The model and the column whose change calls for a new computation."""


class Seen:
    """A record as a formula sees it: attributes follow links, items take results. An empty link is false."""

    def __init__(self, records: Records, model: str, record: int | None) -> None:
        self._records, self._model, self._id = records, model, record
        self._row = records.row(model, record) if record else {}
        self.results: dict[str, Any] = {}

    def __bool__(self) -> bool:
        return self._id is not None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        item = FIELDS[self._model][name]
        if item.type in ("one2many", "many2many"):
            linked = self._records.linked(self._model, self._id, name) if self._id else []
            return [Seen(self._records, item.relation, each) for each in linked]
        value = leaving(item, self._row.get(name))
        if item.type == "many2one":
            return Seen(self._records, item.relation, value or None)
        return dt.date.fromisoformat(value) if item.type == "date" and value else value

    def __setitem__(self, name: str, value: Any) -> None:
        self.results[name] = value.isoformat() if isinstance(value, dt.date) else value


def compute(records: Records, model: str, record: int) -> dict[str, Any]:
    """Run every formula of the record's model and give the results by column."""
    seen = Seen(records, model, record)
    for code in _formulas(model):
        # The text is a constant of mappings.destinations; Odoo runs the same one under its own safe_eval.
        exec(code, {"self": [seen], "datetime": dt})  # noqa: S102
    return seen.results


def dependents(
    records: Records, model: str, record: int, changed: set[str], rows: tuple[Mapping[str, Any], ...],
) -> Iterator[tuple[str, int]]:
    """Give the records whose formulas read one of the changed columns; ``rows`` are it before and after."""
    for column in changed:
        for target, via in _triggers().get((model, column), ()):
            if via is None:
                yield target, record
            elif FIELDS[target][via].type == "one2many":
                owners = {row.get(FIELDS[target][via].inverse) for row in rows}
                yield from ((target, owner) for owner in owners if owner)
            else:
                yield from ((target, owner) for owner in records.pointing(target, via, record))


@cache
def _formulas(model: str) -> tuple[CodeType, ...]:
    texts = dict.fromkeys(item.code for item in FIELDS[model].values() if item.code)
    return tuple(compile(text, f"<formula of {model}>", "exec") for text in texts)


@cache
def _triggers() -> Mapping[Trigger, frozenset[tuple[str, str | None]]]:
    """Index what each formula depends on: a column of its record, or one step along a link."""
    found: dict[Trigger, set[tuple[str, str | None]]] = defaultdict(set)
    for model, fields in FIELDS.items():
        paths = {path for item in fields.values() if item.code for path in item.depends.split(",")}
        for path in paths - {""}:
            first, _, then = path.partition(".")
            item = fields[first]
            if item.type == "one2many":
                found[item.relation, item.inverse].add((model, first))
            else:
                found[model, first].add((model, None))
            if then:
                found[item.relation, then].add((model, first))
    return {trigger: frozenset(targets) for trigger, targets in found.items()}
