"""Erasing for good, as the data module's action does it (module/actions/erase.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.crm.errors import CrmInvalid, CrmPermissionError
from connector.crm.port import Erasure, Outcome
from connector.crm.sandbox.records import OURS, Records
from connector.crm.sandbox.schema import FIELDS, SYNC
from mappings.destinations import MODELS, PARTNER, ROLE_TAGS

_Ref = tuple[str, int]


def erase(records: Records, erasures: Sequence[Erasure]) -> list[Outcome]:
    """Delete records with what needs them; a contact that has to stay lets go of what is ours."""
    found = {one.external_id: bound for one in erasures if (bound := records.live(one.external_id))}
    if foreign := [one.external_id for one in erasures if not one.external_id.startswith(OURS[0])]:
        raise CrmInvalid(f"not an external id of ours: {foreign[0]}", model=PARTNER)
    asked = set(found.values())
    for model, record in asked:
        if record in records.hidden(model):
            raise CrmPermissionError(f"the CRM does not let this user delete {model}", model=model)
    shared = {ref for ref in asked if ref[0] == PARTNER and set(records.bound(*ref)) - set(found)}
    doomed = _needy(records, asked - shared) | {ref for ref in asked if ref[0] != PARTNER}
    for model in reversed(list(MODELS)):
        for record in sorted(record for of, record in doomed if of == model and of != PARTNER):
            records.delete(model, record)
    shown: dict[_Ref, dict[str, Any]] = {}
    for one in erasures:
        if one.external_id in found:
            shown.setdefault(found[one.external_id], {}).update(one.shown)
    kept = {ref for ref in asked if ref[0] == PARTNER and (ref in shared or not _deleted(records, ref[1]))}
    for ref in kept:
        _let_go(records, ref[1], shown[ref], [name for name in found if found[name] == ref], tags=ref not in shared)
    return [_outcome(one.external_id, found.get(one.external_id), kept) for one in erasures]


def _outcome(external_id: str, ref: _Ref | None, kept: set[_Ref]) -> Outcome:
    if ref is None:
        return Outcome(external_id, "missing")
    return Outcome(external_id, "unbound" if ref in kept else "erased", ref[1])


def _needy(records: Records, doomed: set[_Ref]) -> set[_Ref]:
    """Give these records and those of our models that need one of them, hidden ones excepted."""
    going = set(doomed)
    for model in MODELS:
        for name, item in FIELDS[model].items():
            if MODELS[model].ours and item.type == "many2one" and item.required:
                needed = [record for of, record in going if of == item.relation]
                pointing = {one for record in needed for one in records.pointing(model, name, record)}
                going |= {(model, one) for one in pointing - records.hidden(model)}
    return going


def _deleted(records: Records, contact: int) -> bool:
    """Delete a contact that we created, where nothing else needs it."""
    creator = records.row(PARTNER, contact)["create_uid"]
    if creator is None or records.row("res.users", creator)["login"] != SYNC:
        return False
    try:
        records.delete(PARTNER, contact)
    except CrmInvalid:
        return False
    return True


def _let_go(records: Records, contact: int, shown: Mapping[str, Any], names: Sequence[str], *, tags: bool) -> None:
    values: dict[str, Any] = {
        name: None for name, value in shown.items() if records.value(PARTNER, contact, name) == value
    }
    if tags:
        ours = {found[1] for tag in ROLE_TAGS.values() if (found := records.resolve(tag))}
        values["category_id"] = set(records.linked(PARTNER, contact, "category_id")) - ours
    if values:
        records.write(PARTNER, contact, values)
    for name in names:
        records.forget_name(name)
