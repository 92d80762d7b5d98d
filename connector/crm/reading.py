"""Reading Odoo in pages: rows, their external ids, and those of what they link to, in two or three calls a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from connector.crm.module.names import BINDINGS
from connector.crm.port import PAGE, Page, Row, Transport
from mappings.destinations import MODELS, MODULE

Ids = Mapping[tuple[str, int], tuple[str, ...]]
"""External ids by model and database id."""

T = TypeVar("T")

_ARCHIVED_TOO = {"active_test": False}
_DATA = "ir.model.data"


class Reader:
    """Reads what is ours in one Odoo. Every page costs the same few calls, however many rows and links it holds."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def bindings(self, model: str, external_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Map every external id of ours on this model, or these only, to its database id."""
        if external_ids is None:
            found = self.search(_DATA, _bound(model), ["name", "res_id"])
        else:
            found = [
                row for part in chunks(_own_names(external_ids), PAGE)
                for row in self.search(_DATA, [*_bound(model), ("name", "in", part)], ["name", "res_id"])
            ]
        return {f"{BINDINGS}.{row['name']}": row["res_id"] for row in found}

    def living(self, model: str, ids: Sequence[int]) -> set[int]:
        """Keep the database ids of records that still exist, archived ones too."""
        return {row["id"] for part in chunks(ids, PAGE) for row in self.search(model, [("id", "in", part)], ["id"])}

    def changed(self, model: str, columns: Sequence[str], since: str | None, after: int = 0) -> Page:
        """Read a page of what was last written at or after ``since``; of a shared model, all that is bound to us."""
        if since is None and not MODELS[model].ours:
            return self._all_bound(model, columns, after)
        fresh = [("write_date", ">=", since)] if since else []
        records = self._records(model, columns, [("id", ">", after), *fresh], limit=PAGE)
        more = records[-1]["id"] if len(records) == PAGE else None
        return self._page(model, columns, records, {}, more)

    def read(self, model: str, columns: Sequence[str], external_ids: Sequence[str]) -> Page:
        """Read the records that these external ids are bound to; unbound or vanished ones are left out."""
        records: list[dict[str, Any]] = []
        for part in chunks(_own_names(external_ids), PAGE):
            bound = self.search(_DATA, [*_bound(model), ("name", "in", part)], ["res_id"])
            records += self.by_ids(model, columns, {row["res_id"] for row in bound})
        once = {record["id"]: record for record in records}
        return self._page(model, columns, [once[key] for key in sorted(once)], {}, None)

    def _all_bound(self, model: str, columns: Sequence[str], after: int) -> Page:
        """Read the bound records of a shared model, page by page along the bindings: most contacts are not ours."""
        found = self.search(_DATA, [*_bound(model), ("res_id", ">", after)], ["name", "res_id"], "res_id, id", PAGE)
        more, known = None, found
        if len(found) == PAGE:  # the last contact may have more names than the page had room for: it opens the next
            known = [row for row in found if row["res_id"] != found[-1]["res_id"]]
            found = known or found
            more = found[-1]["res_id"]
        names = _grouped((model, row["res_id"], f"{BINDINGS}.{row['name']}") for row in known)
        return self._page(model, columns, self.by_ids(model, columns, {row["res_id"] for row in found}), names, more)

    def _page(
        self, model: str, columns: Sequence[str], records: Sequence[dict[str, Any]], names: Ids, after: int | None,
    ) -> Page:
        """Make a page, with one call for all external ids that are not known yet."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for column in columns:
            relation = _relation(model, column)
            if relation:
                wanted[relation].update(key for record in records for key in _linked(record[column]))
        if not names:
            wanted[model].update(record["id"] for record in records)
        links = {**self.names(wanted), **names}
        rows = tuple(
            Row(record["id"], links.get((model, record["id"]), ()), record["write_date"] or "",
                {column: record[column] for column in columns})
            for record in records
        )
        return Page(rows, links, after)

    def names(self, wanted: Mapping[str, Iterable[int]], modules: Sequence[str] = (BINDINGS, MODULE)) -> Ids:
        """Find the external ids of these records, ours and our module's (its contact tags), in one call."""
        asked = [(model, sorted(ids)) for model, ids in wanted.items() if ids]
        if not asked:
            return {}
        domain: list[Any] = [("module", "in", list(modules)), *["|"] * (len(asked) - 1)]
        for model, ids in asked:
            domain += ["&", ("model", "=", model), *_among(ids)]
        found = self.search(_DATA, domain, ["module", "name", "model", "res_id"])
        return _grouped((row["model"], row["res_id"], f"{row['module']}.{row['name']}") for row in found)

    def by_ids(self, model: str, columns: Sequence[str], ids: Iterable[int]) -> list[dict[str, Any]]:
        """Read records by their database ids, archived too; those that are gone or hidden are left out."""
        asked = sorted(ids)
        return self._records(model, columns, [("id", "in", asked)]) if asked else []

    def _records(
        self, model: str, columns: Sequence[str], domain: list[Any], limit: int | None = None,
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._transport.call(
            model, "web_search_read", context=_ARCHIVED_TOO, repeatable=True, domain=domain, order="id", limit=limit,
            specification={column: {} for column in [*columns, "write_date"]}, count_limit=1,
        )["records"]
        return found

    def search(
        self, model: str, domain: list[Any], fields: Sequence[str], order: str = "id", limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Search and read in one call; ``load=''`` spares the display name of every link."""
        found: list[dict[str, Any]] = self._transport.call(
            model, "search_read", context=_ARCHIVED_TOO, repeatable=True,
            domain=domain, fields=list(fields), order=order, limit=limit, load="",
        )
        return found


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into parts of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start:start + size]


def _own_names(external_ids: Sequence[str]) -> list[str]:
    return [name for module, _, name in (item.partition(".") for item in external_ids) if module == BINDINGS]


def _bound(model: str) -> list[Any]:
    return [("module", "=", BINDINGS), ("model", "=", model)]


def _among(ids: Sequence[int]) -> list[Any]:
    """Ask for sorted database ids; where most of a range are asked for, for the range: Odoo is twice as fast."""
    if ids[-1] - ids[0] < 2 * len(ids):
        return ["&", ("res_id", ">=", ids[0]), ("res_id", "<=", ids[-1])]
    return [("res_id", "in", ids)]


def _relation(model: str, column: str) -> str:
    known = MODELS[model].fields.get(column)
    return known.relation if known else ""


def _linked(value: Any) -> Sequence[int]:
    """List the database ids of a link as ``load=''`` reads it: an id or False, or a list of ids."""
    if isinstance(value, list):
        return value
    return [value] if value else []


def _grouped(named: Iterable[tuple[str, int, str]]) -> Ids:
    found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for model, key, name in named:
        found[model, key].append(name)
    return {key: tuple(sorted(names)) for key, names in found.items()}
