"""Taking back what is not shared any more, as the data module's action does it (module/actions/pull_back.py)."""

from __future__ import annotations

from collections.abc import Iterable

from connector.crm.errors import CrmInvalid
from connector.crm.port import Outcome, Withdrawal
from connector.crm.sandbox.records import OURS, Records
from connector.crm.sandbox.schema import FIELDS
from mappings.destinations import PARTNER, ROLE_TAGS

SHORTEST = 6
"""Letters of a value that is looked for in texts: shorter ones stand anywhere."""

_PHONE = 9
"""Digits that tell a phone number, however it is written."""

_HANGING = {"mail.message": ("model", "body"), "mail.activity": ("res_model", "summary", "feedback")}


def pull_back(records: Records, asked: Withdrawal) -> Outcome:
    """Empty a contact's columns, and delete its messages, activities and tracked values that show them."""
    if not asked.external_id.startswith(OURS[0]):
        raise CrmInvalid(f"not an external id of ours: {asked.external_id}", model=PARTNER)
    bound = records.live(asked.external_id)
    if bound is None or bound[0] != PARTNER:
        return Outcome(asked.external_id, "missing")
    contact, columns = bound[1], [name for name in asked.columns if name in FIELDS[PARTNER]]
    former = records.search("mail.tracking.value", "res_id = ?", (contact,))
    rows = {one: row for one in former if (row := records.row("mail.tracking.value", one))["field"] in columns}
    shown = [records.row(PARTNER, contact).get(name) for name in columns if FIELDS[PARTNER][name].type == "char"]
    shown += [row[side] for row in rows.values() for side in ("old", "new")]
    _delete_shown(records, contact, {text for text in shown if text and len(text) >= SHORTEST})
    for one in rows:
        records.delete("mail.tracking.value", one)
    values = {name: None for name in columns if name != "category_id" and records.value(PARTNER, contact, name)}
    if values:
        records.write(PARTNER, contact, values)
    if "category_id" in columns:
        ours = {found[1] for tag in ROLE_TAGS.values() if (found := records.resolve(tag))}
        kept = set(records.linked(PARTNER, contact, "category_id")) - ours
        records.write(PARTNER, contact, {"category_id": kept})
    return Outcome(asked.external_id, "pulled", contact)


def _delete_shown(records: Records, contact: int, values: Iterable[str]) -> None:
    for model, (link, *texts) in _HANGING.items():
        for one in records.search(model, f"{link} = ? AND res_id = ?", (PARTNER, contact)):
            row = records.row(model, one)
            if any(_shows(str(row[text] or ""), value) for text in texts for value in values):
                records.delete(model, one)


def _shows(text: str, value: str) -> bool:
    number = "".join(filter(str.isdigit, value)) if value.lower() == value.upper() else ""
    told = "".join(filter(str.isdigit, text))
    return value.lower() in text.lower() or (len(number) >= _PHONE and number[-_PHONE:] in told)
