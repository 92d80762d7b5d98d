"""An Odoo data file: records with fields, written as XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """A field's value that is another record, by its external id."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A field's value that Odoo evaluates, such as a list of links."""

    text: str


Value = str | bool | int | Ref | Expression


def data_file() -> ET.Element:
    """Start an empty data file."""
    return ET.Element("odoo")


def add(root: ET.Element, external_id: str, model: str, fields: Mapping[str, Value]) -> None:
    """Add one record to a data file."""
    record = ET.SubElement(root, "record", id=external_id, model=model)
    for name, value in fields.items():
        field = ET.SubElement(record, "field", name=name)
        match value:
            case Ref(external_id=target):
                field.set("ref", target)
            case Expression(text=text):
                field.set("eval", text)
            case str():
                field.text = value
            case _:
                field.set("eval", repr(value))


def as_xml(root: ET.Element) -> bytes:
    """Write a data file: the same tree always gives the same bytes."""
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)
