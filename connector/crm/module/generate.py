"""Turn ``mappings.destinations`` into the data files of the module: models, fields, choices, defaults."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from graphlib import TopologicalSorter

from connector.crm.module.datafile import Ref, Value, add, data_file
from connector.crm.module.screen_fields import SCREEN_FIELDS
from mappings.destinations import MODELS, Destination, Model

TRACKED = 100
"""Rank of a tracked field in the chatter's line; any number above 0 turns tracking on."""


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


def models_xml() -> ET.Element:
    """Declare the models, with chatter and activities."""
    root = data_file()
    for model in ours().values():
        add(root, model_id(model.name), "ir.model", {
            "name": model.label, "model": model.name, "is_mail_thread": True, "is_mail_activity": True,
        })
    return root


def orders_xml() -> ET.Element:
    """Set each model's order: a second pass, since Odoo refuses an order by a field that is not there yet."""
    root = data_file()
    for model in ours().values():
        add(root, model_id(model.name), "ir.model", {"order": model.order})
    return root


def fields_xml() -> ET.Element:
    """Declare every field after those it needs, with its choices and its default."""
    root = data_file()
    for model, column in _in_order():
        spec = columns(MODELS[model])[column]
        add(root, field_id(model, column), "ir.model.fields", _field(model, column, spec))
        # Records of their own: choices inside the field fail on re-import and cannot be translated.
        for position, (value, (label, _french)) in enumerate(spec.choices.items(), start=1):
            add(root, choice_id(model, column, value), "ir.model.fields.selection", {
                "field_id": Ref(field_id(model, column)), "value": value, "name": label, "sequence": position * 10,
            })
        if spec.default is not None:
            add(root, f"default_{short(model)}_{column.removeprefix('x_')}", "ir.default", {
                "field_id": Ref(field_id(model, column)), "json_value": json.dumps(spec.default),
            })
    return root


def _in_order() -> Iterator[tuple[str, str]]:
    """Order all fields: an inverse after its link, a computed one after what it is computed from."""
    needs = {
        (model.name, column): list(_needs(model.name, column, spec))
        for model in ours().values() for column, spec in columns(model).items()
    }
    return iter(TopologicalSorter(needs).static_order())


def _needs(model: str, column: str, spec: Destination) -> Iterator[tuple[str, str]]:
    if spec.inverse:
        yield spec.relation, spec.inverse
    for path in filter(None, spec.depends.split(",")):
        at = model
        for step in path.split("."):
            if not MODELS[at].ours:
                break
            yield at, step
            at = columns(MODELS[at])[step].relation


def _field(model: str, column: str, spec: Destination) -> dict[str, Value]:
    field: dict[str, Value] = {
        "model_id": Ref(model_id(model)), "name": column, "ttype": spec.type, "field_description": spec.label,
        "required": spec.required,
    }
    if spec.help:
        field["help"] = spec.help
    if spec.relation:
        field["relation"] = spec.relation
    if spec.inverse:
        field["relation_field"] = spec.inverse
    if spec.type == "many2one":
        # Restrict: a record of the programme does not vanish because somebody deletes a contact.
        field |= {"on_delete": "restrict" if spec.required else "set null", "index": True}
    if spec.tracked:
        field["tracking"] = TRACKED
    if spec.code:
        # Without anything to depend on it cannot be stored: it would never be computed again.
        field |= {"readonly": True, "store": bool(spec.depends), "depends": spec.depends, "compute": spec.code.strip()}
    return field
