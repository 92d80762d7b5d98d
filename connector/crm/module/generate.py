"""Turn ``mappings.destinations`` into the records of the module: models, fields, choices, defaults."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from graphlib import TopologicalSorter

from connector.crm.module.datafile import Ref, Row, add, data_file
from connector.crm.module.screen_fields import SCREEN_FIELDS
from mappings.confidentiality import Audience
from mappings.destinations import HOME, MODELS, Destination, Model
from mappings.home import TILES_OF

_TRACKED = 100
"""Rank of a tracked field in the chatter's line; any number above 0 turns tracking on."""


_COLUMNS = {("x_mentoring_pair", "x_state"), ("x_mentoring_home", "x_section")}
"""Selections whose kanban shows every choice, in its order: Odoo sorts the columns by stored word otherwise."""


def ours() -> dict[str, Model]:
    """Give the models that the data module makes, in the order of their links."""
    return {name: model for name, model in MODELS.items() if model.ours}


def columns(model: Model) -> dict[str, Destination]:
    """Give the fields of one model, those of the screens last."""
    return {**model.fields, **SCREEN_FIELDS.get(model.name, {})}


def short(model: str) -> str:
    """Name a model within our external ids."""
    return model.removeprefix("x_mentoring_")


def model_id(model: str) -> str:
    """Name the external id of a model: Odoo's own convention, which the rights file relies on."""
    return f"model_{model}"


def field_id(model: str, column: str) -> str:
    """Name the external id of a field."""
    return f"field_{short(model)}_{column.removeprefix('x_')}"


def choice_id(model: str, column: str, value: str) -> str:
    """Name the external id of one choice of a selection."""
    return f"choice_{short(model)}_{column.removeprefix('x_')}_{value}"


def models() -> list[Row]:
    """Declare the models, with chatter and activities where staff work with them: not in the directory or the home."""
    worked_on = {model.name: model.audience is Audience.STAFF and not model.screen for model in ours().values()}
    return [
        {"id": model_id(model.name), "name": model.label, "model": model.name,
         "is_mail_thread": worked_on[model.name], "is_mail_activity": worked_on[model.name]}
        for model in ours().values()
    ]


def orders_xml() -> ET.Element:
    """Set each model's order: a second pass, since Odoo refuses an order by a field that is not there yet."""
    root = data_file()
    for model in ours().values():
        add(root, model_id(model.name), "ir.model", {"order": model.order})
    return root


def fields() -> list[list[Row]]:
    """Declare every field, in as few lots as it takes to have each after those it needs.

    In lots since Odoo sets its models up anew for each of them then, not for each field.
    """
    needs = {
        (model.name, column): list(_needs(model.name, spec))
        for model in ours().values() for column, spec in columns(model).items()
    }
    order = TopologicalSorter(needs)
    order.prepare()
    lots = []
    while order.is_active():
        ready = order.get_ready()
        lots.append([_field(model, column, columns(MODELS[model])[column]) for model, column in ready])
        order.done(*ready)
    return lots


def choices() -> list[Row]:
    """Declare the choices of selections, as records of their own: otherwise they cannot be translated.

    Counted from 0, as Odoo itself counts them anew when their field is touched.
    """
    return [
        {"id": choice_id(model.name, column, value), "field_id": Ref(field_id(model.name, column)), "value": value,
         "name": label, "sequence": position}
        for model in ours().values() for column, spec in columns(model).items()
        for position, (value, (label, _french)) in enumerate(spec.choices.items())
    ]


def defaults_xml() -> ET.Element:
    """Declare the defaults of fields. Without the one of x_active, records would be born archived."""
    root = data_file()
    for model in ours().values():
        for column, spec in columns(model).items():
            if spec.default is not None:
                add(root, f"default_{short(model.name)}_{column.removeprefix('x_')}", "ir.default", {
                    "field_id": Ref(field_id(model.name, column)), "json_value": json.dumps(spec.default),
                })
    return root


def tiles() -> list[Row]:
    """Make the tiles of the home, in their order."""
    placed = [(section, tile) for section, tiles in TILES_OF.items() for tile in tiles]
    return [
        {"id": f"{short(HOME.name)}_{tile}", "x_tile": tile, "x_section": section, "x_sequence": position}
        for position, (section, tile) in enumerate(placed, start=1)
    ]


def _needs(model: str, spec: Destination) -> Iterator[tuple[str, str]]:
    """Name the fields that must be there first: an inverse's link, and what a computed field is computed from."""
    if spec.inverse:
        yield spec.relation, spec.inverse
    for path in filter(None, spec.depends.split(",")):
        at = model
        for step in path.split("."):
            if not MODELS[at].ours:
                break
            yield at, step
            at = columns(MODELS[at])[step].relation


def _field(model: str, column: str, spec: Destination) -> Row:
    return {
        "id": field_id(model, column), "model_id": Ref(model_id(model)), "name": column, "ttype": spec.type,
        "field_description": spec.label, "help": spec.help, "required": spec.required, "relation": spec.relation,
        "relation_field": spec.inverse, "relation_table": spec.table,
        "on_delete": _on_delete(spec), "index": spec.type == "many2one",
        "tracking": _TRACKED if spec.tracked else 0,
        "group_expand": (model, column) in _COLUMNS,
        "readonly": bool(spec.code), "compute": spec.code.strip(), "depends": spec.depends,
        # Without anything to depend on it cannot be stored: it would never be computed again.
        "store": bool(spec.depends) or not spec.code,
    }


def _on_delete(spec: Destination) -> str:
    if spec.type != "many2one":
        return ""
    # Restrict: a record of the programme does not vanish because somebody deletes a contact.
    return "restrict" if spec.required else "set null"
