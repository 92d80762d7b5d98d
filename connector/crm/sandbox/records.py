"""Records in one open transaction, with Odoo's rules for creating, writing, deleting and reading them."""

# ruff: noqa: S608 # names of tables and columns are the schema's own; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from connector.crm.errors import CrmInvalid, CrmModuleError
from connector.crm.sandbox import figures, partner
from connector.crm.sandbox.columns import entering, leaving
from connector.crm.sandbox.schema import FIELDS, columns, relation_table
from mappings.destinations import PARTNER

OURS = ("binome.", "binome_mentoring.")
"""Modules whose external ids are ours: the synced records, and what the data module ships (tags)."""


class Records:
    """The sandbox's records while one transaction is open; ``now`` is its start and every write's date."""

    def __init__(self, db: sqlite3.Connection, now: str) -> None:
        self._db, self.now = db, now
        self._pending: dict[tuple[str, int], None] = {}

    # -- external ids

    def resolve(self, external_id: str) -> tuple[str, int] | None:
        """Find what an external id points to."""
        query = "SELECT model, res_id FROM external WHERE name = ?"
        found = self._db.execute(query, (external_id,)).fetchone()
        return (found[0], found[1]) if found else None

    def live(self, external_id: str) -> tuple[str, int] | None:
        """Find what an external id points to, if that record still exists."""
        bound = self.resolve(external_id)
        return bound if bound and self.exists(*bound) else None

    def name(self, external_id: str, model: str, record: int) -> None:
        """Give a record one more external id; a binding to a record now gone makes way."""
        self._db.execute("INSERT OR REPLACE INTO external VALUES (?, ?, ?)", (external_id, model, record))

    def forget_name(self, external_id: str) -> None:
        """Take an external id away."""
        self._db.execute("DELETE FROM external WHERE name = ?", (external_id,))

    def bound(self, model: str, record: int) -> tuple[str, ...]:
        """List the external ids by which a synced record is bound to us."""
        return tuple(name for name in self.names(model, record) if name.startswith(OURS[0]))

    def names(self, model: str, record: int) -> tuple[str, ...]:
        """List every external id of ours on one record, those that the data module ships too."""
        query = "SELECT name FROM external WHERE model = ? AND res_id = ? ORDER BY name"
        found = self._db.execute(query, (model, record))
        return tuple(row[0] for row in found if row[0].startswith(OURS))

    def bindings(self, model: str) -> dict[str, int]:
        """Map every external id of a synced record of this model to its database id."""
        found = self._db.execute("SELECT name, res_id FROM external WHERE model = ? ORDER BY name", (model,))
        return {row[0]: row[1] for row in found if row[0].startswith(OURS[0])}

    def hidden(self, model: str) -> set[int]:
        """List the records that a rule hides from the sync's user; staff see them."""
        found = self._db.execute('SELECT res_id FROM "ir.rule" WHERE model = ?', (model,))
        return {row[0] for row in found}

    def rename(self, model: str, old: int, new: int) -> None:
        """Let the external ids and activities of one record point to another."""
        self._db.execute("UPDATE external SET res_id = ? WHERE model = ? AND res_id = ?", (new, model, old))
        self._db.execute(
            'UPDATE "mail.activity" SET res_id = ? WHERE res_model = ? AND res_id = ?', (new, model, old),
        )

    # -- reading

    def require(self, model: str, fields: Iterable[str]) -> None:
        """Refuse a batch with fields that the model does not have, as the data module's action does."""
        if unknown := sorted(set(fields) - set(FIELDS[model])):
            raise CrmModuleError(f"{model} has no {', '.join(unknown)}", model=model, fields=tuple(unknown))

    def exists(self, model: str, record: int) -> bool:
        """Tell whether the record is there, archived or not."""
        return self._db.execute(f'SELECT 1 FROM "{model}" WHERE id = ?', (record,)).fetchone() is not None

    def search(
        self, model: str, where: str = "1", arguments: Sequence[Any] = (), limit: int = -1,
    ) -> list[int]:
        """Find records by ascending id."""
        query = f'SELECT id FROM "{model}" WHERE {where} ORDER BY id LIMIT {limit}'
        found = self._db.execute(query, arguments)
        return [row[0] for row in found]

    def pointing(self, model: str, field: str, record: int) -> list[int]:
        """Find the records of a model whose link points to this one."""
        return self.search(model, f'"{field}" = ?', (record,))

    def linked(self, model: str, record: int, field: str) -> list[int]:
        """List the records at the other end of a one2many or many2many field."""
        item = FIELDS[model][field]
        if item.type == "one2many":
            return self.pointing(item.relation, item.inverse, record)
        table = relation_table(model, field)
        found = self._db.execute(f'SELECT target FROM "{table}" WHERE record = ? ORDER BY target', (record,))
        return [row[0] for row in found]

    def row(self, model: str, record: int) -> dict[str, Any]:
        """Give one record's columns as they are stored."""
        found = self._db.execute(f'SELECT * FROM "{model}" WHERE id = ?', (record,)).fetchone()
        return {name: found[name] for name in columns(model)}

    def value(self, model: str, record: int, field: str) -> Any:
        """Read one value as Odoo answers it."""
        return self.read(model, record, (field,))[field]

    def read(self, model: str, record: int, wanted: Iterable[str]) -> dict[str, Any]:
        """Read one record's values as Odoo answers them, ``write_date`` included."""
        self.compute()
        row = self._db.execute(f'SELECT * FROM "{model}" WHERE id = ?', (record,)).fetchone()
        values: dict[str, Any] = {"write_date": row["write_date"]}
        for field in wanted:
            item = self._field(model, field)
            many = item.type in ("one2many", "many2many")
            values[field] = self.linked(model, record, field) if many else leaving(item, row[field])
        return values

    # -- writing

    def create(self, model: str, values: Mapping[str, Any]) -> int:
        """Create a record with Odoo's defaults and give its id."""
        defaults = {name: item.default for name, item in FIELDS[model].items() if item.default is not None}
        cursor = self._db.execute(f'INSERT INTO "{model}" (write_date) VALUES (?)', (self.now,))
        record = cursor.lastrowid or 0
        self._store(model, record, {**defaults, **values}, {})
        stored = self.row(model, record)
        missing = [name for name, item in columns(model).items() if item.required and stored[name] is None]
        if missing:
            raise self._invalid(model, missing, "a value is required")
        self._pending[model, record] = None
        return record

    def write(self, model: str, record: int, values: Mapping[str, Any]) -> None:
        """Write values; ``write_date`` moves even where nothing changes."""
        self._store(model, record, values, self.row(model, record))

    def delete(self, model: str, record: int) -> None:
        """Delete a record, its external ids, activities and messages; refused while a required link points to it."""
        before = self.row(model, record)
        try:
            self._db.execute(f'DELETE FROM "{model}" WHERE id = ?', (record,))
        except sqlite3.IntegrityError:
            raise self._invalid(model, ["id"], "other records need this one") from None
        self._db.execute("DELETE FROM external WHERE model = ? AND res_id = ?", (model, record))
        self._db.execute('DELETE FROM "mail.activity" WHERE res_model = ? AND res_id = ?', (model, record))
        self._db.execute('DELETE FROM "mail.message" WHERE model = ? AND res_id = ?', (model, record))
        if model == PARTNER:
            self._db.execute('DELETE FROM "mail.tracking.value" WHERE res_id = ?', (record,))
        self._follow(model, record, before, {})

    def put(self, model: str, record: int, values: Mapping[str, Any]) -> None:
        """Store plain columns as they are: no rule, no date, as SQL inside Odoo would."""
        if values:
            assignments = ", ".join(f'"{name}" = ?' for name in values)
            self._db.execute(f'UPDATE "{model}" SET {assignments} WHERE id = ?', (*values.values(), record))

    def repoint(self, model: str, field: str, old: int, new: int) -> None:
        """Move every link from one record to another, as Odoo's merge does: no date moves, names follow."""
        if FIELDS[model][field].type == "many2one":
            self._pending |= dict.fromkeys((model, each) for each in self.pointing(model, field, old))
            self._db.execute(f'UPDATE "{model}" SET "{field}" = ? WHERE "{field}" = ?', (new, old))
            return
        table = relation_table(model, field)
        self._db.execute(f'UPDATE OR IGNORE "{table}" SET target = ? WHERE target = ?', (new, old))

    def compute(self) -> None:
        """Compute what is due, once however often touched: before a reading, at the transaction's end."""
        while self._pending:
            model, record = self._pending.popitem()[0]
            if self.exists(model, record):
                self._keep(model, record, figures.compute(self, model, record))

    # -- inside

    def _store(self, model: str, record: int, values: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        stored: dict[str, Any] = {"write_date": self.now}
        for field, value in values.items():
            item = self._field(model, field)
            if item.type == "many2many":
                self._relink(model, record, field, value)
            else:
                stored[field] = self._checked(model, field, value)
        self.put(model, record, stored)
        after = self.row(model, record)
        self._follow(model, record, before, after)
        if model == PARTNER:
            partner.follow(self, record, before, after)

    def _follow(self, model: str, record: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Note what is to be computed again because columns changed."""
        changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        self._pending |= dict.fromkeys(figures.dependents(self, model, record, changed, (before, after)))

    def _keep(self, model: str, record: int, results: Mapping[str, Any]) -> None:
        """Store computed results; only a result that changed moves ``write_date``."""
        before = self.row(model, record)
        fresh = {name: entering(FIELDS[model][name], value) for name, value in results.items()}
        fresh = {name: value for name, value in fresh.items() if before[name] != value}
        if fresh:
            self.put(model, record, {**fresh, "write_date": self.now})
            self._follow(model, record, before, self.row(model, record))

    def _field(self, model: str, field: str) -> Any:
        item = FIELDS[model].get(field)
        if item is None:
            raise self._invalid(model, [field], "no such field")
        return item

    def _checked(self, model: str, field: str, value: Any) -> Any:
        item, why = FIELDS[model][field], ""
        with suppress(ValueError, TypeError):
            stored = entering(item, value)
            if item.type == "many2one" and stored is not None and not self.exists(item.relation, stored):
                why = "the linked record does not exist"
            elif item.required and stored is None:
                why = "a value is required"
            else:
                return stored
        # Raised outside the handler: Python's own words about a value would hang on the error.
        raise self._invalid(model, [field], why or f"not a value for a {item.type} field")

    def _relink(self, model: str, record: int, field: str, targets: Iterable[int]) -> None:
        table, relation = relation_table(model, field), FIELDS[model][field].relation
        wanted = set(targets)
        if not all(self.exists(relation, target) for target in wanted):
            raise self._invalid(model, [field], "the linked record does not exist")
        self._db.execute(f'DELETE FROM "{table}" WHERE record = ?', (record,))
        pairs = [(record, target) for target in sorted(wanted)]
        self._db.executemany(f'INSERT INTO "{table}" VALUES (?, ?)', pairs)

    @staticmethod
    def _invalid(model: str, fields: Sequence[str], why: str) -> CrmInvalid:
        return CrmInvalid(f"{model}: {', '.join(fields)}: {why}", model=model, fields=tuple(fields))
