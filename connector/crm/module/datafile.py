"""Odoo data files: records with fields, as XML, or as CSV where Odoo shall make them all at once."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
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
Row = Mapping[str, str | bool | int | Ref]
"""One record of a CSV file, its own external id under ``id``."""


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
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def as_csv(rows: Sequence[Row]) -> bytes:
    """Write records of one model; every row has the same fields."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(f"{name}:id" if isinstance(value, Ref) else name for name, value in rows[0].items())
    for row in rows:
        table.writerow(_cell(value) for value in row.values())
    return text.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case Ref(external_id=target):
            return target
        case bool():
            return "1" if value else "0"
        case _:
            return str(value)
