"""What Odoo does by itself with contacts: one address for a company and its people; merging duplicates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from connector.crm.errors import CrmInvalid
from connector.crm.sandbox.schema import columns, links_to
from mappings.destinations import PARTNER

if TYPE_CHECKING:
    from connector.crm.sandbox.records import Records


def follow(records: Records, record: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Carry a changed address and name to the contacts around, as Odoo 19 does (``_fields_sync``)."""
    changed = {name for name in after if before.get(name) != after[name]}
    if "parent_id" in changed:
        _refuse_circle(records, record)
    if changed & {"parent_id", "city"} and after["parent_id"] and _shares(after):
        _share_address(records, record, after["parent_id"], moved="parent_id" in changed)
    if before:
        for child in records.pointing(PARTNER, "parent_id", record):
            _tell_child(records, child, records.row(PARTNER, record), changed)


def _shares(row: Mapping[str, Any]) -> bool:
    """Tell whether a contact has its parent's address: Odoo's other types of contact have their own."""
    return row.get("type") in (None, "contact")


def _refuse_circle(records: Records, record: int) -> None:
    above = records.row(PARTNER, record)["parent_id"]
    while above:
        if above == record:
            raise CrmInvalid(f"{PARTNER}: parent_id: a contact cannot be its own parent", model=PARTNER)
        above = records.row(PARTNER, above)["parent_id"]


def _share_address(records: Records, record: int, parent: int, *, moved: bool) -> None:
    """Take the parent's address on arrival, else give it ours. The parent is written to even with nothing."""
    theirs, ours = records.row(PARTNER, parent)["city"], records.row(PARTNER, record)["city"]
    if moved and theirs:
        records.put(PARTNER, record, {"city": theirs})
    elif theirs != ours:
        records.write(PARTNER, parent, {"city": ours} if ours else {})


def _tell_child(records: Records, child: int, parent: Mapping[str, Any], changed: set[str]) -> None:
    row = records.row(PARTNER, child)
    if "city" in changed and row["active"] and _shares(row):
        records.put(PARTNER, child, {"city": parent["city"], "write_date": records.now})
    if "name" in changed and not row["is_company"]:
        # A person's stored full name holds the company's: it is computed again.
        records.put(PARTNER, child, {"write_date": records.now})


def address(email: str) -> str:
    """Give the address that Odoo searches by: without the name around it, in lower case."""
    return email.rpartition("<")[2].partition(">")[0].strip().lower()


def merge(records: Records, survivor: int, others: Sequence[int]) -> None:
    """Merge duplicates: links, external ids, activities move to the survivor, its empty fields are filled."""
    kept = records.read(PARTNER, survivor, columns(PARTNER))
    fill: dict[str, Any] = {}
    for other in others:
        values = records.read(PARTNER, other, columns(PARTNER))
        fill |= {name: value for name, value in values.items() if value and not kept[name]}
        for model, field in [*links_to(PARTNER, "many2one"), *links_to(PARTNER, "many2many")]:
            records.repoint(model, field, other, survivor)
        records.rename(PARTNER, other, survivor)
    for kept_as_is in ("write_date", "create_uid"):
        fill.pop(kept_as_is, None)
    fill = {name: value for name, value in fill.items() if (name, value) != ("parent_id", survivor)}
    records.write(PARTNER, survivor, fill)
    for other in others:
        records.delete(PARTNER, other)
