"""The sandbox's tables: those Odoo has for the models Binôme touches, made from mappings.destinations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping

from mappings.destinations import MODELS, PARTNER, Destination

SYSTEM: Mapping[str, Mapping[str, Destination]] = {
    "res.partner.category": {"name": Destination("char", required=True)},
    "res.users": {"name": Destination("char", required=True), "login": Destination("char", required=True)},
    "mail.activity": {
        "res_model": Destination("char", required=True), "res_id": Destination("integer"),
        "activity_type": Destination("char"), "summary": Destination("char"),
        "date_deadline": Destination("date"), "date_done": Destination("date"),
        "feedback": Destination("char"), "active": Destination("boolean", default=True),
        "automated": Destination("boolean"),
    },
    "mail.message": {
        "model": Destination("char", required=True), "res_id": Destination("integer"), "body": Destination("char"),
        "note": Destination("boolean"), "ours": Destination("boolean"),
    },
    "mail.tracking.value": {
        "res_id": Destination("integer"), "field": Destination("char"), "old": Destination("char"),
        "new": Destination("char"),
    },
    "ir.rule": {"model": Destination("char", required=True), "res_id": Destination("integer")},
    "ir.config_parameter": {"key": Destination("char", required=True), "value": Destination("char")},
}
"""Odoo's own models that ours link to or lean on; a rule here hides one record from the sync's user."""

SYNC = "sync"
"""The login of the sync's own user."""

_PARTNER_RULES = {
    "name": Destination("char", required=True), "active": Destination("boolean", default=True),
    "create_uid": Destination("many2one", relation="res.users"), "image_1920": Destination("char"),
}

TRACKED = ("email", "phone")
"""Columns of contacts whose former values the chatter keeps, among those that a consent governs."""

FIELDS: Mapping[str, Mapping[str, Destination]] = {
    **SYSTEM,
    **{name: model.fields for name, model in MODELS.items()},
    PARTNER: {**MODELS[PARTNER].fields, **_PARTNER_RULES},
}
"""Every field of every model in the sandbox."""

_SQL = {"integer": "INTEGER", "boolean": "INTEGER", "many2one": "INTEGER", "float": "REAL"}


def columns(model: str) -> dict[str, Destination]:
    """Give the fields that are columns of the model's own table."""
    return {name: item for name, item in FIELDS[model].items() if item.type not in ("one2many", "many2many")}


def relation_table(model: str, field: str) -> str:
    """Name the table that holds a many2many field."""
    return f"{model}/{field}"


def links_to(relation: str, kind: str) -> list[tuple[str, str]]:
    """List every field of one kind, as (model, field), that points to a model."""
    return [
        (model, name)
        for model, fields in FIELDS.items()
        for name, item in fields.items()
        if item.relation == relation and item.type == kind
    ]


def prepare(db: sqlite3.Connection) -> None:
    """Make the missing tables and columns: a file of an older Binôme is brought up to date."""
    for model in FIELDS:
        present = {row[1] for row in db.execute(f'PRAGMA table_info("{model}")')}
        missing = [_column(name, item) for name, item in columns(model).items() if name not in present]
        if present:
            for column in missing:
                db.execute(f'ALTER TABLE "{model}" ADD {column}')
        else:
            listed = ", ".join(["id INTEGER PRIMARY KEY AUTOINCREMENT", "write_date TEXT NOT NULL", *missing])
            db.execute(f'CREATE TABLE "{model}" ({listed})')
        for statement in _around(model):
            db.execute(statement)
    db.execute(
        "CREATE TABLE IF NOT EXISTS external "
        "(name TEXT PRIMARY KEY, model TEXT NOT NULL, res_id INTEGER NOT NULL)",
    )
    db.execute("CREATE INDEX IF NOT EXISTS external_record ON external (model, res_id)")


def _column(name: str, item: Destination) -> str:
    if item.type != "many2one":
        return f'"{name}" {_SQL.get(item.type, "TEXT")}'
    # Odoo refuses to delete what a required link points to, and empties the other links.
    rule = "RESTRICT" if item.required else "SET NULL"
    return f'"{name}" INTEGER REFERENCES "{item.relation}" (id) ON DELETE {rule}'


def _around(model: str) -> Iterator[str]:
    """Give the indexes of a model's links and the tables of its many2many fields."""
    for name, item in FIELDS[model].items():
        if item.type == "many2one":
            yield f'CREATE INDEX IF NOT EXISTS "{model}.{name}" ON "{model}" ("{name}")'
        elif item.type == "many2many":
            yield (
                f'CREATE TABLE IF NOT EXISTS "{relation_table(model, name)}" ('
                f'record INTEGER NOT NULL REFERENCES "{model}" (id) ON DELETE CASCADE, '
                f'target INTEGER NOT NULL REFERENCES "{item.relation}" (id) ON DELETE CASCADE, '
                "PRIMARY KEY (record, target))"
            )
